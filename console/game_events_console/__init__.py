"""The console: pages over the admin API, for people."""
