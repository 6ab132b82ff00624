select count(*) as events from int_event_dispositions
