"""The kinds of objects and the options of each, from Snowflake's reference."""

from game_events_warehouse.snowflake.lint.file_formats import COPY_OPTIONS, CREDENTIALS, ENCRYPTION, file_format
from game_events_warehouse.snowflake.lint.options import Options, nested
from game_events_warehouse.snowflake.lint.reading import Reader
from game_events_warehouse.snowflake.lint.values import (
    Value,
    anything,
    flag,
    name,
    names,
    one_of,
    secret,
    text,
    texts,
    whole,
    word_or,
)

COMMENT: dict[str, Value] = {"COMMENT": text()}
RETENTION, SHORT_RETENTION = whole(0, 90), whole(0, 1)
"""Days of Time Travel: of permanent tables, with Enterprise Edition; of transient and temporary ones."""
LOG_LEVEL = one_of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF")
TRACE_LEVEL = one_of("ALWAYS", "ON_EVENT", "PROPAGATE", "OFF")
SIZES = (
    "XSMALL", "X-SMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "X-LARGE", "XXLARGE", "X2LARGE", "2X-LARGE", "XXXLARGE",
    "X3LARGE", "3X-LARGE", "X4LARGE", "4X-LARGE", "X5LARGE", "5X-LARGE", "X6LARGE", "6X-LARGE",
)  # fmt: skip
SERVERLESS_SIZES = SIZES[: SIZES.index("XXLARGE") + 3]
_SCHEDULES = "'n MINUTES' or 'USING CRON minute hour day month weekday zone'"
STORE_URL = r"(?:s3|s3gov|s3china|gcs|azure|s3compat|file)://\S+"
_URL = "a place such as s3://bucket/path/"

WAREHOUSE = Options(
    "WAREHOUSE",
    COMMENT | {
        "WAREHOUSE_TYPE": one_of("STANDARD", "SNOWPARK-OPTIMIZED"),
        "WAREHOUSE_SIZE": one_of(*SIZES),
        "GENERATION": one_of("1", "2"),
        "RESOURCE_CONSTRAINT": one_of(
            "STANDARD_GEN_1", "STANDARD_GEN_2",
            *(f"MEMORY_{size}X{suffix}" for size in (1, 16, 64) for suffix in ("", "_X86")),
        ),
        "MAX_CLUSTER_COUNT": whole(1, 300),
        "MIN_CLUSTER_COUNT": whole(1, 300),
        "SCALING_POLICY": one_of("STANDARD", "ECONOMY"),
        "AUTO_SUSPEND": whole(0, also=("NULL",)),
        "AUTO_RESUME": flag,
        "INITIALLY_SUSPENDED": flag,
        "RESOURCE_MONITOR": name,
        "ENABLE_QUERY_ACCELERATION": flag,
        "QUERY_ACCELERATION_MAX_SCALE_FACTOR": whole(0, 100),
        "MAX_CONCURRENCY_LEVEL": whole(1),
        "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": whole(0),
        "STATEMENT_TIMEOUT_IN_SECONDS": whole(0, 604_800),
        "WAIT_FOR_COMPLETION": flag,
    },
)  # fmt: skip
_CATALOG: dict[str, Value] = COMMENT | {
    "DATA_RETENTION_TIME_IN_DAYS": RETENTION,
    "MAX_DATA_EXTENSION_TIME_IN_DAYS": RETENTION,
    "EXTERNAL_VOLUME": name,
    "CATALOG": name,
    "REPLACE_INVALID_CHARACTERS": flag,
    "DEFAULT_DDL_COLLATION": text(),
    "STORAGE_SERIALIZATION_POLICY": one_of("COMPATIBLE", "OPTIMIZED"),
    "LOG_LEVEL": LOG_LEVEL,
    "TRACE_LEVEL": TRACE_LEVEL,
    "METRIC_LEVEL": one_of("ALL", "NONE"),
    "SUSPEND_TASK_AFTER_NUM_FAILURES": whole(0),
    "TASK_AUTO_RETRY_ATTEMPTS": whole(0, 30),
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE": one_of(*SERVERLESS_SIZES),
    "USER_TASK_TIMEOUT_MS": whole(0, 604_800_000),
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": whole(10, 604_800),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": flag,
    "ENABLE_CONSOLE_OUTPUT": flag,
    "ENABLE_DATA_COMPACTION": flag,
    **dict.fromkeys(
        ("DEFAULT_STREAMLIT_NOTEBOOK_WAREHOUSE", "CLASSIFICATION_PROFILE", "EVENT_TABLE", "OBJECT_VISIBILITY",
         "CATALOG_SYNC", "REPLICABLE_WITH_FAILOVER_GROUPS", "BASE_LOCATION_PREFIX", "DEFAULT_NOTEBOOK_COMPUTE_POOL_CPU",
         "DEFAULT_NOTEBOOK_COMPUTE_POOL_GPU", "CATALOG_SYNC_NAMESPACE_MODE",
         "CATALOG_SYNC_NAMESPACE_FLATTEN_DELIMITER", "DATA_QUALITY_MONITORING_SETTINGS",
         "ICEBERG_DEFAULT_DDL_COLLATION"),
        name,
    ),
}  # fmt: skip
DATABASE = Options("DATABASE", _CATALOG)
SCHEMA = Options("SCHEMA", _CATALOG, phrases=frozenset({"WITH MANAGED ACCESS"}))
TABLE_VALUES: dict[str, Value] = COMMENT | {
    "ENABLE_SCHEMA_EVOLUTION": flag,
    "DATA_RETENTION_TIME_IN_DAYS": RETENTION,
    "MAX_DATA_EXTENSION_TIME_IN_DAYS": RETENTION,
    "CHANGE_TRACKING": flag,
    "DEFAULT_DDL_COLLATION": text(),
    "ROW_TIMESTAMP": flag,
    "STAGE_FILE_FORMAT": file_format,
    "STAGE_COPY_OPTIONS": nested("STAGE_COPY_OPTIONS", COPY_OPTIONS),
    "ERROR_LOGGING": flag,
    "ICEBERG_DEFAULT_DDL_COLLATION": text(),
}
TARGET_LAG = word_or(
    "DOWNSTREAM", text(r"(?i)downstream|\d+\s+(?:second|minute|hour|day)s?", "'n minutes' or DOWNSTREAM")
)
DYNAMIC_TABLE_VALUES: dict[str, Value] = COMMENT | {
    "TARGET_LAG": TARGET_LAG,
    "WAREHOUSE": name,
    "INITIALIZATION_WAREHOUSE": name,
    "REFRESH_MODE": one_of("AUTO", "FULL", "INCREMENTAL", "ADAPTIVE"),
    "INITIALIZE": one_of("ON_CREATE", "ON_SCHEDULE"),
    "SCHEDULER": one_of("ENABLE", "DISABLE"),
    "DATA_RETENTION_TIME_IN_DAYS": RETENTION,
    "MAX_DATA_EXTENSION_TIME_IN_DAYS": RETENTION,
    "ROW_TIMESTAMP": flag,
    "LOG_LEVEL": LOG_LEVEL,
    "DEFAULT_DDL_COLLATION": text(),
}
VIEW_VALUES: dict[str, Value] = COMMENT | {"CHANGE_TRACKING": flag, "DATA_METRIC_SCHEDULE": text()}
STAGE = Options(
    "STAGE",
    COMMENT | {
        "URL": text(STORE_URL, _URL),
        "STORAGE_INTEGRATION": name,
        "CREDENTIALS": CREDENTIALS,
        "ENCRYPTION": ENCRYPTION,
        "DIRECTORY": nested("DIRECTORY", {
            "ENABLE": flag, "AUTO_REFRESH": flag, "REFRESH_ON_CREATE": flag, "NOTIFICATION_INTEGRATION": name,
            "AWS_SNS_TOPIC": text(),
        }),
        "FILE_FORMAT": file_format,
        "COPY_OPTIONS": nested("COPY_OPTIONS", COPY_OPTIONS),
        "AWS_ACCESS_POINT_ARN": text(),
        "USE_PRIVATELINK_ENDPOINT": flag,
        "ENDPOINT": text(),
    },
)  # fmt: skip
PIPE = Options(
    "PIPE",
    COMMENT | {
        "AUTO_INGEST": flag,
        "ERROR_INTEGRATION": name,
        "AWS_SNS_TOPIC": text(r"arn:aws[\w-]*:sns:\S+", "the ARN of an SNS topic: arn:aws:sns:…"),
        "INTEGRATION": name,
    },
    ends=frozenset({"AS"}),
)  # fmt: skip
STREAM = Options(
    "STREAM",
    COMMENT | {"APPEND_ONLY": flag, "INSERT_ONLY": flag, "SHOW_INITIAL_ROWS": flag},
    phrases=frozenset({"COPY GRANTS"}),
    clauses={"AT": anything, "BEFORE": anything},
)
SESSION: dict[str, Value] = dict.fromkeys(
    (
        "ABORT_DETACHED_QUERY", "AUTOCOMMIT", "BINARY_INPUT_FORMAT", "BINARY_OUTPUT_FORMAT", "DATE_INPUT_FORMAT",
        "DATE_OUTPUT_FORMAT", "ERROR_ON_NONDETERMINISTIC_MERGE", "ERROR_ON_NONDETERMINISTIC_UPDATE", "JSON_INDENT",
        "LOCK_TIMEOUT", "MULTI_STATEMENT_COUNT", "QUERY_TAG", "ROWS_PER_RESULTSET",
        "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
        "STATEMENT_TIMEOUT_IN_SECONDS", "TIMESTAMP_DAY_IS_ALWAYS_24H", "TIMESTAMP_INPUT_FORMAT",
        "TIMESTAMP_LTZ_OUTPUT_FORMAT", "TIMESTAMP_NTZ_OUTPUT_FORMAT", "TIMESTAMP_OUTPUT_FORMAT",
        "TIMESTAMP_TYPE_MAPPING", "TIMESTAMP_TZ_OUTPUT_FORMAT", "TIMEZONE", "TIME_INPUT_FORMAT", "TIME_OUTPUT_FORMAT",
        "TRANSACTION_ABORT_ON_ERROR", "TRANSACTION_DEFAULT_ISOLATION_LEVEL", "TWO_DIGIT_CENTURY_START",
        "UNSUPPORTED_DDL_ACTION", "USE_CACHED_RESULT", "WEEK_OF_YEAR_POLICY", "WEEK_START", "LOG_LEVEL", "TRACE_LEVEL",
        "QUOTED_IDENTIFIERS_IGNORE_CASE", "CLIENT_TIMESTAMP_TYPE_MAPPING",
    ),
    anything,
)  # fmt: skip
"""Parameters that a task may set for its session."""
TASK_VALUES: dict[str, Value] = COMMENT | {
    "WAREHOUSE": name,
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE": one_of(*SERVERLESS_SIZES),
    "CONFIG": text(),
    "ALLOW_OVERLAPPING_EXECUTION": flag,
    "OVERLAP_POLICY": one_of("NO_OVERLAP", "ALLOW_CHILD_OVERLAP", "ALLOW_ALL_OVERLAP"),
    "USER_TASK_TIMEOUT_MS": whole(0, 604_800_000),
    "SUSPEND_TASK_AFTER_NUM_FAILURES": whole(0),
    "ERROR_INTEGRATION": name,
    "SUCCESS_INTEGRATION": name,
    "LOG_LEVEL": LOG_LEVEL,
    "FINALIZE": name,
    "TASK_AUTO_RETRY_ATTEMPTS": whole(0, 30),
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": whole(10, 604_800),
    "TARGET_COMPLETION_INTERVAL": text(r"(?i)\d+\s*(?:m|h|s|minutes?|hours?|seconds?)", "'n MINUTES'"),
    "SERVERLESS_TASK_MIN_STATEMENT_SIZE": one_of(*SERVERLESS_SIZES),
    "SERVERLESS_TASK_MAX_STATEMENT_SIZE": one_of(*SERVERLESS_SIZES),
}
RESOURCE_MONITOR_VALUES: dict[str, Value] = {
    "CREDIT_QUOTA": whole(1),
    "FREQUENCY": one_of("MONTHLY", "DAILY", "WEEKLY", "YEARLY", "NEVER"),
    "START_TIMESTAMP": word_or("IMMEDIATELY", text(wanted="IMMEDIATELY or a moment in quotes")),
    "END_TIMESTAMP": text(wanted="a moment in quotes"),
    "NOTIFY_USERS": names,
}
_LOCATION = r"\*|" + STORE_URL
STORAGE_INTEGRATION = Options(
    "STORAGE INTEGRATION",
    COMMENT | {
        "TYPE": one_of("EXTERNAL_STAGE"),
        "STORAGE_PROVIDER": one_of("S3", "S3GOV", "S3CHINA", "GCS", "AZURE"),
        "STORAGE_AWS_ROLE_ARN": text(r"arn:aws[\w-]*:iam::\d{12}:role/\S+", "an ARN: arn:aws:iam::123456789012:role/…"),
        "STORAGE_AWS_EXTERNAL_ID": text(),
        "STORAGE_AWS_OBJECT_ACL": text("bucket-owner-full-control", "'bucket-owner-full-control'"),
        "AZURE_TENANT_ID": text(),
        "USE_PRIVATELINK_ENDPOINT": flag,
        "ENABLED": flag,
        "STORAGE_ALLOWED_LOCATIONS": texts(_LOCATION, f"{_URL}, in quotes", least=1),
        "STORAGE_BLOCKED_LOCATIONS": texts(_LOCATION, f"{_URL}, in quotes", least=1),
    },
    required=("TYPE", "STORAGE_PROVIDER", "ENABLED", "STORAGE_ALLOWED_LOCATIONS"),
)  # fmt: skip


def _number(reader: Reader, option: str) -> None:
    reader.accept("-")
    whole(0)(reader, option)


def _allowed(reader: Reader, option: str) -> None:
    text()(reader, option)
    while reader.accept(","):
        text()(reader, option)


TAG = Options("TAG", COMMENT | {"PROPAGATE": anything, "ON_CONFLICT": anything}, clauses={"ALLOWED_VALUES": _allowed})
ROLE = Options("ROLE", COMMENT)
SEQUENCE = Options(
    "SEQUENCE",
    COMMENT,
    phrases=frozenset({"ORDER", "NOORDER"}),
    clauses=dict.fromkeys(
        (f"{start}{sign}" for start in ("START WITH", "INCREMENT BY", "START", "INCREMENT") for sign in ("", " =")),
        _number,
    ),
)
USER = Options(
    "USER",
    COMMENT | SESSION | {
        "PASSWORD": secret("remove it: set a key pair, or hand the password over another way"),
        **dict.fromkeys(("LOGIN_NAME", "DISPLAY_NAME", "FIRST_NAME", "MIDDLE_NAME", "LAST_NAME", "EMAIL"), name),
        **dict.fromkeys(("DEFAULT_WAREHOUSE", "DEFAULT_NAMESPACE", "DEFAULT_ROLE", "NETWORK_POLICY"), name),
        **dict.fromkeys(("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2", "RSA_PUBLIC_KEY_FP", "RSA_PUBLIC_KEY_2_FP"), anything),
        **dict.fromkeys(("DAYS_TO_EXPIRY", "MINS_TO_UNLOCK", "MINS_TO_BYPASS_MFA"), whole(0)),
        **dict.fromkeys(("MUST_CHANGE_PASSWORD", "DISABLED"), flag),
        "DEFAULT_SECONDARY_ROLES": anything,
        "TYPE": one_of("PERSON", "SERVICE", "LEGACY_SERVICE", "SNOWFLAKE_SERVICE"),
        "WORKLOAD_IDENTITY": anything,
    },
)  # fmt: skip
