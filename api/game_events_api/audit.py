"""The record of what operators did: `<data-dir>/delivery/audit.jsonl`, one JSON object a line, chained by hashes.

`hash` is that of the act itself, which holds as `previous` the hash of the one before: whoever changes, removes,
adds or moves one has to write anew all that follow. `audit.head` beside it says which act is the last; who keeps
what it says elsewhere can tell that all was written anew, too.

Bytes that are no act of the chain (a part of a line, by a process that died; lines of a release that had no chain)
stay where they are; the act after them says so, with their hash, as `foreign`.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from filelock import FileLock

from game_events_api.private_files import FILE_MODE, make_folder, open_private, sync_folder, write_durably

FIRST = "0" * 64
"""What the first act has as the hash of the one before."""
LOCK_SECONDS = 10.0
OWN = frozenset({"number", "at", "action", "by", "foreign", "previous", "hash"})
"""Fields of every act, which no detail may be called."""
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_ACT = re.compile(rb'(\{.*), "hash": "([0-9a-f]{64})"\}')
_HEAD = re.compile(r"(\d{1,15}):([0-9a-f]{64})")


@dataclass(frozen=True)
class Head:
    """How many acts there are, and the hash of the last."""

    number: int = 0
    hash: str = FIRST

    @classmethod
    def parse(cls, text: str) -> Self:
        """ValueError for what is none."""
        if (found := _HEAD.fullmatch(text.strip())) is None:
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits, as `game-events audit head` says")
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass
class Chain:
    """What a log holds behind a head; by default from its start."""

    head: Head = Head()
    acts: list[dict[str, Any]] = field(default_factory=list)
    strange: list[tuple[int, bytes]] = field(default_factory=list)
    """Lines, by their numbers, that are no act, and of which an act behind them tells."""
    open: list[tuple[int, bytes]] = field(default_factory=list)
    """The same at the end, of which none does."""
    unlike: list[int] = field(default_factory=list)
    """Of the strange ones those that neither a crash nor an older release leaves."""

    def read(self, data: bytes) -> Self:
        for number, line in enumerate(_LINE.findall(data), 1):
            act = _act(line)
            follows = act is not None and (act.get("number"), act.get("previous")) == (
                self.head.number + 1,
                self.head.hash,
            )
            if act is None or not follows or act.get("foreign", "") != self.foreign():
                self.open.append((number, line))
                continue
            if self.open and not self._is_innocent():
                self.unlike.append(self.open[0][0])
            self.strange += self.open
            self.open = []
            self.acts.append(act)
            self.head = Head(self.head.number + 1, act["hash"])
        return self

    def foreign(self) -> str:
        """The hash of what stands open, as the next act is to tell it; empty where nothing does."""
        text = b"".join(line for _, line in self.open)
        return hashlib.sha256(text if text.endswith(b"\n") else text + b"\n").hexdigest() if text else ""

    def is_torn(self) -> bool:
        """Whether what stands open is the beginning of the next act and no more."""
        begins = b'{"number": %d, "at": ' % (self.head.number + 1)
        line = self.open[0][1].rstrip(b"\n")
        return len(self.open) == 1 and line[: len(begins)] == begins[: len(line)] and not _ACT.fullmatch(line)

    def _is_innocent(self) -> bool:
        of_older_release = self.head.number == 0 and not any(_ACT.fullmatch(line.rstrip()) for _, line in self.open)
        return of_older_release or self.is_torn()


@dataclass(frozen=True)
class Verdict:
    head: Head
    faults: list[str]
    """What was changed, the first place first; none: the log is as it was written, as far as its head says."""
    notes: list[str]


def audit(data_dir: Path, action: str, now: float, by: str | None, **details: int | str) -> None:
    """Append an act, synced; `by` is a key or a person, else this user. Several processes may.

    Before anything is sent and after all of it was: one that dies in between is on record. ValueError for a detail that
    is called as a field of every act; OSError where it cannot be written, and then nothing is to be done.
    """
    if taken := OWN & details.keys():
        raise ValueError(f"{', '.join(sorted(taken))} is a field of every act; call the detail otherwise")
    path = _path(data_dir)
    make_folder(path.parent)
    new = not path.exists()
    with FileLock(path.with_suffix(".lock"), timeout=LOCK_SECONDS, mode=FILE_MODE), open_private(path, "ab+") as file:
        chain, torn = _end(path, file)
        act = {"number": chain.head.number + 1, "at": now, "action": action, "by": by or somebody(), **details}
        if foreign := chain.foreign():
            act["foreign"] = foreign
        line, digest = _written({**act, "previous": chain.head.hash})
        try:
            file.write(b"\n" + line if torn else line)
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            error.filename = str(path)  # which write and fsync do not say
            raise
        head = {"number": act["number"], "hash": digest, "bytes": file.tell()}
        write_durably(path.with_suffix(".head"), json.dumps(head).encode(), partial=path.with_suffix(".tmp"))
    if new:
        sync_folder(path.parent)


@contextmanager
def audited(data_dir: Path, action: str, **details: int | str) -> Iterator[dict[str, int | str]]:
    """On record by this user before and after the block, which may add details to what is yielded."""
    audit(data_dir, f"{action} begins", time.time(), None, **details)
    found: dict[str, int | str] = {}
    yield found
    audit(data_dir, action, time.time(), None, **details, **found)


def acts(data_dir: Path) -> Iterator[dict[str, Any]]:
    """All that can be read, oldest first; `chained` says whether it is proven by the chain."""
    for line in _LINE.findall(_data(data_dir)):
        chained = _act(line)
        try:
            found = chained if chained is not None else json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield {**found, "chained": chained is not None}


def verify(data_dir: Path, kept: Head | None = None) -> Verdict:
    """Whether every act stands where it was written; `kept` is a head from before, kept where nobody here writes."""
    head = _head(_path(data_dir))
    return judge(_data(data_dir), head[0] if head else None, kept)


def judge(data: bytes, head: Head | None, kept: Head | None = None) -> Verdict:
    """As `verify`, of a whole log and what its head file says; None where there is none, or none that can be read."""
    chain = Chain().read(data)
    faults = [f"line {number} and those behind it are none that were written there" for number in chain.unlike]
    notes = [f"line {number} is no act; the next one tells of it" for number, _ in chain.strange]
    if chain.open and chain.is_torn() and not chain.open[0][1].endswith(b"\n"):
        notes.append(f"line {chain.open[0][0]} is torn: a process died while it wrote; the next act will tell of it")
    elif chain.open:
        faults.append(f"line {chain.open[0][0]} is not what was written there, or what stood before it is missing")
    if head is None and chain.acts:
        faults.append("audit.head is missing or no head: whether acts are missing at the end cannot be told")
    for said, who in ((head, "audit.head"), (kept, "the head that was kept")):
        if said is not None and not faults and (fault := _differs(chain, said, who)):
            faults.append(fault)
    return Verdict(chain.head, faults, notes)


def somebody() -> str:
    """Who runs this process."""
    return os.environ.get("USER") or str(os.getuid())


def _path(data_dir: Path) -> Path:
    return data_dir / "delivery" / "audit.jsonl"


def _data(data_dir: Path) -> bytes:
    path = _path(data_dir)
    return path.read_bytes() if path.exists() else b""


def _end(path: Path, file: Any) -> tuple[Chain, bool]:
    """The chain up to its end, from where the head file says on, and whether the last line lacks its end.

    What stands before that is not looked at: an act must not depend on it, nor pass off what somebody changed there.
    """
    head, offset = _head(path) or (Head(), 0)
    file.seek(offset)
    tail = file.read()
    return Chain(head).read(tail), bool(tail) and not tail.endswith(b"\n")


def _head(path: Path) -> tuple[Head, int] | None:
    """What the head file says, with the bytes up to there; None where there is none, or none that can be read."""
    try:
        said = json.loads(path.with_suffix(".head").read_bytes())
        return Head.parse(f"{said['number']}:{said['hash']}"), max(int(said["bytes"]), 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _differs(chain: Chain, said: Head, who: str) -> str | None:
    if said.number > chain.head.number:
        return f"{who} knows act {said.number}; of those, {said.number - chain.head.number} are missing at the end"
    known = chain.acts[said.number - 1]["hash"] if said.number else FIRST
    return None if known == said.hash else f"act {said.number} is another than {who} knows: all was written anew"


def _written(act: dict[str, Any]) -> tuple[bytes, str]:
    """An act's line, and its hash: of all of it before the hash was added."""
    body = json.dumps(act).encode()
    digest = hashlib.sha256(body).hexdigest()
    return b'%b, "hash": "%b"}\n' % (body[:-1], digest.encode()), digest


def _act(line: bytes) -> dict[str, Any] | None:
    """What a line says when it is whole, by its own hash."""
    found = _ACT.fullmatch(line[:-1]) if line.endswith(b"\n") else None
    if found is None or hashlib.sha256(found[1] + b"}").hexdigest().encode() != found[2]:
        return None
    try:
        act = json.loads(line)
    except ValueError:
        return None
    return act if isinstance(act, dict) else None
