"""Brings the lake's new files into raw_events and raw_rejected_events, each file once, append only."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import resources

import duckdb
from game_events_models.identity import fingerprint_of_line

from game_events_warehouse.errors import LakeError
from game_events_warehouse.examined import examine
from game_events_warehouse.filling import fill
from game_events_warehouse.lake import Lake, LakeFile, Stream, unpacked

NEVER = datetime(1970, 1, 1)  # noqa: DTZ001 -- a naive UTC column
AT_ONCE = 2
"""Files that are loaded at the same time, each by a thread that DuckDB works in."""
OLDEST = timedelta(days=32)
"""No event was older when the server took it, but for the moment it took."""
OLDER_LINES = 50_000
"""So many are fingerprinted at a time."""
FORGET_UNREADABLE = "delete from raw_malformed_lines where source_file = ? and source_row = 0"

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""

RAW_TABLE: dict[Stream, str] = {"events": "raw_events", "rejected": "raw_rejected_events"}

COLUMNS: dict[Stream, str] = {
    "events": "line, $file, source_row, $loaded_at, found[3] ->> '$'",
    "rejected": "line, $file, source_row, $loaded_at",
}


@dataclass(frozen=True)
class Repair:
    """What a malformed line of the lake is to say."""

    source_file: str
    source_row: int
    stream: Stream
    line: str


@dataclass(frozen=True)
class Loaded:
    files: int
    rows: int
    malformed: int
    loaded_at: datetime = field(default=NEVER, compare=False)
    """What every row of this load carries, UTC without a zone."""
    repaired: tuple[str, ...] = field(default=(), compare=False)
    """Files that could not be unpacked before, or of which lines were repaired."""


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """What `load` fills, also in a database that an earlier release made."""
    connection.execute(resources.files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))


def load(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    *,
    repairs: Sequence[Repair] = (),
    progress: Progress | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Loaded:
    """Load every file not loaded before, and put `repairs` in the place of their malformed lines.

    A file and its entry in loaded_files become visible in one transaction. One that cannot be unpacked gets no entry,
    so that it is loaded once it is restored. All rows of one call carry one `loaded_at`, later than any before it, also
    when the clock went back.
    """
    known = set(connection.execute("select source_file, size, etag from loaded_files").fetchall())
    fresh = sorted(
        (file for file in lake.files() if (file.path, file.size, file.etag) not in known), key=lambda file: file.path
    )
    loaded_at = _after_the_last_load(connection, now())
    rows = malformed = 0
    unreadable = _unreadable(connection)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        running: deque[Future[tuple[int, int]]] = deque()
        for done, file in enumerate(fresh):
            if progress:
                progress("load", done, len(fresh))
            data = lake.read(file)
            running.append(threads.submit(_load_file, connection.cursor(), file, data, loaded_at))
            while len(running) > (AT_ONCE if file is not fresh[-1] else 0):
                file_rows, file_malformed = running.popleft().result()
                rows += file_rows
                malformed += file_malformed
    repaired = [file for stream in RAW_TABLE for file in _repair(connection, stream, repairs, loaded_at)]
    _fingerprint_older_lines(connection)
    if progress:
        progress("load", len(fresh), len(fresh))
    mended = unreadable - _unreadable(connection) | set(repaired)
    return Loaded(len(fresh), rows + len(repaired), malformed, loaded_at, tuple(sorted(mended)))


def _repair(
    connection: duckdb.DuckDBPyConnection, stream: Stream, repairs: Sequence[Repair], loaded_at: datetime
) -> list[str]:
    """In one transaction; the file of each line that is malformed no more."""
    of_stream = [one for one in repairs if one.stream == stream]
    if not of_stream:
        return []
    connection.execute("begin")
    connection.execute("create or replace temp table repairs (place bigint, source_file varchar, source_row bigint)")
    places = [(place, one.source_file, one.source_row) for place, one in enumerate(of_stream, 1)]
    fill(connection, "repairs", {"place": "bigint", "source_file": "varchar", "source_row": "bigint"}, places)
    examine(connection, stream, "\n".join(one.line for one in of_stream))
    connection.execute(
        "create or replace temp table repaired as"
        " select lines.*, repairs.source_file as file, repairs.source_row as row from lines"
        " inner join repairs on lines.source_row = repairs.place"
        " where lines.defect is null and exists (select 1 from raw_malformed_lines as malformed"
        " where malformed.source_file = repairs.source_file and malformed.source_row = repairs.source_row)"
    )
    columns = COLUMNS[stream].replace("$file", "file").replace("source_row", "row")
    connection.execute(
        f"insert into {RAW_TABLE[stream]} by position select {columns} from repaired",  # noqa: S608 -- constants of this module
        {"loaded_at": loaded_at},
    )
    connection.execute(
        "delete from raw_malformed_lines where (source_file, source_row) in (select (file, row) from repaired)"
    )
    connection.execute(
        "update loaded_files set rows_loaded = rows_loaded + said.lines, rows_malformed = rows_malformed - said.lines,"
        " first_event_date = least(first_event_date, said.first_date), loaded_at = $loaded_at"
        " from (select file, count(*) as lines, cast(timezone('UTC',"
        " min(effective_time) filter (effective_time >= received_at - $oldest)) as date) as first_date"
        " from repaired group by file) as said where said.file = source_file"
        " and loaded_at = (select max(loaded_at) from loaded_files as other where other.source_file = said.file)",
        {"loaded_at": loaded_at, "oldest": OLDEST},
    )
    files = connection.execute("select file from repaired").fetchall()
    connection.execute("commit")
    return [file for (file,) in files]


def _unreadable(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The files that could not be unpacked."""
    noted = connection.execute("select source_file from raw_malformed_lines where source_row = 0").fetchall()
    return {file for (file,) in noted}


def _fingerprint_older_lines(connection: duckdb.DuckDBPyConnection) -> None:
    """Lines of servers that stored no fingerprint get theirs here, once; of all others it is in the line."""
    while older := connection.execute(
        f"select rowid, record::varchar from raw_events where fingerprint is null limit {OLDER_LINES}"  # noqa: S608
    ).fetchall():
        connection.execute(
            "update raw_events set fingerprint = made.fingerprint"
            " from (select unnest(string_split($rows, ' '))::bigint as row,"
            " unnest(string_split($fingerprints, ' ')) as fingerprint) as made"
            " where raw_events.rowid = made.row",
            # As text: lists of so many values take minutes to be bound.
            {
                "rows": " ".join(str(row) for row, _ in older),
                "fingerprints": " ".join(fingerprint_of_line(line) for _, line in older),
            },
        )


def _after_the_last_load(connection: duckdb.DuckDBPyConnection, now: datetime) -> datetime:
    moment = now.astimezone(UTC).replace(tzinfo=None)
    row = connection.execute("select max(loaded_at) from loaded_files").fetchone()
    last: datetime | None = row[0] if row else None
    return moment if last is None else max(moment, last + timedelta(microseconds=1))


def _load_file(
    connection: duckdb.DuckDBPyConnection, file: LakeFile, data: bytes, loaded_at: datetime
) -> tuple[int, int]:
    """`connection` is this call's own, of the same database."""
    try:
        text = _text(unpacked(file, data))
    except LakeError as error:
        _note_unreadable(connection, file, str(error), loaded_at)
        return 0, 1
    connection.execute("begin")
    try:
        connection.execute(FORGET_UNREADABLE, [file.path])
        examine(connection, file.stream, text)
        origin = {"file": file.path, "loaded_at": loaded_at}
        rows = _changed(
            connection,
            f"insert into {RAW_TABLE[file.stream]} by position"  # noqa: S608 -- constants of this module
            f" select {COLUMNS[file.stream]} from lines where defect is null order by source_row",
            origin,
        )
        malformed = _changed(
            connection,
            "insert into raw_malformed_lines"
            " select $stream, line, defect, $file, source_row, $loaded_at from lines where defect is not null",
            origin | {"stream": file.stream},
        )
        connection.execute(
            """
            insert into loaded_files
            select $file, $stream, $size, $etag, $rows, $malformed,
                   (select cast(timezone('UTC', min(effective_time)) as date) from lines
                    where defect is null and effective_time >= received_at - $oldest),
                   $loaded_at
            """,
            origin
            | {"stream": file.stream, "size": file.size, "etag": file.etag, "rows": rows, "malformed": malformed}
            | {"oldest": OLDEST},
        )
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    return rows, malformed


def _note_unreadable(connection: duckdb.DuckDBPyConnection, file: LakeFile, reason: str, now: datetime) -> None:
    connection.execute("begin")
    connection.execute(FORGET_UNREADABLE, [file.path])
    connection.execute(
        "insert into raw_malformed_lines values (?, '', ?, ?, 0, ?)", [file.stream, reason, file.path, now]
    )
    connection.execute("commit")


def _text(data: bytes) -> str:
    """The lines as text; a byte that is no UTF-8 shows as \\xNN, which makes its line, and only its, malformed JSON."""
    return data.decode("utf-8", errors="backslashreplace")


def _changed(connection: duckdb.DuckDBPyConnection, statement: str, parameters: dict[str, object]) -> int:
    row = connection.execute(statement, parameters).fetchone()
    assert row is not None
    return int(row[0])
