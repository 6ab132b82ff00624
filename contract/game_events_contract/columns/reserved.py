"""Names that the warehouse itself needs: columns that the server fills in, tables that are made of no single event."""

RESERVED_COLUMNS = {
    "validated_schema": "the version that judged the event",
    "effective_time": "the event's time, corrected for the device's clock",
    "event_date": "the UTC date of effective_time",
    "received_at": "when the server received the event",
    "sent_at": "when the device sent the event",
    "correlation_id": "the request that brought the event",
    "key_id": "the API key that sent the event",
    "ingested_by": "the server that took the event",
    "schema_model": "the MODEL of the version that judged the event",
    "is_id_reused": "whether another event has the same id",
    "fingerprint": "the digest of the event's content",
    "enrichment": "what hooks added to the event",
    "unreadable": "which field's value is not of its column's type",
    "source_file": "the lake's file with the event's line",
    "source_row": "the event's line in that file",
    "loaded_at": "when the line was loaded",
}
"""Column → what it holds. A field of this name would have two meanings."""

FACT_COLUMNS = {
    "purchase": (
        "the purchase's money, which its fact computes",
        r"amount|(amount|tax_amount|store_fee)_base|base_currency"
        r"|rate|rate_date|rate_age_days|rate_is_stale|rate_source|rates_version|rate_status",
    ),
    "refund": (
        "the refund's money, or the purchase that it belongs to, which its fact computes",
        r"(amount|tax_amount|store_fee)_base|base_currency|rate|rate_status|refund_status"
        r"|purchase_(game_id|event_id|fingerprint|date)",
    ),
}
"""Event type → what its hand-written fact adds, and the names of those columns, as a regular expression."""

RESERVED_TABLES = {
    "fct_installs": "install",
    "fct_purchases": "purchase",
    "fct_refunds": "refund",
    "stg_events": "",
}
"""Table → the one event type whose fact it is, nothing where it is made of all."""
