"""From a valid event to a line that is stored once: its time, the server's own fields, its identity."""
