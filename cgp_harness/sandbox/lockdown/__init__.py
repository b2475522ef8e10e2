"""What the kernel takes from a worker: files, system calls, memory, time."""
