# Written by scripts/codegen.py from the schemas; edit those and run it again.

from __future__ import annotations

from typing import Annotated, Any, Literal

from game_events_models.optional import ABSENT, MISSING
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)
from typing_extensions import TypeAliasType


class FieldError(BaseModel):
    """
    One thing that is wrong with a document, where, and what to do about it.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    pointer: Annotated[StrictStr, Field(examples=["/price"], max_length=512)]
    """
    JSON Pointer to the value, within the event (or within the body for an envelope); empty for the whole document.
    """
    rule: Annotated[StrictStr, Field(examples=["pattern"], max_length=64, min_length=1)]
    """
    The rule that was broken: a JSON Schema keyword (pattern, required, enum, …) or a rule of the pipeline's own (unknown-event-type, unknown-schema-version, retired-schema-version, event-too-old, event-in-future, forbidden-game, forbidden-event-type, too-large, duplicate-key, …).
    """
    message: Annotated[
        StrictStr,
        Field(
            examples=["'4,99' is not a decimal amount; write it like '4.99'"],
            max_length=1024,
            min_length=1,
        ),
    ]
    """
    What was wrong and what to do, for people.
    """


class EventResult(BaseModel):
    """
    The verdict on one event of a batch.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    event_id: Annotated[
        StrictStr | None,
        Field(examples=["019ab1c2-7f00-7abc-8def-0123456789ab"], max_length=128),
    ]
    """
    The event's own id; null when the event has none that is a string of at most 128 characters.
    """
    status: Annotated[
        Literal["accepted", "duplicate", "rejected"], Field(examples=["rejected"])
    ]
    """
    `accepted`: on disk and on its way. `duplicate`: the same event, of this game, id and content, was accepted before. `rejected`: refused for the reasons in `errors`; do not send it again unchanged.
    """
    errors: Annotated[
        list[FieldError], Field(max_length=32, validate_default=True)
    ] = []
    """
    Why the event was rejected; absent otherwise.
    """


class DeadLetter(BaseModel):
    """
    An event that a sink would not take.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    name: Annotated[StrictStr, Field(max_length=96)]
    """
    What it is called here.
    """
    event_id: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The event it was.
    """
    game_id: Annotated[StrictStr, Field(max_length=128)]
    """
    The game.
    """
    event_type: Annotated[StrictStr, Field(max_length=64)]
    """
    The event type.
    """
    schema_version: Annotated[StrictStr, Field(max_length=20)]
    """
    The version.
    """
    hour: Annotated[StrictStr, Field(max_length=16)]
    """
    Hour of received_at, `YYYY-MM-DDTHH`.
    """
    sink: Annotated[StrictStr, Field(max_length=64)]
    """
    Which sink would not take it.
    """
    stream: Annotated[StrictStr, Field(max_length=16)]
    """
    The stream, events or rejected.
    """
    reason: Annotated[StrictStr, Field(max_length=4096)]
    """
    What the sink said.
    """
    attempts: Annotated[StrictInt, Field(ge=0)]
    """
    How often it was tried.
    """
    dead_at: StrictFloat
    """
    When it was given up, Unix seconds.
    """
    replayed_at: StrictFloat | None
    """
    When it was sent again, Unix seconds.
    """
    lies_in: Annotated[StrictStr, Field(max_length=2048)]
    """
    The file below `spool/` that has it, or the object in which Firehose put what it could not deliver.
    """


class DeadLetterDetail(BaseModel):
    """
    One dead letter, word for word.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    dead_letter: DeadLetter
    line: StrictStr
    """
    The stored line, JSON; personal data masked for those without the scope `operate`.
    """


class DeadLetterList(BaseModel):
    """
    One page of dead letters.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    items: Annotated[list[DeadLetter], Field(max_length=1000)]
    """
    Oldest first.
    """
    next: Annotated[StrictStr | None, Field(max_length=96)]
    """
    Give it as `after` for the following page; null at the end.
    """


class RejectedEvent(BaseModel):
    """
    An event that the server refused.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    name: Annotated[StrictStr, Field(max_length=12)]
    """
    What it is called here.
    """
    received_at: Annotated[StrictStr | None, Field(max_length=40)]
    """
    When it came.
    """
    event_id: Annotated[StrictStr | None, Field(max_length=128)]
    """
    Its event_id, when it has one.
    """
    game_id: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The game.
    """
    event_type: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The event type.
    """
    schema_version: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The version.
    """
    key_id: Annotated[StrictStr | None, Field(max_length=64)]
    """
    The key it came with.
    """
    correlation_id: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The request it came in.
    """
    build: Annotated[StrictStr | None, Field(max_length=64)]
    """
    The first 64 characters of its app_version, where it was sent as text.
    """
    rule: Annotated[StrictStr | None, Field(max_length=64)]
    """
    The first reason.
    """
    pointer: Annotated[StrictStr | None, Field(max_length=512)]
    """
    Where in the document.
    """
    reasons: Annotated[StrictInt, Field(ge=0)]
    """
    How many reasons.
    """


class RejectedDetail(BaseModel):
    """
    One refused event, word for word.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    rejected: RejectedEvent
    line: StrictStr
    """
    The stored line, JSON, with every reason and the first 16 KiB of what was sent; personal data masked, and what is no JSON left out, for those without the scope `operate`.
    """


class RejectedList(BaseModel):
    """
    One page of refused events.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    items: Annotated[list[RejectedEvent], Field(max_length=1000)]
    """
    Oldest first.
    """
    next: Annotated[StrictStr | None, Field(max_length=96)]
    """
    Give it as `after` for the following page; null at the end.
    """


class ReasonCount(BaseModel):
    """
    One row.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    game_id: Annotated[StrictStr, Field(max_length=128)]
    """
    The game, empty when it is unknown.
    """
    event_type: Annotated[StrictStr, Field(max_length=128)]
    """
    The event type, empty when it is unknown.
    """
    reason: Annotated[StrictStr, Field(max_length=4096)]
    """
    The reason.
    """
    events: Annotated[StrictInt, Field(ge=1)]
    """
    How many.
    """


class ReasonCounts(BaseModel):
    """
    How many, by game, event type and reason.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    counts: Annotated[list[ReasonCount], Field(max_length=1000)]
    """
    Largest first.
    """


class LiveEvent(BaseModel):
    """
    One event as it was judged.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    id: Annotated[StrictStr, Field(max_length=40)]
    """
    What it is called here, as long as it is among the newest; of a trace its event_id.
    """
    verdict: Literal["accepted", "rejected"]
    """
    What was decided.
    """
    received_at: Annotated[StrictStr | None, Field(max_length=40)]
    """
    When it came.
    """
    effective_time: Annotated[StrictStr | None, Field(max_length=40)]
    """
    When it happened, by the corrected device clock; null when it was rejected.
    """
    event_id: Annotated[StrictStr | None, Field(max_length=128)]
    """
    Its event_id, when it has one.
    """
    event_type: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The event type that it names.
    """
    schema_version: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The version that it names.
    """
    judged_as: Annotated[StrictStr | None, Field(max_length=257)]
    """
    Type and version that it was accepted by.
    """
    game_id: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The game; null when its key might not write the one it names.
    """
    key_id: Annotated[StrictStr | None, Field(max_length=64)]
    """
    The key it came with.
    """
    correlation_id: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The request it came in.
    """
    player: Annotated[StrictStr | None, Field(max_length=128)]
    """
    Its user_id.
    """
    build: Annotated[StrictStr | None, Field(max_length=128)]
    """
    Its app_version.
    """
    name: Annotated[StrictStr | None, Field(max_length=12)]
    """
    What `/v1/rejected` calls it; null when it was accepted.
    """
    reasons: list[FieldError]
    """
    Why it was rejected.
    """
    document: dict[str, Any] | None
    """
    The event as it was sent; null when it is no JSON object, or was too long to be kept whole.
    """
    text: StrictStr | None
    """
    What was sent, where that is no JSON object; null for those who are shown no personal data.
    """
    masked: StrictBool
    """
    Whether personal data is masked.
    """


class CountsAs(BaseModel):
    """
    What an event comes to in money, as its fact has it; amounts are text, so that every digit stays.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    amount: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    In the currency it was sent in.
    """
    currency: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    That currency.
    """
    amount_base: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    In the base currency; absent while no exchange rate of its day is there.
    """
    base_currency: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    That currency.
    """
    rate: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    How many of the base currency one is worth.
    """
    rate_date: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    The day that the exchange rate is of.
    """
    rate_source: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    Whose exchange rate it is.
    """
    rates_version: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    The file of exchange rates it came from.
    """
    rate_is_stale: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    `True` where the exchange rate is of a day before.
    """
    rate_status: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    `converted` or `pending`.
    """
    refund_status: Annotated[StrictStr | MISSING, Field(max_length=128)] = ABSENT
    """
    Of a refund: how it is counted.
    """


class Sighting(BaseModel):
    """
    One place where an event is or was.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    stage: Annotated[StrictStr, Field(max_length=64)]
    """
    `spool`, `dead-letter`, `lake`; of the warehouse `raw`, `raw-rejected`, `staged`, and what became of the event, `fact` where it counts.
    """
    at: Annotated[StrictStr | None, Field(max_length=40)]
    """
    When it was put there, by the clock of the machine that did; null where that is not known.
    """
    file: Annotated[StrictStr | None, Field(max_length=1024)]
    """
    The spool file, or the lake's file by its path.
    """
    row: Annotated[StrictInt | None, Field(ge=1)]
    """
    The line of the file, from 1.
    """
    block: StrictInt | None
    """
    The row of the spool file.
    """
    sink: Annotated[StrictStr | None, Field(max_length=64)]
    """
    Of a dead letter the sink that would not take it.
    """
    reason: Annotated[StrictStr | None, Field(max_length=1024)]
    """
    Why it is a dead letter, or no fact.
    """
    attempts: Annotated[StrictInt | None, Field(ge=0)]
    """
    Of a dead letter how often it was tried.
    """
    table: Annotated[StrictStr | None, Field(max_length=128)]
    """
    The table of facts that it is in.
    """
    event_date: Annotated[StrictStr | None, Field(max_length=10)]
    """
    The day that it counts for, in UTC.
    """
    counts_as: CountsAs | None
    """
    What it comes to; null where that is no money.
    """


class TracedEvent(BaseModel):
    """
    One event, and where it is and was.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    event: LiveEvent
    sightings: Annotated[list[Sighting], Field(max_length=200)]
    """
    In the order in which an event passes them.
    """


class Trace(BaseModel):
    """
    The way that one event took.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    event_id: Annotated[StrictStr, Field(max_length=36)]
    """
    The id that was asked for.
    """
    events: Annotated[list[TracedEvent], Field(max_length=200)]
    """
    Several where events of two games, or with two contents, share the id, or one was rejected first.
    """
    complete: StrictBool
    """
    Whether everything was looked through, from the hour `since` on; false where time was short or something is damaged.
    """


class LiveState(BaseModel):
    """
    How much comes, and how much of it is shown.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    one_in: Annotated[StrictInt, Field(ge=1)]
    """
    Of the accepted events one in so many is shown; 1 when nothing is left out.
    """
    rejected_one_in: Annotated[StrictInt, Field(ge=1)]
    """
    The same of the rejected ones.
    """
    per_second: Annotated[StrictFloat, Field(ge=0.0)]
    """
    Events a second, accepted and rejected, in the last five seconds; 0 until somebody looks.
    """


class Live(BaseModel):
    """
    The newest events.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    events: Annotated[list[LiveEvent], Field(max_length=1000)]
    """
    The newest first.
    """
    state: LiveState


StagesAdditionalProperty = TypeAliasType(
    "StagesAdditionalProperty", Annotated[StrictInt, Field(ge=0)]
)


class LedgerRow(BaseModel):
    """
    One count.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    stage: Annotated[StrictStr, Field(max_length=32)]
    """
    The stage.
    """
    game_id: Annotated[StrictStr, Field(max_length=128)]
    """
    The game; empty when it is unknown, `*` for those that are not counted by name.
    """
    event_type: Annotated[StrictStr, Field(max_length=128)]
    """
    The event type, empty when it is unknown.
    """
    schema_version: Annotated[StrictStr, Field(max_length=128)]
    """
    The version, empty when it is unknown.
    """
    events: Annotated[StrictInt, Field(ge=0)]
    """
    How many.
    """


WaitingAdditionalProperty = TypeAliasType(
    "WaitingAdditionalProperty", Annotated[StrictInt, Field(ge=0)]
)


class Ledger(BaseModel):
    """
    What was counted, of all workers.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    at: AwareDatetime
    """
    When it was read.
    """
    stages: dict[str, StagesAdditionalProperty]
    """
    Events by stage, `accepted`, `duplicate`, `rejected`, `delivered` and so on, of the games that the key may see.
    """
    rows: Annotated[list[LedgerRow], Field(max_length=1000)]
    """
    The same by game, event type and version, largest first.
    """
    waiting: dict[str, WaitingAdditionalProperty]
    """
    Events that wait for delivery, of all games, by stream (`events`, `rejected`).
    """
    oldest: AwareDatetime | None
    """
    Since when the oldest of them waits.
    """
    dead_letters: Annotated[StrictInt, Field(ge=0)]
    """
    Events that a sink will never take, of all games.
    """
    unreadable: dict[str, StrictStr]
    """
    Spool files that were left out, with the reason.
    """


class RejectedGroup(BaseModel):
    """
    Events of one version that break the same rule at the same field, or that have something else in common.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    rule: Annotated[StrictStr, Field(max_length=64)]
    """
    The rule; empty, as the other three of them, where it is not the same for all of the group.
    """
    pointer: Annotated[StrictStr, Field(max_length=1024)]
    """
    JSON Pointer to the field, also to one that is missing; empty for the whole event.
    """
    message: Annotated[StrictStr, Field(max_length=1024)]
    """
    What the last of them was told.
    """
    event_type: Annotated[StrictStr, Field(max_length=128)]
    """
    The event type, empty when it is unknown.
    """
    schema_version: Annotated[StrictStr, Field(max_length=128)]
    """
    The version, empty when it is unknown.
    """
    events: StrictInt
    """
    How many.
    """
    reasons: StrictInt
    """
    How many groups they are by rule, field and version.
    """
    first: Annotated[StrictStr, Field(max_length=40)]
    """
    When the first came.
    """
    last: Annotated[StrictStr, Field(max_length=40)]
    """
    When the last came.
    """
    sample: Annotated[StrictStr, Field(max_length=12)]
    """
    The last one, as `/v1/rejected` calls it.
    """
    counts: list[StrictInt]
    """
    How many in each 24th of the time, the oldest first.
    """
    builds: Annotated[list[StrictStr], Field(max_length=8)]
    """
    Their app_version, at most eight.
    """
    keys: Annotated[list[StrictStr], Field(max_length=8)]
    """
    The keys they came with, at most eight.
    """
    games: Annotated[list[StrictStr], Field(max_length=8)]
    """
    Their games, at most eight.
    """


class RejectedGroups(BaseModel):
    """
    Rejected events by what was wrong with them.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    hours: StrictInt
    """
    How far back was looked.
    """
    by: Literal["rule", "event", "version", "build", "key"]
    """
    What the events of one group have in common.
    """
    groups: Annotated[list[RejectedGroup], Field(max_length=200)]
    """
    Largest first.
    """


class VersionVerdict(BaseModel):
    """
    What one version says.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    schema_version: Annotated[StrictStr, Field(max_length=128)]
    """
    The version.
    """
    named: StrictBool
    """
    Whether the document names it.
    """
    reasons: list[FieldError]
    """
    Why it would be rejected; none when it would be accepted.
    """


class Judgement(BaseModel):
    """
    What every version says of a document.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    verdicts: list[VersionVerdict]
    """
    The newest version first.
    """


class NamedQuery(BaseModel):
    """
    One question.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    name: Annotated[StrictStr, Field(max_length=64)]
    """
    Its name.
    """
    title: Annotated[StrictStr, Field(max_length=256)]
    """
    Its title.
    """
    page: Annotated[StrictStr | None, Field(max_length=64)]
    """
    The page that shows it; null for none.
    """
    order: StrictInt
    """
    Its place there.
    """


class QueryList(BaseModel):
    """
    What can be asked.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    queries: list[NamedQuery]
    """
    By name.
    """


Build = TypeAliasType("Build", Annotated[StrictStr, Field(max_length=20)])


class RevenueSums(BaseModel):
    """
    What a day of a game came to, in the base currency; every digit of it.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    purchases: StrictInt
    """
    How many.
    """
    gross: Annotated[StrictStr, Field(max_length=40)]
    """
    What was paid.
    """
    refunded: Annotated[StrictStr, Field(max_length=40)]
    """
    What of it was refunded or charged back.
    """
    net: Annotated[StrictStr, Field(max_length=40)]
    """
    The difference.
    """


class QueryColumn(BaseModel):
    """
    One column.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    name: Annotated[StrictStr, Field(max_length=64)]
    """
    Its name.
    """
    title: Annotated[StrictStr, Field(max_length=128)]
    """
    Its title.
    """
    unit: Literal["", "money", "percent"]
    """
    Of a figure, what it is; empty for a count or a text.
    """


class QueryAnswer(BaseModel):
    """
    What the warehouse answers.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    name: Annotated[StrictStr, Field(max_length=64)]
    """
    The query.
    """
    title: Annotated[StrictStr, Field(max_length=256)]
    """
    Its title.
    """
    about: Annotated[StrictStr, Field(max_length=256)]
    """
    What the figures are.
    """
    wide: StrictBool
    """
    Whether it is shown over the page.
    """
    sql: StrictStr
    """
    The question.
    """
    chart: dict[str, Any] | None
    """
    Which columns are drawn, and how; null for a table alone.
    """
    columns: list[QueryColumn]
    """
    What the rows hold, in order.
    """
    rows: Annotated[list[list[Any]], Field(max_length=5000)]
    """
    The rows; amounts as text, every digit of them.
    """
    truncated: StrictBool
    """
    Whether there are more rows.
    """
    as_of: AwareDatetime
    """
    When the warehouse was built.
    """


WhereItem = TypeAliasType(
    "WhereItem",
    Annotated[
        StrictStr,
        Field(
            max_length=160,
            min_length=4,
            pattern="^(name|sink|stream|reason|event_id|game_id|event_type|schema_version|hour)=[\\s\\S]{0,128}$",
        ),
    ],
)


class DeadLetterReplay(BaseModel):
    """
    What to judge again.
    """

    model_config = ConfigDict(
        defer_build=True,
        extra="forbid",
        frozen=True,
    )
    dry_run: StrictBool
    """
    Only say what would pass.
    """
    where: Annotated[list[WhereItem], Field(max_length=8)] = []
    """
    Conditions that must all hold, as in the list.
    """
    limit: Annotated[StrictInt, Field(ge=1, le=1000)] = 500
    """
    How many to look at.
    """
    after: Annotated[
        StrictStr | MISSING,
        Field(max_length=96, min_length=1, pattern="^[A-Za-z0-9._:-]+$"),
    ] = ABSENT
    """
    The `next` of the call before.
    """


WhereItem1 = TypeAliasType(
    "WhereItem1",
    Annotated[
        StrictStr,
        Field(
            max_length=544,
            min_length=4,
            pattern="^(name|event_id|event_type|schema_version|game_id|key_id|build|received_at|correlation_id|rule|pointer)=[\\s\\S]{0,512}$",
        ),
    ],
)


class RejectedReplay(BaseModel):
    """
    What to judge again.
    """

    model_config = ConfigDict(
        defer_build=True,
        extra="forbid",
        frozen=True,
    )
    dry_run: StrictBool
    """
    Only say what would pass.
    """
    where: Annotated[list[WhereItem1], Field(max_length=8)] = []
    """
    Conditions that must all hold, as in the list.
    """
    limit: Annotated[StrictInt, Field(ge=1, le=1000)] = 500
    """
    How many to look at.
    """
    after: Annotated[
        StrictStr | MISSING,
        Field(max_length=96, min_length=1, pattern="^[A-Za-z0-9._:-]+$"),
    ] = ABSENT
    """
    The `next` of the call before.
    """
    as_version: Annotated[
        StrictStr | MISSING,
        Field(
            examples=["purchase/1-1-0"],
            max_length=96,
            min_length=3,
            pattern="^[a-z][a-z0-9_]*/[0-9]+-[0-9]+-[0-9]+$",
        ),
    ] = ABSENT
    """
    Judge and store events of this type as this published version.
    """


class ReplayRefusal(BaseModel):
    """
    One reason.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    rule: Annotated[StrictStr, Field(max_length=128)]
    """
    The rule that was broken.
    """
    message: Annotated[StrictStr, Field(max_length=1024)]
    """
    Where, of which schema.
    """
    events: Annotated[StrictInt, Field(ge=1)]
    """
    How many events.
    """


class ReplayReport(BaseModel):
    """
    What one replay call did, or would do.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    dry_run: StrictBool
    """
    Whether nothing was sent.
    """
    events: Annotated[StrictInt, Field(ge=0)]
    """
    How many were looked at.
    """
    passed: Annotated[StrictInt, Field(ge=0)]
    """
    How many of them pass.
    """
    repeated: Annotated[StrictInt, Field(ge=0)]
    """
    How many of those had been sent again before.
    """
    refused: Annotated[list[ReplayRefusal], Field(max_length=1000)]
    """
    Why the others do not.
    """
    next: Annotated[StrictStr | None, Field(max_length=96)]
    """
    Give it as `after` for the following call; null at the end.
    """


ReceivedAt = TypeAliasType(
    "ReceivedAt",
    Annotated[
        AwareDatetime,
        Field(examples=["2026-11-21T04:05:06.789012Z"], title="ReceivedAt"),
    ],
)
"""
When the server received the request, UTC with microseconds.
"""


CorrelationId = TypeAliasType(
    "CorrelationId",
    Annotated[
        StrictStr,
        Field(
            examples=["c-019ab1c2"],
            max_length=128,
            min_length=1,
            pattern="^[A-Za-z0-9._-]+$",
            title="CorrelationId",
        ),
    ],
)
"""
Names this request in logs and receipts; taken from X-Correlation-ID when that is well-formed.
"""


class Verdict(BaseModel):
    """
    What sending the event would have been answered.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    valid: Annotated[StrictBool, Field(examples=[False])]
    """
    Whether the event would be accepted.
    """
    event_id: Annotated[
        StrictStr | None,
        Field(examples=["019ab1c2-7f00-7abc-8def-0123456789ab"], max_length=128),
    ]
    """
    The event's own id; null when it has none.
    """
    event_type: Annotated[StrictStr | None, Field(examples=["install"], max_length=64)]
    """
    The event type it was judged as; null when it names none that exists.
    """
    schema_version: Annotated[
        StrictStr | None, Field(examples=["1-0-0"], max_length=20)
    ]
    """
    The schema version it was judged by; null when it names none that exists.
    """
    errors: Annotated[list[FieldError], Field(max_length=32)]
    """
    Every error found; empty when valid.
    """
    correlation_id: CorrelationId


class SchemaInfo(BaseModel):
    """
    One published event schema.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    event_type: Annotated[
        StrictStr, Field(examples=["install"], max_length=64, min_length=1)
    ]
    """
    The event type.
    """
    version: Annotated[
        StrictStr, Field(examples=["1-0-0"], max_length=20, min_length=5)
    ]
    """
    The version, MODEL-REVISION-ADDITION.
    """
    status: Annotated[
        Literal["current", "supported", "deprecated", "retired"],
        Field(examples=["current"]),
    ]
    """
    `current`: the default, which code means by the event's name. `supported`: accepted. `deprecated`: accepted until `sunset`. `retired`: refused.
    """
    sunset: Annotated[AwareDatetime | None, Field(examples=["2027-03-01T00:00:00Z"])]
    """
    When the version stops, or stopped, being accepted; null while no date is set.
    """
    href: Annotated[
        StrictStr,
        Field(examples=["/v1/schemas/install/1-0-0"], max_length=256, min_length=1),
    ]
    """
    Where the schema is.
    """


class SchemaList(BaseModel):
    """
    Every published event schema.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    schemas: Annotated[list[SchemaInfo], Field(max_length=10000, min_length=1)]
    """
    By event type and then oldest first.
    """


class CompatibilityChange(BaseModel):
    """
    One rule that applies at one place.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    rule: Annotated[StrictStr, Field(examples=["optional-field-added"])]
    """
    The rule's id.
    """
    tier: Annotated[Literal["WIRE", "SOURCE", "WAREHOUSE"], Field(examples=["SOURCE"])]
    """
    `WIRE`: events may be refused. `SOURCE`: code may change. `WAREHOUSE`: a column changes.
    """
    pointer: Annotated[StrictStr, Field(examples=["/properties/campaign"])]
    """
    The JSON Pointer of the place in the schema.
    """
    meaning: Annotated[
        StrictStr,
        Field(
            examples=["A new optional field on a closed object: no event sent so far has it."]
        ),
    ]
    """
    The rule in words.
    """


class Health(BaseModel):
    """
    The process is alive.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    status: Literal["ok"] = "ok"
    """
    Always `ok`; a dead process does not answer.
    """
    version: Annotated[
        StrictStr, Field(examples=["0.1.0"], max_length=64, min_length=1)
    ]
    """
    The server's version.
    """


class Check(BaseModel):
    """
    One thing that readiness depends on.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    status: Annotated[Literal["pass", "warn", "fail"], Field(examples=["pass"])]
    """
    `warn` keeps the server ready, `fail` does not.
    """
    detail: Annotated[StrictStr, Field(examples=["12 blocks waiting"], max_length=1024)]
    """
    What was found.
    """


class Service(BaseModel):
    """
    What a server is, and where to go on; paths on the same server.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    name: Annotated[Literal["game-events"], Field(examples=["game-events"])] = (
        "game-events"
    )
    """
    What it is.
    """
    version: Annotated[StrictStr, Field(examples=["0.1.0"])]
    """
    Of the server.
    """
    documentation: Annotated[StrictStr, Field(examples=["/docs"])]
    """
    The contract for people.
    """
    openapi: Annotated[StrictStr, Field(examples=["/openapi.json"])]
    """
    The contract.
    """
    schemas: Annotated[StrictStr, Field(examples=["/v1/schemas"])]
    """
    All published schema versions.
    """
    ready: Annotated[StrictStr, Field(examples=["/ready"])]
    """
    Whether events are taken.
    """


class Readiness(BaseModel):
    """
    Whether the server takes events, and what that rests on.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    status: Annotated[Literal["ready", "unavailable"], Field(examples=["ready"])]
    """
    `ready`, or `unavailable` when a check failed.
    """
    checks: dict[str, Check]
    """
    On the admin port, check by name, for example spool, delivery; empty on the public one.
    """


class EventReceipt(BaseModel):
    """
    The answer to one event.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    event_id: Annotated[
        StrictStr,
        Field(
            examples=["019ab1c2-7f00-7abc-8def-0123456789ab"],
            max_length=36,
            min_length=36,
        ),
    ]
    """
    The event's own id.
    """
    status: Annotated[Literal["accepted", "duplicate"], Field(examples=["accepted"])]
    """
    `accepted`: on disk and on its way. `duplicate`: the same event, of this game, id and content, was accepted before.
    """
    received_at: ReceivedAt
    correlation_id: CorrelationId


class BatchReceipt(BaseModel):
    """
    The answer to a batch, one result per event in the order sent.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    accepted: Annotated[StrictInt, Field(examples=[2], ge=0, le=500)]
    """
    How many events were accepted.
    """
    duplicate: Annotated[StrictInt, Field(examples=[0], ge=0, le=500)]
    """
    How many events had been accepted before.
    """
    rejected: Annotated[StrictInt, Field(examples=[1], ge=0, le=500)]
    """
    How many events were refused.
    """
    received_at: ReceivedAt
    correlation_id: CorrelationId
    results: Annotated[list[EventResult], Field(max_length=500, min_length=1)]
    """
    One result per event, in the order sent.
    """


class Problem(BaseModel):
    """
    Why a request was refused (RFC 9457).
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    type: Annotated[
        StrictStr,
        Field(
            examples=["urn:game-events:problem:invalid-event"],
            max_length=128,
            min_length=1,
            pattern="^urn:game-events:problem:[a-z0-9-]+$",
        ),
    ]
    """
    What kind of problem it is; stable, for programs.
    """
    title: Annotated[
        StrictStr,
        Field(
            examples=["The event does not match its schema"],
            max_length=128,
            min_length=1,
        ),
    ]
    """
    The kind of problem, for people.
    """
    status: Annotated[StrictInt, Field(examples=[422], ge=400, le=599)]
    """
    The HTTP status code.
    """
    detail: Annotated[
        StrictStr,
        Field(examples=["1 error: /price is not a decimal amount"], max_length=2048),
    ]
    """
    What was wrong with this request and what to do.
    """
    correlation_id: CorrelationId
    errors: Annotated[
        list[FieldError], Field(max_length=32, validate_default=True)
    ] = []
    """
    Every error found, where the problem has several.
    """


class RevenueChange(BaseModel):
    """
    One day of a game.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    day: Annotated[StrictStr, Field(max_length=10)]
    """
    The UTC day of the purchases.
    """
    game_id: StrictStr
    """
    The game.
    """
    before: RevenueSums
    after: RevenueSums
    reasons: dict[str, StrictInt]
    """
    Why, and how many of them.
    """
    booked_on: Annotated[StrictStr | None, Field(max_length=10)]
    """
    Of a day in a closed month, the day on which the change is booked; else null.
    """


class RevenueChanges(BaseModel):
    """
    Two builds of the warehouse, compared.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    base_currency: Annotated[StrictStr | None, Field(max_length=3)]
    """
    What the amounts are in; null where nothing was built.
    """
    built_at: Annotated[StrictStr | None, Field(max_length=20)]
    """
    When the last build was made; null where there was none.
    """
    since: Annotated[StrictStr | None, Field(max_length=20)]
    """
    When the build was made that is compared with; null where there is none in this base currency.
    """
    builds: Annotated[list[Build], Field(max_length=40)]
    """
    Builds to compare with, the newest first; of earlier days the last of each.
    """
    changes: list[RevenueChange]
    """
    What is another figure now, the newest day first.
    """


class CompatibilityReport(BaseModel):
    """
    What changes from one version to a later one.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    older: Annotated[StrictStr, Field(examples=["1-0-0"])]
    """
    The earlier version.
    """
    mode: Annotated[
        Literal["backward", "backward_transitive", "forward", "forward_transitive", "full", "full_transitive"],
        Field(examples=["backward_transitive"]),
    ]
    """
    What ADDITIONs to the event promise, in Confluent's words.
    """
    breaking: Annotated[StrictBool, Field(examples=[False])]
    """
    Whether it is more than an ADDITION may do in that mode, or takes another column.
    """
    required_bump: Annotated[
        Literal["ADDITION", "REVISION", "MODEL"], Field(examples=["ADDITION"])
    ]
    """
    The least step that admits the changes.
    """
    backward: Annotated[StrictBool, Field(examples=[True])]
    """
    Whether every event that is valid by the earlier version is valid by this one.
    """
    forward: Annotated[StrictBool, Field(examples=[False])]
    """
    Whether every event that is valid by this version is valid by the earlier one.
    """
    changes: list[CompatibilityChange]
    """
    Every change; those of tier WIRE may have events refused that were valid.
    """
    forward_changes: list[CompatibilityChange]
    """
    Why the earlier version may refuse what this one allows.
    """


class SchemaCompatibility(BaseModel):
    """
    A published version, compared with earlier ones.
    """

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
    )
    event_type: Annotated[StrictStr, Field(examples=["install"])]
    """
    The event type.
    """
    version: Annotated[StrictStr, Field(examples=["1-0-1"])]
    """
    The version that is compared.
    """
    reports: list[CompatibilityReport]
    """
    Of each earlier version, oldest first; none for the first.
    """
