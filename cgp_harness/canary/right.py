"""Right submissions, in numpy and in torch, for each kind of task; and a task that each solves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from cgp_harness.assignment import CheckSpec, Task
from cgp_harness.probing.devices import CPU

Library = Literal["numpy", "torch"]

_RULE = '''
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = np.add(mu * v, lr * g)
    return v, v
'''
_TORCH_RULE = '''
@optimizer(name="sgd_plus")
class SGDPlus(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, mu=0.9):
        super().__init__(params, {"lr": lr, "mu": mu})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["mu"]).add_(p.grad)
                p.add_(v, alpha=-group["lr"])
'''
_FUNCTION = '''
@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x.abs() < 1)
        return 2.0 * (x >= 0).to(x.dtype) - 1.0

    @staticmethod
    def backward(ctx, g):
        (inside,) = ctx.saved_tensors
        return g * inside
'''
_ACTIVATION = '''
@activation("tanh")
def tanh(x):
    y = np.tanh(x)
    return y, 1 - y * y
'''
_GRAPH = '''
@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        values, partials = dict(values), {}
        for node in graph.nodes:
            partials[node.name] = {}
            for name in (*node.arguments, *node.parameters):
                up, down = (
                    node.value({**values, name: values[name] + by}) for by in (1e-6, -1e-6))
                partials[node.name][name] = (up - down) / 2e-6
            values[node.name] = node.value(values)
        return values, partials

    @staticmethod
    def backward(graph, partials, errors):
        arrived = dict.fromkeys((*graph.inputs, *graph.parameters), 0.0)
        arrived |= {node.name: errors.get(node.name, 0.0) for node in graph.nodes}
        for node in reversed(graph.nodes):
            for name, partial in partials[node.name].items():
                arrived[name] += arrived[node.name] * partial
        return {name: arrived[name] for name in graph.parameters}
'''
_TEXTS: Mapping[tuple[str, Library], str] = {
    ("optimizer", "numpy"): _RULE, ("optimizer", "torch"): _TORCH_RULE,
    ("autograd_function", "torch"): _FUNCTION,
    ("activation", "numpy"): _ACTIVATION,
    ("backprop", "numpy"): _GRAPH,
}
_DECORATORS = "from cgp_harness import activation, autograd_function, backprop, optimizer\n"


TASKS: Mapping[str, Task] = {
    "optimizer": Task(
        "sgd_plus", "rule", "", {"loads": CheckSpec(1.0), "update_rule": CheckSpec(1.0)},
        family="sgd_plus", accept=("lr_in_buffer", "lr_outside_buffer"),
        hyperparameters={"lr": 1e-3, "mu": 0.9}),
    "autograd_function": Task(
        "sign_ste", "Function", "",
        {"loads": CheckSpec(1.0), "forward": CheckSpec(1.0), "gradient": CheckSpec(1.0)},
        kind="autograd_function", specification="sign_ste"),
    "activation": Task(
        "tanh", "activation", "", {"loads": CheckSpec(1.0), "activation": CheckSpec(1.0)},
        kind="activation"),
    "backprop": Task(
        "graph", "backpropagation", "",
        {"loads": CheckSpec(1.0), "backpropagation": CheckSpec(1.0)}, kind="backprop"),
}
"""Kind -> a task of it, with the checks that show whether a worker computes what it should."""


_ON_DEVICE = {
    "optimizer": {"convergence": CheckSpec(1.0, problems=("one_neuron",), lr=0.03)},
    "autograd_function": {"training": CheckSpec(1.0)},
}


def on_device(task: Task, device: str) -> Task:
    """The task; on another device than the CPU with the check that computes there, too."""
    if device == CPU.name:
        return task
    return msgspec.structs.replace(task, checks=task.checks | _ON_DEVICE.get(task.kind, {}))


def kinds_in(library: Library) -> tuple[str, ...]:
    """The kinds of task that are tried in it."""
    return tuple(kind for kind, own in _TEXTS if own == library)


def text(kinds: tuple[str, ...], library: Library) -> str:
    """A file that solves one task of each of these kinds."""
    module = "import numpy as np\n" if library == "numpy" else "import torch\n"
    return module + _DECORATORS + "".join(_TEXTS[kind, library] for kind in kinds)
