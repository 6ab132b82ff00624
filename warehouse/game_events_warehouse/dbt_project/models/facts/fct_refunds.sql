{{ facts_as_sent('refund') }}
