"""The lecture's rules as the harness has them: the answers of the built-in solution, by name."""

from collections.abc import Mapping

from cgp_harness.kinds.optimizer.specified import built_in, every_answer, specified

FAMILIES = tuple(task.id for task in built_in().tasks)
CONVENTIONS: Mapping[str, tuple[str, ...]] = {
    task.id: tuple(every_answer(built_in(), task).conventions) for task in built_in().tasks}


def of_family(family, convention):
    """One way to compute a rule."""
    return every_answer(built_in(), built_in().task(family)).conventions[convention]


def reference(family, convention):
    """The rule itself."""
    return of_family(family, convention).rule


def torch_convention(family):
    """What `torch.optim` computes."""
    return every_answer(built_in(), built_in().task(family)).torch.name


HYPERPARAMETERS = {
    task.id: dict(specified(built_in(), task).hyperparameters) for task in built_in().tasks}
ACCEPTED = {task.id: tuple(specified(built_in(), task).conventions) for task in built_in().tasks}
"""Of the homework `step_size`."""
