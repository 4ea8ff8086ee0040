"""How a command ends: its exit codes, other than 0 for good."""

BAD_ARTICLES, USAGE, FAILED = 1, 2, 3
