"""Lints for reviewers of content: hidden characters, prompt injection, dangerous commands; and what
articles in our own format keep to."""
