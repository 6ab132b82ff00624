{#- Written by scripts/codegen.py from the schemas; edit those and run it again. -#}
{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_touched() }}') }}
{{ facts_as_sent('install') }}
