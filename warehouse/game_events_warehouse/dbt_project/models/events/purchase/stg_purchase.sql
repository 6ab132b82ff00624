{#- Written by scripts/codegen.py from the schemas; edit those and run it again. -#}
{{ config(
    materialized='incremental', incremental_strategy='delete+insert',
    unique_key=['game_id', 'event_id', 'fingerprint']
) }}
{{ staged('purchase', [
    {"column": "session_id", "path": ["session_id"], "type": "varchar"},
    {"column": "platform", "path": ["platform"], "type": "varchar"},
    {"column": "app_version", "path": ["app_version"], "type": "varchar"},
    {"column": "country_code", "path": ["country_code"], "type": "varchar"},
    {"column": "device_os", "path": ["device", "os"], "type": "varchar"},
    {"column": "device_os_version", "path": ["device", "os_version"], "type": "varchar"},
    {"column": "device_model", "path": ["device", "model"], "type": "varchar"},
    {"column": "device_locale", "path": ["device", "locale"], "type": "varchar"},
    {"column": "properties", "path": ["properties"], "type": "json"},
    {"column": "product_id", "path": ["product_id"], "type": "varchar"},
    {"column": "product_name", "path": ["product_name"], "type": "varchar"},
    {"column": "product_type", "path": ["product_type"], "type": "varchar"},
    {"column": "quantity", "path": ["quantity"], "type": "bigint"},
    {"column": "price", "path": ["price"], "type": "decimal(18,4)"},
    {"column": "currency", "path": ["currency"], "type": "varchar"},
    {"column": "store", "path": ["store"], "type": "varchar"},
    {"column": "transaction_id", "path": ["transaction_id"], "type": "varchar"},
    {"column": "original_transaction_id", "path": ["original_transaction_id"], "type": "varchar"},
    {"column": "receipt_type", "path": ["receipt", "type"], "type": "varchar"},
    {"column": "receipt_ref", "path": ["receipt", "ref"], "type": "varchar"},
    {"column": "tax_amount", "path": ["tax_amount"], "type": "decimal(18,4)"},
    {"column": "store_fee", "path": ["store_fee"], "type": "decimal(18,4)"},
    {"column": "promotion_id", "path": ["promotion_id"], "type": "varchar"},
    {"column": "discount_amount", "path": ["discount_amount"], "type": "decimal(18,4)"},
    {"column": "subscription_period", "path": ["subscription_period"], "type": "varchar"},
    {"column": "line_item_id", "path": ["line_item_id"], "type": "varchar"},
]) }}
