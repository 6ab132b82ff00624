"""How many connections the system lets a process have: each is an open file."""

import resource

OTHERS = 200
"""Open files that are no connection: spool, logs, sockets of Redis, what a request opens for a moment."""


def possible_connections(wanted: int) -> int:
    """`wanted`, or as many as there may be; the process's limit is raised as far as it goes without asking anybody.

    Past that limit connections could not even be refused: the kernel keeps them waiting, honest ones too.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _is_less(soft, wanted + OTHERS):
        soft = wanted + OTHERS if _is_less(wanted + OTHERS, hard) else hard
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if not _is_less(soft, wanted + OTHERS) else max(1, soft - OTHERS)


def _is_less(limit: int, other: int) -> bool:
    return limit != resource.RLIM_INFINITY and (other == resource.RLIM_INFINITY or limit < other)
