"""What a version's number promises about the versions before it, in the direction that the event's mode asks for."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import jsonschema_rs
from jsonschema_rs import ValidationError, ValidationErrorKind

from game_events_contract.bundle import bundle
from game_events_contract.columns import compare_events
from game_events_contract.compatibility import Change, Report, Step, Tier, compare
from game_events_contract.examples import valid_examples
from game_events_contract.findings import Finding, GateRule
from game_events_contract.keywords import Keyword
from game_events_contract.modes import Mode, Waiver
from game_events_contract.pointers import to_pointer
from game_events_contract.repository import Document, SchemaFile, SchemaRepository

_FORWARD = "forward-"


def step_findings(versions: Sequence[SchemaFile], mode: Mode) -> list[Finding]:
    """Changes that need a larger step than their version takes, and steps that skip a version."""
    found: list[Finding] = []
    for index, new in enumerate(versions[1:], 1):
        old = versions[index - 1]
        taken = _taken(old, new)
        if taken is None:
            message = f"follows {old.version}; expected {_expected(old)}"
            found.append(Finding(new.label, GateRule.VERSION_SKIPPED, "", message))
            continue
        for earlier in promised_to(versions, new, mode) if taken is Step.ADDITION else [old]:
            # What a version between did is said there, and if it was waived, for those after it too.
            between = {file.label for file in versions if earlier.version < file.version <= new.version}
            told = {(one.rule, one.pointer) for one in found if one.where in between}
            changes = broken_promises(bundle(earlier), bundle(new), taken, mode)
            found += [
                Finding(new.label, rule, change.pointer, _said(rule, change, earlier, mode))
                for rule, change in changes
                if (rule, change.pointer) not in told
            ]
    return found


def promised_to(versions: Sequence[SchemaFile], new: SchemaFile, mode: Mode) -> list[SchemaFile]:
    """The earlier versions of its REVISION that an ADDITION's promise is about, the latest first."""
    line = [file for file in reversed(versions) if file.version < new.version and file.version[:2] == new.version[:2]]
    return line if mode.transitive else line[:1]


def broken_promises(old: Document, new: Document, taken: Step, mode: Mode) -> Iterator[tuple[str, Change]]:
    """The changes, each under the name of its rule, that a version of that step may not make.

    `forward-` before a rule's name says that it was found the other way round: the older schema refuses what the
    newer allows.
    """
    changes = compare_events(old, new).changes
    contrary = forward_changes(old, new) if mode.forward and taken is Step.ADDITION else []
    larger = [change for change in changes if change.rule.step > taken]
    if not mode.backward and (taken is Step.ADDITION or not forward_changes(old, new)):
        larger = [change for change in larger if change.rule.tier is Tier.WAREHOUSE]
    yield from ((change.rule.id, change) for change in larger)
    yield from ((f"{_FORWARD}{change.rule.id}", change) for change in contrary)


def is_forward(rule: str) -> bool:
    """Whether a finding's rule was found the other way round."""
    return rule.startswith(_FORWARD)


class ModeReport(NamedTuple):
    """What a comparison of two versions comes to in a mode."""

    mode: Mode
    report: Report
    contrary: list[Change]
    """Why the older version may refuse what the newer allows; left empty where the mode does not ask."""

    @property
    def required_step(self) -> Step:
        columns = [change.rule.step for change in self.report.changes if change.rule.tier is Tier.WAREHOUSE]
        least = max([*columns, Step.REVISION if self.contrary else Step.ADDITION])
        return max(least, self.report.required_step) if self.mode.backward or self.contrary else least

    @property
    def breaking(self) -> bool:
        """Whether an ADDITION would break what the mode promises."""
        return self.required_step is not Step.ADDITION

    def as_json(self) -> dict[str, Any]:
        shown = {**self.report.as_json(), "breaking": self.breaking, "required_bump": self.required_step.name}
        if self.mode.forward:
            shown["mode"] = self.mode.value
            shown["changes"] = [
                *self.report.as_json()["changes"],
                *(
                    {"rule": f"{_FORWARD}{change.rule.id}", "tier": "WIRE", "pointer": change.pointer}
                    for change in self.contrary
                ),
            ]
        return shown


def judged(old: Document, new: Document, mode: Mode) -> ModeReport:
    """Two self-contained schemas compared, in the directions of the mode. ValueError as `compare` raises it."""
    return ModeReport(mode, compare_events(old, new), forward_changes(old, new) if mode.forward else [])


def forward_changes(old: Document, new: Document) -> list[Change]:
    """Why the older schema may refuse what the newer allows."""
    return [change for change in compare(new, old).changes if change.rule.tier is Tier.WIRE]


def replayed(
    schemas: SchemaRepository,
    versions: Sequence[SchemaFile],
    mode: Mode,
    waivers: Iterable[Waiver],
    settled: Collection[str],
) -> Iterator[Finding]:
    """Valid examples that an ADDITION's promise is about, and that the other version refuses.

    What is refused at a place that a waiver names is the waiver's to answer for. Forward, nothing is asked of the
    versions that are settled.
    """
    for new in versions:
        earlier = promised_to(versions, new, mode)
        line = {file.label for file in (new, *earlier)}
        excused = [waiver.pointer for waiver in waivers if waiver.pointer and waiver.version in line]
        for old in earlier:
            if mode.backward:
                yield from refused_examples(schemas, old, new, new.label, excused)
            if mode.forward and new.label not in settled:
                yield from refused_examples(schemas, new, old, new.label, excused)


def refused_examples(
    schemas: SchemaRepository, written: SchemaFile, judging: SchemaFile, label: str, excused: Sequence[str] = ()
) -> Iterator[Finding]:
    """The valid examples of one version that another refuses, but for refusals at the places that are excused."""
    judge = jsonschema_rs.Draft202012Validator(bundle(judging), validate_formats=True)
    for path, event in valid_examples(schemas, written):
        errors = judge.iter_errors({**event, "schema_version": str(judging.version)})
        if any(not _excused(error, excused) for error in errors):
            by = "" if judging.label == label else f" by {judging.version}"
            message = f"{path.name}, valid by {written.version}, is refused{by}"
            yield Finding(label, GateRule.EXAMPLE_REFUSED, "", message)


def _excused(error: ValidationError, pointers: Sequence[str]) -> bool:
    """Whether everything that the error is about stands at one of the pointers, or below."""
    tokens = tuple(str(part) for part in error.schema_path if part != Keyword.REF)
    places = [tokens]
    kind: Any = error.kind
    if isinstance(kind, ValidationErrorKind.AdditionalProperties):
        places = [(*tokens[:-1], "properties", name) for name in kind.unexpected]
    elif isinstance(kind, ValidationErrorKind.Required):
        places = [(*tokens[:-1], "properties", kind.property)]
    return all(any(f"{to_pointer(place)}/".startswith(f"{at}/") for at in pointers) for place in places)


def _taken(old: SchemaFile, new: SchemaFile) -> Step | None:
    return {version: step for step, version in _followers(old).items()}.get(tuple(new.version))


def _followers(old: SchemaFile) -> dict[Step, tuple[int, ...]]:
    model, revision, addition = old.version
    return {
        Step.MODEL: (model + 1, 0, 0),
        Step.REVISION: (model, revision + 1, 0),
        Step.ADDITION: (model, revision, addition + 1),
    }


def _expected(old: SchemaFile) -> str:
    return " or ".join("-".join(map(str, version)) for version in _followers(old).values())


def _said(rule: str, change: Change, old: SchemaFile, mode: Mode) -> str:
    if not is_forward(rule):
        return f"needs a {change.rule.step.name} after {old.version}: {change.rule.meaning} {change.detail}".strip()
    refused = f"who reads by {old.version} would refuse it, and the mode is {mode}"
    return f"needs a REVISION after {old.version}: {refused} {change.detail}".strip()
