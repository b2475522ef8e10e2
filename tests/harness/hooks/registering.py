"""What a text registers: texts to begin with, and the rules of a module with what is wrong."""

from cgp_harness.kinds.optimizer.contract import CONTRACT
from cgp_harness.registering.module import registered_in

SGD = """
from cgp_harness import hookimpl, optimizer

@optimizer
def sgd(g, lr=1e-3):
    return lr * g
"""
TORCH = """
import torch
from cgp_harness import hookimpl, optimizer

class Plain(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3):
        super().__init__(params, {"lr": lr})
"""
HOOKS = (
    "cgp_step_size_optimizers, cgp_autograd_functions, cgp_activations, cgp_backprop, "
    "cgp_kinds, cgp_forms, cgp_report_formats, cgp_checks, cgp_collectors, cgp_specifications, "
    "cgp_problems"
)


def rules_of(module):
    """Its rules, and what is wrong with the rest."""
    found, errors = registered_in(module, [CONTRACT])
    return [one.target for one in found], errors
