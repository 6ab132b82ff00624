"""Whether lines can be stored events. Each is parsed once; why one cannot is found out of those that cannot."""

import duckdb

from game_events_warehouse.lake import Stream

# What of a line is looked at. What passes has an identity and a time, so that everything downstream can rely on them.
FOUND: dict[Stream, list[str]] = {
    "events": [
        *("$.received_at", "$.effective_time", "$.fingerprint"),
        *("$.event.event_id", "$.event.event_type", "$.event.game_id"),
    ],
    "rejected": ["$.received_at"],
}
KINDS = ["$", "$.event", "$.event.event_id", "$.event.event_type", "$.event.game_id"]
# Finite and within a calendar that Python has too: DuckDB also reads "infinity" and "0044-03-15 (BC)".
USABLE = (
    "coalesce({time} >= timestamptz '1970-01-01 00:00:00+00' and {time} < timestamptz '2200-01-01 00:00:00+00', false)"
)
RECEIVED, EFFECTIVE = USABLE.format(time="received_at"), USABLE.format(time="effective_time")
NAMED = "coalesce(found[{place}][1] = '\"' and found[{place}] <> '\"\"', false)"
SOUND: dict[Stream, str] = {
    "events": " and ".join([RECEIVED, EFFECTIVE, *(NAMED.format(place=place) for place in (4, 5, 6))]),
    "rejected": RECEIVED,
}
DEFECT: dict[Stream, str] = {
    "events": f"""
      case
        when kinds is null then 'not valid JSON'
        when kinds[1] <> 'OBJECT' then 'not a JSON object'
        when kinds[2] is distinct from 'OBJECT' then 'no object at /event'
        when not {NAMED.format(place=4)} then 'no /event/event_id'
        when not {NAMED.format(place=5)} then 'no /event/event_type'
        when not {NAMED.format(place=6)} then 'no /event/game_id'
        when not {RECEIVED} then 'no usable /received_at'
        else 'no usable /effective_time'
      end""",
    "rejected": """
      case
        when kinds is null then 'not valid JSON'
        when kinds[1] <> 'OBJECT' then 'not a JSON object'
        else 'no usable /received_at'
      end""",
}


def examine(connection: duckdb.DuckDBPyConnection, stream: Stream, text: str) -> None:
    """NDJSON into the temporary table `lines`: each with its row, what was found in it, its times and its defect."""
    connection.execute(
        f"""
        create or replace temp table lines as
        with file as (
          select string_split($text, chr(10)) as lines
        ),
        numbered as (
          select unnest(lines) as line, unnest(range(1, len(lines) + 1)) as source_row from file
        ),
        parsed as (
          select line, source_row, cast(try(line -> {FOUND[stream]}) as varchar[]) as found
          from numbered
          where trim(line, chr(13) || chr(32) || chr(9)) <> ''
        ),
        timed as (
          select
            *,
            try_cast(found[1] ->> '$' as timestamptz) as received_at,
            try_cast(found[2] ->> '$' as timestamptz) as effective_time
          from parsed
        ),
        examined as (
          select *, {SOUND[stream]} as is_sound from timed
        ),
        explained as (
          select *, case when not is_sound and json_valid(line) then json_type(line, {KINDS}) end as kinds from examined
        )
        select
          line, source_row, found, received_at, effective_time,
          case when not is_sound then {DEFECT[stream]} end as defect
        from explained
        """,  # noqa: S608 -- constants of this module
        {"text": text},
    )


def defect_of(connection: duckdb.DuckDBPyConnection, stream: Stream, line: str) -> str | None:
    """Why a line cannot be a stored event; None when it can."""
    if "\n" in line:
        return "it is more than one line"
    examine(connection, stream, line)
    rows = connection.execute("select defect from lines").fetchall()
    return rows[0][0] if rows else "it is empty"
