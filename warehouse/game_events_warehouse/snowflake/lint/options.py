"""The options of a statement: which there are, what their values may be, and which must be there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from game_events_warehouse.snowflake.lint.reading import Reader, meant
from game_events_warehouse.snowflake.lint.tokens import Kind
from game_events_warehouse.snowflake.lint.values import Value, text

ELSEWHERE: dict[str, set[str]] = {}
"""Option → the kinds of statement that have it; filled as the kinds are described."""


@dataclass(frozen=True)
class Options:
    """The options that one kind of statement has."""

    of: str
    values: Mapping[str, Value]
    """Option = value, in any order."""
    phrases: frozenset[str] = frozenset()
    """What is said without a value: COPY GRANTS."""
    required: tuple[str, ...] = ()
    ends: frozenset[str] = frozenset()
    """Words that end the options, for what comes behind them."""
    clauses: Mapping[str, Value] = field(default_factory=dict)
    """What is said without an equals sign: CLUSTER BY (…)."""

    def __post_init__(self) -> None:
        for option in self.values:
            ELSEWHERE.setdefault(option, set()).add(self.of)


TAGS = frozenset({"WITH TAG", "TAG"})


def read_options(reader: Reader, options: Options, *, check_required: bool = True) -> list[str]:
    """Reads options up to the end, or up to a word that ends them; the options that were there, in order."""
    seen: list[str] = []
    said_unknown = False
    first_line = reader.line
    while not reader.ended and reader.word not in options.ends:
        if reader.accept(","):
            continue
        if reader.accept_any(options.phrases) is not None:
            continue
        clause = reader.accept_any(options.clauses)
        if clause is not None:
            if clause in seen and clause == "CLUSTER BY":
                reader.found(f"{clause} is given twice", "keep one of them")
            options.clauses[clause](reader, clause)
            seen.append(clause)
            continue
        if reader.accept_any(TAGS) is not None:
            read_tags(reader)
            continue
        option = reader.word
        if option == "WITH" and reader.at + 1 < len(reader.tokens):
            reader.at += 1
            continue
        if option in options.values:
            reader.at += 1
            _read_one(reader, options, option, seen)
            continue
        if not said_unknown or reader.tokens[reader.at - 1].upper != "=":
            _unknown(reader, options)
        said_unknown = True
        _recover(reader, options)
    if check_required:
        for option in options.required:
            if option not in seen:
                reader.found(f"{options.of} without {option}", f"add {option} = …", line=first_line)
    return seen


def _read_one(reader: Reader, options: Options, option: str, seen: list[str]) -> None:
    line = reader.tokens[reader.at - 1].line
    if option in seen:
        reader.found(f"{option} is given twice", "keep one of them", line=line)
    seen.append(option)
    if not reader.accept("="):
        reader.found(f"{option} without = and a value", f"write {option} = …", line=line)
        if reader.ended or reader.word in options.values or reader.word in options.ends:
            return
    elif reader.ended or (reader.ahead(reader.word, "=") and reader.word in options.values):
        reader.found(f"{option} has no value", f"write {option} = …", line=line)
        return
    options.values[option](reader, option)


def _unknown(reader: Reader, options: Options) -> None:
    word = reader.word
    if not word or not reader.kind_is(Kind.WORD):
        reader.found(f"unexpected {reader.shown()} in {options.of}", "remove it, or put it in its place")
        return
    others = sorted(ELSEWHERE.get(word, set()) - {options.of})
    known = [*options.values, *options.phrases, *options.clauses]
    todo = meant(word, known)
    if others and not todo.startswith("did you mean"):
        todo = f"remove it: it is an option of {', '.join(others[:3])}"
    reader.found(f"{options.of} has no {word}", todo)


def _recover(reader: Reader, options: Options) -> None:
    """Goes on to the next option, past the value of an unknown one."""
    reader.at += 1
    if reader.accept("="):
        if reader.brackets() is None and not reader.ended:
            reader.at += 1
        return
    reader.until(lambda here: here.word in options.values or here.word in options.ends)


def read_tags(reader: Reader, _option: str = "TAG") -> None:
    inside = reader.brackets() or reader  # ALTER … SET TAG has none
    while not inside.ended:
        if inside.name() is None or not inside.accept("="):
            inside.found(f"a tag is {inside.shown()}", "write TAG (name = 'value')")
            return
        text()(inside, "TAG")
        if not inside.accept(","):
            if inside is not reader:
                inside.nothing_more("separate tags by commas")
            return


def nested(
    of: str, values: Mapping[str, Value], *, phrases: Iterable[str] = (), required: tuple[str, ...] = ()
) -> Value:
    """Options in brackets: FILE_FORMAT = (TYPE = JSON …)."""
    options = Options(of, values, frozenset(phrases), required)

    def read(reader: Reader, option: str) -> None:
        inside = reader.brackets()
        if inside is None:
            reader.found(f"{option} has no brackets but {reader.shown()}", f"write {option} = (…)")
            if not reader.ended:
                reader.at += 1
            return
        read_options(inside, options)

    return read
