"""S3 prefixes with expressions, as "Understanding custom prefixes for Amazon S3 objects" describes them. Pure."""

import re
import string
from collections.abc import Callable
from datetime import UTC, datetime

from game_events_devtools.firehose_emulator.errors import ServiceError

DEFAULT_TIMESTAMP = "!{timestamp:yyyy/MM/dd/HH}/"
EXPRESSION = re.compile(r"!\{([^:}]*):([^}]*)\}")
RANDOM_LENGTH = 11
RANDOM_LETTERS = string.ascii_letters + string.digits

JAVA_PATTERNS: dict[str, Callable[[datetime], str]] = {
    "yyyy": lambda at: f"{at:%Y}",
    "yy": lambda at: f"{at:%y}",
    "MM": lambda at: f"{at:%m}",
    "M": lambda at: str(at.month),
    "dd": lambda at: f"{at:%d}",
    "d": lambda at: str(at.day),
    "DDD": lambda at: f"{at:%j}",
    "HH": lambda at: f"{at:%H}",
    "H": lambda at: str(at.hour),
    "mm": lambda at: f"{at:%M}",
    "ss": lambda at: f"{at:%S}",
    "SSS": lambda at: f"{at.microsecond // 1000:03d}",
}
JAVA_TOKEN = re.compile(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+")


def check(prefix: str, error_prefix: str) -> None:
    """Raises ServiceError for a pair that CreateDeliveryStream refuses."""
    for text, is_error in ((prefix, False), (error_prefix, True)):
        for namespace, value in EXPRESSION.findall(text):
            if namespace == "timestamp":
                java_time(value, datetime(2026, 1, 1, tzinfo=UTC))
            elif namespace == "firehose" and (value == "random-string" or (is_error and value == "error-output-type")):
                continue
            else:
                raise ServiceError(
                    "InvalidArgumentException", f"Invalid expression !{{{namespace}:{value}}} in a prefix"
                )
    if EXPRESSION.search(prefix) and not error_prefix:
        raise ServiceError(
            "InvalidArgumentException", "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions"
        )
    if error_prefix and EXPRESSION.search(error_prefix) and "!{firehose:error-output-type}" not in error_prefix:
        raise ServiceError(
            "InvalidArgumentException", "ErrorOutputPrefix must contain the expression !{firehose:error-output-type}"
        )


def evaluate(prefix: str, at: datetime, choose: Callable[[str], str], *, error_type: str = "") -> str:
    """The prefix of one object; `at` is the arrival of its first record, in UTC.

    Without a timestamp expression of its own a prefix gets yyyy/MM/dd/HH/ appended.
    """
    if "!{timestamp:" not in prefix:
        prefix += DEFAULT_TIMESTAMP

    def replace(match: re.Match[str]) -> str:
        namespace, value = match.groups()
        if namespace == "timestamp":
            return java_time(value, at)
        if value == "random-string":
            return "".join(choose(RANDOM_LETTERS) for _ in range(RANDOM_LENGTH))
        return error_type

    return EXPRESSION.sub(replace, prefix)


def java_time(pattern: str, at: datetime) -> str:
    """`at` in the part of Java's DateTimeFormatter that object keys use."""

    def replace(match: re.Match[str]) -> str:
        token = match.group(0)
        if match.group(1) is not None:
            return match.group(1) or "'"
        if not token[0].isalpha():
            return token
        if token not in JAVA_PATTERNS:
            raise ServiceError("InvalidArgumentException", f"Unsupported letters {token} in a timestamp expression")
        return JAVA_PATTERNS[token](at)

    return JAVA_TOKEN.sub(replace, pattern)
