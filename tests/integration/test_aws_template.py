"""The CloudFormation template, deployed whole into ministack, and a server that runs by what it made.

ministack holds no permission against anybody, encrypts nothing, and writes files as they came: that the roles suffice
and that Firehose packs as it should is shown by nothing here.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3
import pytest
from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]
from conftest import ServerFactory, wait_until
from documents import ROOT
from game_events import GameAnalyticsClient
from game_events_devtools.demo import stack
from game_events_models import EVENTS, contract
from integration.environments import served

pytestmark = [pytest.mark.long, pytest.mark.needs("uv"), pytest.mark.needs("index")]

PACKAGES = ("ministack==1.5.33",)
REGION = "eu-central-1"
NAME = "game-events"
UNKNOWN_TO_THE_EMULATOR = {"AWS::WAFv2::WebACLAssociation"}
"""It can do by a call what this does in a template, and the test does so."""

Clients = Callable[[str], Any]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """A client of any of the emulator's services by its name."""
    port = stack.free_port()
    log = tmp_path_factory.mktemp("aws") / "server.log"
    settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "MINISTACK_REGION": REGION}
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    with served(PACKAGES, port, log, "ministack", **settings):
        yield lambda service: session.client(service, endpoint_url=f"http://127.0.0.1:{port}")  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def template() -> Any:
    return cfn_yaml.load(str(ROOT / "deploy" / "aws" / "template.yaml"))


@pytest.fixture(scope="module")
def stacked(aws: Clients, template: Any) -> dict[str, Any]:
    """The stack as described, made with every parameter given, so that no condition leaves a resource out."""
    network = aws("ec2")
    vpc = network.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        network.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]
        for block, zone in (("10.0.0.0/24", "a"), ("10.0.1.0/24", "b"))
    ]
    given = {
        "Vpc": vpc,
        "VpcNetwork": "10.0.0.0/16",
        "PublicSubnets": ",".join(subnets),
        "Certificate": aws("acm").request_certificate(DomainName="events.example.com")["CertificateArn"],
        "AlarmEmail": "on-call@example.com",
        "SnowflakePrincipal": "arn:aws:iam::123456789012:user/snowflake",
        "SnowflakeExternalId": "from-desc-integration",
    }
    known = {name: one for name, one in template["Resources"].items() if one["Type"] not in UNKNOWN_TO_THE_EMULATOR}
    formation = aws("cloudformation")
    formation.create_stack(
        StackName=NAME,
        TemplateBody=json.dumps({**template, "Resources": known}),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    formation.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    described: dict[str, Any] = formation.describe_stacks(StackName=NAME)["Stacks"][0]
    return described


@pytest.fixture(scope="module")
def made(aws: Clients, stacked: dict[str, Any]) -> dict[str, str]:
    """The physical id of each resource that was created, by its name in the template."""
    resources = aws("cloudformation").describe_stack_resources(StackName=stacked["StackName"])["StackResources"]
    assert {one["ResourceStatus"] for one in resources} == {"CREATE_COMPLETE"}
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}


def test_every_resource_is_created_but_those_that_the_emulator_does_not_know(template: Any, made: Any) -> None:
    left_out = {name for name, one in template["Resources"].items() if one["Type"] in UNKNOWN_TO_THE_EMULATOR}
    assert left_out == {"FirewallAtLoadBalancer"}
    assert made.keys() == template["Resources"].keys() - left_out


def test_games_reach_the_public_port_by_https_alone_and_through_the_firewall(aws: Clients, made: Any) -> None:
    balancing, network, firewall = aws("elbv2"), aws("ec2"), aws("wafv2")
    balancer = made["LoadBalancer"]
    name, identity, scope = made["Firewall"].split("|")
    acl = firewall.get_web_acl(Name=name, Id=identity, Scope=scope)["WebACL"]
    firewall.associate_web_acl(WebACLArn=acl["ARN"], ResourceArn=balancer)

    listeners = balancing.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    assert [(one["Port"], one["Protocol"]) for one in listeners] == [(443, "HTTPS")]
    target = balancing.describe_target_groups(LoadBalancerArn=balancer)["TargetGroups"][0]
    assert (target["Port"], target["HealthCheckPath"]) == (8000, "/ready")
    group = network.describe_security_groups(GroupIds=[made["ServerGroup"]])["SecurityGroups"][0]
    assert [
        (one["FromPort"], one["ToPort"], [pair["GroupId"] for pair in one["UserIdGroupPairs"]], one["IpRanges"])
        for one in group["IpPermissions"]
    ] == [(8000, 8000, [made["LoadBalancerGroup"]], [])]
    assert firewall.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]["ARN"] == acl["ARN"]


def test_a_server_with_the_stacks_settings_fills_the_lake_and_the_loader_hears_of_it(
    aws: Clients, stacked: Any, made: Any, start_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stacked["Outputs"]}
    settings = dict(pair.split("=", 1) for pair in outputs["Settings"].split())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    endpoint = aws("s3").meta.endpoint_url
    given = {name.removeprefix("GAME_EVENTS_").lower(): value for name, value in settings.items()}
    given |= {"host": "127.0.0.1", "firehose_endpoint_url": endpoint, "s3_endpoint_url": endpoint}
    server = start_server(linger_seconds="0.1", **given)
    now = datetime.now(UTC).isoformat()
    examples = [contract.schema(kind, [*EVENTS[kind]][-1])["examples"][0] for kind in EVENTS]
    events = [example | {"event_id": str(uuid4()), "event_time": now} for example in examples]

    with GameAnalyticsClient(server.url, server.key) as client:
        assert client.send_events_batch(events).accepted == len(events)
    server.wait_until_delivered()

    keys = [one["Key"] for one in aws("s3").list_objects_v2(Bucket=made["Lake"], Prefix="events/").get("Contents", ())]
    lines = [
        line for key in keys for line in aws("s3").get_object(Bucket=made["Lake"], Key=key)["Body"].read().splitlines()
    ]
    assert Counter(json.loads(line)["event"]["event_id"] for line in lines) == Counter(
        event["event_id"] for event in events
    )
    heard: set[str] = set()

    def is_told() -> bool:
        messages = aws("sqs").receive_message(QueueUrl=made["LoaderQueue"], MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            heard.update(record["s3"]["object"]["key"] for record in json.loads(message["Body"]).get("Records", ()))
        return heard >= set(keys)

    wait_until(is_told)
