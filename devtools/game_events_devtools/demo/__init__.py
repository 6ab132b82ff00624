"""`game-events demo`: the whole pipeline on one machine, played, measured and reconciled."""
