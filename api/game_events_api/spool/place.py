"""Where a file is: device and inode, which no other file has while this one is open."""

import os

Place = tuple[int, int]


def place_of(name: str) -> Place | None:
    """None when there is no file."""
    try:
        status = os.stat(name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino
