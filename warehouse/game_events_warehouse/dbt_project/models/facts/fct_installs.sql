{{ facts_as_sent('install') }}
