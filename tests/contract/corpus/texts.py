"""Texts, numbers and their limits, and the words beside them."""

from contract.corpus.case import ANY_RULE, Case, case
from contract.corpus.pieces import FLAG, INT, NUMBER, TEXT, record

TEXTS: list[Case] = [
    case(
        "time",
        "format_time_stamp",
        {"ended": {"type": "string", "format": "date-time", "maxLength": 35}},
        {"ended": "2026-11-21T09:30:00.123456Z"},
        {"ended": "2026-11-21T09:30:00-05:00"},
        bad=({"ended": "2026-11-21"}, {"ended": "2026-11-21T09:30:00"}, {"ended": 1700000000}),
    ),
    case(
        "time with a short limit",
        "format_time_short",
        {"ended": {"type": "string", "format": "date-time", "maxLength": 24, "pattern": "^[^+]+Z$"}},
        {"ended": "2026-11-21T09:30:00.123Z"},
        bad=({"ended": "2026-11-21T09:30:00+00:00"}, {"ended": "2026-11-21T09:30:00.1234567Z"}),
    ),
    case(
        "pattern that looks ahead",
        "pattern_ahead",
        {"code": {"type": "string", "maxLength": 9, "pattern": "^(?!admin)[a-z]+$"}},
        {"code": "player"},
        bad=({"code": "admin"}, {"code": "A"}),
    ),
    case(
        "pattern beyond ASCII",
        "pattern_unicode",
        {"name": {"type": "string", "maxLength": 9, "pattern": "^[ぁ-んa-z'\"\\\\]+$"}},
        {"name": "あa'\"\\"},
        bad=({"name": "A"},),
    ),
    case(
        "pattern that is none",
        "pattern_broken",
        {"name": {"type": "string", "maxLength": 9, "pattern": "^[a-$"}},
        refused=ANY_RULE,
    ),
    case(
        "pattern without its ends",
        "pattern_open",
        {"name": {"type": "string", "maxLength": 9, "pattern": "[a-z]"}},
        {"name": "a"},
        refused="pattern-not-anchored",
    ),
    case(
        "text without an end", "text_endless", {"name": {"type": "string"}}, {"name": "a"}, refused="string-unbounded"
    ),
    case(
        "astral text at its limit",
        "text_astral",
        {"name": {"type": "string", "minLength": 2, "maxLength": 3}},
        {"name": "🎮🎮🎮"},
        {"name": "éé"},
        bad=({"name": "🎮"}, {"name": "🎮🎮🎮🎮"}),
    ),
    case(
        "email",
        "format_email",
        {"contact": {"type": "string", "format": "email", "maxLength": 64}},
        {"contact": "a@example.com"},
        refused="format-unknown",
    ),
    case(
        "uri",
        "format_uri",
        {"link": {"type": "string", "format": "uri", "maxLength": 64}},
        {"link": "https://example.com/a"},
    ),
    case(
        "format of nobody",
        "format_nobody",
        {"link": {"type": "string", "format": "player-tag", "maxLength": 64}},
        {"link": "a"},
        refused="format-unknown",
    ),
]

NUMBERS: list[Case] = [
    case(
        "integer of 64 bits",
        "int_64",
        {"big": {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}},
        {"big": 2**63 - 1},
        {"big": -(2**63)},
        {"big": 2**53 + 1},
        bad=({"big": 2**63}, {"big": 0.5}),
    ),
    case(
        "integer beyond 64 bits",
        "int_128",
        {"big": {"type": "integer", "minimum": 0, "maximum": 2**64}},
        {"big": 1},
        refused="number-unranged",
    ),
    case("integer without an end", "int_endless", {"big": {"type": "integer"}}, {"big": 1}, refused="number-unranged"),
    case(
        "number that an integer fills",
        "number_wide",
        {"big": {"type": "number", "minimum": 0, "maximum": 1e18}},
        {"big": 2**53 + 1},
        {"big": 0.25},
        bad=({"big": -1},),
    ),
    case(
        "multipleOf an integer",
        "multiple_integer",
        {"coins": {**INT, "multipleOf": 5}},
        {"coins": 10},
        bad=({"coins": 11},),
    ),
    case(
        "multipleOf a fraction",
        "multiple_fraction",
        {"price": {**NUMBER, "multipleOf": 0.01}},
        {"price": 19.99},
        refused="multiple-of-fraction",
    ),
    case(
        "multipleOf zero", "multiple_zero", {"coins": {**INT, "multipleOf": 0}}, {"coins": 10}, refused="schema-invalid"
    ),
    case(
        "bounds that exclude",
        "exclusive",
        {"share": {**NUMBER, "exclusiveMinimum": 0, "exclusiveMaximum": 1}},
        {"share": 0.5},
        bad=({"share": 0}, {"share": 1}),
    ),
    case(
        "bounds that cross",
        "crossed",
        {"share": {"type": "number", "minimum": 2, "maximum": 1}},
        refused="bounds-crossed",
    ),
    case(
        "a default",
        "with_default",
        {"difficulty": {"type": "string", "enum": ["easy", "hard"], "default": "easy"}, "tries": {**INT, "default": 3}},
        {},
        {"difficulty": "hard"},
        bad=({"difficulty": None},),
    ),
]

WORDS: list[Case] = [
    case(
        "descriptions with quotes",
        "words_quotes",
        {
            "a": {**TEXT, "description": "Says \"a\" and 'b'."},
            "b": {**TEXT, "description": 'Ends with a quote: "b"'},
            "c": {**TEXT, "description": '"""Triple""" and \'\'\'triple\'\'\'"'},
        },
        {"a": "x"},
        root={"description": 'An event: "quoted" & \'single\', `ticks`, and more"'},
    ),
    case(
        "descriptions with backslashes",
        "words_backslashes",
        {
            "a": {**TEXT, "description": "C:\\new\\user\\x \\"},
            "b": {**TEXT, "description": "\\"},
            "c": {**FLAG, "description": "\\N{BULLET} \\u12 {x} %s #"},
        },
        {"a": "x"},
        root={"description": "A path: C:\\new\\users\\"},
    ),
    case(
        "descriptions of several lines",
        "words_lines",
        {"a": {**TEXT, "description": "First.\nSecond.\r\n\tThird.\n"}, "b": {**INT, "description": " \n "}},
        {"a": "x"},
        root={"description": "One.\n\nTwo: # no comment\n- three | four"},
    ),
    case(
        "descriptions that look like templates",
        "words_braces",
        {"value": {**INT, "description": "A template: {{ nothing }} {% if %} {# and no comment #}"}},
        {"value": 1},
        root={"description": "{{ config(enabled=false) }} {%"},
    ),
    case(
        "descriptions beyond ASCII",
        "words_unicode",
        {"a": {**TEXT, "description": "レベル 🎮 é \u2028 \u200f x"}},
        {"a": "x"},
        root={"description": "イベント 🎮"},
    ),
    case(
        "titles of types",
        "words_titles",
        {
            "a": record({"x": INT}, title="BaseModel"),
            "b": record({"y": INT}, title="Any"),
            "c": {**TEXT, "title": "class"},
            "d": record({"z": INT}, title="WordsTitlesEvent"),
            "e": record({"w": INT}, title="a b"),
            "f": record({"v": INT}, title=""),
        },
        {"a": {"x": 1}, "b": {"y": 1}, "c": "t", "d": {"z": 1}, "e": {"w": 1}, "f": {"v": 1}},
        bad=({"a": {"y": 1}}, {"d": {"x": 1}}),
    ),
    case(
        "examples of every kind",
        "words_examples",
        {
            "a": {**NUMBER, "examples": [1, 2.5, -0.0, 1e-9]},
            "b": {"description": "Anything.", "examples": [{"a": [None, True, 'q"\\']}]},
        },
        {"a": 1},
    ),
]
