"""GRANT and REVOKE: which privilege on what, and to whom."""

from collections.abc import Iterable

from game_events_warehouse.snowflake.lint.objects import Known
from game_events_warehouse.snowflake.lint.reading import Reader, meant
from game_events_warehouse.snowflake.lint.tokens import Kind

_ACCOUNT = frozenset({
    "APPLY AGGREGATION POLICY", "APPLY AUTHENTICATION POLICY", "APPLY CONTACT", "APPLY JOIN POLICY",
    "APPLY MASKING POLICY", "APPLY PACKAGES POLICY", "APPLY PASSWORD POLICY", "APPLY PROJECTION POLICY",
    "APPLY ROW ACCESS POLICY", "APPLY SESSION POLICY", "APPLY STORAGE LIFECYCLE POLICY", "APPLY TAG", "ATTACH LISTING",
    "ATTACH POLICY", "AUDIT", "BIND SERVICE ENDPOINT", "CANCEL QUERY", "CREATE ACCOUNT", "CREATE API INTEGRATION",
    "CREATE APPLICATION", "CREATE APPLICATION PACKAGE", "CREATE COMPUTE POOL", "CREATE CONNECTION",
    "CREATE DATA EXCHANGE LISTING", "CREATE DATABASE", "CREATE EXTERNAL VOLUME", "CREATE FAILOVER GROUP",
    "CREATE INTEGRATION", "CREATE LISTING", "CREATE NETWORK POLICY", "CREATE ORGANIZATION LISTING",
    "CREATE REPLICATION GROUP", "CREATE ROLE", "CREATE SHARE", "CREATE USER", "CREATE WAREHOUSE", "EXECUTE ALERT",
    "EXECUTE AUTO CLASSIFICATION", "EXECUTE DATA METRIC FUNCTION", "EXECUTE MANAGED ALERT", "EXECUTE MANAGED TASK",
    "EXECUTE TASK", "IMPORT ORGANIZATION LISTING", "IMPORT ORGANIZATION USER GROUPS", "IMPORT SHARE",
    "MANAGE ACCOUNT SUPPORT CASES", "MANAGE ALERT", "MANAGE EVENT SHARING", "MANAGE GRANTS",
    "MANAGE LISTING AUTO FULFILLMENT", "MANAGE ORGANIZATION SUPPORT CASES", "MANAGE SHARE TARGET",
    "MANAGE USER SUPPORT CASES", "MANAGE WAREHOUSES", "MODIFY LOG LEVEL", "MODIFY METRIC LEVEL",
    "MODIFY SESSION LOG LEVEL", "MODIFY SESSION METRIC LEVEL", "MODIFY SESSION TRACE LEVEL", "MODIFY TRACE LEVEL",
    "MONITOR", "MONITOR EXECUTION", "MONITOR SECURITY", "MONITOR USAGE", "OVERRIDE SHARE RESTRICTIONS",
    "PURCHASE DATA EXCHANGE LISTING", "READ SESSION", "READ UNREDACTED QUERY TEXT", "RESOLVE ALL", "USE AI FUNCTIONS",
})  # fmt: skip
_IN_A_SCHEMA = (
    "AGENT", "AGGREGATION POLICY", "ALERT", "AUTHENTICATION POLICY", "CORTEX SEARCH SERVICE", "DATA METRIC FUNCTION",
    "DATASET", "DYNAMIC TABLE", "EVENT TABLE", "EXTERNAL TABLE", "FILE FORMAT", "FUNCTION", "GIT REPOSITORY",
    "HYBRID TABLE", "ICEBERG TABLE", "IMAGE REPOSITORY", "JOIN POLICY", "MASKING POLICY", "MATERIALIZED VIEW", "MODEL",
    "NETWORK RULE", "NOTEBOOK", "PACKAGES POLICY", "PASSWORD POLICY", "PIPE", "PRIVACY POLICY", "PROCEDURE",
    "PROJECTION POLICY", "ROW ACCESS POLICY", "SECRET", "SEMANTIC VIEW", "SEQUENCE", "SERVICE", "SESSION POLICY",
    "SNAPSHOT", "STAGE", "STREAM", "STREAMLIT", "TABLE", "TAG", "TASK", "TEMPORARY TABLE", "TYPE", "VIEW",
    "DBT PROJECT",
    "STORAGE LIFECYCLE POLICY", "CONTACT", "WORKSPACE", "MCP SERVER",
)  # fmt: skip
_TABLE = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "REBUILD", "EVOLVE SCHEMA", "APPLYBUDGET"}
) | {"APPLY", "MONITOR", "DELETE", "OPERATE"}
_POLICY = frozenset({"APPLY"})
PRIVILEGES: dict[str, frozenset[str]] = {
    "ACCOUNT": _ACCOUNT,
    "DATABASE": frozenset({
        "APPLYBUDGET", "CREATE DATABASE ROLE", "CREATE SCHEMA", "IMPORTED PRIVILEGES", "MODIFY", "MONITOR",
        "REFERENCE_USAGE", "USAGE",
    }),
    "SCHEMA": frozenset({
        "ADD SEARCH OPTIMIZATION", "APPLYBUDGET", "IMPORTED PRIVILEGES", "MODIFY", "MONITOR", "USAGE",
        *(f"CREATE {kind}" for kind in _IN_A_SCHEMA),
    }),
    "WAREHOUSE": frozenset({"APPLYBUDGET", "MODIFY", "MONITOR", "OPERATE", "USAGE"}),
    "RESOURCE MONITOR": frozenset({"MODIFY", "MONITOR"}),
    "INTEGRATION": frozenset({"USAGE", "USE_ANY_ROLE"}),
    "USER": frozenset({"MONITOR", "IMPERSONATE"}),
    "EXTERNAL VOLUME": frozenset({"USAGE"}),
    "CONNECTION": frozenset({"FAILOVER", "REPLICATE"}),
    "FAILOVER GROUP": frozenset({"FAILOVER", "MODIFY", "MONITOR", "REPLICATE"}),
    "REPLICATION GROUP": frozenset({"MODIFY", "MONITOR", "REPLICATE"}),
    "COMPUTE POOL": frozenset({"MODIFY", "MONITOR", "OPERATE", "USAGE"}),
    "TABLE": _TABLE, "ICEBERG TABLE": _TABLE, "HYBRID TABLE": _TABLE, "EVENT TABLE": _TABLE, "TEMPORARY TABLE": _TABLE,
    "EXTERNAL TABLE": frozenset({"SELECT", "REFERENCES"}),
    "DYNAMIC TABLE": frozenset({"SELECT", "MONITOR", "OPERATE", "REFERENCES"}),
    "VIEW": frozenset({"SELECT", "REFERENCES", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "MONITOR"}),
    "MATERIALIZED VIEW": frozenset({"SELECT", "REFERENCES", "APPLYBUDGET"}),
    "SEMANTIC VIEW": frozenset({"SELECT", "REFERENCES", "MONITOR"}),
    "STAGE": frozenset({"READ", "WRITE", "USAGE"}),
    "FILE FORMAT": frozenset({"USAGE"}),
    "PIPE": frozenset({"APPLYBUDGET", "MONITOR", "OPERATE"}),
    "STREAM": frozenset({"SELECT"}),
    "TASK": frozenset({"APPLYBUDGET", "MONITOR", "OPERATE"}),
    "ALERT": frozenset({"MONITOR", "OPERATE"}),
    "FUNCTION": frozenset({"USAGE"}), "PROCEDURE": frozenset({"USAGE"}), "DATA METRIC FUNCTION": frozenset({"USAGE"}),
    "SEQUENCE": frozenset({"USAGE"}),
    "TAG": frozenset({"APPLY", "READ"}),
    "SECRET": frozenset({"READ", "USAGE"}),
    "STREAMLIT": frozenset({"USAGE"}), "NOTEBOOK": frozenset({"USAGE"}), "TYPE": frozenset({"USAGE"}),
    "MODEL": frozenset({"USAGE", "READ"}), "CORTEX SEARCH SERVICE": frozenset({"USAGE", "MONITOR", "OPERATE"}),
    "IMAGE REPOSITORY": frozenset({"READ", "WRITE"}), "GIT REPOSITORY": frozenset({"READ", "WRITE"}),
    "SERVICE": frozenset({"MONITOR", "OPERATE", "USAGE"}), "SNAPSHOT": frozenset({"USAGE"}),
    "NETWORK RULE": frozenset({"USAGE"}), "APPLICATION PACKAGE": frozenset({"ATTACH LISTING", "DEVELOP", "INSTALL",
    "MANAGE VERSIONS", "MANAGE RELEASES"}),
    "AGENT": frozenset({"MODIFY", "MONITOR", "USAGE"}), "CONTACT": frozenset({"APPLY", "MODIFY"}),
    **{kind: _POLICY for kind in _IN_A_SCHEMA if kind.endswith("POLICY")},
    "NETWORK POLICY": frozenset({"USAGE"}),
}  # fmt: skip
"""Kind of object → the privileges on it, besides ALL and OWNERSHIP."""
_EVERY = frozenset().union(*PRIVILEGES.values()) | {"OWNERSHIP"}
_ALL = ("ALL PRIVILEGES", "ALL")
_OBJECTS = (
    *PRIVILEGES,
    "ROLE",
    "DATABASE ROLE",
    "APPLICATION",
    "SHARE",
    "LISTING",
    "DATASET",
    "DBT PROJECT",
    "WORKSPACE",
    "MCP SERVER",
)
SYSTEM_ROLES = frozenset(
    {"ACCOUNTADMIN", "SECURITYADMIN", "SYSADMIN", "USERADMIN", "ORGADMIN", "GLOBALORGADMIN", "PUBLIC"}
)


_HOLDERS = frozenset({"ROLE", "USER", "DATABASE", "APPLICATION", "SHARE", ""})


def _plural(kind: str) -> str:
    return f"{kind[:-1]}IES" if kind.endswith(("POLICY", "REPOSITORY")) else f"{kind}S"


_PLURALS = {_plural(kind): kind for kind in (*_IN_A_SCHEMA, "SCHEMA", "DATABASE")} | {
    "DATA METRIC FUNCTIONS": "DATA METRIC FUNCTION"
}


def grant(reader: Reader, known: Known, *, revokes: bool = False) -> None:
    """Behind GRANT or REVOKE."""
    line = reader.line
    if revokes:
        reader.accept("GRANT", "OPTION", "FOR")
    towards = "FROM" if revokes else "TO"
    reader.accept("CALLER") or reader.accept("INHERITED", "CALLER")
    owns = False
    if reader.accept_any(("ROLE", "DATABASE ROLE", "APPLICATION ROLE", "SERVICE ROLE")) is not None:
        known_role(reader, known)
        while reader.accept(","):
            known_role(reader, known)
        holder = reader.tokens[reader.at + 1].upper if reader.at + 1 < len(reader.tokens) else ""
        if reader.ahead(towards) and holder not in _HOLDERS:
            reader.found(f"a role goes {towards} {holder}", f"write {towards} ROLE {holder}, or USER")
    else:
        privileges = _privileges(reader)
        owns = "OWNERSHIP" in privileges
        future = _object(reader, privileges)
        owns = owns and not future
    if not reader.accept(towards):
        reader.found(f"{'REVOKE' if revokes else 'GRANT'} without {towards}", f"say {towards} which role", line=line)
        reader.rest()
        return
    _grantee(reader, known)
    _ending(reader, revokes=revokes, owns=owns, line=line)


def _privileges(reader: Reader) -> list[str]:
    found: list[str] = []
    while not reader.ended and reader.word not in ("ON", "TO", "FROM"):
        line = reader.line
        privilege = reader.accept_any((*_ALL, *_EVERY))
        if privilege is None:
            tokens = reader.until(lambda here: here.word in (",", "ON", "TO", "FROM"))
            told = " ".join(token.text for token in tokens)
            reader.found(f"there is no privilege {told.upper()}", meant(told, _EVERY), line=line)
            privilege = ""
        elif not reader.ended and reader.word not in (",", "ON", "(", "TO", "FROM"):
            tokens = reader.until(lambda here: here.word in (",", "ON", "TO", "FROM"))
            told = f"{privilege} {' '.join(token.text for token in tokens)}"
            reader.found(f"there is no privilege {told.upper()}", "separate privileges by commas", line=line)
        reader.brackets()
        found.append(privilege)
        if not reader.accept(","):
            break
    if not found:
        reader.found("no privilege is named", "name one: SELECT, USAGE, …")
    return found


def _object(reader: Reader, privileges: Iterable[str]) -> bool:
    """What the privileges are on; whether they are on what will be."""
    line = reader.line
    if not reader.expect("ON", "say on what: ON TABLE name"):
        return False
    many = reader.accept_any(("ALL", "FUTURE"))
    if many is not None:
        plural = reader.accept_any(_PLURALS)
        if plural is None:
            reader.found(f"ON {many} {reader.shown()}", meant(reader.word, _PLURALS))
            reader.until(lambda here: here.word in ("TO", "FROM"))
            return True
        if not reader.expect("IN", f"write ON {many} {plural} IN SCHEMA or DATABASE"):
            return many == "FUTURE"
        if reader.accept_any(("SCHEMA", "DATABASE", "ACCOUNT", "APPLICATION PACKAGE", "APPLICATION")) is None:
            reader.found(f"IN {reader.shown()}", "write IN SCHEMA name or IN DATABASE name")
        reader.name()
        _fit(reader, privileges, _PLURALS[plural], line)
        return many == "FUTURE"
    if reader.accept("ACCOUNT"):
        _fit(reader, privileges, "ACCOUNT", line)
        return False
    kind = reader.accept_any(_OBJECTS)
    if kind is None and reader.kind_is(Kind.WORD) and reader.at + 1 < len(reader.tokens):
        if reader.tokens[reader.at + 1].upper in ("TO", "FROM", "."):
            kind = "TABLE"  # ON name means a table
        else:
            reader.found(f"ON {reader.shown()}", meant(reader.word, _OBJECTS))
            reader.at += 1
            kind = ""
    if reader.name() is None:
        reader.found(f"ON {kind or ''} without a name", "name the object")
    reader.brackets()
    while reader.accept(","):
        reader.name()
    if kind:
        _fit(reader, privileges, kind, line)
    return False


def _fit(reader: Reader, privileges: Iterable[str], kind: str, line: int) -> None:
    if kind not in PRIVILEGES:
        return
    for privilege in privileges:
        if privilege and privilege not in PRIVILEGES[kind] and privilege not in (*_ALL, "OWNERSHIP"):
            reader.found(f"there is no {privilege} on a {kind}", meant(privilege, PRIVILEGES[kind]), line=line)


def _grantee(reader: Reader, known: Known) -> None:
    kind = reader.accept_any(("ROLE", "DATABASE ROLE", "APPLICATION ROLE", "USER", "SHARE", "APPLICATION"))
    if reader.ended or reader.word in ("WITH", "COPY", "REVOKE"):
        reader.found("nobody is named", "name a role")
        return
    if kind in ("ROLE", None):
        known_role(reader, known)
    elif reader.name() is None:
        reader.found("nobody is named", "name a role")
    while reader.accept(","):
        reader.name()


def known_role(reader: Reader, known: Known) -> None:
    """A role that a statement names: a system role or one made before, if it looks like one of them misspelt."""
    line = reader.line
    if reader.word in ("TO", "FROM", "ON") or (name := reader.name()) is None:
        reader.found(f"a role is named {reader.shown()}", "name a role", line=line)
        return
    there = SYSTEM_ROLES | known.roles
    if name in there or "{{" in name or "." in name:
        return
    todo = meant(name, [role for role in there if _differ_by_letters(role, name)])
    if todo.startswith("did you"):
        reader.found(f"the role {name} is created nowhere here", todo, line=line)


def _differ_by_letters(one: str, other: str) -> bool:
    """Whether more than a number or a whole part tells two names apart, so that one may be the other misspelt."""
    if one.rstrip("0123456789") == other.rstrip("0123456789"):
        return False
    return len(one.split("_")) == len(other.split("_")) and abs(len(one) - len(other)) <= 2


def _ending(reader: Reader, *, revokes: bool, owns: bool, line: int) -> None:
    if revokes:
        reader.accept("CASCADE") or reader.accept("RESTRICT")
        reader.nothing_more("write CASCADE or RESTRICT, or end the statement with ;")
        return
    reader.accept("WITH", "GRANT", "OPTION")
    kept = reader.accept_any(("COPY CURRENT GRANTS", "REVOKE CURRENT GRANTS"))
    if owns and kept is None:
        todo = "add COPY CURRENT GRANTS, so that others keep theirs, or REVOKE CURRENT GRANTS"
        reader.found("GRANT OWNERSHIP does not say what becomes of the grants that there are", todo, line=line)
    reader.nothing_more("remove it, or end the statement before it with ;")
