"""What the four Functions of the homework on extending Autograd must compute, by its solution."""

from cgp_harness.assignment import load
from cgp_harness.kinds.autograd_function.specifications.specified import specified

HOMEWORK = load("autograd_extension")
SPECIFICATIONS = {
    task.id: next(iter(specified(HOMEWORK, task).values()))
    for task in HOMEWORK.tasks if task.kind == "autograd_function"}
