"""Limits on who may send how many requests: admission, rate limiter, load shedding, API keys."""
