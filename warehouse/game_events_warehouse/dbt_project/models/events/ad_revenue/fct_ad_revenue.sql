{#- Written by scripts/codegen.py from the schemas; edit those and run it again. -#}
{{ facts_as_sent('ad_revenue') }}
