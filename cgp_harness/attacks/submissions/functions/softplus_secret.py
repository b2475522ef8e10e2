"""Read the grader's files out of a Function.

shows: secret
by: files
task: softplus
"""

def attack():
    print(open("@SECRET@").read())


@RIGHT@
