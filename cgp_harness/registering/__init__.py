"""What a student's file registers: decorators, hooks, and what is wrong with either."""
