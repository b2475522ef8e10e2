"""The table of a training in an `assignment.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from cgp_harness.kind import Mistake
from cgp_harness.kinds.primer_training.contract import NAMES, NETWORKS, RULES
from cgp_harness.task import Assignment, Task
from cgp_reference.errors import meant

Range = tuple[float, float]
GradientForm = Literal["samples", "averages", "published"]


class PrimerTask(Task, frozen=True, kw_only=True):
    """A network of the lecture, trained by a rule that the student writes.

    Attributes:
        id: `<network>_<rule>`.
        layers: inputs, then units of each layer.
        gradients: in which forms the gradient is accepted: the equations' own, `samples`; of the
            batch's averages, as the package has it to 1.1.2, `averages`; as its later versions
            print it, `published`.
        mu, beta1, beta2, eps: the smallest and the largest value that is accepted.
        words: by which scripts call the rule; they decide which training it is only where what
            happened in it does not.
    """

    kind: str = "primer_training"
    layers: tuple[int, ...]
    gradients: tuple[GradientForm, ...] = ("samples", "averages", "published")
    mu: Range = (0.5, 0.99)
    beta1: Range = (0.85, 0.95)
    beta2: Range = (0.98, 0.9999)
    eps: Range = (1e-12, 1e-4)
    words: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """`sgd_plus` or `adam`."""
        return next(rule for rule in RULES if self.id.endswith(f"_{rule}"))


def mistakes(assignment: Assignment, task: PrimerTask) -> Sequence[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    ranges: Mapping[str, Range] = {
        "mu": task.mu, "beta1": task.beta1, "beta2": task.beta2, "eps": task.eps}
    found: list[Mistake] = []
    if task.id not in NAMES:
        found.append({"what": f"a task of the kind primer_training is called {task.id!r}",
                      "expected": f"one of {', '.join(NAMES)}", "field": "id",
                      "fix": meant(task.id, NAMES)})
    elif (len(task.layers) == 2) != task.id.startswith(NETWORKS[0]) or task.layers[-1:] != (1,):
        found.append({"what": f"task {task.id!r} has the layers {list(task.layers)}",
                      "expected": "inputs, units of each layer, and one output: [4, 1] for one "
                      "neuron, [4, 2, 1] for several", "field": "layers"})
    found += [{"what": f"task {task.id!r} has {name} from {low:g} to {high:g}",
               "expected": "the smallest, then the largest", "field": name,
               "fix": f"write {name} = [{high:g}, {low:g}]"}
              for name, (low, high) in ranges.items() if not low <= high]
    return found
