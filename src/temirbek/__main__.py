"""``python -m temirbek``: the same as the command ``temirbek``."""

from temirbek.cli import main

if __name__ == "__main__":
    main()
