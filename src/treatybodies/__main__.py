"""``python -m treatybodies`` is the command ``treatybodies``."""

from treatybodies.cli import main

if __name__ == "__main__":
    main()
