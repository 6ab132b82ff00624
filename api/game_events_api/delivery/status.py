"""`<data-dir>/delivery/status.json`: what /ready, /metrics and the console read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from game_events_api.private_files import make_folder, open_private


def write(path: Path, status: Mapping[str, Any]) -> None:
    """Replace it in one step. Not synced: after a crash it is written anew within a second."""
    make_folder(path.parent)
    partial = path.with_suffix(".tmp")
    with open_private(partial, "w") as file:
        file.write(json.dumps(status))
    partial.replace(path)
