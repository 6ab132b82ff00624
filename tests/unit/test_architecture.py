"""docs/architecture.md against the import contracts, the folders and the code that it tells of."""

import re
import tomllib
from typing import Any

import pytest
from documents import API, ROOT, references, section, table

PAGE = ROOT / "docs" / "architecture.md"
GROUND = {"settings"}
"""Folders that are told with the ground's modules in the table."""


def layers(contract_id: str) -> list[set[str]]:
    """The layers of an import contract, the highest first."""
    linter: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]
    (contract,) = [one for one in linter["contracts"] if one["id"] == contract_id]
    return [set(re.findall(r"\w+", layer)) for layer in contract["layers"]]


def told_layers(title: str) -> list[set[str]]:
    """The first column of the section's table, rows of one layer together, by the layer's number in the second."""
    found: dict[int, set[str]] = {}
    for names, number, *_ in table(section(PAGE, title)):
        found.setdefault(int(number), set()).update(re.findall(r"\w+", names))
    assert list(found) == list(range(1, len(found) + 1)), "the table is not in the order of the layers"
    return list(found.values())


@pytest.mark.parametrize(("title", "contract_id"), [("Packages", "packages"), ("The server's rooms", "rooms")])
def test_the_layers_are_those_of_the_import_contract(title: str, contract_id: str) -> None:
    assert told_layers(title) == layers(contract_id)


def test_every_room_is_told_in_the_trip_or_beside_it() -> None:
    rooms = {path.name for path in API.iterdir() if (path / "__init__.py").exists()} - GROUND
    told = set(re.findall(r"^### `(\w+)/`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == rooms


def test_every_paragraph_of_the_trip_names_a_file_and_a_function() -> None:
    trip = section(PAGE, "One purchase, from bytes to a fact")
    paragraphs = [text for text in trip.split("\n\n") if text.strip() and not text.startswith("### ")]
    assert [text for text in paragraphs[1:] if not any(one.name for one in references(text))] == []


def test_a_paragraph_of_the_trip_names_its_own_room_first() -> None:
    for room, text in re.findall(r"^### `(\w+)/`.*?\n(.*?)(?=\n##|\Z)", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        assert references(text)[0].path.startswith(f"{room}/"), room


def test_every_word_of_the_glossary_says_where_it_lives() -> None:
    rows = table(section(PAGE, "The words"))
    assert len(rows) >= 25
    assert [word for word, _, where in rows if not references(where)] == []
    assert (words := [row[0] for row in rows]) == sorted(words, key=str.lower)
