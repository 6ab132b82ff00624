"""The file by which clients in other languages are held is what this client does."""

from unit.sdk import conformance


def test_the_conformance_file_is_what_the_core_does() -> None:
    written = conformance.FILE.read_text(encoding="utf-8")
    assert written == conformance.written(), "write it again: PYTHONPATH=tests python -m unit.sdk.conformance"


def test_in_every_case_every_event_has_a_result_or_is_left() -> None:
    for case in conformance.vectors()["cases"]:
        assert sum(number for _, number in case["results"]) + len(case["left"]) == case["count"], case["name"]
