"""Submissions that attack the grader: what each tries, what shows success, which levels hold."""
