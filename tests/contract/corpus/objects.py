"""Objects, maps and what matches a pattern."""

from contract.corpus.case import Case, case
from contract.corpus.pieces import FLAG, INT, NULL, NUMBER, TEXT, items, mapping, record

OBJECTS: list[Case] = [
    case(
        "object",
        "object_plain",
        {"item": record({"id": TEXT, "count": INT}, "id")},
        {"item": {"id": "a"}},
        bad=({"item": {}}, {"item": {"id": "a", "x": 1}}, {"item": []}),
        required=("item",),
    ),
    case(
        "object with the name another event's has",
        "object_again",
        {"item": record({"sku": TEXT}, "sku")},
        {"item": {"sku": "s-1"}},
        bad=({"item": {"id": "a"}},),
    ),
    case(
        "object within objects of one name",
        "object_in_object",
        {"item": record({"item": record({"item": record({"id": TEXT}, "id")}, "item")}, "item")},
        {"item": {"item": {"item": {"id": "a"}}}},
        bad=({"item": {"item": {"id": "a"}}},),
    ),
    case("empty object", "object_empty", {"marker": record({})}, {"marker": {}}, bad=({"marker": {"a": 1}},)),
    case(
        "object with every field optional",
        "object_optional",
        {"extra": record({"a": TEXT, "b": INT})},
        {"extra": {}},
        {"extra": {"b": 1}},
        bad=({"extra": {"a": None}},),
    ),
    case("field that takes anything", "field_anything", {"blob": {}}, {"blob": {"a": [1]}}, {"blob": None}),
    case("boolean schema", "field_true", {"blob": True}, {"blob": 1}, refused="description-missing"),
    case(
        "map",
        "map_text",
        {"labels": mapping(TEXT)},
        {"labels": {"a-1": "b"}},
        {"labels": {}},
        bad=({"labels": {"A": "b"}}, {"labels": {"a": 1}}, {"labels": []}),
    ),
    case(
        "map of lists",
        "map_lists",
        {"groups": mapping(items(INT))},
        {"groups": {"a": [1]}},
        bad=({"groups": {"a": 1}}, {"groups": {"a": ["b"]}}),
    ),
    case(
        "map of maps",
        "map_maps",
        {"tree": mapping(mapping(NUMBER))},
        {"tree": {"a": {"b": 1.5}}},
        bad=({"tree": {"a": 1}},),
    ),
    case(
        "map of objects",
        "map_objects",
        {"slots": mapping(record({"id": TEXT}, "id"))},
        {"slots": {"a": {"id": "x"}}},
        bad=({"slots": {"a": {}}},),
    ),
    case(
        "map of nullable values",
        "map_nullable",
        {"best": mapping({"anyOf": [INT, NULL]})},
        {"best": {"a": None, "b": 2}},
        bad=({"best": {"a": "x"}},),
    ),
    case(
        "map of anything",
        "map_anything",
        {"bag": mapping(True)},
        {"bag": {"a": [None, {"b": 1.5}]}},
        bad=({"bag": {"A": 1}},),
    ),
    case(
        "map beside fields",
        "map_and_fields",
        {"stats": mapping(INT, properties={"name": TEXT}, required=["name"])},
        {"stats": {"name": "n", "kills": 3}},
        bad=({"stats": {"kills": 3}}, {"stats": {"name": "n", "kills": "3"}}),
    ),
    case(
        "patternProperties, one",
        "pattern_one",
        {
            "counters": {
                "type": "object",
                "maxProperties": 8,
                "patternProperties": {"^cnt_[a-z]+$": INT},
                "additionalProperties": False,
            }
        },
        {"counters": {"cnt_a": 1}},
        bad=({"counters": {"a": 1}}, {"counters": {"cnt_a": "1"}}),
    ),
    case(
        "patternProperties, two",
        "pattern_two",
        {
            "counters": {
                "type": "object",
                "maxProperties": 8,
                "patternProperties": {"^cnt_[a-z]+$": INT, "^ms_[a-z]+$": NUMBER},
                "additionalProperties": False,
            }
        },
        {"counters": {"cnt_a": 1, "ms_b": 2.5}},
        bad=({"counters": {"cnt_a": 1.5}}, {"counters": {"x": 1}}),
    ),
    case(
        "patternProperties, overlapping",
        "pattern_overlapping",
        {
            "counters": {
                "type": "object",
                "maxProperties": 8,
                "patternProperties": {"^[a-z]+$": NUMBER, "^[a-c]+$": {"type": "number", "minimum": 0, "maximum": 5}},
                "additionalProperties": False,
            }
        },
        {"counters": {"abc": 5, "xyz": 100}},
        bad=({"counters": {"abc": 6}},),
    ),
    case(
        "patternProperties beside fields",
        "pattern_and_fields",
        {
            "stats": {
                "type": "object",
                "maxProperties": 8,
                "properties": {"name": TEXT},
                "patternProperties": {"^s_[a-z]+$": FLAG},
                "additionalProperties": False,
            }
        },
        {"stats": {"name": "n", "s_a": True}},
        bad=({"stats": {"s_a": 1}}, {"stats": {"b": 1}}),
    ),
    case(
        "open object",
        "object_open",
        {"anything": {"type": "object", "properties": {"a": INT}}},
        {"anything": {"a": 1}},
        refused="object-not-bounded",
    ),
    case(
        "unevaluatedProperties",
        "object_unevaluated",
        {"shape": record({"a": INT}, "a", allOf=[{"properties": {"a": {"minimum": 0}}}])},
        {"shape": {"a": 1}},
        bad=({"shape": {"a": -1}},),
    ),
]
