"""The lint lets in every schema of the corpus that is to work everywhere, and tells of every other one what to do."""

import shutil
from pathlib import Path

import jsonschema_rs
import pytest
from contract.corpus import CASES, REFUSED, WORKING, write
from contract.corpus.case import ANY_RULE, Case
from contract.validators import Reference
from game_events_contract.bundle import bundle
from game_events_contract.lint import LintRule, lint, lint_file
from game_events_contract.lint.names import event_names
from game_events_contract.repository import ROOT, SchemaRepository
from jsonschema import FormatChecker


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "schemas" / "common", tmp_path / "schemas" / "common")
    return tmp_path


def test_the_corpus_is_large_and_each_event_type_stands_for_itself() -> None:
    assert len(WORKING) >= 60
    assert len({case.event_type for case in CASES}) == len(CASES)


def test_what_works_together_passes_the_lint(checkout: Path) -> None:
    write(WORKING, checkout)
    assert list(map(str, lint(SchemaRepository(checkout / "schemas")))) == []


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_does_not_work_is_refused_with_a_sentence(case: Case, checkout: Path) -> None:
    partner = [other for other in WORKING if case.refused == LintRule.TITLE_TAKEN and other.event_type == "level_1"]
    write([*partner, case], checkout)
    schemas = SchemaRepository(checkout / "schemas")
    files = [file for file in schemas.files if file.name == case.event_type]
    found = [*event_names(schemas), *(finding for file in files for finding in lint_file(file))]
    if case.refused != ANY_RULE:
        assert case.refused in {finding.rule for finding in found}
    for finding in found:
        assert isinstance(finding.rule, LintRule)
        assert finding.message.endswith(f"{finding.rule.reason} {finding.rule.fix}")


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> SchemaRepository:
    root = tmp_path_factory.mktemp("corpus")
    shutil.copytree(ROOT / "schemas" / "common", root / "schemas" / "common")
    write(WORKING, root)
    return SchemaRepository(root / "schemas")


def test_both_validators_take_and_refuse_the_events_of_every_case(schemas: SchemaRepository) -> None:
    wrong = []
    for case in WORKING:
        document = bundle(schemas.events[case.event_type][0])
        judges = (
            jsonschema_rs.Draft202012Validator(document, validate_formats=True),
            Reference(document, format_checker=FormatChecker(["date-time"])),
        )
        for expected, events in ((True, case.valid), (False, case.invalid)):
            wrong += [(str(case), event) for event in events for judge in judges if judge.is_valid(event) != expected]
    assert wrong == []
