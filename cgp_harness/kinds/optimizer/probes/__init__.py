"""What a step-size rule is asked open loop, and by what its answers are judged."""
