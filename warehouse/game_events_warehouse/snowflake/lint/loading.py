"""COPY INTO, and the pipe around one."""

from game_events_warehouse.snowflake.lint.file_formats import (
    INTO_LOCATION,
    INTO_TABLE,
    NOT_IN_A_PIPE,
    PARTITION,
    on_error,
)
from game_events_warehouse.snowflake.lint.kinds import PIPE
from game_events_warehouse.snowflake.lint.options import Options, read_options
from game_events_warehouse.snowflake.lint.reading import Reader
from game_events_warehouse.snowflake.lint.tokens import Kind

_INTO_TABLE = Options("COPY INTO a table", INTO_TABLE)
_IN_A_PIPE = Options("the COPY of a pipe", INTO_TABLE | {"ON_ERROR": on_error(pipe=True)})
_INTO_LOCATION = Options("COPY INTO a stage", INTO_LOCATION, clauses=PARTITION)


def copy_into(reader: Reader, *, pipe: bool = False) -> None:
    """Behind COPY: INTO … FROM … and the options."""
    reader.expect("INTO", "write COPY INTO")
    if reader.kind_is(Kind.STAGE, Kind.TEXT):
        reader.at += 1
        if reader.expect("FROM", "say what is copied: FROM a table or (SELECT …)") and reader.brackets() is None:
            reader.name()
        read_options(reader, _INTO_LOCATION)
        return
    if reader.name() is None:
        reader.found(f"COPY INTO {reader.shown()}", "name a table or a stage")
        return
    columns = reader.brackets()
    _source(reader, None if columns is None else _commas(columns) + 1)
    line = reader.line
    seen = read_options(reader, _IN_A_PIPE if pipe else _INTO_TABLE)
    if pipe:
        for option in NOT_IN_A_PIPE:
            if option in seen:
                reader.found(f"a pipe does not take {option}", "remove it", line=line)
    if "PATTERN" in seen and "FILES" in seen:
        reader.found("FILES and PATTERN together", "keep one of them", line=line)


def _source(reader: Reader, columns: int | None) -> None:
    if not reader.accept("FROM"):
        if not (reader.ended or reader.word in INTO_TABLE):
            reader.found(f"unexpected {reader.shown()} in COPY INTO", "write FROM @stage or FROM (SELECT …)")
        return
    line, query = reader.line, reader.brackets()
    if query is None:
        if not reader.kind_is(Kind.STAGE, Kind.TEXT):
            reader.found(f"COPY … FROM {reader.shown()}", "name a stage with @ before it, or a query in brackets")
        if not reader.ended:
            reader.at += 1
        return
    if not query.accept("SELECT"):
        query.found(f"COPY … FROM ({query.shown()} …)", "write a SELECT in the brackets", line=line)
        return
    chosen = Reader(query.until(lambda here: here.word == "FROM"))
    if chosen.tokens and chosen.tokens[0].text == "*":
        return
    if columns is not None and _commas(chosen) + 1 != columns:
        what = f"{columns} columns of the table and {_commas(chosen) + 1} of the SELECT"
        reader.found(what, "name one for one", line=line)


def _commas(reader: Reader) -> int:
    count = 0
    while not reader.ended:
        reader.until(lambda here: here.word == ",")
        count += reader.accept(",")
    return count


def pipe(reader: Reader) -> None:
    """Behind CREATE PIPE name: options, AS, and the COPY."""
    line = reader.line
    seen = read_options(reader, PIPE)
    if not reader.accept("AS"):
        reader.found("a pipe without AS COPY INTO …", "say what it loads", line=line)
        return
    if "AUTO_INGEST" not in seen and ("AWS_SNS_TOPIC" in seen or "INTEGRATION" in seen):
        reader.found("a pipe that is notified of files but has no AUTO_INGEST", "add AUTO_INGEST = TRUE", line=line)
    if not reader.accept("COPY"):
        reader.found(f"a pipe AS {reader.shown()}", "a pipe takes COPY INTO and nothing else")
        reader.rest()
        return
    copy_into(reader, pipe=True)
