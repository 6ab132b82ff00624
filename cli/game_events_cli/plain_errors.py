"""What is wrong with the user's files or settings, said in one line; every other error keeps its traceback."""

import errno
import os
from traceback import walk_tb
from typing import Any

import typer
from game_events_api.exit_codes import ExitCode
from typer.core import TyperGroup

_ADVICE = {
    errno.ENOENT: "there is no such file or folder; check the path",
    errno.ENOTDIR: "a part of this path is a file, not a folder; choose another path",
    errno.EEXIST: "a folder is needed where this file is; choose another path",
    errno.EISDIR: "a file is needed where this folder is; move the folder away or choose another path",
    errno.EACCES: "permission denied; run this as the owner of the file or change its permissions",
    errno.EPERM: "not permitted; run this as the owner of the file or change its permissions",
    errno.EROFS: "the file system is read-only; choose another path",
    errno.ENOSPC: "the disk is full; make room",
    errno.EDQUOT: "the quota is used up; make room",
    errno.EFBIG: "the file would be larger than is allowed here; choose another disk or raise the limit",
    errno.EIO: "the disk does not do what it is told; look at the system's log",
}
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Raised by write and fsync, which do not know the file's name."""

_PACKAGES = {"game_events_cli": "game-events", "game_events": "game-events-sdk"}
"""By their module, the packages that are called otherwise."""


class PlainErrors(TyperGroup):
    """The root of the commands: whatever one of them raises passes here."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            line = in_one_line(error)
            if line is None:
                raise
            typer.echo(line, err=True)
            raise typer.Exit(code_of(error)) from None


def code_of(error: Exception) -> ExitCode:
    """2 for what a person has to mend first, 1 for a server that gave no answer."""
    from game_events_api.admission import KeysUnavailable

    return ExitCode.FAILED if isinstance(error, KeysUnavailable) else ExitCode.UNUSABLE


def in_one_line(error: Exception) -> str | None:
    """What is wrong, where and what to do; None for an error that is not about files or settings."""
    from game_events_api.admission import KeysUnavailable
    from game_events_api.errors import ConfigurationError, FileDamaged
    from game_events_api.recovery import UnknownField
    from game_events_contract.project import NoProject
    from game_events_models.contract import NoEvents
    from game_events_warehouse.errors import LakeError

    of_files = FileDamaged | LakeError | NoEvents | NoProject | UnknownField
    if isinstance(error, of_files | ConfigurationError | KeysUnavailable):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return not_installed(error)
    if not isinstance(error, OSError) or error.errno not in _ADVICE:
        return None
    if isinstance(error.filename, str | bytes | os.PathLike):
        return f"{os.fsdecode(error.filename)}: {_ADVICE[error.errno]}"
    return _ADVICE[error.errno] if error.errno in _OF_THE_DISK else None


def not_installed(error: ModuleNotFoundError) -> str | None:
    """Which package brings what could not be imported; None for a part of one of our packages, which is our fault."""
    named = error.name or ""
    modules = [str(frame.f_globals["__name__"]).partition(".")[0] for frame, _ in walk_tb(error.__traceback__)]
    importers = [module for module in modules if module.startswith("game_events")]
    if not importers or named.startswith("game_events"):
        return None
    package = _PACKAGES.get(importers[-1], importers[-1].replace("_", "-"))
    return (
        f"this needs {named}, which is not installed here; pip install {package}, which brings it,"
        " or run it in the image that has all commands (docs/deploy.md, Containers)"
    )
