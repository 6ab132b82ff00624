"""The problems that requests are refused for, held against openapi.yaml."""

import re
from collections.abc import Iterator

from game_events_api.errors import OWN_PROBLEMS, Problem, RequestRefused
from game_events_models import contract


def documented() -> Iterator[tuple[str, int]]:
    """Every problem that a response's description names, with the status that the operations give the response."""
    document = contract.openapi()
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in (operation.get("responses", {}) if isinstance(operation, dict) else {}).items():
                name = response.get("$ref", "").rpartition("/")[2]
                description = document["components"]["responses"].get(name, {}).get("description", "")
                if int(status) >= 400:
                    yield from ((slug, int(status)) for slug in re.findall(r"`([a-z]+(?:-[a-z]+)*)`", description))


def test_every_problem_has_the_status_that_the_contract_gives_it() -> None:
    known = {(problem.slug, problem.status) for problem in Problem}
    found = {pair for pair in documented() if pair[0] != "errors"}
    assert found <= known
    assert {slug for slug, _ in known - found} == {"method-not-allowed"}, (
        "of no operation, so in no operation's answers"
    )


def test_no_two_problems_share_a_slug_or_a_title() -> None:
    assert len({problem.slug for problem in Problem}) == len(Problem)
    assert len({problem.title for problem in Problem}) == len(Problem)


def test_a_refusal_brings_its_own_headers_or_has_its_problems() -> None:
    assert RequestRefused(Problem.UNAVAILABLE, "full").headers == ((b"retry-after", b"1"),)
    assert RequestRefused(Problem.UNAVAILABLE, "damaged", headers=()).headers == ()


def test_the_rules_that_are_problems_of_their_own_are_no_invalid_events() -> None:
    assert Problem.INVALID_EVENT not in OWN_PROBLEMS.values()
