{{ config(enabled='purchase' in event_types()) }}
{#- By the day of the purchase: what the sales of a day have come to, as far as is known today. -#}
{{ daily_revenue_by('sales.event_date') }}
