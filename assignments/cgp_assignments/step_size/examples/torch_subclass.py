"""All four, right, as subclasses of torch.optim.Optimizer, in torch's conventions."""

import torch

from cgp_harness import optimizer


class Rule(torch.optim.Optimizer):
    """What the four have in common: each parameter's own state, updated without autograd."""

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= self.increment(p.grad, self.state[p], group)


@optimizer(name="sgd_plus")
class SGDPlus(Rule):
    def __init__(self, params, lr=1e-3, mu=0.9):
        super().__init__(params, {"lr": lr, "mu": mu})

    def increment(self, g, state, group):
        state["v"] = group["mu"] * state.get("v", torch.zeros_like(g)) + g
        return group["lr"] * state["v"]


@optimizer(name="adagrad")
class AdaGrad(Rule):
    def __init__(self, params, lr=1e-3, eps=1e-8):
        super().__init__(params, {"lr": lr, "eps": eps})

    def increment(self, g, state, group):
        state["s"] = state.get("s", torch.zeros_like(g)) + g**2
        return group["lr"] * g / (state["s"].sqrt() + group["eps"])


@optimizer(name="rmsprop")
class RMSProp(Rule):
    def __init__(self, params, lr=1e-3, rho=0.9, eps=1e-8):
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps})

    def increment(self, g, state, group):
        rho = group["rho"]
        state["v"] = rho * state.get("v", torch.zeros_like(g)) + (1 - rho) * g**2
        return group["lr"] * g / (state["v"].sqrt() + group["eps"])


@optimizer(name="adam")
class Adam(Rule):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    def increment(self, g, state, group):
        beta1, beta2 = group["betas"]
        k = state["k"] = state.get("k", 0) + 1
        state["m"] = beta1 * state.get("m", torch.zeros_like(g)) + (1 - beta1) * g
        state["v"] = beta2 * state.get("v", torch.zeros_like(g)) + (1 - beta2) * g**2
        m_hat, v_hat = state["m"] / (1 - beta1**k), state["v"] / (1 - beta2**k)
        return group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
