"""Copy what the documentation page needs out of npm's swagger-ui-dist, after `npm install --ignore-scripts`.

It is shipped in the wheel, so that the page needs no other site. package.json pins the version; a test holds the copies
against the digests written here, and against the package where npm has installed it.
"""

import hashlib
import json
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "swagger-ui-dist"
TARGET = ROOT / "api" / "game_events_api" / "operators" / "swagger_ui"
FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt")


def main() -> None:
    for name in FILES:
        shutil.copyfile(PACKAGE / name, TARGET / name)
    digests = {name: hashlib.sha256((TARGET / name).read_bytes()).hexdigest() for name in FILES}
    version = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"]
    origin = {"package": "swagger-ui-dist", "version": version, "license": "Apache-2.0", "sha256": digests}
    (TARGET / "ORIGIN.json").write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
