"""``python -m opsdesk``: the same as the command ``opsdesk``."""

from opsdesk.cli import main

if __name__ == "__main__":
    main()
