"""CREATE TASK: when it runs, on what, and what it does."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from zoneinfo import available_timezones

from game_events_warehouse.snowflake.lint.kinds import SESSION, TASK_VALUES
from game_events_warehouse.snowflake.lint.options import Options, read_options
from game_events_warehouse.snowflake.lint.reading import Reader, meant
from game_events_warehouse.snowflake.lint.tokens import Kind, Token
from game_events_warehouse.snowflake.lint.values import Value, anything, name

_INTERVAL = re.compile(r"(?i)(\d+)\s*(minutes?|m|hours?|h|seconds?|s)")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_SHORTEST, _LONGEST = 10, 11_520 * 60
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
    ("day of the week", 0, 7, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")),
)
_CONDITIONS = frozenset(
    {"SYSTEM$STREAM_HAS_DATA", "SYSTEM$GET_PREDECESSOR_RETURN_VALUE", "SYSTEM$GET_TASK_GRAPH_CONFIG"}
)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def schedule(reader: Reader, option: str) -> None:
    """'n MINUTES', or 'USING CRON' with five fields and a time zone."""
    line = reader.line
    if not reader.kind_is(Kind.TEXT, Kind.PARAMETER) and "{{" not in reader.shown():
        reader.found(f"{option} = {reader.shown()}", "give 'n MINUTES' or 'USING CRON … zone', in quotes")
        if not reader.ended:
            reader.at += 1
        return
    told = reader.take().value.strip()
    if "{{" in told or told.startswith("$"):
        return
    cron = re.fullmatch(r"(?i)USING\s+CRON\s+(.*)", told)
    problem = _cron(cron[1].split()) if cron else _interval(told)
    if problem is not None:
        reader.found(f"{option} = '{told}'", problem, line=line)


def _interval(told: str) -> str | None:
    match = _INTERVAL.fullmatch(told)
    if match is None:
        return "give 'n MINUTES' or 'USING CRON minute hour day month weekday zone'"
    seconds = int(match[1]) * _SECONDS[match[2][0].lower()]
    return None if _SHORTEST <= seconds <= _LONGEST else "give 10 seconds to 11520 minutes"


def _cron(fields: Sequence[str]) -> str | None:
    if len(fields) == len(_FIELDS):
        return "add the time zone behind the five fields, say UTC"
    if len(fields) != len(_FIELDS) + 1:
        return "give five fields and a time zone: minute hour day month weekday zone"
    for told, (title, least, most, words) in zip(fields, _FIELDS, strict=False):
        if not all(_is_cron(part, least, most, words, title) for part in told.split(",")):
            return f"{told!r} is no {title}: give {least} to {most}, *, a range or steps"
    if fields[-1] not in _zones():
        return f"there is no time zone {fields[-1]}: give one such as UTC or Europe/Vienna"
    return None


def _is_cron(part: str, least: int, most: int, words: Sequence[str], title: str) -> bool:
    value, slash, step = part.upper().partition("/")
    if slash and not (step.isdigit() and int(step) > 0):
        return False
    if value in ("*", "") or (value == "L" and "day" in title):
        return value != ""
    if title == "day of the week":
        value = re.sub(r"(L|#[1-5])$", "", value)
    ends = value.split("-")
    known = [words.index(end) + least if end in words else int(end) if end.isdigit() else -1 for end in ends]
    return len(ends) <= 2 and all(least <= end <= most for end in known)


_TASK = Options(
    "TASK",
    SESSION | TASK_VALUES | {"SCHEDULE": schedule},
    ends=frozenset({"AS", "WHEN", "AFTER"}),
    clauses={"EXECUTE AS USER": name, "WITH CONTACT": anything, "CONTACT": anything},
    phrases=frozenset({"EXECUTE AS CALLER", "EXECUTE AS OWNER", "COPY GRANTS"}),
)
ALTERED: Mapping[str, Value] = _TASK.values


def task(reader: Reader) -> Sequence[Token]:
    """Behind CREATE TASK name; returns what the task does."""
    line = reader.line
    seen: list[str] = []
    condition: Sequence[Token] = ()
    while not reader.ended and reader.word != "AS":
        seen += read_options(reader, _TASK)
        if reader.accept("AFTER"):
            seen.append("AFTER")
            _predecessors(reader)
        elif reader.accept("WHEN"):
            seen.append("WHEN")
            condition = _condition(reader)
    _check_times(reader, seen, condition, line)
    _check_compute(reader, seen, line)
    if not reader.accept("AS"):
        reader.found("a task without AS and a statement", "say what it does", line=line)
        return ()
    if reader.ended:
        reader.found("a task that does nothing", "write a statement behind AS", line=line)
    return reader.rest()


def _predecessors(reader: Reader) -> None:
    name(reader, "AFTER")
    while reader.accept(","):
        name(reader, "AFTER")


def _condition(reader: Reader) -> Sequence[Token]:
    line = reader.line
    tokens = reader.until(lambda here: here.word == "AS" or (here.ahead(here.word, "=") and here.word in _TASK.values))
    if not tokens:
        reader.found("WHEN without a condition", "write SYSTEM$STREAM_HAS_DATA('stream')", line=line)
    for token in tokens:
        if token.upper.startswith("SYSTEM$") and token.upper not in _CONDITIONS:
            reader.found(f"WHEN does not take {token.text}", meant(token.text, _CONDITIONS), line=token.line)
    if tokens and not any(token.upper.startswith("SYSTEM$") or "{{" in token.text for token in tokens):
        reader.found("WHEN asks no SYSTEM$ function", "write SYSTEM$STREAM_HAS_DATA('stream')", line=line)
    return tokens


def _check_times(reader: Reader, seen: Sequence[str], condition: Sequence[Token], line: int) -> None:
    begins = [option for option in ("SCHEDULE", "AFTER", "FINALIZE") if option in seen]
    if len(begins) > 1:
        reader.found(f"{' and '.join(begins)} together", "keep one: a task has one reason to begin", line=line)
    watches = any(token.upper.startswith("SYSTEM$STREAM") for token in condition)
    if not begins and not watches:
        todo = "add SCHEDULE, AFTER, or WHEN SYSTEM$STREAM_HAS_DATA('stream')"
        reader.found("a task that nothing begins", todo, line=line)
    if not begins and watches and "WAREHOUSE" not in seen and "TARGET_COMPLETION_INTERVAL" not in seen:
        todo = "add TARGET_COMPLETION_INTERVAL, or name a WAREHOUSE"
        reader.found("a triggered task without a warehouse", todo, line=line)


def _check_compute(reader: Reader, seen: Sequence[str], line: int) -> None:
    if "WAREHOUSE" in seen and "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE" in seen:
        reader.found(
            "a task with WAREHOUSE and USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE",
            "keep one: the second is for tasks without a warehouse of yours",
            line=line,
        )
