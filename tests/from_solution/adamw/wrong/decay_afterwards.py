import torch

from cgp_harness import optimizer


@optimizer(name="adamw")
class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state.update(k=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                state["k"] += 1
                state["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                state["v"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                m_hat = state["m"] / (1 - beta1 ** state["k"])
                v_hat = state["v"] / (1 - beta2 ** state["k"])
                p.sub_(group["lr"] * m_hat / (v_hat.sqrt() + group["eps"]))
                p.mul_(1 - group["lr"] * group["weight_decay"])
