"""`python -m cgp_harness`: the same as the command `cgp`."""

from cgp_harness.command import main

# The guard matters: every grader process imports this module again.
if __name__ == "__main__":
    main()
