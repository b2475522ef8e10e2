"""Running averages that begin at zero, and their correction."""


def decayed(old, new, keep):
    """Keep a share of the old average and fill up with the new value."""
    return keep * old + (1 - keep) * new


def corrected(average, keep, k):
    """What the average of k values would be, had it not begun at zero (Eq. 39)."""
    return average / (1 - keep**k)
