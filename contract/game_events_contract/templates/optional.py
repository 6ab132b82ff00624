"""The value of an optional field that is not there.

`MISSING` is Pydantic's sentinel: such a field never dumps, where `None` would dump as the null that the schemas
refuse. Pydantic uses the sentinel as its own type, which type checkers do not follow, so they see an enum with
one member instead and can narrow by `event.country_code is not ABSENT`.
"""

from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:

    class MISSING(Enum):
        """The type of `ABSENT`."""

        ABSENT = "MISSING"

    ABSENT: Final = MISSING.ABSENT
else:
    from pydantic import MISSING

    ABSENT = MISSING

__all__ = ["ABSENT", "MISSING"]
