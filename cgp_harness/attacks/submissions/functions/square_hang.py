"""Never answer, out of an activation.

shows: grader
by: deadline
task: square
"""

def attack():
    while True:
        pass


@RIGHT@
