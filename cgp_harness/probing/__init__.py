"""What kinds of task share: numbers, cases and their search, tolerances, paired statistics."""
