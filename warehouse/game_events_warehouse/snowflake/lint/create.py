"""CREATE: the object's kind, its name, and then what its kind may say."""

from game_events_warehouse.snowflake.lint.objects import READ, Body, Known
from game_events_warehouse.snowflake.lint.reading import Reader, meant

_MODIFIERS: dict[str, frozenset[str]] = {
    "TABLE": frozenset({"TRANSIENT", "TEMPORARY", "TEMP", "LOCAL", "GLOBAL", "VOLATILE", "HYBRID", "READ ONLY"}),
    "VIEW": frozenset({"SECURE", "RECURSIVE", "TEMPORARY", "TEMP", "LOCAL", "GLOBAL", "VOLATILE"}),
    "MATERIALIZED VIEW": frozenset({"SECURE", "INTERACTIVE"}),
    "DATABASE": frozenset({"TRANSIENT"}),
    "SCHEMA": frozenset({"TRANSIENT"}),
    "STAGE": frozenset({"TEMPORARY", "TEMP"}),
    "FILE FORMAT": frozenset({"TEMPORARY", "TEMP", "VOLATILE"}),
    "DYNAMIC TABLE": frozenset({"TRANSIENT"}),
    "FUNCTION": frozenset({"SECURE", "TEMPORARY", "TEMP", "AGGREGATE"}),
    "PROCEDURE": frozenset({"SECURE", "TEMPORARY", "TEMP"}),
}
_EVERY_MODIFIER = frozenset().union(*_MODIFIERS.values())
BY_NAME_ONLY = frozenset({
    "FUNCTION", "PROCEDURE", "EXTERNAL FUNCTION", "EXTERNAL TABLE", "EVENT TABLE", "ICEBERG TABLE",
    "DYNAMIC ICEBERG TABLE",
    "NETWORK POLICY", "NETWORK RULE", "SESSION POLICY", "PASSWORD POLICY", "AUTHENTICATION POLICY", "JOIN POLICY",
    "AGGREGATION POLICY", "PROJECTION POLICY", "PRIVACY POLICY", "PACKAGES POLICY", "FEATURE POLICY", "BACKUP POLICY",
    "STORAGE LIFECYCLE POLICY", "NOTIFICATION INTEGRATION", "SECURITY INTEGRATION", "API INTEGRATION",
    "CATALOG INTEGRATION", "EXTERNAL ACCESS INTEGRATION", "EXTERNAL VOLUME", "SECRET", "SHARE", "ALERT", "ACCOUNT",
    "MANAGED ACCOUNT", "ORGANIZATION ACCOUNT", "APPLICATION", "APPLICATION PACKAGE", "APPLICATION ROLE", "MODEL",
    "MODEL MONITOR", "DATASET", "SEMANTIC VIEW", "CORTEX SEARCH SERVICE", "SERVICE", "COMPUTE POOL", "STREAMLIT",
    "IMAGE REPOSITORY", "GIT REPOSITORY", "NOTEBOOK", "FAILOVER GROUP", "REPLICATION GROUP", "CONNECTION", "LISTING",
    "DATA METRIC FUNCTION", "CONTACT", "BACKUP SET", "SNAPSHOT", "GATEWAY", "AGENT", "MCP SERVER", "TYPE",
    "ORGANIZATION PROFILE", "ORGANIZATION LISTING", "WORKSPACE", "PROVISIONED THROUGHPUT", "DBT PROJECT", "JOB SERVICE",
    "EXPERIMENT", "CORTEX AGENT", "DCM PROJECT", "INTERACTIVE TABLE", "INTERACTIVE WAREHOUSE", "ADAPTIVE WAREHOUSE",
})  # fmt: skip
"""Kinds that are there, of which nothing is checked but the brackets."""
KINDS = frozenset(READ) | BY_NAME_ONLY


def create(reader: Reader, known: Known) -> Body | None:
    """Behind CREATE."""
    body = _create(reader, known)
    reader.nothing_more()
    return body


def _create(reader: Reader, known: Known) -> Body | None:
    line = reader.line
    replaces = reader.accept("OR", "REPLACE") or reader.accept("OR", "ALTER")
    modifiers: list[str] = []
    kind = None
    while kind is None:
        kind = reader.accept_any(KINDS)
        modifier = reader.accept_any(_EVERY_MODIFIER) if kind is None else None
        if modifier is None:
            break
        modifiers.append(modifier)
    if kind is None:
        if "{{" in reader.shown():
            reader.rest()
            return None
        reader.found(f"CREATE {reader.shown()}", meant(reader.word, KINDS))
        reader.rest()
        return None
    for modifier in modifiers:
        if modifier not in _MODIFIERS.get(kind, frozenset()):
            reader.found(f"CREATE {modifier} {kind}", f"remove {modifier}", line=line)
    spares = reader.accept("IF", "NOT", "EXISTS")
    if not spares and reader.accept("IF"):
        reader.found("CREATE … IF without NOT EXISTS", "write IF NOT EXISTS", line=line)
        while reader.word in ("NOT", "EXIST", "EXISTS"):
            reader.at += 1
    if replaces and spares:
        todo = "keep one: the first drops what is there, the second keeps it"
        reader.found("OR REPLACE and IF NOT EXISTS together", todo, line=line)
    if kind in BY_NAME_ONLY:
        reader.rest()
        return None
    name = reader.name()
    if (name is None and kind != "TABLE") or not name:
        reader.found(f"CREATE {kind} without a name", "name it", line=line)
        reader.rest()
        return None
    reader.accept("IF", "NOT", "EXISTS")  # some kinds take it behind the name too
    return READ[kind](reader, name, set(modifiers), known)
