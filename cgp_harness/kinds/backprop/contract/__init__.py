"""What a backpropagation is given, and how a file registers one."""
