"""What a Function is asked, and how a finding becomes a case."""
