"""A Firehose endpoint for development and tests: real limits and error codes, buffering, faults on demand.

moto's Firehose ignores buffering, compression and prefixes, accepts 501 records and never fails one. This
one speaks the same JSON protocol to the same boto3 client and behaves as AWS documents it.
"""

from game_events_devtools.firehose_emulator.destinations import Destination, DirectoryDestination, S3Destination
from game_events_devtools.firehose_emulator.faults import Fault, FaultScript
from game_events_devtools.firehose_emulator.server import FirehoseEndpoint

__all__ = ["Destination", "DirectoryDestination", "Fault", "FaultScript", "FirehoseEndpoint", "S3Destination"]
