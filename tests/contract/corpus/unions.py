"""One of several, and what holds on a condition."""

from contract.corpus.case import Case, case
from contract.corpus.pieces import COINS, FLAG, HAT, INT, NULL, TEXT, items, mapping, record

UNIONS: list[Case] = [
    case(
        "tagged union",
        "union_tagged",
        {"reward": {"oneOf": [COINS, HAT]}},
        {"reward": {"kind": "coins", "amount": 5}},
        {"reward": {"kind": "hat", "name": "h"}},
        bad=({"reward": {"kind": "hat", "amount": 5}}, {"reward": {}}, {"reward": {"amount": 5}}),
    ),
    case(
        "tagged union with the titles another has",
        "union_titles",
        {"prize": {"anyOf": [COINS, HAT, NULL]}},
        {"prize": {"kind": "coins", "amount": 5}},
        {"prize": None},
        bad=({"prize": {"kind": "shoe"}},),
    ),
    case(
        "union of titled scalars",
        "union_scalars",
        {"code": {"anyOf": [{"title": "CodeNumber", **INT}, {"title": "CodeName", **TEXT}]}},
        {"code": 7},
        {"code": "E_IO"},
        bad=({"code": True}, {"code": None}),
    ),
    case(
        "union of scalars and lists",
        "union_lists",
        {"target": {"anyOf": [TEXT, items(TEXT), mapping(INT)]}},
        {"target": "a"},
        {"target": ["a"]},
        {"target": {"a": 1}},
        bad=({"target": 1}, {"target": {"a": "b"}}),
    ),
    case(
        "oneOf that overlaps",
        "union_overlapping",
        {
            "amount": {
                "oneOf": [
                    {"type": "integer", "minimum": 0, "maximum": 10},
                    {"type": "integer", "minimum": 5, "maximum": 20},
                ]
            }
        },
        {"amount": 1},
        {"amount": 15},
        bad=({"amount": 7}, {"amount": 21}),
    ),
    case(
        "list of types",
        "union_types",
        {"value": {"type": ["string", "integer", "boolean", "null"], "maxLength": 4, "minimum": 0, "maximum": 9}},
        {"value": "a"},
        {"value": 9},
        {"value": True},
        {"value": None},
        bad=({"value": "abcde"}, {"value": 10}, {"value": []}, {"value": 1.5}),
    ),
    case(
        "allOf at a field",
        "all_of_field",
        {"score": {"allOf": [INT, {"minimum": 0}, {"not": {"const": 13}}]}},
        {"score": 5},
        bad=({"score": -1}, {"score": 13}, {"score": "5"}),
    ),
    case(
        "not at a field",
        "not_field",
        {"name": {**TEXT, "not": {"enum": ["admin", "root"]}}},
        {"name": "a"},
        bad=({"name": "admin"},),
    ),
]

CONDITIONS: list[Case] = [
    case(
        "dependentRequired",
        "depends_required",
        {"revenue": TEXT, "currency": TEXT},
        {"revenue": "1", "currency": "EUR"},
        {},
        bad=({"revenue": "1"},),
        root={"dependentRequired": {"revenue": ["currency"]}},
    ),
    case(
        "dependentSchemas",
        "depends_schemas",
        {"level": INT, "boss": FLAG},
        {"level": 20, "boss": True},
        {"level": 1},
        bad=({"level": 1, "boss": True},),
        root={
            "dependentSchemas": {
                "boss": {"properties": {"level": {"description": "From 10.", "minimum": 10}}, "required": ["level"]}
            }
        },
    ),
    case(
        "if, then, else",
        "if_then_else",
        {"status": {"type": "string", "enum": ["won", "lost"]}, "reason": TEXT},
        {"status": "won"},
        {"status": "lost", "reason": "r"},
        bad=({"status": "lost"}, {"status": "won", "reason": "r"}),
        required=("status",),
        root={
            "if": {"properties": {"status": {"const": "lost"}}},
            "then": {"required": ["reason"]},
            "else": {"properties": {"reason": False}},
        },
    ),
    case(
        "one of two fields",
        "any_of_required",
        {"sku": TEXT, "gtin": TEXT},
        {"sku": "a"},
        {"gtin": "b"},
        bad=({},),
        root={"anyOf": [{"required": ["sku"]}, {"required": ["gtin"]}]},
    ),
    case(
        "conditions in a nested object",
        "if_nested",
        {
            "deal": record(
                {"kind": TEXT, "price": INT},
                "kind",
                **{"if": {"properties": {"kind": {"const": "sale"}}}, "then": {"required": ["price"]}},
            )
        },
        {"deal": {"kind": "gift"}},
        {"deal": {"kind": "sale", "price": 1}},
        bad=({"deal": {"kind": "sale"}},),
    ),
    case(
        "not at the root",
        "not_root",
        {"a": FLAG, "b": FLAG},
        {"a": True},
        {"b": True},
        bad=({"a": True, "b": True},),
        root={"not": {"required": ["a", "b"]}},
    ),
]
