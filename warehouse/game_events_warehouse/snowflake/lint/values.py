"""What an option's value may be. Each reads it from the statement and says what is wrong with it."""

import re
from collections.abc import Callable, Iterable

from game_events_warehouse.snowflake.lint.reading import Reader, meant
from game_events_warehouse.snowflake.lint.tokens import Kind

Value = Callable[[Reader, str], None]
"""Reads the value of the option that is named, and finds what is wrong with it."""
_PLAIN = (Kind.WORD, Kind.TEXT, Kind.NUMBER, Kind.PARAMETER, Kind.QUOTED, Kind.DOLLAR)


def _plain(reader: Reader, option: str, wanted: str) -> str | None:
    """The next value without quotes; None, with a finding, where there is none."""
    negative = reader.accept("-")
    if not reader.kind_is(*_PLAIN):
        reader.found(f"{option} has no value but {reader.shown()}", f"give {wanted}")
        if reader.word == "(":
            reader.brackets()
        return None
    token = reader.take()
    return f"{'-' if negative else ''}{token.value}"


def _is_template(text: str) -> bool:
    return "{{" in text or text.startswith("$")


def flag(reader: Reader, option: str) -> None:
    """TRUE or FALSE."""
    line = reader.line
    value = _plain(reader, option, "TRUE or FALSE")
    if value is not None and value.upper() not in ("TRUE", "FALSE") and not _is_template(value):
        reader.found(f"{option} = {value}", "give TRUE or FALSE", line=line)


def whole(least: int, most: int | None = None, also: Iterable[str] = ()) -> Value:
    """A whole number within bounds, or one of a few words."""
    others = {other.upper() for other in also}
    wanted = f"a whole number from {least}" + (f" to {most}" if most is not None else " on")
    wanted += "".join(f" or {other}" for other in sorted(others))

    def read(reader: Reader, option: str) -> None:
        line = reader.line
        value = _plain(reader, option, wanted)
        if value is None or value.upper() in others or _is_template(value):
            return
        number = int(value) if re.fullmatch(r"-?\d+", value) else None
        if number is None or number < least or (most is not None and number > most):
            reader.found(f"{option} = {value}", f"give {wanted}", line=line)

    return read


def one_of(*choices: str) -> Value:
    """One of some words, in quotes or not."""
    known = {choice.upper() for choice in choices}

    def read(reader: Reader, option: str) -> None:
        line = reader.line
        value = _plain(reader, option, " or ".join(choices[:6]))
        if value is not None and value.upper() not in known and not _is_template(value):
            reader.found(f"{option} = {value}", meant(value, known), line=line)

    return read


def text(pattern: str | None = None, wanted: str = "a text in single quotes") -> Value:
    """A text; with a pattern, one that it fits."""

    def read(reader: Reader, option: str) -> None:
        if not reader.kind_is(Kind.TEXT, Kind.DOLLAR, Kind.PARAMETER) and "{{" not in reader.shown():
            reader.found(f"{option} has {reader.shown()} for a text", f"give {wanted}")
            if reader.kind_is(*_PLAIN):
                reader.at += 1
            return
        token = reader.take()
        if pattern is not None and not _is_template(token.value) and not re.fullmatch(pattern, token.value):
            reader.found(f"{option} = '{token.value}'", f"give {wanted}", line=token.line)

    return read


def name(reader: Reader, option: str) -> None:
    """The name of an object, as a word or in quotes."""
    if reader.kind_is(Kind.TEXT, Kind.DOLLAR):
        token = reader.take()
        if not token.value.strip():
            reader.found(f"{option} names nothing", "give the name of the object", line=token.line)
    elif reader.name() is None:
        reader.found(f"{option} names {reader.shown()}", "give the name of the object")


def texts(pattern: str | None = None, wanted: str = "texts", least: int = 0) -> Value:
    """Texts in brackets, separated by commas."""

    def read(reader: Reader, option: str) -> None:
        line = reader.line
        if reader.word != "(":
            reader.found(f"{option} has no list but {reader.shown()}", f"give {wanted} in brackets: ('…', '…')")
            if reader.kind_is(*_PLAIN):
                reader.at += 1
            return
        inside = reader.brackets()
        assert inside is not None
        count = 0
        while not inside.ended:
            count += 1
            text(pattern, wanted)(inside, option)
            if not inside.ended and not inside.accept(","):
                inside.found(f"a comma is missing in {option}", "separate the texts by commas")
                break
        if count < least:
            reader.found(f"{option} is empty", f"give {wanted}", line=line)

    return read


def names(reader: Reader, option: str) -> None:
    """Names in brackets or not, separated by commas."""
    inside = reader.brackets() if reader.word == "(" else reader
    assert inside is not None
    name(inside, option)
    while inside.accept(","):
        name(inside, option)


def word_or(word: str, other: Value) -> Value:
    """A word such as NONE or NULL, or the other value."""

    def read(reader: Reader, option: str) -> None:
        if not reader.accept(word):
            other(reader, option)

    return read


def anything(reader: Reader, option: str) -> None:
    """A single value of any kind, or what is in brackets."""
    if reader.brackets() is None and _plain(reader, option, "a value") is None:
        return


def secret(where: str) -> Value:
    """What must not stand in a file."""

    def read(reader: Reader, option: str) -> None:
        reader.found(f"{option} puts a secret into a file", where)
        anything(reader, option)

    return read
