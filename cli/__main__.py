"""`python -m cli`: the command where it is not installed."""

from cli import main

if __name__ == "__main__":
    main()
