"""Back into the stream: dead letters and rejected events, listed, shown, tried against today's schemas, replayed."""
