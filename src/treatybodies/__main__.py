"""``python -m treatybodies`` is the command ``treatybodies``."""

from treatybodies.cli import main

main()
