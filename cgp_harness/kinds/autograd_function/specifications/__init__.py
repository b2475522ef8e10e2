"""What a Function must compute: as an installed package says it, or as a solution does."""
