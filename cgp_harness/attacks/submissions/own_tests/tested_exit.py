"""End the process as if all were well, out of a rule under an instructor's own tests.

shows: grader
by: process
task: tested
"""

import os

def attack():
    os._exit(0)


@RIGHT@
