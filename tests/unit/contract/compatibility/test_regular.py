"""What is said of a pattern's texts is never more than the validator's own engine says."""

import random
from itertools import product

import jsonschema_rs
import pytest
from game_events_contract.compatibility.regular import language

WORDS = ["".join(word) for count in range(6) for word in product("abc", repeat=count)]
WORDS += ["\n", "a\n", "\na", "é", "aé", "\u2028", "\U0001f600"]


def pattern(chance: random.Random, depth: int) -> str:
    kind = chance.randrange(8 if depth else 4)
    if kind < 3:
        return chance.choice("ab")
    if kind == 3:
        return chance.choice([".", "[ab]", "[^a]", "[a-b]", "\\x61", "\\u0062", "[^b-c]", "\\d", "\\w"])
    if kind == 4:
        return pattern(chance, depth - 1) + pattern(chance, depth - 1)
    if kind == 5:
        return f"(?:{pattern(chance, depth - 1)}|{pattern(chance, depth - 1)})"
    signs = ["*", "+", "?", "{2}", "{1,2}", "{1,}", "*?", "{0,1}"]
    return f"({pattern(chance, depth - 1)}){chance.choice(signs)}"


def whole(chance: random.Random) -> str:
    options = "|".join(pattern(chance, 3) for _ in range(chance.choice((1, 1, 1, 2))))
    return chance.choice(["^{}$", "^{}$", "^{}", "{}$", "{}", "^(?:{})$"]).format(options)


def matched(text: str) -> list[str]:
    judge = jsonschema_rs.Draft202012Validator({"pattern": text})
    return [word for word in WORDS if judge.is_valid(word)]


def test_lengths_and_containment_hold_for_every_word_tried() -> None:
    chance = random.Random(20261127)
    proved = 0
    for _ in range(250):
        old, new = whole(chance), whole(chance)
        wide, narrow = language(old, wide=True), language(new, wide=False)
        assert wide is not None
        assert narrow is not None
        words = matched(old)
        longest = wide.longest()
        assert all(wide.shortest() <= len(word) and (longest is None or len(word) <= longest) for word in words), old
        if wide.within(narrow):
            proved += 1
            assert set(words) <= set(matched(new)), (old, new)
    assert proved > 40


@pytest.mark.parametrize(
    ("text", "shortest", "longest"),
    [
        ("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", 36, 36),
        ("^(?:P[1-9][0-9]{0,2}[DWMY])$", 3, 5),
        ("^[a-z]{2}(?:-[A-Z]{2})?$", 2, 5),
        ("^[^\\x00-\\x1f\\x7f]+$", 1, None),
        ("^$", 0, 0),
        ("a", 1, None),
        ("^a|b$", 1, None),
    ],
)
def test_the_lengths_of_a_pattern(text: str, shortest: int, longest: int | None) -> None:
    found = language(text, wide=True)
    assert found is not None
    assert (found.shortest(), found.longest()) == (shortest, longest)


@pytest.mark.parametrize(
    "text",
    [
        "^(?!a)b$",
        "^(?<=a)b$",
        r"^(a)\1$",
        r"^\p{L}$",
        r"\bword\b",
        "^a^b",
        "a$b",
        "^[[:alpha:]]$",
        "^[a&&b]$",
        "^a{3000}$",
        "(",
        "^(?:(?:a{100}){100}){100}$",
        "[b-a]",
        "^(?i)a$",
        r"^[^\d]$",
        r"\ud83d",
    ],
)
def test_nothing_is_said_of_a_pattern_that_is_not_understood(text: str) -> None:
    assert language(text, wide=True) is None


def test_what_takes_too_long_to_tell_is_not_proved() -> None:
    one, other = language("^[ab]*a[ab]{14}$", wide=True), language("^[ab]*b[ab]{13}a?$", wide=False)
    assert one is not None
    assert other is not None
    assert not one.within(other)
