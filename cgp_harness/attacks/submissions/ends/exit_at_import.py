"""End the process while it is being imported.

shows: grader
by: process
"""

import os

os._exit(0)
