"""What a stored line says once its player is erased. Pure.

The user_id becomes a token. Of what the schemas mark as personal, identifiers become tokens too, the same for the same
value, and everything else goes. event_id, fingerprint and money stay.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from game_events_models import contract
from game_events_models.identity import fingerprint_of_line

from game_events_api.erasure.erasures import Erasure, digest_of, token_of

IDENTIFIERS = frozenset({"player_id", "device_id", "payment"})
"""Kinds of personal data whose values stay apart from each other."""
EVERY = "*"
"""In a pointer: every item of a list, every value of a map."""
SEARCHED = re.compile(r"(?=.{6})(?!.*[\s\"\\])(?![0-9.,+-]*$)")
"""An identifier of this form is looked for in any text; a shorter one, or a number, only where it is named."""
KEPT = frozenset({"event_id", "event_type", "schema_version", "game_id"})
USER_ID = re.compile(rb'"user_id"\s*:\s*("(?:[^"\\]|\\.)*")')
GAME_ID = re.compile(rb'"game_id"\s*:\s*"([^"\\]*)"')


class _Event(msgspec.Struct):
    game_id: Any = None
    user_id: Any = None


class _Line(msgspec.Struct):
    event: _Event


_line = msgspec.json.Decoder(_Line).decode


class Eraser:
    """`named` are the players, by game and user_id, whose identifiers are at hand: others' lines may mention them.

    Of whom there is only a digest, the identifier is learnt from their own lines.
    """

    def __init__(self, erasures: Sequence[Erasure], secret: bytes, named: Iterable[tuple[str, str]] = ()) -> None:
        self._secret = secret
        self._keys = {one.key for one in erasures}
        self._tokens = {(one.key, one.digest): one.pseudonym or token_of(secret, one.player) for one in erasures}
        self._games = {one.game_id for one in erasures}
        self._known: dict[tuple[str, str], str | None] = {}
        self._named: dict[tuple[str, str], str] = {}
        for game_id, user_id in named:
            self.token(game_id, user_id)
        self._has_learnt = False

    def has_learnt(self) -> bool:
        """Whether it knows identifiers that it did not know at the last call: what it saw before may mention them."""
        learnt, self._has_learnt = self._has_learnt, False
        return learnt

    def token(self, game_id: Any, user_id: Any) -> str | None:
        """What stands for a player's user_id; None for whoever is not erased."""
        if not (isinstance(game_id, str) and isinstance(user_id, str) and game_id in self._games):
            return None
        at = (game_id, user_id)
        if at not in self._known:
            found = (self._tokens.get((key, digest_of(key, game_id, user_id))) for key in self._keys)
            token = self._known[at] = next((token for token in found if token), None)
            if token and SEARCHED.match(user_id):
                self._named[at] = token
                self._has_learnt = True
        return self._known[at]

    def line(self, stream: str, line: bytes) -> bytes | None:
        """The line, without its newline, as it is to be; None where it stays."""
        if stream == "rejected":
            try:
                return self._rejected(line)
            except RecursionError:  # deeper than can be gone through: no event that there is
                return self._no_event(line)
        try:
            said = _line(line).event
        except msgspec.MsgspecError:
            return self._no_event(line)
        token = self.token(said.game_id, said.user_id)
        others = self._mentioned(said.game_id, line)
        if not token and not others:
            return None
        document = json.loads(line)
        if "fingerprint" not in document:  # of what it said when it came
            document["fingerprint"] = fingerprint_of_line(line.decode("utf-8", "surrogateescape"))
        before = json.loads(line)
        event, gone = self._erased(document.pop("event"), token, others)
        document = {**_replaced(document, gone), "event": event}
        return _encoded(document) if document != before else None

    def _mentioned(self, game_id: str | None, line: bytes) -> dict[str, str]:
        """Of the players at hand those that it mentions, with their tokens; of any game where it names none."""
        return {
            user_id: token
            for (of_game, user_id), token in self._named.items()
            if game_id in (None, of_game) and user_id.encode() in line
        }

    def _erased(
        self, event: dict[str, Any], token: str | None, others: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The event, changed in place, and the texts that are gone from it, with what stands for each.

        Elsewhere in the event only players' names are looked for: a receipt may be called as its transaction is.
        """
        names = dict(others)
        gone: dict[str, str] = {}
        if token:
            if SEARCHED.match(str(event["user_id"])):
                names[str(event["user_id"])] = token
            event["user_id"] = token
            for pointer, kind in _places(str(event.get("event_type"))):
                path = [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]
                if path != ["user_id"]:
                    self._erase_at(event, path, kind, gone)
        return _replaced(event, names), names | {text: to for text, to in gone.items() if SEARCHED.match(text)}

    def _erase_at(self, holder: Any, names: Sequence[str], kind: str, gone: dict[str, str]) -> None:
        for key in _keys_in(holder, names[0]):
            value = holder[key]
            if len(names) > 1:
                self._erase_at(value, names[1:], kind, gone)
            elif kind in IDENTIFIERS and isinstance(value, str):
                holder[key] = gone[value] = token_of(self._secret, value, 24)
            else:
                gone.update(dict.fromkeys(_texts(value), "erased"))
                if isinstance(holder, dict):
                    del holder[key]
                else:
                    holder[key] = None

    def _rejected(self, line: bytes) -> bytes | None:
        try:
            document = json.loads(line)
            raw = document["raw"]
            event = json.loads(raw)
            user_id, game_id = event["user_id"], event.get("game_id") or document.get("game_id")
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._no_event(line)
        token = self._token_of_any(game_id, str(user_id))
        others = self._mentioned(None, line)
        if not token and not others:
            return None
        event, gone = self._erased(event, token, others)
        was_whole = document.get("raw_bytes") == len(raw.encode("utf-8", "surrogatepass"))
        document = _replaced({**document, "raw": ""}, gone) | {"raw": _encoded(event).decode()}
        if was_whole:
            document["raw_bytes"] = len(document["raw"].encode())
        return _encoded(document)

    def _token_of_any(self, game_id: object, user_id: str) -> str | None:
        """A rejected event may name no game, or none that there is: then whoever is called so is meant."""
        if isinstance(game_id, str) and game_id in self._games:
            return self.token(game_id, user_id)
        return next((token for game in sorted(self._games) if (token := self.token(game, user_id))), None)

    def _no_event(self, line: bytes) -> bytes | None:
        """Text that cannot be read as an event: it goes where it names an erased player, and a line stays a line."""
        plain = line.replace(b'\\"', b'"')
        games = [game.decode("utf-8", "replace") for game in GAME_ID.findall(plain)]
        token = None
        for literal in USER_ID.findall(plain):
            user_id = _text(literal)
            for game_id in [game for game in games if game in self._games] or sorted(self._games):
                token = token or self.token(game_id, user_id)
        token = token or next(iter(self._mentioned(None, line).values()), None)
        if token is None:
            return None
        try:
            document = json.loads(line)
            kept = {name: document[name] for name in ("received_at", "correlation_id", "key_id", "ingested_by")}
            kept |= {name: document.get(name) for name in ("event_id", "event_type", "schema_version", "game_id")}
            kept |= {"fingerprint": document.get("fingerprint"), "sent_at": document.get("sent_at")}
            reasons = [{**reason, "message": ""} for reason in document["reasons"]]
            return _encoded({**kept, "reasons": reasons, "raw": "", "raw_bytes": document["raw_bytes"]})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return b'{"erased":true}'


@cache
def _places(event_type: str) -> tuple[tuple[str, str], ...]:
    """Pointers and kinds of what any version marks; of an unknown event what those of any event type do."""
    versions = contract.versions()
    types = [event_type] if event_type in versions else sorted(versions)
    found: dict[str, str] = {}
    for name in types:
        for version in versions[name]:
            found |= contract.personal_data(name, version)
    return tuple(sorted(found.items(), key=lambda place: -place[0].count("/")))


def _keys_in(holder: Any, name: str) -> list[Any]:
    if isinstance(holder, list):
        return list(range(len(holder))) if name == EVERY else []
    if isinstance(holder, dict):
        return list(holder) if name == EVERY else [name] if name in holder else []
    return []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _replaced(value: Any, gone: Mapping[str, str]) -> Any:
    """With tokens wherever the texts that are gone stand, in keys too."""
    if not gone:
        return value
    texts = "|".join(re.escape(text) for text in sorted(gone, key=len, reverse=True))
    pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{texts})(?![A-Za-z0-9])")

    def within(one: Any) -> Any:
        if isinstance(one, str):
            return pattern.sub(lambda found: gone[found[0]], one)
        if isinstance(one, dict):
            return {within(name): below if name in KEPT else within(below) for name, below in one.items()}
        return [within(below) for below in one] if isinstance(one, list) else one

    return within(value)


def _encoded(document: Any) -> bytes:
    try:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half of a character, as an escape
        return json.dumps(document, separators=(",", ":")).encode()


def _text(literal: bytes) -> str:
    try:
        return str(json.loads(literal))
    except ValueError:
        return literal[1:-1].decode("utf-8", "replace")
