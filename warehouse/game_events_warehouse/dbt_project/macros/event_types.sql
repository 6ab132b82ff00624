{#- Written by scripts/codegen.py from the schemas; edit those and run it again.
    Each event type with its fact, the MODELs of its schema, and the fact's columns. -#}
{% macro event_types() -%}
  {{ return({
    "ad_revenue": {"fact": "fct_ad_revenue", "models": [1], "columns": ["user_id", "game_id", "environment", "session_id", "platform", "app_version", "country_code", "device_os", "device_os_version", "device_model", "device_locale", "properties", "ad_network", "ad_mediation", "ad_format", "ad_unit_id", "ad_placement", "revenue", "currency"]},
    "install": {"fact": "fct_installs", "models": [1, 2], "columns": ["user_id", "session_id", "game_id", "platform", "app_version", "environment", "country_code", "device_os", "device_os_version", "device_model", "device_locale", "properties", "install_source", "media_source", "campaign", "install_app_store", "referrer", "ad_group", "click_id", "referrer_source", "referrer_medium"]},
    "purchase": {"fact": "fct_purchases", "models": [1], "columns": ["user_id", "session_id", "game_id", "platform", "app_version", "environment", "country_code", "device_os", "device_os_version", "device_model", "device_locale", "properties", "product_id", "product_name", "product_type", "quantity", "price", "currency", "store", "transaction_id", "original_transaction_id", "receipt_type", "receipt_ref", "tax_amount", "store_fee", "promotion_id", "discount_amount", "subscription_period", "line_item_id"]},
    "refund": {"fact": "fct_refunds", "models": [1], "columns": ["user_id", "session_id", "game_id", "platform", "app_version", "environment", "country_code", "device_os", "device_os_version", "device_model", "device_locale", "properties", "store", "original_transaction_id", "refund_id", "refund_type", "refund_reason", "product_id", "amount", "currency", "tax_amount", "store_fee", "line_item_id"]},
    "session_start": {"fact": "fct_session_start", "models": [1], "columns": ["user_id", "game_id", "environment", "session_id", "platform", "app_version", "country_code", "device_os", "device_os_version", "device_model", "device_locale", "properties", "session_number", "days_since_install"]},
  }) }}
{%- endmacro %}
