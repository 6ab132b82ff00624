"""Rows of a query as a table of tints. Pure."""

from collections.abc import Mapping
from typing import Any

TINTS = 7


def heat_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Lines by `series`, columns by `x`, a tint by `y`; None where there is no row."""
    chart, titles = answer["chart"], {column["name"]: column["title"] for column in answer["columns"]}
    places = {column["name"]: place for place, column in enumerate(answer["columns"])}
    across = sorted({row[places[chart["x"]]] for row in answer["rows"]})
    values = [float(row[places[chart["y"]]]) for row in answer["rows"] if row[places[chart["y"]]] is not None]
    most = max(values, default=0.0) or 1.0
    lines: dict[Any, dict[str, Any]] = {}
    for row in answer["rows"]:
        named = row[places[chart["series"]]]
        line = lines.setdefault(
            named, {"name": named, "size": row[places[chart["size"]]], "cells": [None] * len(across)}
        )
        value = row[places[chart["y"]]]
        if value is not None:
            tint = min(int(float(value) / most * TINTS), TINTS - 1)
            line["cells"][across.index(row[places[chart["x"]]])] = {"value": value, "tint": tint}
    return {
        "corner": titles[chart["series"]],
        "size": titles[chart["size"]],
        "across": across,
        "rows": list(lines.values()),
    }
