"""What is said of fields beside their values: personal data, units, owners, and what is to be left."""

from contract.corpus.case import SHARED, Case, case
from contract.corpus.pieces import FLAG, INT, TEXT, items, mapping, record

MAIL = {"$ref": "#/$defs/mail"}
ANNOTATIONS: list[Case] = [
    case(
        "annotated fields",
        "annotated_fields",
        {
            "nick": {**TEXT, "x-pii": "name", "x-owner": 'the "social" team\\s', "x-since": "2026-05-01"},
            "took": {**INT, "x-unit": "ms", "x-since": "1-0-0"},
            "old_mode": {**TEXT, "deprecated": True, "x-studio-ticket": 3},
            "new_mode": {**TEXT, "deprecated": False},
            "guild": {**record({"chat": {**TEXT, "x-pii": "free_text"}, "size": INT}, "size"), "x-owner": "guilds"},
            "invited": items(record({"mail": MAIL, "told": {**FLAG, "deprecated": True}}, "mail")),
            "scores": mapping({**INT, "x-unit": "points"}),
            "contact": MAIL,
            "friend": {"$ref": SHARED + "user_id", "x-pii": "player_id"},
            "either": {"anyOf": [{**TEXT, "x-pii": "phone"}, {"type": "null"}]},
        },
        {"nick": "ann", "took": 12, "old_mode": "a", "guild": {"chat": "hi", "size": 2}, "either": None},
        {"invited": [{"mail": "a@example.com", "told": True}], "scores": {"a": 1}, "contact": "b@example.com"},
        {"new_mode": "b", "friend": "player-2"},
        bad=({"took": "12"}, {"invited": [{}]}),
        root={
            "x-owner": "economy",
            "$defs": {"mail": {**TEXT, "x-pii": "email", "description": "An e-mail address.", "examples": ["a@b.io"]}},
        },
    ),
]
