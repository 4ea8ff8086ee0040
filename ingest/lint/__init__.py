"""Lints for reviewers of content: hidden characters, prompt injection, dangerous commands."""
