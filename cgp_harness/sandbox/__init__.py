"""Submission -> Subject: student code runs in a worker process of its own, never in the grader."""
