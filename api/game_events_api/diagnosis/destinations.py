"""Where events go, and what is asked on the way: delivery, the lake, AWS, Redis."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from game_events_models.http import Check

from game_events_api.admission.people import ENDPOINTS, Issuer, IssuerError
from game_events_api.checks import checked
from game_events_api.delivery.aws import client, speaks_against_credentials
from game_events_api.delivery.firehose_failures import error_output
from game_events_api.delivery.lake_sink import Directory
from game_events_api.delivery.sink import describe
from game_events_api.diagnosis.folder import Probe, write_probe
from game_events_api.diagnosis.running import Running
from game_events_api.diagnosis.symptoms import Examination, Symptom
from game_events_api.settings import AdminSettings, DeliverySettings, Settings

STATUS_STALE_SECONDS = 15.0
PATIENCE_SECONDS = 3.0
"""How long AWS or Redis may take to answer."""
ABSENT = frozenset({"ResourceNotFoundException", "404", "NoSuchBucket"})
FORBIDDEN = frozenset({"AccessDeniedException", "AccessDenied", "403"})
NO_PERSON = (
    "no person can sign in whose key it did not give yet, API keys work meanwhile; start it, look at the network, or"
    " set GAME_EVENTS_OIDC_ISSUER as its own document names it"
)

Call = Callable[[Any], str | None]
"""Asks a client of boto3's, and says what is wrong with what it asked for."""


def delivery(data_dir: Path, running: Running) -> Examination:
    if not running.delivery:
        return Examination("delivery", "does not run")
    path = data_dir / "delivery" / "status.json"
    check = delivery_check(path)
    if check.status == "pass":
        return Examination("delivery", str(check.detail))
    remedy = "events are safe in the spool meanwhile; mend what the error names, and look at delivery's log"
    return Examination("delivery", "is in trouble", [Symptom(str(check.detail), str(path), remedy)])


def delivery_check(path: Path, wall: Callable[[], float] = time.time) -> Check:
    """What delivery last said of itself. It never makes the server unready: events are safe in the spool meanwhile."""
    try:
        status = json.loads(path.read_text())
        age = wall() - path.stat().st_mtime
    except (OSError, ValueError):
        return checked("warn", "delivery has not reported yet")
    if age > STATUS_STALE_SECONDS:
        return checked("warn", f"delivery last reported {age:.0f} s ago")
    if unusable := status.get("unusable_spools"):
        reasons = "; ".join(f"{name}: {reason}" for name, reason in unusable.items())
        return checked("warn", f"spool files that cannot be delivered, the others are: {reasons}")
    waiting = f"{status.get('waiting_blocks', 0):,} blocks wait"
    for name, sink in status.get("sinks", {}).items():
        error = sink.get("last_error")
        if (breaker := sink.get("breaker", "closed")) != "closed":
            return checked("warn", f"{name}: calls pause, the breaker is {breaker}; {waiting}; latest error: {error}")
        if error:
            return checked("warn", f"{name}: the latest try failed and is repeated; {waiting}; {error}")
        if trouble := sink.get("trouble"):
            return checked("warn", f"{name}: {trouble}; {waiting}")
    return checked("pass", waiting)


def lake(data_dir: Path, probe: Probe = write_probe) -> Examination:
    root = data_dir / "lake"
    store = Directory(root, data_dir / "delivery" / "lake.marker")
    try:
        if fault := store.misplaced():
            what, _, remedy = fault.removeprefix(f"{root} ").partition(". ")
            return Examination("lake", "is not the one that was written", [Symptom(what, str(root), remedy)])
        if root.is_dir():
            probe(root)
    except OSError as error:
        remedy = "mount it writable, make room, or give the server's user the folder"
        what = f"cannot be written: {error.strerror or error}"
        return Examination("lake", "cannot be written", [Symptom(what, str(root), remedy)])
    return Examination("lake", f"{root} can be written" if root.is_dir() else "nothing was delivered yet")


def aws(settings: DeliverySettings) -> Iterator[Examination]:
    """One for each sink of AWS's; none where there is none."""
    if "firehose" in settings.sinks:
        streams = (settings.firehose_stream, settings.firehose_rejected_stream)
        calls: list[Call] = [partial(_stream_fault, stream=stream) for stream in streams]
        yield _asked("firehose", ", ".join(streams), settings.firehose_endpoint_url, settings.aws_region, calls)
    if "s3" in settings.sinks:
        bucket = str(settings.s3_bucket)
        yield _asked(
            "s3", bucket, settings.s3_endpoint_url, settings.aws_region, [partial(_bucket_fault, bucket=bucket)]
        )


def _stream_fault(firehose: Any, stream: str) -> str | None:
    said = firehose.describe_delivery_stream(DeliveryStreamName=stream)["DeliveryStreamDescription"]
    state = said["DeliveryStreamStatus"]
    return None if state == "ACTIVE" else f"the stream {stream} is {state}"


def _bucket_fault(s3: Any, bucket: str) -> str | None:
    s3.head_bucket(Bucket=bucket)
    return None


def _asked(
    service: str, names: str, endpoint_url: str | None, region: str | None, calls: Sequence[Call]
) -> Examination:
    from botocore.exceptions import BotoCoreError, ClientError

    where = endpoint_url or "AWS"
    try:
        asking = client(
            service,
            endpoint_url=endpoint_url,
            region=region,
            connect_timeout=PATIENCE_SECONDS,
            read_timeout=PATIENCE_SECONDS,
        )
        where = asking.meta.endpoint_url
        faults = [fault for call in calls if (fault := call(asking))]
        symptoms = [Symptom(fault, where, "wait until it is ACTIVE, or make it anew") for fault in faults]
    except (BotoCoreError, ClientError, ValueError) as error:  # ValueError: what is given as an endpoint is no URL
        symptoms = [Symptom(str(error), f"{where}, {names}", _remedy(error))]
    return Examination(service, f"{where} answers for {names}", symptoms)


def _remedy(error: Exception) -> str:
    from botocore import exceptions as failures

    if isinstance(error, failures.NoRegionError):
        return "set GAME_EVENTS_AWS_REGION"
    if isinstance(error, failures.ClientError):
        code = error.response.get("Error", {}).get("Code")
        if code in ABSENT:
            return "make it, or name the right one and its region in the settings"
        if code in FORBIDDEN:
            return "let the server's role describe it and write to it; what may be missing is only leave to describe"
    if speaks_against_credentials(error):
        return "give the server a role, or keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, that are in force"
    return "look at the network, the endpoint and the region; events wait in the spool meanwhile"


def error_place(settings: DeliverySettings) -> Iterator[Examination]:
    """None where Firehose is no sink, or what it fails with is not read."""
    url = settings.firehose_error_output
    if url is None or "firehose" not in settings.sinks:
        return
    from botocore.exceptions import BotoCoreError, ClientError

    symptoms = []
    try:
        output = error_output(
            url,
            endpoint_url=settings.s3_endpoint_url,
            region=settings.aws_region,
            read_seconds=PATIENCE_SECONDS,
        )
        next(iter(output.objects()), None)
    except (OSError, BotoCoreError, ClientError, ValueError) as error:
        remedy = "name the prefix, or the folder, that the stream's error output goes to; make it where it is new"
        what = f"what Firehose could not deliver is not found in {url}: {describe(error)}"
        symptoms.append(Symptom(what, "GAME_EVENTS_FIREHOSE_ERROR_OUTPUT", remedy))
    yield Examination("error output", f"{url} can be read", symptoms)


def redis(settings: Settings) -> Iterator[Examination]:
    """None where no Redis is configured. The URL may hold a password and is not shown."""
    if settings.redis_url is None:
        return
    from redis import Redis, RedisError

    url = settings.redis_url.get_secret_value()
    symptoms = []
    try:
        with Redis.from_url(url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS) as asking:
            asking.ping()
    except RedisError as error:
        what = f"Redis does not answer ({type(error).__name__}): each worker limits and deduplicates alone"
        remedy = "start it, or correct the URL and its password; unset the variable to go without"
        symptoms.append(Symptom(what, "GAME_EVENTS_REDIS_URL", remedy))
    yield Examination("redis", "answers", symptoms)


def issuer(settings: AdminSettings) -> Iterator[Examination]:
    """None where people are let in by keys only."""
    if settings.oidc_issuer is None:
        return
    url, symptoms = settings.oidc_issuer, []
    try:
        said = asyncio.run(Issuer(url).asked())
        for name in ENDPOINTS if settings.oidc_client_id else ():
            said.address(name)
    except IssuerError as error:
        symptoms.append(Symptom(str(error), "GAME_EVENTS_OIDC_ISSUER", NO_PERSON))
    yield Examination("issuer", f"{url} answers with its keys", symptoms)
