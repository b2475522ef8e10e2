"""What differs between two results of one homework, and why: `cgp diff`."""
