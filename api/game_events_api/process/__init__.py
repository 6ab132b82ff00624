"""The processes that run it all: a supervisor, workers that share a port, readiness."""
