"""JSON in, JSON out: strict on the way in, canonical on the way out.

What is stored is the re-encoded event, so duplicate keys, odd white space or escapes of the original
bytes cannot reach a parser downstream that reads them differently.
"""

import json
from typing import Any

import msgspec
from game_events_models.http import FieldError
from game_events_models.identity import number

from game_events_api.errors import Problem, RequestRefused

FEW_FLOATS = 2_000


class TooManyFloats(Exception):
    """Reading them all at once would take long."""


class _Few:
    """`number`, as often as is quick."""

    left = 0

    def __call__(self, text: str) -> int | float:
        self.left -= 1
        if self.left < 0:
            raise TooManyFloats
        return number(text)


_few = _Few()
_decoder = msgspec.json.Decoder(float_hook=number)
_decoder_of_few = msgspec.json.Decoder(float_hook=_few)
_encoder = msgspec.json.Encoder()


def decode(body: bytes) -> Any:
    """The JSON value of a body. Raises RequestRefused 400 for anything that is not exactly one JSON text in UTF-8.

    That includes NaN, Infinity, lone surrogates, a byte order mark, numbers no double holds and nesting too deep.
    """
    try:
        return _decoder.decode(body)
    except (RecursionError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise malformed(error) from None


def sent(raw: object) -> Any:
    """What was sent, of which a stored line keeps the text; None where the edge would not read it, or it was cut.

    A reader that takes more than the edge finds halves of characters and NaN there, which no answer can hold.
    """
    try:
        return decode(raw.encode()) if isinstance(raw, str) else None
    except (RequestRefused, UnicodeEncodeError):
        return None


def decode_quickly(body: bytes) -> Any:
    """The same; TooManyFloats when there are more than FEW_FLOATS: they are what takes most time for a byte."""
    _few.left = FEW_FLOATS
    try:
        return _decoder_of_few.decode(body)
    except (RecursionError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise malformed(error) from None


def malformed(error: Exception) -> RequestRefused:
    """What to say of a body that a decoder would not take."""
    if isinstance(error, RecursionError):
        return RequestRefused(Problem.MALFORMED_JSON, "the JSON is nested too deeply")
    if isinstance(error, UnicodeDecodeError):
        return RequestRefused(Problem.MALFORMED_JSON, f"the body is not UTF-8: {error.reason}")
    return RequestRefused(Problem.MALFORMED_JSON, f"the body is not JSON: {error}")


def encode(document: object) -> bytes:
    """The one spelling in which an event is stored. Raises RequestRefused 400 where `decode` only just passed."""
    try:
        return _encoder.encode(document)
    except RecursionError as error:
        raise malformed(error) from None
    except OverflowError:  # an integer beyond 64 bits, which no schema lets through; kept for the rejected events
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def no_key_is_lost(body: bytes, encoded: bytes) -> bool:
    """Whether the body, decoded and encoded again as `encoded`, surely had no key twice in one object.

    A duplicate key is lost in decoding and takes its colon along, so equal bytes, or as many colons, mean there was
    none. Only an escaped colon could make up for a lost one; of a body with such an escape nothing is sure.
    """
    return body == encoded or (body.count(b":") == encoded.count(b":") and b"\\u003" not in body)


def refuse_duplicate_keys(body: bytes, encoded: bytes) -> None:
    """Raise RequestRefused 400 when an object in the body names a key twice; `encoded` is the body encoded again.

    What is not sure by `no_key_is_lost` is parsed again the slow way, without making numbers of what are any.
    """
    if no_key_is_lost(body, encoded):
        return
    try:
        json.loads(body, object_pairs_hook=_unique, parse_float=str, parse_int=str)
    except _DuplicateKey as error:
        reason = FieldError(
            pointer="",
            rule="duplicate-key",
            message=f"the key {error.args[0]!r} stands twice in one object; send it once",
        )
        raise RequestRefused(Problem.MALFORMED_JSON, reason.message, errors=[reason]) from None
    except RecursionError as error:
        raise malformed(error) from None


class _DuplicateKey(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) == len(pairs):
        return
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise _DuplicateKey(key[:64])
        seen.add(key)
