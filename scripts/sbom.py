"""Write what is shipped as a CycloneDX bill of materials, dist/game-events.cdx.json.

    uv run --group dev python scripts/sbom.py

It has every package that `pip install 'game-events[...]'` brings, at its pin and with its files' digests, and what of
other registries was copied into a wheel: each such folder names its origin in ORIGIN.json.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "dist" / "game-events.cdx.json"
EXPORT = ["uv", "export", "--quiet", "--format", "cyclonedx1.5", "--package", "game-events", "--no-dev", "--all-extras"]


def bill() -> dict[str, Any]:
    """The document, of CycloneDX 1.5."""
    export = subprocess.run(EXPORT, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    document: dict[str, Any] = json.loads(export.stdout)
    document["components"] += vendored()
    return document


def vendored() -> Iterator[dict[str, Any]]:
    """A component for each package of another registry of which a package of ours has files."""
    for folder, told in origins():
        purl = f"pkg:npm/{told['package']}@{told['version']}"
        yield {
            "type": "library",
            "bom-ref": purl,
            "name": told["package"],
            "version": told["version"],
            "purl": purl,
            "licenses": [{"license": {"id": told["license"]}}],
            "properties": [{"name": "game-events:copied-to", "value": folder.relative_to(ROOT).as_posix()}],
        }


def origins() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each folder of foreign files, and what its ORIGIN.json says of one package or of several."""
    for path in sorted(ROOT.glob("*/game_events_*/**/ORIGIN.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        for one in told if isinstance(told, list) else [told]:
            yield path.parent, one


def main() -> None:
    document = bill()
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(f"{len(document['components'])} components in {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
