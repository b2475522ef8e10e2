"""What can be homework: one folder for each kind of task, all of the same few files."""
