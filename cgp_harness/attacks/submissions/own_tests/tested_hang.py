"""Never answer, out of a rule under an instructor's own tests.

shows: grader
by: deadline
task: tested
"""

def attack():
    while True:
        pass


@RIGHT@
