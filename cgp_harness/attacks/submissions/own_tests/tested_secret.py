"""Read the grader's files out of a rule under an instructor's own tests.

shows: secret
by: files
task: tested
"""

def attack():
    print(open("@SECRET@").read())


@RIGHT@
