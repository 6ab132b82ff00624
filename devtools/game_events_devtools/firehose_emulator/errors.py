"""What the service answers instead of a result.

ServiceError   one of Firehose's error codes, with its HTTP status
"""


class ServiceError(Exception):
    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
