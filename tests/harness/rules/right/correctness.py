"""The step-size homework with its checks of correctness alone, at points of their own.

For tests that are about anything but training, which takes a second or two of each grading.
"""

import msgspec

from cgp_harness.assignment import Assignment, CheckSpec, load

POINTS = {"loads": 2, "relations": 4, "update_rule": 10, "hyperparameters": 4}


def correctness(name: str = "step_size") -> Assignment:
    """Of 100 points: 20 for each rule, 40 for Adam."""
    whole = load(name)
    tasks = tuple(
        msgspec.structs.replace(task, checks={
            kind: CheckSpec(points * (2 if task.id == "adam" else 1))
            for kind, points in POINTS.items()
        })
        for task in whole.tasks
    )
    return msgspec.structs.replace(whole, tasks=tasks)
