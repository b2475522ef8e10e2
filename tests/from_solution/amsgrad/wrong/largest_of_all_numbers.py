import torch

from cgp_harness import optimizer


@optimizer(name="amsgrad")
class AMSGrad(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                s = self.state[p]
                if not s:
                    s.update(k=0, m=torch.zeros_like(p), v=torch.zeros_like(p), top=0.0)
                s["k"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * p.grad
                s["v"] = b2 * s["v"] + (1 - b2) * p.grad**2
                s["top"] = max(s["top"], s["v"].max().item())
                m_hat = s["m"] / (1 - b1 ** s["k"])
                top_hat = s["top"] / (1 - b2 ** s["k"])
                p.sub_(group["lr"] * m_hat / (top_hat**0.5 + group["eps"]))
