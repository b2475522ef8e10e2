"""End the process as if all were well, out of a backpropagation.

shows: grader
by: process
task: graph
"""

import os

def attack():
    os._exit(0)


@RIGHT@
