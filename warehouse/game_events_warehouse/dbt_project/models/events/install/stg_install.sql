{#- Written by scripts/codegen.py from the schemas; edit those and run it again. -#}
{{ config(
    materialized='incremental', incremental_strategy='delete+insert',
    unique_key=['game_id', 'event_id', 'fingerprint']
) }}
{{ staged('install', [
    {"column": "session_id", "path": ["session_id"], "type": "varchar"},
    {"column": "platform", "path": ["platform"], "type": "varchar"},
    {"column": "app_version", "path": ["app_version"], "type": "varchar"},
    {"column": "country_code", "path": ["country_code"], "type": "varchar"},
    {"column": "device_os", "path": ["device", "os"], "type": "varchar"},
    {"column": "device_os_version", "path": ["device", "os_version"], "type": "varchar"},
    {"column": "device_model", "path": ["device", "model"], "type": "varchar"},
    {"column": "device_locale", "path": ["device", "locale"], "type": "varchar"},
    {"column": "properties", "path": ["properties"], "type": "json"},
    {"column": "install_source", "path": ["install_source"], "type": "varchar"},
    {"column": "media_source", "path": ["media_source"], "type": "varchar"},
    {"column": "campaign", "path": ["campaign"], "type": "varchar"},
    {"column": "install_app_store", "path": ["install_app_store"], "type": "varchar"},
    {"column": "referrer", "path": ["referrer"], "type": "varchar"},
    {"column": "ad_group", "path": ["ad_group"], "type": "varchar"},
    {"column": "click_id", "path": ["click_id"], "type": "varchar"},
    {"column": "referrer_source", "path": ["referrer_source"], "type": "varchar"},
    {"column": "referrer_medium", "path": ["referrer_medium"], "type": "varchar"},
]) }}
