"""What `cgp doctor` says of the rules of a solution."""
