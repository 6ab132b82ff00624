{{ config(enabled='purchase' in event_types()) }}
{#- By the day on which the money moved: a day that is over changes only by events that come late. -#}
{{ daily_revenue_by('refunds.event_date') }}
