import torch

from cgp_harness import optimizer


@optimizer(name="adamw")
class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))
        self.t = 0

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                self.t += 1
                state = self.state[p]
                if "m" not in state:
                    state["m"] = torch.zeros_like(p)
                    state["v"] = torch.zeros_like(p)
                state["m"] = b1 * state["m"] + (1 - b1) * p.grad
                state["v"] = b2 * state["v"] + (1 - b2) * p.grad**2
                m_hat = state["m"] / (1 - b1**self.t)
                v_hat = state["v"] / (1 - b2**self.t)
                step = m_hat / (v_hat.sqrt() + group["eps"]) + group["weight_decay"] * p
                p -= group["lr"] * step
