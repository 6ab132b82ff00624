{#- Written by scripts/codegen.py from the schemas; edit those and run it again.
    The columns of any event that hold personal data, with its kind. -#}
{% macro personal_columns() -%}
  {{ return({
    "click_id": "device_id",
    "properties": "other",
    "receipt_ref": "payment",
    "session_id": "player_id",
    "user_id": "player_id",
  }) }}
{%- endmacro %}
