"""File formats and the options of COPY: which each type of file has, and where what may stand."""

from collections.abc import Mapping

from game_events_warehouse.snowflake.lint.options import ELSEWHERE, nested
from game_events_warehouse.snowflake.lint.reading import Reader
from game_events_warehouse.snowflake.lint.tokens import Kind
from game_events_warehouse.snowflake.lint.values import (
    Value,
    anything,
    flag,
    name,
    one_of,
    secret,
    text,
    texts,
    whole,
    word_or,
)

_COMMON = ("AUTO", "GZIP", "BZ2", "BROTLI", "ZSTD", "DEFLATE", "RAW_DEFLATE", "NONE")
_COMPRESSION: dict[str, tuple[str, ...]] = {
    "CSV": _COMMON, "JSON": _COMMON, "AVRO": _COMMON, "XML": _COMMON,
    "PARQUET": ("AUTO", "LZO", "SNAPPY", "NONE"),
}  # fmt: skip
_ENCODINGS = (
    "UTF8", "UTF-8", "UTF16", "UTF-16", "UTF16BE", "UTF-16BE", "UTF16LE", "UTF-16LE", "UTF32", "UTF-32", "UTF32BE",
    "UTF-32BE", "UTF32LE", "UTF-32LE", "BIG5", "EUCJP", "EUC-JP", "EUCKR", "EUC-KR", "GB18030", "IBM420", "IBM424",
    "IBM949", "ISO2022CN", "ISO2022JP", "ISO2022KR", "ISO-2022-CN", "ISO-2022-JP", "ISO-2022-KR",
    *(f"ISO{dash}8859{dash}{part}" for dash in ("", "-") for part in (1, 2, 5, 6, 7, 8, 9, 15)),
    *(f"ISO8859{part}" for part in (1, 2, 5, 6, 7, 8, 9, 15)),
    "KOI8R", "KOI8-R", "SHIFTJIS", "SHIFT_JIS", *(f"WINDOWS{part}" for part in (949, 1250, 1251, 1252, 1253, 1254)),
    *(f"WINDOWS{part}" for part in (1255, 1256)), *(f"WINDOWS-{part}" for part in range(1250, 1257)),
)  # fmt: skip
_AUTO_TEXT = word_or("AUTO", text())
_NONE_TEXT = word_or("NONE", text())
_TIMES: dict[str, Value] = {
    "DATE_FORMAT": _AUTO_TEXT,
    "TIME_FORMAT": _AUTO_TEXT,
    "TIMESTAMP_FORMAT": _AUTO_TEXT,
    "BINARY_FORMAT": one_of("HEX", "BASE64", "UTF8", "UTF-8"),
}
_READING: dict[str, Value] = {
    "TRIM_SPACE": flag,
    "REPLACE_INVALID_CHARACTERS": flag,
    "NULL_IF": texts(wanted="texts that stand for NULL"),
}
OF_TYPE: dict[str, dict[str, Value]] = {
    "CSV": _TIMES | _READING | {
        "RECORD_DELIMITER": _NONE_TEXT,
        "FIELD_DELIMITER": _NONE_TEXT,
        "MULTI_LINE": flag,
        "FILE_EXTENSION": text(),
        "PARSE_HEADER": flag,
        "SKIP_HEADER": whole(0),
        "SKIP_BLANK_LINES": flag,
        "ESCAPE": _NONE_TEXT,
        "ESCAPE_UNENCLOSED_FIELD": _NONE_TEXT,
        "FIELD_OPTIONALLY_ENCLOSED_BY": _NONE_TEXT,
        "ERROR_ON_COLUMN_COUNT_MISMATCH": flag,
        "EMPTY_FIELD_AS_NULL": flag,
        "SKIP_BYTE_ORDER_MARK": flag,
        "ENCODING": one_of(*_ENCODINGS),
        "VALIDATE_UTF8": flag,
    },
    "JSON": _TIMES | _READING | {
        "MULTI_LINE": flag,
        "FILE_EXTENSION": text(),
        "ENABLE_OCTAL": flag,
        "ALLOW_DUPLICATE": flag,
        "STRIP_OUTER_ARRAY": flag,
        "STRIP_NULL_VALUES": flag,
        "IGNORE_UTF8_ERRORS": flag,
        "SKIP_BYTE_ORDER_MARK": flag,
    },
    "AVRO": _READING,
    "ORC": _READING,
    "PARQUET": _READING | {
        "SNAPPY_COMPRESSION": flag, "BINARY_AS_TEXT": flag, "USE_LOGICAL_TYPE": flag, "USE_VECTORIZED_SCANNER": flag,
    },
    "XML": _READING | {
        "IGNORE_UTF8_ERRORS": flag, "PRESERVE_SPACE": flag, "STRIP_OUTER_ELEMENT": flag, "DISABLE_SNOWFLAKE_DATA": flag,
        "DISABLE_AUTO_CONVERT": flag, "SKIP_BYTE_ORDER_MARK": flag,
    },
    "CUSTOM": {},
}  # fmt: skip
"""Type of file → the options that its format has besides TYPE and COMPRESSION."""
for _type, _options in OF_TYPE.items():
    for _option in _options:
        ELSEWHERE.setdefault(_option, set()).add(f"{_type} files")
for _type, _kinds in _COMPRESSION.items():
    OF_TYPE[_type]["COMPRESSION"] = one_of(*_kinds)
EVERY_OPTION: dict[str, Value] = {option: value for options in OF_TYPE.values() for option, value in options.items()}
EVERY_OPTION["COMPRESSION"] = one_of(*{kind for kinds in _COMPRESSION.values() for kind in kinds})


def options_here(reader: Reader) -> Mapping[str, Value]:
    """The options of the file format that is described from here on, by the TYPE that it says anywhere."""
    type_ = _type_of(reader)
    type_option: dict[str, Value] = {"TYPE": one_of(*OF_TYPE)}
    if type_ is None:
        return OF_TYPE["CSV"] | type_option
    return OF_TYPE.get(type_, EVERY_OPTION) | type_option


def _type_of(reader: Reader) -> str | None:
    tokens = reader.tokens
    for index in range(reader.at, len(tokens) - 2):
        if tokens[index].upper == "TYPE" and tokens[index + 1].upper == "=":
            return tokens[index + 2].value.upper()
    return None


def file_format(reader: Reader, option: str) -> None:
    """FILE_FORMAT = name, or = (FORMAT_NAME = name), or = (TYPE = … with its options)."""
    if reader.word != "(":
        name(reader, option)
        return
    inside = Reader(reader.tokens, reader.at).brackets()
    assert inside is not None
    values: dict[str, Value] = {"FORMAT_NAME": name}
    type_ = _type_of(inside)
    if not any(token.upper == "FORMAT_NAME" for token in inside.tokens):
        values |= options_here(inside)
    of = f"a format of {type_} files" if type_ in OF_TYPE else "FILE_FORMAT"
    nested(of, values)(reader, option)


def on_error(*, pipe: bool) -> Value:
    """CONTINUE, SKIP_FILE, with a number or share of errors, and, where it is no pipe, ABORT_STATEMENT."""

    def read(reader: Reader, option: str) -> None:
        line = reader.line
        if not reader.kind_is(Kind.WORD, Kind.TEXT):
            reader.found(f"{option} = {reader.shown()}", "give CONTINUE or SKIP_FILE")
            return
        value = reader.take().value.upper()
        if value == "SKIP_FILE" or value == "CONTINUE" or "{{" in value:
            if reader.accept("%"):
                reader.found("a share of errors without quotes", "write 'SKIP_FILE_10%'", line=line)
            return
        count = value.removeprefix("SKIP_FILE_")
        number = int(count.removesuffix("%")) if count.removesuffix("%").isdigit() else 0
        if count != value and 0 < number <= (100 if count.endswith("%") else number):
            return
        if value == "ABORT_STATEMENT":
            if pipe:
                reader.found("a pipe does not take ON_ERROR = ABORT_STATEMENT", "give CONTINUE or SKIP_FILE", line=line)
            return
        reader.found(f"{option} = {value}", "give CONTINUE, SKIP_FILE, SKIP_FILE_n or 'SKIP_FILE_n%'", line=line)

    return read


NO_KEYS = "remove it, and name a STORAGE_INTEGRATION, which assumes a role"
CREDENTIALS = secret(NO_KEYS)
ENCRYPTION = nested(
    "ENCRYPTION",
    {
        "TYPE": one_of("AWS_CSE", "AWS_SSE_S3", "AWS_SSE_KMS", "GCS_SSE_KMS", "AZURE_CSE", "NONE", "SNOWFLAKE_FULL",
                       "SNOWFLAKE_SSE"),
        "MASTER_KEY": secret("encrypt by AWS_SSE_KMS, whose key stays in AWS"),
        "KMS_KEY_ID": text(),
    },
)  # fmt: skip
_AT_A_PLACE: dict[str, Value] = {
    "STORAGE_INTEGRATION": name,
    "CREDENTIALS": CREDENTIALS,
    "ENCRYPTION": ENCRYPTION,
    "FILE_FORMAT": file_format,
}
COPY_OPTIONS: dict[str, Value] = {
    "ON_ERROR": on_error(pipe=False),
    "SIZE_LIMIT": whole(1),
    "PURGE": flag,
    "RETURN_FAILED_ONLY": flag,
    "MATCH_BY_COLUMN_NAME": one_of("CASE_SENSITIVE", "CASE_INSENSITIVE", "NONE"),
    "INCLUDE_METADATA": anything,
    "ENFORCE_LENGTH": flag,
    "TRUNCATECOLUMNS": flag,
    "FORCE": flag,
    "LOAD_UNCERTAIN_FILES": flag,
    "FILE_PROCESSOR": anything,
    "LOAD_MODE": one_of("FULL_INGEST", "ADD_FILES_COPY", "ADD_FILES_REFERENCE"),
    "CLUSTER_AT_INGEST_TIME": flag,
    "ENABLE_SCHEMA_EVOLUTION": flag,
}
INTO_TABLE = _AT_A_PLACE | COPY_OPTIONS | {
    "FILES": texts(wanted="names of files", least=1),
    "PATTERN": text(wanted="a regular expression in quotes"),
    "VALIDATION_MODE": one_of(
        "RETURN_ERRORS", "RETURN_ALL_ERRORS", *(f"RETURN_{count}_ROWS" for count in range(1, 101))
    ),
}  # fmt: skip
INTO_LOCATION = _AT_A_PLACE | {
    "OVERWRITE": flag,
    "SINGLE": flag,
    "MAX_FILE_SIZE": whole(1, 5_368_709_120),
    "INCLUDE_QUERY_ID": flag,
    "DETAILED_OUTPUT": flag,
    "HEADER": flag,
    "VALIDATION_MODE": one_of("RETURN_ROWS"),
}
NOT_IN_A_PIPE = ("FILES", "SIZE_LIMIT", "PURGE", "FORCE", "RETURN_FAILED_ONLY", "VALIDATION_MODE")
"""Options of COPY that Snowpipe does not have."""
PARTITION = {"PARTITION BY": anything}
