"""What the grader and a worker say to each other, and how it travels."""
