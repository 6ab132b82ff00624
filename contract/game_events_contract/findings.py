"""What a check has to say: one finding, and the rules of the checks beside the lint and the comparison of schemas."""

from enum import StrEnum
from typing import NamedTuple


class GateRule(StrEnum):
    """What keeps versions from being published, beside the changes that their numbers do not admit."""

    VERSION_CHANGED = "version-changed"
    VERSION_DELETED = "version-deleted"
    VERSION_UNPUBLISHED = "version-unpublished"
    VERSION_SKIPPED = "version-skipped"
    REASON_MISSING = "reason-missing"
    REASON_STALE = "reason-stale"
    EXAMPLE_REFUSED = "example-refused"
    SUPERSEDES_UNKNOWN = "supersedes-unknown"
    SUPERSEDES_BREAKING = "supersedes-breaking"
    COLUMN_MOVED = "column-moved"
    LOCK_INVALID = "lock-invalid"
    LIFECYCLE_INVALID = "lifecycle-invalid"
    LIFECYCLE_UNKNOWN = "lifecycle-unknown"
    LIFECYCLE_NEWEST = "lifecycle-newest"
    LIFECYCLE_DATE = "lifecycle-date"
    LIFECYCLE_ORDER = "lifecycle-order"
    LIFECYCLE_NOTICE = "lifecycle-notice"
    DEFAULT_MISSING = "default-missing"
    DEFAULT_UNKNOWN = "default-unknown"
    DEFAULT_RETIRED = "default-retired"
    COMPATIBILITY_INVALID = "compatibility-invalid"
    WAIVER_UNUSED = "waiver-unused"
    WAIVER_EXPIRED = "waiver-expired"
    CONSUMERS_INVALID = "consumers-invalid"
    CONSUMER_BROKEN = "consumer-broken"
    BASE_VERSION_CHANGED = "base-version-changed"
    BASE_VERSION_DELETED = "base-version-deleted"
    BASE_SUNSET_SOONER = "base-sunset-sooner"


class StageRule(StrEnum):
    """What else `game-events schemas check` looks at."""

    OPENAPI_INVALID = "openapi-invalid"
    CODEGEN_FAILED = "codegen-failed"
    GENERATED_CODE_FAILED = "generated-code-failed"
    GENERATED_CODE_DRIFTED = "generated-code-drifted"


class Finding(NamedTuple):
    """One thing wrong: in which file, by which rule, at which JSON Pointer in it."""

    where: str
    rule: str
    """A `LintRule`, `GateRule` or `StageRule`, or the name of a rule for a change."""
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}{'#' + self.pointer if self.pointer else ''}: {self.rule}: {self.message}"
