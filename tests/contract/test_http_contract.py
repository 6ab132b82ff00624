"""No edit of the HTTP contract that breaks a client passes, and what only adds to it does."""

import copy
from datetime import date

import pytest
from contract.http_edits import BREAKING, HARMLESS, Edit
from game_events_contract.compatibility import Tier
from game_events_contract.http_contract import HttpChange, HttpRule, compare_http
from game_events_models import contract

TODAY = date(2026, 11, 27)


def changes(edit: Edit) -> list[HttpChange]:
    document = copy.deepcopy(contract.openapi())
    edit.change(document)
    return compare_http(contract.openapi(), document, TODAY)


def test_the_edits_are_many_and_their_names_are_unique() -> None:
    assert len(BREAKING) >= 25
    assert len({edit.name for edit in (*BREAKING, *HARMLESS)}) == len(BREAKING) + len(HARMLESS)


@pytest.mark.parametrize("edit", BREAKING, ids=str)
def test_no_breaking_edit_passes(edit: Edit) -> None:
    found = changes(edit)
    assert edit.rule in {change.rule for change in found if change.rule.tier is Tier.WIRE}, found


@pytest.mark.parametrize("edit", HARMLESS, ids=str)
def test_an_edit_that_only_adds_passes(edit: Edit) -> None:
    found = changes(edit)
    assert [change for change in found if change.rule.tier is Tier.WIRE] == []
    assert {change.rule for change in found} == ({edit.rule} if edit.rule else set())


def test_every_rule_has_an_edit() -> None:
    tried = {edit.rule for edit in (*BREAKING, *HARMLESS)}
    assert {rule.value for rule in HttpRule} - tried == {"http-parameter-optional"}  # the document requires none


def test_what_one_shape_means_to_many_operations_is_said_once() -> None:
    (edit,) = (one for one in BREAKING if one.name == "problem's type otherwise")
    (change,) = changes(edit)
    assert change.pointer == "/components/schemas/Problem/properties/type/pattern"


def test_an_operation_may_go_after_the_sunset_it_announced() -> None:
    before = copy.deepcopy(contract.openapi())
    before["paths"]["/v1/validate"]["post"].update({"deprecated": True, "x-sunset": "2026-11-26"})
    after = copy.deepcopy(before)
    del after["paths"]["/v1/validate"]
    assert compare_http(before, after, TODAY) == []
    assert [change.rule for change in compare_http(before, after, date(2026, 11, 25))] == ["http-operation-removed"]


@pytest.mark.parametrize("document", [{}, {"openapi": "3.1.0", "paths": []}, {"openapi": "3.1.0", "paths": {"/a": 1}}])
def test_what_is_no_openapi_document_cannot_be_compared(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="OpenAPI"):
        compare_http(contract.openapi(), document, TODAY)
