"""Where the fuzzer starts: the schemas' examples and the hostile corpus, as requests in the fuzzer's form."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass

from contract.examples import invalid_examples, valid_examples
from fuzz import edge_request
from fuzz.edge_request import BATCH_PATH, COMPRESSED, KEYS, PATHS, VALIDATE_PATH
from integration import edge_corpus


@dataclass(frozen=True)
class Nowhere:
    """Stands for a server where a corpus only wants its key."""

    key: str = "ge_live_0000_0000"


def seeds() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every seed."""
    yield from _examples()
    yield from _hostile()
    yield from _spellings()


def _examples() -> Iterator[tuple[str, bytes]]:
    valid = list(valid_examples())
    for example in (*valid, *invalid_examples()):
        body = json.dumps(example.event, ensure_ascii=False, separators=(",", ":")).encode()
        yield f"example: {example}, {example.rule}", edge_request.write(f"/v1/events/{example.event_type}", body)
    for start in range(0, len(valid), 10):
        events = [example.event for example in valid[start : start + 10]]
        body = json.dumps({"events": events}, ensure_ascii=False).encode()
        yield f"examples: batch from {start}", edge_request.write(BATCH_PATH, body, encoding=COMPRESSED)
    first = json.dumps(valid[0].event).encode()
    for key in KEYS:
        yield f"key: {key}", edge_request.write(f"/v1/events/{valid[0].event_type}", first, key=key)
    for sent_at in edge_request.SENT_AT:
        yield f"sent at: {sent_at}", edge_request.write(VALIDATE_PATH, first, sent_at=sent_at)
    repeated = json.dumps({"events": [valid[0].event] * 3 + [{}, valid[1].event]}).encode()
    yield "batch: the same event three times", edge_request.write(BATCH_PATH, repeated)


def _hostile() -> Iterator[tuple[str, bytes]]:
    """Those of the raw corpus that have a path of ours; what is wrong with their HTTP is lost on the way."""
    for entry in edge_corpus.corpus(Nowhere()):  # type: ignore[arg-type]
        head, found, body = entry.data.partition(b"\r\n\r\n")
        request_line, *lines = head.decode("latin-1").split("\r\n")
        words = request_line.split(" ")
        if not found or len(words) < 2 or words[1] not in PATHS or len(body) > 1 << 16:
            continue
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        yield (
            entry.name,
            edge_request.write(
                words[1],
                body,
                content_type=headers.get("content-type"),
                encoding=headers.get("content-encoding"),
                sent_at=headers.get("sent-at"),
            ),
        )


def _spellings() -> Iterator[tuple[str, bytes]]:
    """One event in spellings that mean the same, and in some that only seem to."""
    example = next(valid_examples())
    path = f"/v1/events/{example.event_type}"
    event = {**example.event, "properties": {"a": 1, "b": 0.1, "c": True, "d": '\U0001f3ae é \u2028 \\ " /'}}
    text = json.dumps(event)
    spellings = {
        "indented": json.dumps(event, indent=2).encode(),
        "not escaped": json.dumps(event, ensure_ascii=False).encode(),
        "all escaped": text.replace("user", "\\u0075ser").encode(),
        "slashes escaped": text.replace(" /", " \\/").encode(),
        "exponents": text.replace(" 1,", " 1e0,").replace("0.1", "1E-1").encode(),
        "large exponent": text.replace(" 1,", " 10000000000000000e-1,").encode(),
        "minus zero": text.replace(" 1,", " -0,").replace("0.1", "-0.0").encode(),
        "colon escaped": text.replace("é", ":").replace("\\u00e9", "\\u003a").encode(),
    }
    for name, body in spellings.items():
        yield f"spelling: {name}", edge_request.write(path, body)
    packed = gzip.compress(text.encode(), mtime=0)
    for name, body in {
        "whole": packed,
        "cut": packed[:-4],
        "two members": packed + packed,
        "rubbish behind": packed + b"x",
        "wrong checksum": packed[:-8] + b"\0\0\0\0" + packed[-4:],
        "a bomb": gzip.compress(b" " * 1_000_000 + text.encode(), mtime=0),
    }.items():
        yield f"gzip: {name}", edge_request.write(path, body, encoding="gzip")
