"""Never answer, out of a script that trains.

shows: grader
by: deadline
task: one_neuron_sgd_plus
"""

def attack():
    while True:
        pass


@RIGHT@
