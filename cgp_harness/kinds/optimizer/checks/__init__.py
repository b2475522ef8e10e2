"""The checks of a step-size rule, one a file, and what they say of a wrong one."""
