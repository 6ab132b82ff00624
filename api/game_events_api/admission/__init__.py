"""May this request come in: its key, its rate, its size and its encoding."""
