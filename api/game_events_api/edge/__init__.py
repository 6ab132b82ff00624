"""The event paths: requests in, answers out, everything between them asked of the rooms below."""
