import torch

from cgp_harness import optimizer


@optimizer(name="adadelta")
class Adadelta(torch.optim.Optimizer):
    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6):
        super().__init__(params, dict(lr=lr, rho=rho, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            rho, eps = group["rho"], group["eps"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["v"], state["u"] = torch.zeros_like(p), torch.zeros_like(p)
                v, u = state["v"].mul_(rho), state["u"].mul_(rho)
                v.add_((1 - rho) * p.grad**2)
                delta = torch.sqrt(u + eps) / torch.sqrt(v + eps) * p.grad
                u.add_((1 - rho) * delta**2)
                p.sub_(group["lr"] * delta)
