"""From files to one new generation. May import `corpus`, never `api` or `verify`."""
