"""Hooks are found by name, and take the events that their annotation names, as the models that it names."""

from typing import Any

import pytest
from game_events_api.errors import ConfigurationError
from game_events_api.hooks.loading import Hook, load
from game_events_models import EVENTS, contract

HERE = "unit.api.hooks.studio"


def hook(function: str) -> Hook:
    (loaded,) = load("GAME_EVENTS_ENRICH", [f"{HERE}:{function}"])
    return loaded


def install(version: str) -> dict[str, Any]:
    example: dict[str, Any] = contract.schema("install", version)["examples"][0]
    return example


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("enrich", "is no module:function"),
        (":enrich", "is no module:function"),
        (f"{HERE}:", "is no module:function"),
        ("no_such_studio.hooks:enrich", "No module named 'no_such_studio'); install it beside the server"),
        ("unit.api.hooks.fails_at_import:enrich", "ZeroDivisionError"),
        (f"{HERE}:no_such", "has no function 'no_such'"),
        (f"{HERE}:NO_FUNCTION", "has no function 'NO_FUNCTION'"),
        (f"{HERE}:later", "is a coroutine"),
        (f"{HERE}:later_too", "is a coroutine"),
        (f"{HERE}:piecemeal", "is a coroutine or a generator"),
        (f"{HERE}:without_event", "takes no event"),
        (f"{HERE}:by_name", "takes no event"),
        (f"{HERE}:unreadable", "cannot be read (NameError: name 'NoSuchName' is not defined)"),
        (f"{HERE}:without_annotation", "is no generated event; annotate it"),
        (f"{HERE}:of_text", "is no generated event"),
        (f"{HERE}:of_two", "needs more than an event"),
    ],
)
def test_a_name_that_is_no_hook_is_one_clear_line(name: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load("GAME_EVENTS_ENRICH", [name])
    assert said in str(refused.value)
    assert str(refused.value).startswith("GAME_EVENTS_ENRICH: ")
    assert "\n" not in str(refused.value)


def test_a_hook_takes_the_event_types_that_its_annotation_names() -> None:
    assert set(hook("size").models) == {"install"}
    assert set(hook("either").models) == {"install", "purchase"}
    assert set(hook("anything").models) == set(EVENTS)


@pytest.mark.parametrize("version", contract.versions()["install"])
def test_an_event_of_any_version_is_seen_as_the_model_that_the_hook_names_or_not_at_all(version: str) -> None:
    newest = contract.versions()["install"][-1]

    seen = hook("size").seen_as(install(version))

    assert seen is None or (type(seen), seen.schema_version) == (EVENTS["install"][newest], newest)  # type: ignore[attr-defined]
    if version == newest:
        assert seen is not None
    own = hook("anything").seen_as(install(version))
    assert type(own) is EVENTS["install"][version]


def test_an_event_with_what_the_named_version_does_not_know_is_not_squeezed_into_it() -> None:
    event = install("1-1-0") | {"no_such_field": 1}
    assert hook("old_size").seen_as(event) is None
