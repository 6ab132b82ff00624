"""What each kind of object may say behind its name, and what belongs together in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from game_events_warehouse.snowflake.lint import kinds, loading, policies, tables, tasks
from game_events_warehouse.snowflake.lint.file_formats import options_here
from game_events_warehouse.snowflake.lint.options import TAGS, Options, read_options
from game_events_warehouse.snowflake.lint.reading import Reader
from game_events_warehouse.snowflake.lint.tables import Table
from game_events_warehouse.snowflake.lint.tokens import Kind, Token
from game_events_warehouse.snowflake.lint.values import Value, anything, name


@dataclass
class Known:
    """What the statements so far have created."""

    tables: dict[str, Table] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Body:
    """SQL inside a statement that is looked at by itself."""

    tokens: Sequence[Token]
    is_expression: bool = False


Reads = Callable[[Reader, str, set[str], Known], Body | None]
_QUERY = frozenset({"AS"})
_NONE: Mapping[str, Value] = MappingProxyType({})


def _user(reader: Reader, option: str) -> None:
    name(reader, option)
    if reader.accept("USE", "SECONDARY", "ROLES"):
        name(reader, option)


_DYNAMIC = {"EXECUTE AS USER": _user, "FROZEN WHERE": anything, "IMMUTABLE WHERE": anything, "BACKFILL FROM": name}


def _plain(options: Options) -> Reads:
    def read(reader: Reader, name: str, modifiers: set[str], known: Known) -> Body | None:
        del modifiers
        if options is kinds.ROLE:
            known.roles.add(name)
        line, first = reader.line, reader.at
        read_options(reader, options)
        if options is kinds.WAREHOUSE:
            _clusters(reader, {token.upper: index for index, token in enumerate(reader.tokens)}, first, line)
        return None

    return read


def _clusters(reader: Reader, places: Mapping[str, int], first: int, line: int) -> None:
    least, most = (places.get(f"{end}_CLUSTER_COUNT", 0) + 2 for end in ("MIN", "MAX"))
    if min(least, most) < first or max(least, most) >= len(reader.tokens):
        return
    counts = [reader.tokens[least].value, reader.tokens[most].value]
    if all(count.isdigit() for count in counts) and int(counts[0]) > int(counts[1]):
        what = f"MIN_CLUSTER_COUNT = {counts[0]} and MAX_CLUSTER_COUNT = {counts[1]}"
        reader.found(what, "make the first no more than the second", line=line)


def _catalog(options: Options) -> Reads:
    def read(reader: Reader, name: str, modifiers: set[str], known: Known) -> None:
        del name, known
        if reader.accept("CLONE") or reader.accept("FROM") or reader.accept("AS", "REPLICA", "OF"):
            reader.rest()
            return
        values = dict(options.values)
        if "TRANSIENT" in modifiers:
            values["DATA_RETENTION_TIME_IN_DAYS"] = kinds.SHORT_RETENTION
        read_options(reader, Options(options.of, values, options.phrases, clauses=_CONTACT))

    return read


def _table(reader: Reader, name: str, modifiers: set[str], known: Known) -> Body | None:
    short = bool(modifiers & {"TRANSIENT", "TEMPORARY", "TEMP", "VOLATILE"})
    values = dict(kinds.TABLE_VALUES)
    if short:
        values["DATA_RETENTION_TIME_IN_DAYS"] = kinds.SHORT_RETENTION
    if reader.accept("LIKE") or reader.accept("CLONE") or reader.accept("USING") or reader.accept("FROM"):
        reader.rest()
        return None
    table: Table | None = None
    if reader.accept("CLUSTER", "BY"):
        reader.accept("LINEAR")
        reader.brackets()
    inside = reader.brackets() if reader.word == "(" else None
    if inside is not None:
        asks = any(token.upper == "AS" for token in reader.tokens[reader.at :])
        table = tables.read_columns(inside, typed=not asks)
        known.tables[name] = table
    elif not any(token.upper == "AS" for token in reader.tokens[reader.at :]):
        reader.found("a table without columns", "name them in brackets, or write AS SELECT …")
        reader.rest()
        return None
    of = f"{'a transient or temporary ' if short else ''}TABLE"
    read_options(reader, _of_tables(of, values, table))
    return Body(reader.rest()) if reader.accept("AS") else None


def _of_tables(of: str, values: dict[str, Value], table: Table | None, more: Mapping[str, Value] = _NONE) -> Options:
    def cluster(reader: Reader, _option: str) -> None:
        reader.accept("LINEAR")
        inside = reader.brackets()
        if inside is None:
            reader.found("CLUSTER BY without brackets", "write CLUSTER BY (column)")
        else:
            tables.check_clustering(inside, table)

    policies_on = dict.fromkeys(
        (f"{start}{policy} POLICY" for start in ("", "WITH ") for policy in _TABLE_POLICIES), _policy_on
    )
    return Options(
        of,
        values,
        phrases=frozenset({"COPY GRANTS", "COPY TAGS", "REQUIRE USER"}),
        ends=_QUERY | {"REFRESH"} if more else _QUERY,
        clauses={"CLUSTER BY": cluster, **_CONTACT, **policies_on, **more},
    )


_CONTACT = {"WITH CONTACT": anything, "CONTACT": anything}
_TABLE_POLICIES = ("ROW ACCESS", "AGGREGATION", "JOIN", "STORAGE LIFECYCLE")


def _policy_on(reader: Reader, option: str) -> None:
    if reader.name() is None:
        reader.found(f"{option} without a name", "name the policy")
    if reader.accept("ON") or reader.accept("ENTITY", "KEY") or reader.accept("ALLOWED", "JOIN", "KEYS"):
        reader.brackets()


def _dynamic_table(reader: Reader, name: str, modifiers: set[str], known: Known) -> Body | None:
    del name, known
    line = reader.line
    if reader.accept("CLONE"):
        reader.rest()
        return None
    values = dict(kinds.DYNAMIC_TABLE_VALUES)
    if "TRANSIENT" in modifiers:
        values["DATA_RETENTION_TIME_IN_DAYS"] = kinds.SHORT_RETENTION
    reader.brackets()
    seen = read_options(reader, _of_tables("DYNAMIC TABLE", values, None, _DYNAMIC))
    for option in ("TARGET_LAG", "WAREHOUSE"):
        if option not in seen and not (option == "TARGET_LAG" and "SCHEDULER" in seen):
            reader.found(f"a dynamic table without {option}", f"add {option} = …", line=line)
    if reader.accept("REFRESH"):
        reader.rest()  # a refresh of one's own
        return None
    if not reader.accept("AS"):
        reader.found("a dynamic table without AS SELECT …", "say what it holds", line=line)
        return None
    return Body(reader.rest())


def _view(reader: Reader, name: str, modifiers: set[str], known: Known) -> Body | None:
    del name, modifiers
    line = reader.line
    inside = reader.brackets() if reader.word == "(" else None
    if inside is not None:
        tables.read_columns(inside, typed=False)
    options = _of_tables("VIEW", kinds.VIEW_VALUES, None)
    read_options(reader, options)
    del known
    if not reader.accept("AS"):
        reader.found("a view without AS SELECT …", "say what it shows", line=line)
        return None
    if reader.ended:
        reader.found("a view of nothing", "write a SELECT behind AS", line=line)
    return Body(reader.rest())


def _stage(reader: Reader, name: str, modifiers: set[str], known: Known) -> None:
    del name, modifiers, known
    line, seen = reader.line, read_options(reader, kinds.STAGE)
    if "STORAGE_INTEGRATION" in seen and "URL" not in seen:
        reader.found("a stage with STORAGE_INTEGRATION and no URL", "add URL = 's3://…'", line=line)


def _file_format(reader: Reader, name: str, modifiers: set[str], known: Known) -> None:
    del name, modifiers, known
    read_options(reader, Options("this type of FILE FORMAT", {**options_here(reader), **kinds.COMMENT}))


def _pipe(reader: Reader, name: str, modifiers: set[str], known: Known) -> None:
    del name, modifiers, known
    loading.pipe(reader)


def _stream(reader: Reader, name: str, modifiers: set[str], known: Known) -> None:
    del name, modifiers, known
    line = reader.line
    if reader.accept("CLONE"):
        reader.rest()
        return
    while reader.accept("COPY", "GRANTS") or reader.accept_any(TAGS) is not None:
        reader.brackets()
    if not reader.expect("ON", "say what it follows: ON TABLE name"):
        reader.rest()
        return
    source = reader.accept_any(("TABLE", "VIEW", "EXTERNAL TABLE", "STAGE", "DYNAMIC TABLE", "EVENT TABLE"))
    if source is None:
        reader.found(f"a stream ON {reader.shown()}", "write ON TABLE, VIEW, EXTERNAL TABLE, DYNAMIC TABLE or STAGE")
        if not reader.ended and reader.tokens[reader.at].kind is Kind.WORD and reader.at + 1 < len(reader.tokens):
            reader.at += reader.tokens[reader.at + 1].kind is Kind.WORD
    if reader.name() is None:
        reader.found("a stream on nothing", "name what it follows")
    seen = read_options(reader, kinds.STREAM)
    if "INSERT_ONLY" in seen and source not in ("EXTERNAL TABLE", None):
        reader.found(f"INSERT_ONLY on a {source}", "use APPEND_ONLY: the other is for external tables", line=line)
    if "APPEND_ONLY" in seen and source in ("EXTERNAL TABLE", "STAGE"):
        reader.found(f"APPEND_ONLY on a {source}", "remove it; for external tables write INSERT_ONLY", line=line)


def _task(reader: Reader, name: str, modifiers: set[str], known: Known) -> Body:
    del name, modifiers, known
    return Body(tasks.task(reader))


def _masking(reader: Reader, name: str, modifiers: set[str], known: Known) -> Body:
    del name, modifiers, known
    return Body(policies.masking_policy(reader), is_expression=True)


def _row_access(reader: Reader, name: str, modifiers: set[str], known: Known) -> Body:
    del name, modifiers, known
    return Body(policies.row_access_policy(reader), is_expression=True)


def _resource_monitor(reader: Reader, name: str, modifiers: set[str], known: Known) -> None:
    del name, modifiers, known
    resource_monitor(reader)


def resource_monitor(reader: Reader) -> None:
    """Behind CREATE or ALTER RESOURCE MONITOR name."""
    line = reader.line
    options = Options("RESOURCE MONITOR", kinds.RESOURCE_MONITOR_VALUES, ends=frozenset({"TRIGGERS"}))
    seen = read_options(reader, options)
    if "FREQUENCY" in seen and "START_TIMESTAMP" not in seen and reader.tokens[0].upper == "CREATE":
        reader.found("FREQUENCY without START_TIMESTAMP", "add START_TIMESTAMP = IMMEDIATELY", line=line)
    if not reader.accept("TRIGGERS"):
        return
    while reader.accept("ON"):
        share = reader.take().text if reader.kind_is(Kind.NUMBER) else None
        if share is None or int(float(share)) < 1:
            reader.found("a trigger without a share", "write ON 80 PERCENT DO NOTIFY")
        reader.expect("PERCENT", "write ON 80 PERCENT DO NOTIFY")
        reader.expect("DO", "write DO NOTIFY, SUSPEND or SUSPEND_IMMEDIATE")
        if reader.accept_any(("NOTIFY", "SUSPEND", "SUSPEND_IMMEDIATE")) is None:
            reader.found(f"DO {reader.shown()}", "write NOTIFY, SUSPEND or SUSPEND_IMMEDIATE")
            reader.at += 1
    reader.nothing_more("write ON 80 PERCENT DO NOTIFY")


def _storage_integration(reader: Reader, name: str, modifiers: set[str], known: Known) -> None:
    del name, modifiers, known
    line = reader.line
    provider = next((token.value.upper() for token in reader.tokens if token.value.upper().startswith("S3")), "")
    seen = read_options(reader, kinds.STORAGE_INTEGRATION)
    if provider in ("S3", "S3GOV", "S3CHINA") and "STORAGE_AWS_ROLE_ARN" not in seen:
        reader.found("a storage integration for S3 without a role", "add STORAGE_AWS_ROLE_ARN = 'arn:…'", line=line)


READ: dict[str, Reads] = {
    "WAREHOUSE": _plain(kinds.WAREHOUSE),
    "ROLE": _plain(kinds.ROLE),
    "DATABASE ROLE": _plain(kinds.ROLE),
    "USER": _plain(kinds.USER),
    "TAG": _plain(kinds.TAG),
    "SEQUENCE": _plain(kinds.SEQUENCE),
    "RESOURCE MONITOR": _resource_monitor,
    "STORAGE INTEGRATION": _storage_integration,
    "DATABASE": _catalog(kinds.DATABASE),
    "SCHEMA": _catalog(kinds.SCHEMA),
    "TABLE": _table,
    "DYNAMIC TABLE": _dynamic_table,
    "VIEW": _view,
    "MATERIALIZED VIEW": _view,
    "STAGE": _stage,
    "FILE FORMAT": _file_format,
    "PIPE": _pipe,
    "STREAM": _stream,
    "TASK": _task,
    "MASKING POLICY": _masking,
    "ROW ACCESS POLICY": _row_access,
}
