"""HW on optimizers: drop-in replacements for torch.optim.SGD, Adagrad, RMSprop and Adam."""

import torch
from torch.optim import Optimizer

from cgp_harness import optimizer


@optimizer(name="sgd_plus")
class SGDPlus(Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0.9):
        super().__init__(params, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if "v" not in state:
                    state["v"] = torch.zeros_like(p)
                state["v"].mul_(group["momentum"]).add_(p.grad)
                p.add_(state["v"], alpha=-group["lr"])


@optimizer(name="adagrad")
class Adagrad(Optimizer):
    def __init__(self, params, lr=1e-3, eps=1e-8):
        super().__init__(params, dict(lr=lr, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if "sum" not in state:
                    state["sum"] = torch.zeros_like(p)
                state["sum"].addcmul_(p.grad, p.grad)
                p.addcdiv_(p.grad, state["sum"].sqrt().add_(group["eps"]), value=-group["lr"])


@optimizer(name="rmsprop")
class RMSprop(Optimizer):
    def __init__(self, params, lr=1e-3, alpha=0.9, eps=1e-8):
        super().__init__(params, dict(lr=lr, alpha=alpha, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            alpha = group["alpha"]
            for p in group["params"]:
                state = self.state[p]
                if "square" not in state:
                    state["square"] = torch.zeros_like(p)
                state["square"].mul_(alpha).addcmul_(p.grad, p.grad, value=1 - alpha)
                p.addcdiv_(p.grad, state["square"].sqrt().add_(group["eps"]), value=-group["lr"])


@optimizer(name="adam")
class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))
        self.k = 0

    @torch.no_grad()
    def step(self, closure=None):
        self.k += 1                         # once per step, not once per parameter
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["m"], state["v"] = torch.zeros_like(p), torch.zeros_like(p)
                m = state["m"].lerp_(p.grad, 1 - beta1)
                v = state["v"].lerp_(p.grad.square(), 1 - beta2)
                m_hat, v_hat = m / (1 - beta1**self.k), v / (1 - beta2**self.k)
                p.addcdiv_(m_hat, v_hat.sqrt().add_(group["eps"]), value=-group["lr"])
