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
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                s = self.state[p]
                if not s:
                    s["t"], s["product"] = 0, 1.0
                    s["m"], s["v"] = torch.zeros_like(p), torch.zeros_like(p)
                t = s["t"]
                mu = beta1 * (1 - 0.5 * 0.96 ** (t * group["momentum_decay"]))
                mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * group["momentum_decay"]))
                s["t"] += 1
                s["product"] *= mu
                s["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                s["v"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                denom = (s["v"] / (1 - beta2 ** s["t"])).sqrt() + group["eps"]
                m_bar = (1 - mu) * p.grad / (1 - s["product"])
                m_bar += mu_next * s["m"] / (1 - s["product"] * mu_next)
                p.sub_(group["lr"] * m_bar / denom)
