{#- Written by scripts/codegen.py from the schemas; edit those and run it again. -#}
{{ config(
    materialized='incremental', incremental_strategy='delete+insert',
    unique_key=['game_id', 'event_id', 'fingerprint']
) }}
{{ staged('refund', [
    {"column": "session_id", "path": ["session_id"], "type": "varchar"},
    {"column": "platform", "path": ["platform"], "type": "varchar"},
    {"column": "app_version", "path": ["app_version"], "type": "varchar"},
    {"column": "country_code", "path": ["country_code"], "type": "varchar"},
    {"column": "device_os", "path": ["device", "os"], "type": "varchar"},
    {"column": "device_os_version", "path": ["device", "os_version"], "type": "varchar"},
    {"column": "device_model", "path": ["device", "model"], "type": "varchar"},
    {"column": "device_locale", "path": ["device", "locale"], "type": "varchar"},
    {"column": "properties", "path": ["properties"], "type": "json"},
    {"column": "store", "path": ["store"], "type": "varchar"},
    {"column": "original_transaction_id", "path": ["original_transaction_id"], "type": "varchar"},
    {"column": "refund_id", "path": ["refund_id"], "type": "varchar"},
    {"column": "refund_type", "path": ["refund_type"], "type": "varchar"},
    {"column": "refund_reason", "path": ["refund_reason"], "type": "varchar"},
    {"column": "product_id", "path": ["product_id"], "type": "varchar"},
    {"column": "amount", "path": ["amount"], "type": "decimal(18,4)"},
    {"column": "currency", "path": ["currency"], "type": "varchar"},
    {"column": "tax_amount", "path": ["tax_amount"], "type": "decimal(18,4)"},
    {"column": "store_fee", "path": ["store_fee"], "type": "decimal(18,4)"},
    {"column": "line_item_id", "path": ["line_item_id"], "type": "varchar"},
]) }}
