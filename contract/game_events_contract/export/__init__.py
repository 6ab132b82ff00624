"""What other tools read instead of our schemas: a data contract, TypeScript types, a self-describing schema."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from game_events_contract.export.iglu import NotExpressible, self_describing_schema
from game_events_contract.export.odcs import data_contract
from game_events_contract.export.typescript import typescript
from game_events_contract.repository import SchemaFile, SchemaRepository

__all__ = ["FORMATS", "Export", "NotExpressible"]


@dataclass(frozen=True)
class Export:
    """One format: how a version is written in it, and under which path of the folder exported to."""

    write: Callable[[SchemaRepository, SchemaFile, str], str]
    path: str  # with {name}, {version} and {vendor}

    def store(self, folder: Path, schemas: SchemaRepository, file: SchemaFile, vendor: str) -> Path:
        """Write the version where the format's own tools look for it below the folder; the file's path."""
        path = folder / self.path.format(name=file.name, version=file.version, vendor=vendor)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.write(schemas, file, vendor), encoding="utf-8")
        return path


FORMATS: dict[str, Export] = {
    "odcs": Export(lambda schemas, file, _vendor: data_contract(schemas, file), "{name}-{version}.odcs.yaml"),
    "typescript": Export(lambda _schemas, file, _vendor: typescript(file), "{name}-{version}.ts"),
    "iglu": Export(
        lambda _schemas, file, vendor: self_describing_schema(file, vendor),
        "schemas/{vendor}/{name}/jsonschema/{version}",
    ),
}
