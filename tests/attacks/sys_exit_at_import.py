"""Leave by an exception while being imported."""

import sys

sys.exit()
