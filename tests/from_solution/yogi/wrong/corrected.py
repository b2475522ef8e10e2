import torch

from cgp_harness import optimizer


@optimizer(name="yogi")
class Yogi(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-2, betas=(0.9, 0.999), eps=1e-3):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["k"] = 0
                    state["m"] = torch.zeros_like(p)
                    state["v"] = torch.full_like(p, 1e-6)
                state["k"] += 1
                g2 = p.grad.square()
                state["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                state["v"].sub_((1 - beta2) * torch.sign(state["v"] - g2) * g2)
                m_hat = state["m"] / (1 - beta1 ** state["k"])
                v_hat = state["v"] / (1 - beta2 ** state["k"])
                p.sub_(group["lr"] * m_hat / (v_hat.sqrt() + group["eps"]))
