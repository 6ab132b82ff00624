"""What an event must be: decoded strictly, judged by the compiled schema of the version it names."""
