"""ALTER: what of an object can be changed."""

from collections.abc import Mapping

from game_events_warehouse.snowflake.lint import kinds, tables, tasks
from game_events_warehouse.snowflake.lint.create import KINDS
from game_events_warehouse.snowflake.lint.data_types import read_type
from game_events_warehouse.snowflake.lint.file_formats import EVERY_OPTION, OF_TYPE
from game_events_warehouse.snowflake.lint.objects import Known
from game_events_warehouse.snowflake.lint.options import Options, read_options
from game_events_warehouse.snowflake.lint.reading import Reader, meant
from game_events_warehouse.snowflake.lint.values import Value, flag, name, one_of

_SETTABLE: dict[str, Mapping[str, Value]] = {
    "WAREHOUSE": kinds.WAREHOUSE.values,
    "DATABASE": kinds.DATABASE.values,
    "SCHEMA": kinds.SCHEMA.values,
    "TABLE": kinds.TABLE_VALUES,
    "DYNAMIC TABLE": kinds.DYNAMIC_TABLE_VALUES,
    "VIEW": kinds.VIEW_VALUES,
    "MATERIALIZED VIEW": kinds.VIEW_VALUES,
    "STAGE": kinds.STAGE.values,
    "FILE FORMAT": EVERY_OPTION | kinds.COMMENT | {"TYPE": one_of(*OF_TYPE)},
    "PIPE": kinds.COMMENT | {"PIPE_EXECUTION_PAUSED": flag, "ERROR_INTEGRATION": name},
    "STREAM": kinds.COMMENT | {"APPEND_ONLY": flag, "INSERT_ONLY": flag},
    "TASK": tasks.ALTERED,
    "STORAGE INTEGRATION": kinds.STORAGE_INTEGRATION.values,
    "ROLE": kinds.COMMENT,
    "USER": kinds.USER.values,
    "SEQUENCE": kinds.SEQUENCE.values,
    "MASKING POLICY": kinds.COMMENT,
    "ROW ACCESS POLICY": kinds.COMMENT,
    "TAG": kinds.TAG.values,
}
_BARE: dict[str, tuple[str, ...]] = {
    "WAREHOUSE": ("SUSPEND", "RESUME IF SUSPENDED", "RESUME", "ABORT ALL QUERIES"),
    "TASK": ("SUSPEND", "RESUME"),
    "ALERT": ("SUSPEND", "RESUME"),
    "DYNAMIC TABLE": ("SUSPEND", "RESUME", "SUSPEND RECLUSTER", "RESUME RECLUSTER"),
    "MATERIALIZED VIEW": (
        "SUSPEND",
        "RESUME",
        "SUSPEND RECLUSTER",
        "RESUME RECLUSTER",
        "DROP CLUSTERING KEY",
        "SET SECURE",
        "UNSET SECURE",
    ),
    "SCHEMA": ("ENABLE MANAGED ACCESS", "DISABLE MANAGED ACCESS"),
    "TABLE": ("SUSPEND RECLUSTER", "RESUME RECLUSTER", "DROP CLUSTERING KEY", "DROP ALL ROW ACCESS POLICIES"),
    "VIEW": ("DROP ALL ROW ACCESS POLICIES", "SET SECURE", "UNSET SECURE"),
}
_WHOLE: dict[str, tuple[str, ...]] = {
    "PIPE": ("REFRESH",),
    "STAGE": ("REFRESH",),
    "TASK": ("MODIFY AS", "MODIFY WHEN", "REMOVE AFTER", "ADD AFTER", "UNSET WHEN", "REMOVE WHEN", "UNSET FINALIZE"),
    "DATABASE": ("ENABLE REPLICATION", "DISABLE REPLICATION", "ENABLE FAILOVER", "DISABLE FAILOVER", "REFRESH",
    "PRIMARY"),
    "TAG": ("ADD ALLOWED_VALUES", "DROP ALLOWED_VALUES", "SET MASKING POLICY", "UNSET MASKING POLICY",
            "UNSET ALLOWED_VALUES"),
    "USER": ("RESET PASSWORD", "ABORT ALL QUERIES", "ADD", "REMOVE", "ENABLE", "DISABLE", "SET DEFAULT_SECONDARY_ROLES",
             "MODIFY", "SET AUTHENTICATION POLICY", "SET PASSWORD POLICY", "SET SESSION POLICY"),
    "VIEW": ("ADD", "DROP", "ALTER", "MODIFY", "SET AGGREGATION POLICY", "UNSET AGGREGATION POLICY"),
    "MASKING POLICY": ("SET BODY",),
    "ROW ACCESS POLICY": ("SET BODY",),
    "SEQUENCE": ("INCREMENT", "SET INCREMENT", "SET ORDER", "SET NOORDER"),
    "TABLE": ("SET STORAGE LIFECYCLE POLICY", "SET AGGREGATION POLICY", "SET JOIN POLICY", "UNSET AGGREGATION POLICY",
              "UNSET JOIN POLICY", "SET CONTACT", "REFRESH", "SET DATA_METRIC_SCHEDULE", "ADD DATA METRIC FUNCTION",
              "DROP DATA METRIC FUNCTION", "MODIFY DATA METRIC FUNCTION", "UNSET DATA_METRIC_SCHEDULE"),
    "DYNAMIC TABLE": ("ADD", "DROP", "ALTER", "MODIFY", "CLUSTER BY", "REFRESH", "SUSPEND SEARCH", "RESUME SEARCH",
                      "SET EXECUTE", "UNSET EXECUTE", "SET FROZEN", "UNSET FROZEN", "SET IMMUTABLE", "UNSET IMMUTABLE"),
    "MATERIALIZED VIEW": ("CLUSTER BY", "ADD", "DROP", "ALTER", "MODIFY"),
}  # fmt: skip
"""What may stand behind the name, and whatever follows it."""


def alter(reader: Reader, known: Known) -> None:
    """Behind ALTER."""
    _alter(reader, known)
    reader.nothing_more()


def _alter(reader: Reader, known: Known) -> None:
    if reader.accept_any(("SESSION", "ACCOUNT")) is not None:
        reader.rest()
        return
    kind = reader.accept_any([*KINDS, "INTEGRATION"])
    if kind is None:
        if "{{" not in reader.shown():
            reader.found(f"ALTER {reader.shown()}", meant(reader.word, KINDS))
        reader.rest()
        return
    reader.accept("IF", "EXISTS")
    if kind not in _SETTABLE:
        reader.rest()
        return
    if kind == "USER" and reader.ended:
        return
    if reader.word in ("SET", "UNSET") and kind not in ("USER", "WAREHOUSE"):
        reader.found(f"ALTER {kind} without a name", "name it")
        reader.rest()
        return
    object_name = "" if kind == "WAREHOUSE" and reader.word in ("SET", "UNSET", "SUSPEND", "RESUME") else reader.name()
    while kind == "DYNAMIC TABLE" and reader.accept(","):
        reader.name()
    if object_name is None:
        reader.found(f"ALTER {kind} without a name", "name it")
        reader.rest()
        return
    if reader.ended:
        reader.found(f"ALTER {kind} changes nothing", "say what: SET option = …")
        return
    _action(reader, kind, object_name, known)


def _action(reader: Reader, kind: str, object_name: str, known: Known) -> None:
    if reader.accept("RENAME", "TO") or reader.accept("SWAP", "WITH"):
        if reader.name() is None:
            reader.found("no name behind it", "name the other one")
        reader.nothing_more()
    elif reader.accept_any(_WHOLE.get(kind, ())) is not None:
        reader.rest()
    elif reader.accept_any(_BARE.get(kind, ())) is not None:
        reader.nothing_more()
    elif _is_policy(reader) or reader.accept_any(_LOOSE) is not None:
        reader.rest()
    elif reader.accept("SET"):
        _set(reader, kind)
    elif reader.accept("UNSET"):
        _unset(reader, kind)
    elif kind == "TABLE" and _of_a_table(reader, object_name, known):
        return
    else:
        offered = [*_BARE.get(kind, ()), *_WHOLE.get(kind, ()), "SET", "UNSET", "RENAME TO"]
        todo = meant(reader.word, {words.split()[0] for words in offered})
        reader.found(f"ALTER {kind} … {reader.shown()}", todo)
        reader.rest()


_LOOSE = ("SET TAG", "UNSET TAG", "SET CONTACT", "UNSET CONTACT", "UNSET DCM PROJECT")


def _is_policy(reader: Reader) -> bool:
    """SET or UNSET a policy of whatever kind."""
    words = [token.upper for token in reader.tokens[reader.at : reader.at + 5]]
    return words[:1] in (["SET"], ["UNSET"]) and "POLICY" in words and "=" not in words


def _set(reader: Reader, kind: str) -> None:
    if reader.ended:
        reader.found("SET without an option", "write SET option = …")
        return
    values = dict(_SETTABLE[kind])
    if kind == "TASK" and reader.accept("FINALIZE"):
        reader.rest()
        return
    if kind == "WAREHOUSE":
        values["WAREHOUSE_SIZE"] = one_of(*kinds.SIZES)
    read_options(reader, Options(kind, values), check_required=False)


def _unset(reader: Reader, kind: str) -> None:
    known = _SETTABLE[kind]
    while not reader.ended:
        if reader.word not in known and reader.word not in ("STORAGE_AWS_OBJECT_ACL",):
            reader.found(f"{kind} has no {reader.shown()}", meant(reader.word, known))
        reader.at += 1
        reader.accept(",")


_OF_A_TABLE = (
    "ROW ACCESS POLICY", "SEARCH OPTIMIZATION", "CONSTRAINT", "PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "PARTITION",
    "STORAGE LIFECYCLE POLICY", "AGGREGATION POLICY", "JOIN POLICY", "DATA METRIC FUNCTION",
)  # fmt: skip
_CHANGES = frozenset({"SET", "UNSET", "DROP", "NOT", "NULL", "COMMENT", "DEFAULT", "ADD", "USING", "FORCE", ",", ""})


def _of_a_table(reader: Reader, object_name: str, known: Known) -> bool:
    """Columns, constraints, clustering; whether it was one of them."""
    if reader.accept("CLUSTER", "BY"):
        inside = reader.brackets()
        if inside is None:
            reader.found("CLUSTER BY without brackets", "write CLUSTER BY (column)")
        else:
            tables.check_clustering(inside, known.tables.get(object_name))
        reader.nothing_more()
        return True
    if reader.accept("ADD"):
        _add(reader)
        return True
    if reader.accept("DROP"):
        _drop(reader)
        return True
    if reader.accept("RECLUSTER"):
        reader.rest()
        return True
    if reader.accept("RENAME", "COLUMN") or reader.accept("RENAME", "CONSTRAINT"):
        reader.name()
        reader.expect("TO", "write RENAME COLUMN a TO b")
        reader.name()
        reader.nothing_more()
        return True
    if reader.accept("ALTER") or reader.accept("MODIFY"):
        _change_column(reader)
        return True
    return False


def _drop(reader: Reader) -> None:
    if reader.accept_any((*_OF_A_TABLE, "ALL")) is not None:
        reader.rest()
        return
    reader.accept("COLUMN")
    reader.accept("IF", "EXISTS")
    while reader.name() is not None and reader.accept(","):
        continue
    reader.accept("CASCADE") or reader.accept("RESTRICT")
    reader.nothing_more("write DROP COLUMN name")


def _change_column(reader: Reader) -> None:
    if reader.accept_any(("CONSTRAINT", "PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "(")) is not None:
        reader.rest()
        return
    reader.accept("COLUMN")
    if reader.name() is None:
        reader.found(f"a column is named {reader.shown()}", "name it")
    if reader.accept("SET", "DATA", "TYPE") or reader.accept("TYPE"):
        if read_type(reader) is None:
            reader.found("a column without a type", "write its type")
    elif reader.accept("SET", "MASKING", "POLICY") and reader.name() is None:
        reader.found("SET MASKING POLICY without a name", "name the policy")
    elif reader.word not in _CHANGES:
        reader.found(f"a column cannot be changed by {reader.shown()}", meant(reader.word, _CHANGES))
    reader.rest()


def _add(reader: Reader) -> None:
    if any(reader.ahead(*other.split()) for other in _OF_A_TABLE):
        reader.rest()
        return
    reader.accept("COLUMN")
    reader.accept("IF", "NOT", "EXISTS")
    rest = Reader(reader.rest(), 0, reader.findings)
    tables.read_columns(rest)
