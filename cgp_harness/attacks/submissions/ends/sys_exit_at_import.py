"""Leave by an exception while being imported.

shows: grader
by: process
"""

import sys

sys.exit()
