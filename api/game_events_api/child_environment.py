"""What a process that the product starts sees of the environment that the product was started in."""

from collections.abc import Mapping

PYTHON = frozenset(
    {
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONPLATLIBDIR",
        "PYTHONUSERBASE",
        "PYTHONNOUSERSITE",
        "PYTHONPYCACHEPREFIX",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
    }
)
"""Where Python finds packages, and how it stores and writes; others, say PYTHONINSPECT, change what a program does."""

_MACHINE = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TEMP", "TMP", "TZ", "LANG", "LANGUAGE", "SYSTEMROOT"),
        *("VIRTUAL_ENV", "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH"),
        *("TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"),
    }
)


def of_server(variables: Mapping[str, str]) -> dict[str, str]:
    """Of the server's processes: all but Python's switches. AWS's variables and proxies are an operator's to set."""
    return {name: value for name, value in variables.items() if not name.startswith("PYTHON") or name in PYTHON}


def of_machine(variables: Mapping[str, str]) -> dict[str, str]:
    """Where programs, packages and folders are, language and terminal: nothing that changes what is done, or where.

    So no proxy, no credentials, no setting of this product, of AWS or of dbt.
    """
    return {
        name: value for name, value in variables.items() if name in _MACHINE or name in PYTHON or name.startswith("LC_")
    }
