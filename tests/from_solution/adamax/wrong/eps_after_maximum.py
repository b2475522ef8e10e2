import torch

from cgp_harness import optimizer


@optimizer(name="adamax")
class Adamax(torch.optim.Optimizer):
    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state.update(k=0, m=torch.zeros_like(p), u=torch.zeros_like(p))
                state["k"] += 1
                state["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                state["u"] = torch.max(beta2 * state["u"], p.grad.abs())
                rate = group["lr"] / (1 - beta1 ** state["k"])
                p.sub_(rate * state["m"] / (state["u"] + group["eps"]))
