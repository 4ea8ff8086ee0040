"""The exit codes of commands, other than 0 for success."""

BAD_ARTICLES, USAGE, FAILED = 1, 2, 3
