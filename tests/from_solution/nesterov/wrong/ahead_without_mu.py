import torch

from cgp_harness import optimizer


@optimizer(name="nesterov")
class Nesterov(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-2, mu=0.9):
        super().__init__(params, dict(lr=lr, mu=mu))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if len(state) == 0:
                    state["buf"] = torch.zeros_like(p)
                buf = state["buf"]
                buf.mul_(group["mu"]).add_(p.grad)
                d_p = p.grad + buf
                p.add_(d_p, alpha=-group["lr"])
