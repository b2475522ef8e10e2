"""Read the grader's files out of an activation.

shows: secret
by: files
task: square
"""

def attack():
    print(open("@SECRET@").read())


@RIGHT@
