"""Never answer, out of a Function.

shows: grader
by: deadline
task: softplus
"""

def attack():
    while True:
        pass


@RIGHT@
