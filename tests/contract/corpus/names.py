"""Names: of fields and of events, that mean something to Python, to Pydantic, to HTTP, to SQL or to this product."""

import builtins
import keyword

from contract.corpus.case import Case, case
from contract.corpus.pieces import INT, TEXT, record
from pydantic import BaseModel

KEYWORDS = [name for name in keyword.kwlist if name.islower()]
SOFT = ["match", "case", "type", "self", "cls", "print", "exec", "kwargs", "fields", "model", "event", "args"]
BUILTINS = sorted(name for name in dir(builtins) if name.isidentifier() and name.islower() and name[0] != "_")
OF_MODELS = sorted({name for name in dir(BaseModel) if name.islower() and name[0] != "_"} | {"root", "model_x"})
SQL = [
    "select",
    "from",
    "where",
    "order",
    "group",
    "table",
    "user",
    "date",
    "time",
    "timestamp",
    "interval",
    "values",
    "limit",
    "offset",
    "join",
    "primary",
    "key",
    "index",
    "column",
    "default",
    "check",
    "row",
    "rows",
    "level",
]
OURS = [
    "install_v1_0_0",
    "common_v1_0_0",
    "send_event",
    "batch",
    "data",
    "content",
    "annotated",
    "literal",
    "unpack",
    "field",
    "missing",
    "absent",
    "identity",
    "base_model",
    "contract",
    "optional",
]


def named(kind: str, event_type: str, names: list[str]) -> Case:
    """An event with a field of each name, and an object with them."""
    fields = {name: TEXT for name in names if name not in ("event_type", "schema_version")}
    filled = dict.fromkeys(fields, "x")
    return case(
        kind,
        event_type,
        {**fields, "zz_inner": record(fields, next(iter(fields)))},
        filled,
        {"zz_inner": filled},
        {},
        bad=({next(iter(fields)): 1}, {"zz_inner": {}}),
    )


FIELDS = [
    named("fields named like Python keywords", "fields_keywords", KEYWORDS),
    named("fields named like soft keywords", "fields_soft", SOFT),
    named("fields named like builtins", "fields_builtins", BUILTINS),
    named("fields named like a model's attributes", "fields_models", OF_MODELS),
    named("fields named like SQL keywords", "fields_sql", SQL),
    named("fields named like generated names", "fields_ours", OURS),
    *(
        case(f"field named {name!r}", f"field_odd_{index}", {name: TEXT}, {name: "x"}, refused="name-not-snake-case")
        for index, name in enumerate(
            [
                "__class__",
                "_private",
                "größe",
                "a-b",
                "a.b",
                "a b",
                "A",
                "camelCase",
                "2nd",
                "",
                "trailing_",
                "two__three",
                'a"b',
                "a/b",
                "$ref",
                "\n",
                "名前",
            ]
        )
    ),
    *(
        case(
            f"nested field named {name!r}",
            f"inner_odd_{index}",
            {"a": record({name: TEXT})},
            {"a": {name: "x"}},
            refused="name-not-snake-case",
        )
        for index, name in enumerate(["__class__", "a-b", "", "名前"])
    ),
]
WORKING = [
    "continue",
    "class",
    "http",
    "validate",
    "json",
    "typing",
    "import",
    "none",
    "true",
    "any",
    "events",
    "event",
    "schemas",
    "contract",
    "optional",
    "documents",
    "pydantic",
    "datetime",
    "send",
    "fields",
    "client",
    "errors",
    "identity",
    "models",
    "any_install",
    "install_fields",
    "property",
    "list",
    "match",
    "type",
    "health",
]
ODD = ["batch", "examples", "Level", "level-up", "level up", "_level", "level_", "2fast", "größe", "level__up", "a.b"]
EVENTS = [
    *(
        case(
            f"event named {name}",
            name,
            {"value": INT},
            {"value": 1},
            bad=({"value": "1"},),
            refused={"any": "name-reserved", "validate": "name-reserved", "events": "table-reserved"}.get(name),
        )
        for name in WORKING
    ),
    *(
        case(
            f"event named {name!r}",
            name,
            {"value": INT},
            {"value": 1},
            refused="name-reserved" if name in ("batch", "examples") else "name-not-snake-case",
        )
        for name in ODD
    ),
    case("event whose title another has", "level_1", {"value": INT}, {"value": 1}),
    case("event with the title of another", "level1", {"value": INT}, {"value": 1}, refused="title-taken"),
]
NAMES: list[Case] = [*FIELDS, *EVENTS]
