"""What Firehose writes into its error output."""

import base64
import json
from typing import Any


def failure(*lines: bytes, **fields: Any) -> bytes:
    document = {
        "attemptsMade": 4,
        "arrivalTimestamp": 1622242573374,
        "errorCode": "Lambda.FunctionError",
        "errorMessage": "it returned an error result",
        "attemptEndingTimestamp": 1622242649990,
        "rawData": base64.b64encode(b"".join(lines)).decode(),
        "lambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
    }
    return json.dumps({**document, **fields}).encode() + b"\n"
