"""Names of generated code: each is one, none hides what Python, Pydantic or the package itself has there."""

import keyword

import pytest
from game_events_contract.identifiers import MODULES, RENAMED, ClassNames, attribute, camel_case, package
from game_events_contract.package import TEMPLATES
from pydantic import BaseModel


def test_no_field_replaces_what_a_model_has() -> None:
    of_models = {name for name in dir(BaseModel) if not name.startswith("_")}
    assert of_models - RENAMED == set()


@pytest.mark.parametrize(
    ("field", "expected"),
    [("class", "class_"), ("copy", "copy_"), ("model_dump", "model_dump_"), ("list", "list_"), ("type", "type"),
     ("model_version", "model_version"), ("match", "match")],
)  # fmt: skip
def test_a_field_is_an_attribute_of_its_name_unless_the_name_is_taken(field: str, expected: str) -> None:
    assert attribute(field) == expected


def test_no_event_hides_a_module_of_the_package() -> None:
    assert {path.stem for path in TEMPLATES.glob("*.py")} | {"http", "documents"} <= MODULES
    assert package("http") == "http_"
    assert package("continue") == "continue_"
    assert package("install") == "install"


@pytest.mark.parametrize("name", ["loot_box", "a/b", "größe", "2nd", "", "none", "a b", "class", "__", "$"])
def test_every_name_becomes_a_class_name(name: str) -> None:
    taken = ClassNames([]).take(camel_case(name))
    assert taken.isidentifier()
    assert not keyword.iskeyword(taken)


def test_a_class_name_is_given_once_and_never_one_that_modules_import() -> None:
    names = ClassNames(["LevelEvent"])
    given = [names.take("Item"), names.take("Item"), names.take("Item", "LevelItem"), names.take("LevelEvent")]
    assert given == ["Item", "Item2", "LevelItem", "LevelEvent2"]
    assert names.take("Any") == "Any2"
    assert names.take("a b", "Box") == "Box"
    assert names.take("None") == "ValueNone"
