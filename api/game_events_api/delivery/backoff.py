"""How long to wait before the next try. Pure: the random source comes from outside."""

import random


def full_jitter(failures: int, *, base: float, cap: float, rng: random.Random) -> float:
    """Seconds: uniform between nothing and `base` doubled with each failure, at most `cap`.

    Marc Brooker, "Exponential Backoff and Jitter" (AWS architecture blog): of the variants it needs
    the fewest calls until all contenders are through.
    """
    return rng.uniform(0.0, min(cap, base * 2.0 ** min(max(failures - 1, 0), 62)))
