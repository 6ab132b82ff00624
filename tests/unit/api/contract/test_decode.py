"""Strict JSON: what is refused, and that the colon count finds every duplicate key."""

import json
import time
from typing import Any

import pytest
from game_events_api.contract.decode import decode, encode, refuse_duplicate_keys, sent
from game_events_api.errors import Problem, RequestRefused
from hypothesis import example, given
from hypothesis import strategies as st

REFUSED = {
    "empty": b"",
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "overflow": b'{"a":1e400}',
    "5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "lone surrogate": b'{"a":"\\ud800"}',
    "surrogate in UTF-8": b'{"a":"\xed\xa0\x80"}',
    "overlong colon": b'{"a":"\xc0\xba"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "UTF-16 without mark": '{"a":1}'.encode("utf-16-be"),
    "deep nesting": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "two documents": b"{}{}",
    "truncated": b'{"a":1',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_exactly_one_json_text_is_refused(body: bytes) -> None:
    with pytest.raises(RequestRefused) as refused:
        decode(body)
    assert refused.value.problem is Problem.MALFORMED_JSON


@pytest.mark.parametrize("digits", [18, 19, 20, 25, 4000])
def test_integers_of_any_size_are_kept_exactly_for_the_rejected_stream(digits: int) -> None:
    document = {"a": int("9" * digits), "b": "é:"}
    assert json.loads(encode(decode(json.dumps(document).encode()))) == document


NUMBERS = [
    "1e308",
    "-1e308",
    "1.7976931348623157e308",
    "4.9406564584124654e-324",
    "0.1",
    "1.5",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_the_double_that_python_reads(number: str) -> None:
    assert repr(decode(number.encode())) == repr(json.loads(number))


@pytest.mark.parametrize(("text", "whole"), [("1E5", "100000"), ("-0.0", "0"), ("1e-400", "0"), ("3.0", "3")])
def test_a_whole_number_has_one_spelling(text: str, whole: str) -> None:
    assert encode(decode(b'{"n":%b}' % text.encode())) == b'{"n":%b}' % whole.encode()


def test_numbers_at_the_edge_of_a_double_cost_no_more_than_twenty_usual_ones() -> None:
    def seconds(number: bytes) -> float:
        body = b"[" + b",".join([number] * 20_000) + b"]"
        began = time.process_time()
        decode(body)
        return time.process_time() - began

    usual = max(seconds(b"1.5") for _ in range(3))
    for number in NUMBERS:  # msgspec's own parser takes a hundred times as long for the slowest
        assert min(seconds(number.encode()) for _ in range(3)) < 20 * usual, number


class Pairs(list[tuple[str, Any]]):
    """An object as it was written, with every pair it has."""


# Keys and texts rich in what could confuse a counter of colons.
texts = st.text(st.sampled_from(':"\\a/\u003aé\n'), max_size=4)
documents = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), texts),
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(texts, inner), max_size=4).map(Pairs),
    max_leaves=12,
)


ESCAPED = {":": "\\u003A", '"': "\\u0022"}


def spell(value: Any, escape: bool) -> str:
    """The document as JSON text; `escape` writes colons and quotes as \\u003a and \\u0022."""
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{spell(key, escape)} : {spell(inner, escape)}" for key, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(spell(inner, escape) for inner in value) + "]"
    if isinstance(value, str) and escape:
        return '"' + "".join(ESCAPED.get(character, json.dumps(character)[1:-1]) for character in value) + '"'
    return json.dumps(value)


def has_duplicate(value: Any) -> bool:
    if isinstance(value, Pairs):
        keys = [key for key, _ in value]
        return len(set(keys)) < len(keys) or any(has_duplicate(inner) for _, inner in value)
    return isinstance(value, list) and any(has_duplicate(inner) for inner in value)


@given(st.lists(st.tuples(texts, documents), max_size=4).map(Pairs), st.booleans())
@example(Pairs([("a", 1), ("a", ":")]), True)
@example(Pairs([("a", Pairs([("b", 1), ("b", 2)])), ("c", "::")]), True)
@example(Pairs([(":", 1), (":", 2)]), True)
def test_duplicate_keys_are_refused_exactly_when_there_are_any(document: Pairs, escape: bool) -> None:
    body = spell(document, escape).encode()
    try:
        refuse_duplicate_keys(body, encode(decode(body)))
        refused = False
    except RequestRefused:
        refused = True
    assert refused == has_duplicate(document)


@pytest.mark.parametrize(
    "raw", ['{"a":"\\ud800"}', '{"a":NaN}', '{"a":1e999}', '{"a":"\ud800"}', "[" * 5000, '{"a"', "", None, 7]
)
def test_what_the_edge_would_not_read_was_no_json(raw: object) -> None:
    assert sent(raw) is None


def test_what_was_sent_is_read_as_the_edge_reads_it() -> None:
    assert sent('{"a":[1.0,"\\ud83d\\ude00"]}') == {"a": [1.0, "😀"]}
