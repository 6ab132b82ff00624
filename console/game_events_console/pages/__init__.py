"""What there is to see, one module a place."""
