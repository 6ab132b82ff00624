"""What is published keeps its columns, whatever is published after it."""

from collections.abc import Collection, Iterator

from game_events_contract.columns.event_columns import event_columns, pointer_to_field
from game_events_contract.findings import Finding, GateRule
from game_events_contract.repository import SchemaRepository


def moved_columns(schemas: SchemaRepository, published: Collection[str]) -> Iterator[Finding]:
    """Columns of published versions (their labels) that would have another name once every version is published.

    Names are given in the order of versions: an ADDITION to an older MODEL could take a name that the newer one has.
    """
    for versions in schemas.events.values():
        new = [file for file in versions if file.label not in published]
        if not new:
            continue
        names = {(column.path, column.type): column.name for column in event_columns(versions)}
        for column in event_columns(file for file in versions if file.label in published):
            if names[column.path, column.type] != column.name:
                message = (
                    f"{column.name}, a column of {column.since}, would have another name; name the field otherwise"
                )
                yield Finding(new[-1].label, GateRule.COLUMN_MOVED, pointer_to_field(column.path), message)
