"""The pages on which dbt shows every table, column, test and where each comes from."""

import shutil
import tempfile
from pathlib import Path

from game_events_warehouse import transform
from game_events_warehouse.errors import WarehouseError
from game_events_warehouse.event_tables import project_of_the_events
from game_events_warehouse.publish import make_folder


def write_docs(database: Path) -> Path:
    """Write the pages of the published warehouse into one HTML file beside it, which needs no server and no network.

    dbt works on a copy, so that readers and builds meet no lock. Raises WarehouseError where there is no warehouse,
    TransformError where dbt fails.
    """
    if not database.exists():
        raise WarehouseError(f"no warehouse at {database}: run `game-events warehouse build` first")
    database = database.resolve()
    page = database.parent / "docs" / "index.html"
    make_folder(page.parent)
    with tempfile.TemporaryDirectory(prefix=f".{database.stem}-docs-", dir=database.parent) as folder:
        copy = Path(folder) / database.name
        shutil.copyfile(database, copy)
        state = Path(folder) / "dbt"
        project = project_of_the_events(state / "project")
        transform.run(["docs", "generate", "--static"], database=copy, project=project, state=state)
        made = state / "target" / "static_index.html"
        made.chmod(0o600)
        made.replace(page)
    return page
