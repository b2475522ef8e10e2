"""What a step-size rule is, and how a file registers one."""
