"""References, from here to there and back."""

from contract.corpus.case import ANY_RULE, SHARED, Case, case
from contract.corpus.pieces import NODE, TEXT, record

REFERENCES: list[Case] = [
    case(
        "deep $ref",
        "ref_deep",
        {"clan": {"$ref": "#/$defs/clan"}, "rival": {"$ref": "#/$defs/clan"}},
        {"clan": {"leader": {"home": {"city": "x"}}}},
        bad=({"clan": {"leader": {"home": {"city": 1}}}},),
        required=("clan",),
        root={
            "$defs": {
                "clan": record({"leader": {"$ref": "#/$defs/member"}}, "leader", examples=[{"leader": {"home": {}}}]),
                "member": record({"home": {"$ref": "#/$defs/home"}}, "home", examples=[{"home": {}}]),
                "home": record({"city": TEXT}, examples=[{"city": "x"}]),
            }
        },
    ),
    case(
        "recursive $ref",
        "ref_recursive",
        {"tree": {"$ref": "#/$defs/node"}},
        {"tree": {"label": "a", "children": [{"label": "b", "children": [{"label": "c"}]}]}},
        bad=({"tree": {"label": "a", "children": [{"label": "b", "children": [{}]}]}},),
        root={"$defs": {"node": {**NODE, "examples": [{"label": "a"}]}}},
    ),
    case(
        "$ref with limits beside it",
        "ref_beside",
        {"short_id": {"$ref": SHARED + "user_id", "maxLength": 4, "examples": ["p-1"]}},
        {"short_id": "p-1"},
        bad=({"short_id": "player-1"},),
    ),
    case(
        "$ref to a field",
        "ref_to_field",
        {"first": TEXT, "second": {"$ref": "#/properties/first"}},
        {"first": "a", "second": "b"},
        bad=({"second": 1},),
    ),
    case(
        "$defs with a space in a name",
        "defs_space",
        {"a": {"$ref": "#/$defs/a%20thing"}},
        {"a": "x"},
        refused=ANY_RULE,
        root={"$defs": {"a thing": {**TEXT, "examples": ["x"]}}},
    ),
    case(
        "$defs with a slash in a name",
        "defs_slash",
        {"a": {"$ref": "#/$defs/a~1b"}},
        {"a": "x"},
        refused="name-not-snake-case",
        root={"$defs": {"a/b": {**TEXT, "examples": ["x"]}}},
    ),
    case(
        "$defs named beyond ASCII",
        "defs_unicode",
        {"a": {"$ref": "#/$defs/größe"}},
        {"a": "x"},
        refused=ANY_RULE,
        root={"$defs": {"größe": {**TEXT, "examples": ["x"]}}},
    ),
    case(
        "$defs named with a leading digit",
        "defs_digit",
        {"a": {"$ref": "#/$defs/2nd"}},
        {"a": "x"},
        refused="name-not-snake-case",
        root={"$defs": {"2nd": {**TEXT, "examples": ["x"]}}},
    ),
    case("$ref that leads nowhere", "ref_nowhere", {"a": {"$ref": "#/$defs/gone"}}, refused="reference-dangling"),
]
