"""A project: the folder that a studio keeps its events in, and where in it stands what is made of them.

```
schemas/                the events
generated/              a distribution of its own: pyproject.toml, and the package that codegen writes
docs/catalog/           pages that codegen writes
warehouse/models/       dbt models that the studio writes itself, if it wants to
```
This checkout is a project too, and the one that has the HTTP contract (`openapi.yaml`): beside the events, its package
holds what all packages of events rest on, and what is made for SDK and warehouse stands in those.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from game_events_contract.repository import ROOT, SchemaRepository

SETTING = "GAME_EVENTS_PROJECT"
PRODUCT = "game_events_models"
"""The package of the project that has the HTTP contract."""
_PACKAGED = Path(__file__).parent / "product"
HOME = _PACKAGED if _PACKAGED.is_dir() else ROOT
"""Where the product's own schemas and HTTP contract are: in the wheel, or in the checkout."""


class NoProject(ValueError):
    """There is no project where one is needed; the message says where it was looked for and what to do."""


@dataclass(frozen=True)
class Project:
    """One project. Paths are below `root`, as codegen names the files it writes."""

    root: Path
    package: str
    """The import name of its package of events."""

    @classmethod
    def at(cls, root: Path) -> "Project":
        """The project in that folder. NoProject where it is none."""
        if not (root / "schemas").is_dir():
            raise NoProject(f"{root} has no folder schemas; `game-events init NAME` makes a project")
        if (root / "openapi.yaml").is_file():
            return cls(root, PRODUCT)
        described = root / "generated" / "pyproject.toml"
        try:
            name = tomllib.loads(described.read_text(encoding="utf-8"))["project"]["name"]
        except (OSError, ValueError, KeyError, TypeError):
            raise NoProject(f"{described} does not say under project.name what the events are called") from None
        package = str(name).replace("-", "_")
        if not package.isidentifier() or package == PRODUCT:
            raise NoProject(f"{described}: no package can be called {package}; name it like my-studio-events")
        return cls(root, package)

    @property
    def is_product(self) -> bool:
        return self.package == PRODUCT

    @cached_property
    def schemas(self) -> SchemaRepository:
        return SchemaRepository(self.root / "schemas")

    @property
    def models(self) -> str:
        return f"generated/{self.package}"

    @property
    def sdk(self) -> str:
        """The module of the SDK's methods."""
        return "sdk/game_events/_generated.py" if self.is_product else f"{self.models}/sdk.py"

    @property
    def sdk_classes(self) -> str:
        """The module of the SDK's event classes."""
        return "sdk/game_events/_events.py" if self.is_product else f"{self.models}/_events.py"

    @property
    def sdk_module(self) -> str:
        """Its import name."""
        return "game_events._generated" if self.is_product else f"{self.package}.sdk"

    @property
    def dbt(self) -> str:
        """The folder of the events' dbt models."""
        return "warehouse/game_events_warehouse/dbt_project" if self.is_product else f"{self.models}/dbt"

    @property
    def packages(self) -> Mapping[str, str]:
        """Folder → the package in it that generated code is part of."""
        return {"generated": self.package} | ({"sdk": "game_events"} if self.is_product else {})

    @property
    def own_models(self) -> Path:
        """The dbt project, or the part of one, that a person writes."""
        return self.root / (self.dbt if self.is_product else "warehouse")

    @cached_property
    def openapi(self) -> str:
        """The text of the HTTP contract: the project's own, or the product's."""
        folder = self.root if self.is_product else HOME
        return (folder / "openapi.yaml").read_text(encoding="utf-8")


def find(start: Path | None = None) -> Path:
    """The folder of the project: the one that GAME_EVENTS_PROJECT names, else the nearest around `start`.

    By default around the current folder, then around these tools. NoProject where there is none.
    """
    if named := os.environ.get(SETTING):
        if not (Path(named) / "schemas").is_dir():
            raise NoProject(f"{SETTING} is {named}, which has no folder schemas; name a project's folder, or unset it")
        return Path(named)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, *([] if start else [ROOT])):
        if (folder / "schemas").is_dir() and _is_described(folder):
            return folder
    raise NoProject(f"no project in {here} or above it; `game-events init NAME` makes one, {SETTING} names one")


def _is_described(folder: Path) -> bool:
    return (folder / "openapi.yaml").is_file() or (folder / "generated" / "pyproject.toml").is_file()
