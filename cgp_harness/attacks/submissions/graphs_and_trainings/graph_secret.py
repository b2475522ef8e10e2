"""Read the grader's files out of a backpropagation.

shows: secret
by: files
task: graph
"""

def attack():
    print(open("@SECRET@").read())


@RIGHT@
