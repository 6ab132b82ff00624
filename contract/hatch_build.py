"""What `game-events init` begins with: taken from the repository, and in an sdist from the sdist itself."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # type: ignore[import-not-found]

FILES = ("schemas", "openapi.yaml")


class ProductFiles(BuildHookInterface):  # type: ignore[misc] # only the build has hatchling
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        own = Path(self.root, "product")
        source = own if own.is_dir() else own.parent.parent
        folder = "product" if self.target_name == "sdist" else "game_events_contract/product"
        build_data["force_include"] |= {str(source / name): f"{folder}/{name}" for name in FILES}
