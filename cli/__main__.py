"""`python -m cli`: the `fixbook` command without installing it."""

from cli import main

if __name__ == "__main__":
    main()
