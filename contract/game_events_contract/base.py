"""The base: what an earlier git revision had published, so that a change cannot rewrite its own reference.

The lock file stands in the tree and could be edited together with a schema; a commit that others have cannot.
"""

import json
import os
import subprocess
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from game_events_contract.findings import Finding, GateRule
from game_events_contract.gate import LOCK, digest, digests
from game_events_contract.lifecycle import FILE, NOTICE, day
from game_events_contract.pointers import escape
from game_events_contract.repository import Document, SchemaRepository

DEFAULT = "origin/main"
OPENAPI = "generated/game_events_models/documents/openapi.json"
GIT_SECONDS = 30
GIT_PLACES = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
    }
)
"""Set in a hook of git's; they name the repository of the hook, which need not be the one that is looked at."""


class BaseMissing(ValueError):
    """The revision that was asked for is not there; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Base:
    """What a revision had published; `compared` is False where there is none to compare with, `note` says why."""

    note: str
    compared: bool = False
    locked: Mapping[str, str] = field(default_factory=dict)
    sunsets: Mapping[str, date] = field(default_factory=dict)
    openapi: Document | None = None
    """The HTTP contract as it was served, self-contained; None where the revision has none."""


def find_base(root: Path, revision: str | None = None) -> Base:
    """The base of the checkout `root`: `revision`, or the merge base with origin/main, or HEAD.

    BaseMissing when `revision` is given and cannot be read. Without one, a checkout without git is not compared.
    """
    try:
        if revision is not None:
            return _read(root, _commit(root, revision), revision)
        for name, commit in _defaults(root):
            if commit:
                return _read(root, commit, name)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        if revision is not None:
            message = f"cannot compare with {revision}: {_reason(error)}; fetch it, or name a commit that is here"
            raise BaseMissing(message) from error
        return Base(f"not compared with an earlier revision: {_reason(error)}")
    return Base("not compared with an earlier revision: there is no commit yet")


def settled(base: Base | None) -> Collection[str] | None:
    """The labels of what others have; None where there is no base, and so nothing to tell by."""
    return base.locked if base is not None and base.compared else None


def compare_with_base(schemas: SchemaRepository, base: Base, today: date | None = None) -> list[Finding]:
    """What the base had published and this tree has not, and sunsets that come sooner than people were told."""
    return [*_versions(schemas, base), *_sunsets(schemas, base, today or datetime.now(UTC).date())]


def _versions(schemas: SchemaRepository, base: Base) -> Iterator[Finding]:
    found = {file.label: digest(file.document) for file in schemas.files}
    for label, value in base.locked.items():
        if label not in found:
            yield Finding(
                label, GateRule.BASE_VERSION_DELETED, "", f"published in {base.note}; restore it, it can be retired"
            )
        elif found[label] != value:
            message = f"not as published in {base.note}; undo the change and publish it as a new version"
            yield Finding(label, GateRule.BASE_VERSION_CHANGED, "", message)


def _sunsets(schemas: SchemaRepository, base: Base, today: date) -> Iterator[Finding]:
    if not base.compared:
        return
    for label, entry in schemas.lifecycle.items():
        sunset, promised = day(entry.get("sunset")), base.sunsets.get(label)
        if sunset is not None and (promised is None or sunset < promised) and sunset < today + NOTICE:
            before = "no sunset" if promised is None else f"the sunset {promised}"
            message = f"{base.note} has {before}; give {NOTICE.days} days of notice from today: {today + NOTICE}"
            yield Finding(FILE, GateRule.BASE_SUNSET_SOONER, f"/{escape(label)}/sunset", message)


def _defaults(root: Path) -> Iterator[tuple[str, str]]:
    _git(root, "rev-parse", "--git-dir")
    yield f"the merge base with {DEFAULT}", _git(root, "merge-base", "HEAD", DEFAULT, check=False).strip()
    yield "HEAD", _git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", check=False).strip()


def _commit(root: Path, revision: str) -> str:
    _git(root, "rev-parse", "--git-dir")
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
    if not commit:
        raise ValueError("there is no such commit in this checkout")
    return commit.strip()


def _read(root: Path, commit: str, name: str) -> Base:
    note = commit[:10] if commit.startswith(name) else f"{commit[:10]}, {name}"
    lifecycle = json.loads(_file(root, commit, f"schemas/{FILE}") or "{}")
    locked = digests(_file(root, commit, f"schemas/{LOCK}") or "{}")
    openapi = json.loads(_file(root, commit, OPENAPI) or "null")
    return Base(note, True, locked, dict(_promised(lifecycle)), openapi)


def _promised(lifecycle: Any) -> Iterator[tuple[str, date]]:
    for label, entry in lifecycle.items() if isinstance(lifecycle, dict) else ():
        sunset = entry.get("sunset") if isinstance(entry, dict) else None
        promised = day(sunset) if isinstance(sunset, str) else None
        if promised is not None:
            yield label, promised


def _file(root: Path, commit: str, name: str) -> str:
    """The text of a file below `root` in a commit; empty when the commit has no such file."""
    path = f"./{name}"
    if not _git(root, "ls-tree", "--name-only", commit, "--", path).strip():
        return ""
    return _git(root, "show", f"{commit}:{path}")


def _git(root: Path, *arguments: str, check: bool = True) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        env={name: value for name, value in os.environ.items() if name not in GIT_PLACES},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=GIT_SECONDS,
        check=False,
    )
    if done.returncode and check:
        raise ValueError(done.stderr.strip().splitlines()[0] if done.stderr.strip() else f"git {arguments[0]} failed")
    return "" if done.returncode else done.stdout


def _reason(error: Exception) -> str:
    return "git is not installed" if isinstance(error, FileNotFoundError) else str(error).removeprefix("fatal: ")
