"""Lists and tuples, of whatever there is."""

from contract.corpus.case import SHARED, Case, case
from contract.corpus.pieces import COINS, HAT, INT, NUMBER, TEXT, items, record

LISTS: list[Case] = [
    case(
        "array of strings",
        "list_strings",
        {"tags": items(TEXT)},
        {"tags": ["a", "b"]},
        {},
        {"tags": []},
        bad=({"tags": "a"}, {"tags": [1]}, {"tags": None}, {"tags": ["a"] * 9}),
    ),
    case(
        "array of arrays",
        "list_lists",
        {"grid": items(items(NUMBER))},
        {"grid": [[1, 2.5], []]},
        {"grid": []},
        bad=({"grid": [1]}, {"grid": [["a"]]}, {"grid": [[1001]]}),
        required=("grid",),
    ),
    case(
        "array of objects, nested",
        "list_objects",
        {"teams": items(record({"players": items(record({"id": TEXT, "kills": INT}, "id")), "name": TEXT}, "name"))},
        {"teams": [{"name": "red", "players": [{"id": "p1", "kills": 3}, {"id": "p2"}]}, {"name": "blue"}]},
        bad=({"teams": [{"players": []}]}, {"teams": [{"name": "a", "players": [{}]}]}, {"teams": [{"nam": "a"}]}),
    ),
    case(
        "array of enums",
        "list_enums",
        {"modes": items({"type": "string", "enum": ["solo", "duo"]})},
        {"modes": ["solo", "duo"]},
        bad=({"modes": ["trio"]}, {"modes": [None]}),
    ),
    case(
        "array of nullable items",
        "list_nullable",
        {"scores": items({"type": ["integer", "null"], "minimum": 0, "maximum": 9})},
        {"scores": [1, None]},
        bad=({"scores": ["1"]}, {"scores": [10]}),
    ),
    case(
        "array of times",
        "list_times",
        {"seen": items({"$ref": SHARED + "event_time"})},
        {"seen": ["2026-11-21T09:30:00Z"]},
        bad=({"seen": ["yesterday"]}, {"seen": [None]}),
    ),
    case(
        "array of unique items",
        "list_unique",
        {"badges": items(TEXT, uniqueItems=True, minItems=1)},
        {"badges": ["a", "b"]},
        bad=({"badges": ["a", "a"]}, {"badges": []}),
    ),
    case(
        "array of unions",
        "list_unions",
        {"rewards": items({"oneOf": [COINS, HAT]})},
        {"rewards": [{"kind": "hat", "name": "x"}, {"kind": "coins", "amount": 2}]},
        bad=({"rewards": [{"kind": "hat", "amount": 2}]}, {"rewards": [{"amount": 2}]}),
    ),
    case(
        "array of anything",
        "list_anything",
        {"bag": items(True)},
        {"bag": [1, "a", None, [2.5], {"b": {}}]},
        bad=({"bag": {}},),
    ),
    case(
        "tuple, closed",
        "tuple_closed",
        {
            "position": {
                "type": "array",
                "prefixItems": [NUMBER, NUMBER, TEXT],
                "items": False,
                "minItems": 3,
                "maxItems": 3,
            }
        },
        {"position": [1, 2.5, "north"]},
        bad=({"position": [1, 2]}, {"position": ["a", 2, "b"]}, {"position": [1, 2, "c", 4]}),
    ),
    case(
        "tuple, open",
        "tuple_open",
        {"row": {"type": "array", "prefixItems": [TEXT], "items": INT, "maxItems": 5}},
        {"row": ["a", 1, 2]},
        {"row": []},
        bad=({"row": [1]}, {"row": ["a", "b"]}),
    ),
    case(
        "contains",
        "list_contains",
        {"moves": items(TEXT, contains={"const": "win"}, minContains=1, maxContains=2)},
        {"moves": ["win", "jump"]},
        bad=({"moves": ["jump"]}, {"moves": ["win"] * 3}),
    ),
]
