"""Commands of `game-events`, each loaded at every start of it: they import what they need when they are called."""
