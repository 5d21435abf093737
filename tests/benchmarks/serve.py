"""``serve.py RELEASE [SETTING=VALUE …]``: the service over a release's folder, as it is."""

import sys
from pathlib import Path

from treatybodies.paths import default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.serve import run

if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[2:])
    release = Release(Path(sys.argv[1]))
    run(release, default_garden(), Settings.model_validate(given), lambda *_: None)
