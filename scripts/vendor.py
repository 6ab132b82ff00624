"""Copy what the pages need out of npm's packages, after `npm install --ignore-scripts`.

It is shipped in the wheels, so that no page needs another site. package.json pins the versions; a test holds the copies
against the digests written here, and against the packages where npm has installed them.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"


@dataclass(frozen=True)
class Package:
    """What of one npm package is copied where, under which names: its licence beside it."""

    name: str
    license: str
    target: Path
    files: Mapping[str, str]
    """By the name of the copy, its path in the package."""

    def copy(self, modules: Path = MODULES) -> dict[str, object]:
        """What is noted of it."""
        for name, path in self.files.items():
            shutil.copyfile(modules / self.name / path, self.target / name)
        digests = {name: hashlib.sha256((self.target / name).read_bytes()).hexdigest() for name in self.files}
        version = json.loads((modules / self.name / "package.json").read_text(encoding="utf-8"))["version"]
        said = {"package": self.name, "version": version, "license": self.license}
        return {**said, "files": dict(self.files), "sha256": digests}


SWAGGER = ("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt")
CONSOLE = ROOT / "console" / "game_events_console" / "static"
PACKAGES: Sequence[Package] = (
    Package(
        "swagger-ui-dist",
        "Apache-2.0",
        ROOT / "api" / "game_events_api" / "operators" / "swagger_ui",
        {name: name for name in SWAGGER},
    ),
    Package(
        "echarts",
        "Apache-2.0",
        CONSOLE,
        {
            "echarts.min.js": "dist/echarts.common.min.js",
            "echarts.LICENSE.txt": "LICENSE",
            "echarts.NOTICE.txt": "NOTICE",
        },
    ),
)


def main() -> None:
    origins: dict[Path, list[dict[str, object]]] = {}
    for package in PACKAGES:
        origins.setdefault(package.target, []).append(package.copy())
    for target, noted in origins.items():
        (target / "ORIGIN.json").write_text(json.dumps(noted, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
