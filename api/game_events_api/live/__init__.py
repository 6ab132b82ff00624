"""What comes in right now, of all workers, for people to look at."""
