{#- Written by scripts/codegen.py from the schemas; edit those and run it again. -#}
{{ config(
    materialized='incremental', incremental_strategy='delete+insert',
    unique_key=['game_id', 'event_id', 'fingerprint']
) }}
{{ staged('ad_revenue', [
    {"column": "session_id", "path": ["session_id"], "type": "varchar"},
    {"column": "platform", "path": ["platform"], "type": "varchar"},
    {"column": "app_version", "path": ["app_version"], "type": "varchar"},
    {"column": "country_code", "path": ["country_code"], "type": "varchar"},
    {"column": "device_os", "path": ["device", "os"], "type": "varchar"},
    {"column": "device_os_version", "path": ["device", "os_version"], "type": "varchar"},
    {"column": "device_model", "path": ["device", "model"], "type": "varchar"},
    {"column": "device_locale", "path": ["device", "locale"], "type": "varchar"},
    {"column": "properties", "path": ["properties"], "type": "json"},
    {"column": "ad_network", "path": ["ad_network"], "type": "varchar"},
    {"column": "ad_mediation", "path": ["ad_mediation"], "type": "varchar"},
    {"column": "ad_format", "path": ["ad_format"], "type": "varchar"},
    {"column": "ad_unit_id", "path": ["ad_unit_id"], "type": "varchar"},
    {"column": "ad_placement", "path": ["ad_placement"], "type": "varchar"},
    {"column": "revenue", "path": ["revenue"], "type": "decimal(18,10)"},
    {"column": "currency", "path": ["currency"], "type": "varchar"},
]) }}
