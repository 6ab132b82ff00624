"""Prefix expressions as AWS documents them."""

from datetime import UTC, datetime

import pytest
from game_events_devtools.firehose_emulator import prefixes
from game_events_devtools.firehose_emulator.errors import ServiceError

AT = datetime(2018, 8, 27, 10, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", "2018/08/27/10/"),
        ("events/", "events/2018/08/27/10/"),
        ("my/!{timestamp:yyyy-MM-dd}/", "my/2018-08-27/"),
        ("year=!{timestamp:yyyy}/month=!{timestamp:MM}/", "year=2018/month=08/"),
        ("!{timestamp:'literal' HH''mm}/", "literal 10'30/"),
        ("x/!{firehose:random-string}/", "x/AAAAAAAAAAA/2018/08/27/10/"),
    ],
)
def test_a_prefix_is_evaluated(prefix: str, expected: str) -> None:
    assert prefixes.evaluate(prefix, AT, lambda letters: "A") == expected


def test_an_error_prefix_names_the_kind_of_error() -> None:
    evaluated = prefixes.evaluate(
        "failed/!{firehose:error-output-type}/!{timestamp:yyyy}/", AT, str, error_type="processing-failed"
    )

    assert evaluated == "failed/processing-failed/2018/"


@pytest.mark.parametrize(
    ("prefix", "error_prefix"),
    [
        ("!{timestamp:yyyy}/", ""),
        ("!{timestamp:yyyy}/", "failed/!{timestamp:yyyy}/"),
        ("!{firehose:error-output-type}/", "failed/"),
        ("!{unknown:x}/", "failed/"),
        ("!{timestamp:QQQ}/", "failed/"),
    ],
)
def test_a_pair_that_aws_refuses_is_refused(prefix: str, error_prefix: str) -> None:
    with pytest.raises(ServiceError) as refused:
        prefixes.check(prefix, error_prefix)

    assert refused.value.code == "InvalidArgumentException"
