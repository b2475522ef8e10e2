"""What an instructor decides beside the homework: dates, extensions, what late costs, adjustments.

Nothing of it is graded or stored: it makes scores of finished reports, anew in each run.
"""

from cgp_harness.policy.applying import applied
from cgp_harness.policy.policy import Policy
from cgp_harness.policy.reading import load

__all__ = ["Policy", "applied", "load"]
