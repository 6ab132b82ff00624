"""A module whose author did not try it."""

enrich = 1 / 0
