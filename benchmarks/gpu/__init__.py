"""What only a GPU can show, in one prepared run; rehearsed on the CPU."""
