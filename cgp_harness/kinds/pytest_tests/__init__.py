"""Tests of an instructor's own, written for pytest. They run in the grader; submissions do not."""
