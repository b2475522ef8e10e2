"""What convergence alone would pass, false failures of right rules, and what both cost."""
