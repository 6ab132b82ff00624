"""`game-events warehouse deploy` by the real connector and the real schemachange, against a recorder of statements.

The recorder runs nothing. It proves what is sent, in which order, as whom, and what becomes of an error.
"""

from collections.abc import Iterator

import pytest
from game_events_warehouse.snowflake import DeployError, Studio, apply, planned
from game_events_warehouse.snowflake.lint.tokens import statements_of, tokens_of
from integration.snowflake_wire import Account, snowflake

STUDIO = Studio(lake_url="s3://studio-lake/prod/", lake_role_arn="arn:aws:iam::123456789012:role/snowflake")


@pytest.fixture
def account() -> Iterator[Account]:
    with snowflake() as running:
        yield running


def variables(account: Account, password: str = "correct horse") -> dict[str, str]:  # noqa: S107
    told = {"ACCOUNT": "test", "USER": "deployer", "PASSWORD": password, "HOST": "127.0.0.1", "PROTOCOL": "http"}
    return {f"SNOWFLAKE_{name}": value for name, value in {**told, "PORT": str(account.port)}.items()}


def squeezed(sql: str) -> str:
    return " ".join(token.text for token in tokens_of(sql))


def test_everything_is_applied_once_in_order_and_what_changed_again(account: Account) -> None:
    plan = planned(STUDIO)
    said: list[str] = []
    apply(STUDIO, plan, said.append, variables(account))
    assert account.applied() == [script.name for script in plan]
    sent = [squeezed(sql.rstrip().rstrip(";")) for sql in account.statements]
    expected = [
        " ".join(token.text for token in statement)
        for script in plan
        for statement in statements_of(tokens_of(script.sql))
    ]
    assert [sql for sql in sent if sql in set(expected)][-len(expected) :] == expected
    assert [asked.get("PASSWORD") for asked in account.logins] == ["correct horse"] * 3
    assert account.roles == ["ACCOUNTADMIN", "ACCOUNTADMIN", "GAME_EVENTS_DEPLOYER"]
    assert not any("correct horse" in line for line in said)

    account.statements.clear()
    changed = planned(STUDIO, {"purchase": ["/email"]})
    apply(STUDIO, changed, said.append, variables(account))
    assert account.applied()[len(plan) :] == ["R__erasure.sql"]


def test_what_snowflake_refuses_stops_the_rest_and_is_said(account: Account) -> None:
    account.refuses = "create resource monitor"
    with pytest.raises(DeployError, match=r"V1\.0\.2__warehouses\.sql(.|\n)*refused for the test"):
        apply(STUDIO, planned(STUDIO), lambda line: None, variables(account))
    assert "V1.0.3__storage_integration.sql" not in account.applied()


def test_a_wrong_password_is_said_without_it(account: Account) -> None:
    with pytest.raises(DeployError, match="Incorrect username or password") as caught:
        apply(STUDIO, planned(STUDIO), lambda line: None, variables(account, "wrong"))
    assert "wrong" not in str(caught.value)
