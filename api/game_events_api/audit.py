"""The record of what operators did: `<data-dir>/delivery/audit.jsonl`."""

import json
import os
from pathlib import Path

from game_events_api.private_files import make_folder, open_private, sync_folder


def audit(data_dir: Path, action: str, now: float, by: str | None, **details: int | str) -> None:
    """Append to `<data-dir>/delivery/audit.jsonl`, synced; `by` is a key, else this user.

    Before anything is sent and after all of it was: one that dies in between is on record.
    """
    path = data_dir / "delivery" / "audit.jsonl"
    make_folder(path.parent)
    new = not path.exists()
    act = {"at": now, "action": action, "by": by or somebody(), **details}
    with open_private(path, "a") as file:
        file.write(json.dumps(act) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync_folder(path.parent)


def somebody() -> str:
    """Who runs this process."""
    return os.environ.get("USER") or str(os.getuid())
