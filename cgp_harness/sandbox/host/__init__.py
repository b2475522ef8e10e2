"""The grader's side: workers started, asked, timed and ended."""
