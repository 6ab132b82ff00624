"""Names that meet in a warehouse: fields of objects beside fields, what the server fills in, tables of other events."""

from contract.corpus.case import Case, case
from contract.corpus.pieces import INT, TEXT, record

TAKEN = ["received_at", "effective_time", "event_date", "sent_at", "source_file", "fingerprint", "loaded_at"]
COLUMNS: list[Case] = [
    case(
        "fields named as those of the device are as columns",
        "columns_device",
        {"device_os": INT, "device_model": TEXT},
        {"device": {"os": "Android", "model": "P"}, "device_os": 7, "device_model": "own"},
        {"device_os": 8},
        bad=({"device_os": "Android"},),
    ),
    case(
        "objects whose fields meet",
        "columns_meet",
        {"a": record({"b_c": TEXT}), "a_b": record({"c": INT}), "a_b_c": TEXT},
        {"a": {"b_c": "one"}, "a_b": {"c": 2}, "a_b_c": "three"},
        bad=({"a_b": {"c": "two"}},),
    ),
    case(
        "an object whose field is named as a column of the server is",
        "columns_nested",
        {"source": record({"file": TEXT, "row": INT})},
        {"source": {"file": "own.txt", "row": 7}},
        bad=({"source": {"row": "7"}},),
    ),
    case("a long name", "columns_long", {"n" * 127: TEXT}, {"n" * 127: "x"}, bad=({"n" * 127: 1},)),
    *(
        case(f"field named {name}", f"columns_{name}", {name: TEXT}, {name: "x"}, refused="column-reserved")
        for name in TAKEN
    ),
    *(
        case(f"event named {name}", name, {"value": INT}, {"value": 1}, refused="table-reserved")
        for name in ("purchases", "installs", "refunds")
    ),
    case("a name too long", "columns_too_long", {"n" * 128: TEXT}, {"n" * 128: "x"}, refused="name-too-long"),
]
