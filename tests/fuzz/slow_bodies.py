"""Bodies that might take the edge long, as genomes that a search can change: what fills them, where, how often."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from game_events_models import contract

SINGLE, BATCH, VALIDATE = "install", "batch", "validate"
KIB = 1024
EXAMPLES: tuple[dict[str, Any], ...] = tuple(
    contract.judging_schema(event_type, versions[-1])["examples"][0]
    for event_type, versions in contract.versions().items()
)

Unit = Callable[[int], bytes]
"""One JSON value; the number says how large, where that can be said."""

UNITS: dict[str, Unit] = {
    "zero": lambda n: b"0",
    "digits": lambda n: b"9" * (1 + n % 4_300),
    "just over 64 bits": lambda n: b"18446744073709551616",
    "1e308": lambda n: b"1e308",
    "1e-400": lambda n: b"1e-%d" % (300 + n % 200),
    "seventeen digits": lambda n: b"1.7976931348623157e308",
    "denormal": lambda n: b"4.9406564584124654e-324",
    "fraction": lambda n: b"0." + b"1" * (1 + n),
    "halfway": lambda n: b"9007199254740993." + b"0" * n + b"1",
    "overflow": lambda n: b"1e309",
    "null": lambda n: b"null",
    "empty text": lambda n: b'""',
    "text": lambda n: b'"' + b"x" * n + b'"',
    "escapes": lambda n: b'"' + b"\\n" * n + b'"',
    "controls": lambda n: b'"' + b"\\u0001" * n + b'"',
    "colons": lambda n: b'"' + b"\\u003a" * n + b'"',
    "quotes": lambda n: b'"' + b'\\"' * n + b'"',
    "accents": lambda n: b'"' + "é".encode() * n + b'"',
    "escaped accents": lambda n: b'"' + b"\\u00e9" * n + b'"',
    "pairs": lambda n: b'"' + b"\\ud83d\\ude00" * n + b'"',
    "emoji": lambda n: b'"' + "😀".encode() * n + b'"',
    "list": lambda n: b"[]",
    "object": lambda n: b"{}",
    "field": lambda n: b'{"a":1}',
    "twice": lambda n: b'{"a":1,"a":1}',
    "deep lists": lambda n: b"[" * (1 + n % 900) + b"]" * (1 + n % 900),
    "deep objects": lambda n: b'{"a":' * (1 + n % 900) + b"1" + b"}" * (1 + n % 900),
    "deep mixture": lambda n: b'[{"":' * (1 + n % 400) + b"0" + b"}]" * (1 + n % 400),
    "wide object": lambda n: b"{" + b",".join(b'"%x":0' % number for number in range(n)) + b"}",
    "wide list": lambda n: b"[" + b",".join([b"0"] * n) + b"]",
    "objects": lambda n: b"[" + b",".join([b'{"":0}'] * n) + b"]",
}
NAMES: dict[str, Callable[[int], bytes]] = {
    "good": lambda number: b'"k%x"' % number,
    "bad": lambda number: b'"K%x"' % number,
    "long": lambda number: b'"K%x' % number + b"x" * 100 + b'"',
    "longest": lambda number: b'"K%x' % number + b"x" * 2_000 + b'"',
    "escaped": lambda number: b'"\\u004b%x"' % number,
    "with a colon": lambda number: b'"\\u003a%x"' % number,
    "accented": lambda number: '"É%x"'.encode() % number,
    "the same": lambda number: b'"k"',
}
PLACES = ("properties", "device", "list", "unknown", "fields", "alone", "properties and list", *EXAMPLES[0])
ENDS = ("", " ", "x", "]", "\u00e9", ',"events":[]}', '{"a":1,"a":2}')


@dataclass(frozen=True)
class Genome:
    """A body; `size` bytes of each event are filled with `unit`."""

    unit: str
    number: int
    name: str
    place: str
    size: int
    events: int
    example: int = 0
    space: str = ""
    """Between events, and between values."""
    end: str = ""
    path: str = SINGLE
    zipped: bool = False

    def event(self) -> bytes:
        unit = UNITS[self.unit](self.number)
        values = max(1, self.size // (len(unit) + 1 + len(self.space)))
        comma = f",{self.space}".encode()
        listed = b"[" + comma.join([unit] * values) + b"]"
        if self.place == "list":
            return self._with("x", listed)
        if self.place == "unknown":
            return self._with("x", unit)
        if self.place in EXAMPLES[0] and self.place not in ("properties", "device"):
            return self._with(self.place, unit if self.number % 2 else listed)
        name = NAMES[self.name]
        values = max(1, self.size // (len(unit) + len(name(255)) + 2 + len(self.space)))
        fields = comma.join(b"%b:%b" % (name(number), unit) for number in range(values))
        if self.place == "alone":
            return b"{%b}" % fields
        if self.place == "fields":
            return json.dumps(EXAMPLES[self.example])[:-1].encode() + b"," + fields + b"}"
        return self._with("device" if self.place == "device" else "properties", b"{%b}" % fields)

    def _with(self, field: str, value: bytes) -> bytes:
        rest = {name: inner for name, inner in EXAMPLES[self.example].items() if name != field}
        return json.dumps(rest, separators=(",", ":"))[:-1].encode() + b',"%b":%b}' % (field.encode(), value)

    def body(self, most: int) -> bytes:
        """At most so many bytes; of a batch fewer events then."""
        event = self.event()
        if self.path != BATCH:
            return event[:most] + self.end.encode()
        events = max(1, min(self.events, (most - 100) // (len(event) + 1 + len(self.space))))
        body = b'{"events":[%b]}' % f",{self.space}".encode().join([event] * events)
        return body[:most] + self.end.encode()


KNOWN = {
    "4,800 wrong properties": Genome("list", 0, "bad", "properties", 60_000, 1),
    "numbers at the end of a double's range": Genome("1e308", 0, "good", "list", 60_000, 1),
    "numbers below it": Genome("1e-400", 100, "good", "list", 60_000, 1),
    "integers of thousands of digits": Genome("digits", 4_200, "good", "properties", 60_000, 1),
    "brackets": Genome("list", 0, "good", "list", 60_000, 1),
    "depth": Genome("deep mixture", 390, "good", "list", 60_000, 1),
    "a key twice, and escapes": Genome("colons", 3, "the same", "properties", 60_000, 1),
    "500 refused events": Genome("list", 0, "bad", "properties", 8_700, 500, path=BATCH),
    "500 refused events with every reason": Genome("zero", 0, "bad", "properties", 900, 500, path=BATCH),
    "8 MiB of numbers": Genome("1e308", 0, "good", "list", 16_000, 500, path=BATCH, zipped=True),
    "8 MiB of brackets": Genome("list", 0, "good", "list", 16_000, 500, path=BATCH, zipped=True),
    "8 MiB of empty objects": Genome("object", 0, "good", "alone", 1, 3_000_000, path=BATCH, zipped=True),
    "8 MiB in one event": Genome("list", 0, "good", "list", 8_000_000, 1, path=SINGLE, zipped=True),
}
"""What was slow once; every search begins with it."""


def any_genome(random: Random) -> Genome:
    genome = Genome("zero", 0, "good", "properties", KIB, 1)
    for _ in range(12):
        genome = changed(genome, random)
    return genome


def changed(genome: Genome, random: Random) -> Genome:
    """With one gene of another value."""
    change: dict[str, Any] = random.choice(
        (
            {"unit": random.choice(list(UNITS))},
            {"unit": random.choice(list(UNITS)), "number": random.choice((1, 20, 200, 900, 4_299))},
            {"number": random.choice((0, 1, 2, 8, 31, 64, 189, 255, 256, 900, 2_000, 4_299, 60_000))},
            {"number": max(0, int(genome.number * random.uniform(0.5, 2)))},
            {"name": random.choice(list(NAMES))},
            {"place": random.choice(PLACES)},
            {
                "size": random.choice(
                    (10, 200, 1_500, 2_000, 8 * KIB, 16 * KIB, 30 * KIB, 60 * KIB, 64 * KIB, 120 * KIB)
                )
            },
            {"size": max(1, int(genome.size * random.uniform(0.5, 2)))},
            {"events": random.choice((1, 2, 20, 499, 500, 501, 100_000))},
            {"example": random.randrange(len(EXAMPLES))},
            {"space": random.choice(("", "", "", " ", "\n        ", " " * 500))},
            {"end": random.choice(ENDS) if random.random() < 0.3 else ""},
        )
    )
    return replace(genome, **change)


def zipped(body: bytes) -> bytes:
    return gzip.compress(body, 1)
