{{ config(enabled='purchase' in event_types()) }}
{#- What is known today, but for closed months: those stand, and what changed of them since is booked on an open day. -#}
{{ booked(ref('int_daily_revenue')) }}
