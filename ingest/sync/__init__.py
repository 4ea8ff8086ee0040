"""Content from git: what a repository's branch holds becomes one generation."""
