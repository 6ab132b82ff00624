"""The gate: what is published stays as it is, and every new version says by its number what it breaks."""

import hashlib
import json
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise

from game_events_contract.bundle import bundle
from game_events_contract.columns import moved_columns
from game_events_contract.compatibility import Tier, compare
from game_events_contract.findings import Finding, GateRule
from game_events_contract.lifecycle import FILE, lifecycle
from game_events_contract.modes import read_register, waive
from game_events_contract.repository import Document, SchemaFile, SchemaRepository
from game_events_contract.steps import is_forward, refused_examples, replayed, step_findings

LOCK = "lock.json"


def gate(schemas: SchemaRepository, today: date | None = None, settled: Collection[str] | None = None) -> list[Finding]:
    """Everything that keeps the versions from being published as they are; `today` is when waivers are looked at.

    `settled` are the labels that others have, by default all that is published: a mode that looks forward is asked of
    what comes after them, because what they broke when it was not asked cannot be undone.
    """
    try:
        known = _known(schemas)
        findings = [*_locked(schemas, known), *moved_columns(schemas, known)]
    except ValueError as error:
        known = {}
        findings = [_unusable_lock(error)]
    register = read_register(schemas)
    settled = known if settled is None else settled
    stepped: list[Finding] = []
    for event_type, versions in schemas.events.items():
        mode = register.mode(event_type)
        stepped += step_findings(versions, mode)
        findings += replayed(schemas, versions, mode, register.waivers, settled)
        for old, new in pairwise(versions):
            findings += _reason(old, new, versions)
        for file in versions:
            findings += _supersession(schemas, file)
    left = waive(stepped, register.waivers, today or datetime.now(UTC).date())
    findings += [*register.faults, *(one for one in left if not (is_forward(one.rule) and one.where in settled))]
    return [*findings, *lifecycle(schemas), *_defaults_named(schemas, known)]


def published_changes(schemas: SchemaRepository) -> list[Finding]:
    """Published versions that are not as they were published, or that the lock file does not tell of rightly."""
    try:
        found = _locked(schemas, _known(schemas))
        return [one for one in found if one.rule is not GateRule.VERSION_UNPUBLISHED]
    except ValueError as error:
        return [_unusable_lock(error)]


def digest(document: Document) -> str:
    """SHA-256 of a schema, the same however it is indented."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def lock(schemas: SchemaRepository) -> list[str]:
    """Add the digests of new versions to the lock file and return their labels; published ones stay as they are."""
    known = _known(schemas)
    new = {file.label: digest(file.document) for file in schemas.files if file.label not in known}
    text = json.dumps(dict(sorted({**known, **new}.items())), indent=2) + "\n"
    (schemas.folder / LOCK).write_text(text, encoding="utf-8")
    return sorted(new)


def locked_labels(schemas: SchemaRepository) -> set[str]:
    """The versions that are published. ValueError when the lock file is none."""
    return {*_known(schemas)}


def unlock(schemas: SchemaRepository, label: str) -> None:
    """Take a version out of the lock file: it is a draft again."""
    known = {other: value for other, value in _known(schemas).items() if other != label}
    (schemas.folder / LOCK).write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def digests(text: str) -> dict[str, str]:
    """Label → digest, as a lock file's text says. ValueError when it is no lock file."""
    found = json.loads(text)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("not an object from versions to their digests")
    return found


def _known(schemas: SchemaRepository) -> dict[str, str]:
    path = schemas.folder / LOCK
    return digests(path.read_text(encoding="utf-8")) if path.exists() else {}


def _unusable_lock(error: ValueError) -> Finding:
    return Finding(LOCK, GateRule.LOCK_INVALID, "", f"{error}; restore it from version control")


def _locked(schemas: SchemaRepository, known: dict[str, str]) -> Iterator[Finding]:
    found = {file.label: digest(file.document) for file in schemas.files}
    for label, value in found.items():
        if label not in known:
            yield Finding(
                label, GateRule.VERSION_UNPUBLISHED, "", "not in the lock file; run `game-events schemas publish`"
            )
        elif known[label] != value:
            yield Finding(
                label,
                GateRule.VERSION_CHANGED,
                "",
                "published versions never change; undo the change and publish it as a new version",
            )
    for label in known.keys() - found.keys():
        yield Finding(
            label, GateRule.VERSION_DELETED, "", "published versions stay; retire it in schemas/lifecycle.json"
        )


def _defaults_named(schemas: SchemaRepository, known: dict[str, str]) -> Iterator[Finding]:
    """Without a name the newest version would be meant, and the next REVISION break code by being published."""
    for event_type, versions in schemas.events.items():
        entry = schemas.lifecycle.get(event_type) if isinstance(schemas.lifecycle, dict) else {}
        if entry is None and any(file.label in known for file in versions):
            message = f"name the version that code means by {event_type} alone: publish --make-default {event_type}/…"
            yield Finding(FILE, GateRule.DEFAULT_MISSING, f"/{event_type}", message)


def _reason(old: SchemaFile, new: SchemaFile, versions: tuple[SchemaFile, ...]) -> Iterator[Finding]:
    """A REVISION or a MODEL says why it was made, in words of its own: a copied file brings its predecessor's along."""
    if new.version[:2] == old.version[:2]:
        return
    reason = _words(new)
    if not reason:
        yield Finding(new.label, GateRule.REASON_MISSING, "", 'a REVISION or a MODEL says why: add "$reason"')
        return
    for other in versions:
        if other.version < new.version and _words(other) == reason:
            message = f"the same as in {other.version}; say what this version changes, and why"
            yield Finding(new.label, GateRule.REASON_STALE, "/$reason", message)
            return


def _words(file: SchemaFile) -> str:
    return " ".join(str(file.document.get("$reason") or "").casefold().split())


def _supersession(schemas: SchemaRepository, file: SchemaFile) -> Iterator[Finding]:
    for version in file.document.get("$supersedes", ()):
        label = f"{file.name}/{version}"
        faulty = {other.label: other for other in schemas.events[file.name]}.get(label)
        if faulty is None or faulty.version >= file.version:
            yield Finding(file.label, GateRule.SUPERSEDES_UNKNOWN, "/$supersedes", f"{label} is no older version")
            continue
        for change in compare(bundle(faulty), bundle(file)).changes:
            if change.rule.tier is Tier.WIRE:
                message = f"events of {label} would newly be refused: {change.rule.id}"
                yield Finding(file.label, GateRule.SUPERSEDES_BREAKING, change.pointer, message)
        yield from refused_examples(schemas, faulty, file, file.label)
