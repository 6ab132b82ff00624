"""Changes to a JSON body that keep it JSON, so that a fuzzer gets past the parser and into the schemas."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from fuzz.edge_request import HEAD_BYTES

NASTY_TEXTS = ("", " ", "\x00", "\n", "\x7f", "\u2028", "é", "🎮", "\ufeff", ":", '"', "\\", "1e5", "0", "-", "x" * 300)
NASTY_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.0, 0.1, -0.0, 1e15, 1e16, 5e-324, 1.7976931348623157e308),
    *(2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30, [], {}, [[]], {"": 0}, {"a": {"a": {}}}),
)


class JsonMutator:
    """Knows which values have been seen under which key; all randomness comes from the seed of a call."""

    def __init__(self, samples: Iterable[bytes]) -> None:
        self._seen: dict[str, list[Any]] = defaultdict(list)
        for sample in samples:
            self._learn(_parsed(sample[HEAD_BYTES:]))
        self._names = sorted(self._seen)

    def mutate(self, data: bytes, max_size: int, seed: int, fallback: Callable[[bytes, int], bytes]) -> bytes:
        """The data with one to four changes; `fallback` changes bytes where there is no JSON to change."""
        random = Random(seed)
        head, document = bytearray(data[:HEAD_BYTES]), _parsed(data[HEAD_BYTES:])
        if document is None or random.random() < 0.25:
            return fallback(data, max_size)
        if head and random.random() < 0.1:
            head[random.randrange(len(head))] = random.randrange(16)
        holder = [document]
        for _ in range(random.choice((1, 1, 2, 4))):
            self._change(holder, random)
        changed = bytes(head) + _spelled(holder[0], random)
        return changed if len(changed) <= max_size else fallback(data, max_size)

    def _learn(self, value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                if len(self._seen[name]) < 50 and inner not in self._seen[name]:
                    self._seen[name].append(inner)
                self._learn(inner)
        elif isinstance(value, list):
            for inner in value:
                self._learn(inner)

    def _change(self, holder: list[Any], random: Random) -> None:
        container, key = random.choice(list(_places(holder)))
        value = container[key]
        match random.randrange(8):
            case 0:
                container[key] = _copied(random.choice(NASTY_VALUES))
            case 1 | 2:
                known = self._seen.get(key) if isinstance(key, str) else None
                container[key] = _copied(random.choice(known or NASTY_VALUES))
            case 3 if isinstance(container, dict):
                del container[key]
            case 4 if isinstance(container, dict):
                container[random.choice(NASTY_TEXTS) if random.random() < 0.2 else str(key).upper()] = value
            case 5 if isinstance(value, dict):
                name = random.choice(self._names)
                value[name] = _copied(random.choice(self._seen[name]))
            case 5 | 6 if isinstance(value, list):
                value.extend(_copied(value[:3]))
            case 6 | 7 if isinstance(value, str):
                container[key] = _edited(value, random)
            case _:
                container[key] = [value] if random.random() < 0.5 else {"a": value}


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _copied(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _places(value: Any, depth: int = 0) -> Iterable[tuple[Any, Any]]:
    if depth > 20:
        return
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key], depth + 1)


def _edited(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    match random.randrange(4):
        case 0:
            return text[:at] + random.choice(NASTY_TEXTS) + text[at:]
        case 1:
            return text[:at]
        case 2:
            return text[:at] + text[at + 1 :]
        case _:
            return (
                text[:at]
                + chr(random.choice((random.randrange(32, 127), random.randrange(128, 0xD7FF))))
                + text[at + 1 :]
            )


def _spelled(document: Any, random: Random) -> bytes:
    """JSON leaves a choice of spellings; a decoder has to get the same value out of each."""
    text = json.dumps(
        document,
        ensure_ascii=random.random() < 0.5,
        indent=random.choice((None, None, None, 1)),
        separators=random.choice((None, (",", ":"))),
    )
    if random.random() < 0.1:
        letter = random.choice("aeiou:_1")
        text = text.replace(letter, f"\\u{ord(letter):04x}", 1) if letter in text else text
    if random.random() < 0.1 and (at := text.find('":', random.randrange(len(text)))) > 0:
        start = text.rfind('"', 0, at)
        text = text[:start] + text[start : at + 1] + ":0," + text[start:]  # the same key twice
    return text.encode("utf-8", "surrogatepass")
