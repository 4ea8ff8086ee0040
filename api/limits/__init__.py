"""Who may ask how often: admission, rate limiter, load shedding, API keys."""
