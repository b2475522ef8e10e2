"""Right, the lecture's epsilon: subclasses of torch.optim.Optimizer, betas as a pair."""

import torch

from cgp_harness import optimizer


@optimizer(name="sgd_plus")
class Momentum(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0.9):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if "buffer" not in state:
                    state["buffer"] = torch.zeros_like(p)
                state["buffer"].mul_(group["momentum"]).add_(p.grad, alpha=group["lr"])
                p.sub_(state["buffer"])


@optimizer(name="adagrad")
class AdaGrad(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, eps=1e-8):
        super().__init__(params, {"lr": lr, "eps": eps})
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["sum"] = torch.zeros_like(p)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                total = self.state[p]["sum"]
                total.addcmul_(p.grad, p.grad)
                p.addcdiv_(p.grad, (total + group["eps"]).sqrt(), value=-group["lr"])


@optimizer(name="rmsprop")
class RMSProp(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, rho=0.9, eps=1e-8):
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps})

    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                g = p.grad
                v = self.state[p].get("v", torch.zeros_like(g))
                v = group["rho"] * v + (1 - group["rho"]) * g**2
                self.state[p]["v"] = v
                p.data -= group["lr"] * g / torch.sqrt(v + group["eps"])


@optimizer(name="adam")
class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state.update(k=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                state["k"] += 1
                state["m"].lerp_(p.grad, 1 - beta1)
                state["v"].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                m_hat = state["m"] / (1 - beta1 ** state["k"])
                v_hat = state["v"] / (1 - beta2 ** state["k"])
                p.sub_(group["lr"] * m_hat / (v_hat + group["eps"]).sqrt())
