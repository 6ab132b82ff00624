"""What is imported when it is first asked for: a module behind a name, and the names that a module exports."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from threading import RLock
from typing import Any

importing = RLock()
"""Held by a thread that imports here. A fork waits for it: a child that is born in the middle of an import waits for
the rest of it without end.
"""


class Later:
    """A module, by its name; whatever is asked of it imports it."""

    def __init__(self, module: str) -> None:
        self.__module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(imported(self.__module), name)


def imported(module: str) -> Any:
    """The module, imported while this process does not fork."""
    with importing:
        return import_module(module)


def exported(home: str, names: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of the module `home`, each of whose `names` comes from another module."""

    def get(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {home!r} has no attribute {name!r}")
        value = getattr(imported(names[name]), name)
        setattr(sys.modules[home], name, value)
        return value

    return get, lambda: sorted({*vars(sys.modules[home]), *names})
