"""What `cgp check` shows of one submission: a line for each check as it ends, and what counts last.
"""
