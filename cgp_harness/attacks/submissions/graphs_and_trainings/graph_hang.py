"""Never answer, out of a backpropagation.

shows: grader
by: deadline
task: graph
"""

def attack():
    while True:
        pass


@RIGHT@
