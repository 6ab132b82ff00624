"""`<data-dir>/delivery/status.json`: what /ready, /metrics and the console read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write(path: Path, status: Mapping[str, Any]) -> None:
    """Replace it in one step. Not synced: after a crash it is written anew within a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".tmp")
    partial.write_text(json.dumps(status))
    partial.replace(path)
