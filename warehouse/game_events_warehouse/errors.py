"""What can go wrong when the warehouse is built.

WarehouseError
├── LakeError           the lake cannot be read: no such directory or bucket, no permission
├── WarehouseBusy       another build holds the lock
├── ExchangeRateError   a file of exchange rates is unreadable, or a rate unusable: no number, not positive, too large
├── ClosingError        a month cannot be closed, or months are closed in another base currency
├── BooksError          the studio's books, which are kept beside the database, cannot be read or written
├── RepairError         a line that was to be repaired is still no stored event, or none that is malformed
├── DeployError         a value cannot be used for Snowflake, or Snowflake refused something; in snowflake/plan.py
└── TransformError      dbt failed: a model did not build or a test found wrong data
"""

from collections.abc import Sequence


class WarehouseError(Exception):
    """Something kept the warehouse from being built; the one published before stays as it was."""


class LakeError(WarehouseError):
    pass


class WarehouseBusy(WarehouseError):
    pass


class ExchangeRateError(WarehouseError):
    pass


class BooksError(WarehouseError):
    pass


class RepairError(WarehouseError):
    pass


class ClosingError(WarehouseError):
    pass


class TransformError(WarehouseError):
    """`failures` names each model or test that failed, with dbt's message; `log` is dbt's last output."""

    def __init__(self, message: str, failures: Sequence[str] = (), log: str = "") -> None:
        super().__init__(message)
        self.failures = tuple(failures)
        self.log = log
