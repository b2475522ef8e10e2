"""Right: a class of torch's, two updates in place; the product is a Python number."""

import torch

from cgp_harness import optimizer


@optimizer(name="nadam")
class NAdam(torch.optim.Optimizer):
    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3):
        super().__init__(
            params, dict(lr=lr, betas=betas, eps=eps, momentum_decay=momentum_decay))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            (beta1, beta2), lr, psi = group["betas"], group["lr"], group["momentum_decay"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["step"], state["mu_product"] = 0, 1.0
                    state["m"], state["v"] = torch.zeros_like(p), torch.zeros_like(p)
                state["step"] += 1
                t = state["step"]
                mu = beta1 * (1.0 - 0.5 * 0.96 ** (t * psi))
                mu_next = beta1 * (1.0 - 0.5 * 0.96 ** ((t + 1) * psi))
                state["mu_product"] *= mu
                state["m"].lerp_(p.grad, 1 - beta1)
                state["v"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                denom = state["v"].div(1 - beta2**t).sqrt_().add_(group["eps"])
                ahead = 1 - state["mu_product"] * mu_next
                p.addcdiv_(p.grad, denom, value=-lr * (1 - mu) / (1 - state["mu_product"]))
                p.addcdiv_(state["m"], denom, value=-lr * mu_next / ahead)
