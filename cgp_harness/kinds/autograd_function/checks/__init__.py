"""The checks of a Function, one a file, and what they say of a wrong one."""
