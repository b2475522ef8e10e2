"""Right: as torch has it, the buffer begins as a copy of the first gradient."""

from torch import clone, no_grad
from torch.optim import Optimizer

from cgp_harness import optimizer


@optimizer(name="nesterov")
class NAG(Optimizer):
    def __init__(self, params, lr=0.01, mu=0.9):
        if lr < 0 or mu < 0:
            raise ValueError("lr and mu must not be negative")
        super().__init__(params, dict(lr=lr, mu=mu))

    @no_grad()
    def step(self, closure=None):
        loss = None if closure is None else closure()
        for group in self.param_groups:
            lr, mu = group["lr"], group["mu"]
            for weight in filter(lambda one: one.grad is not None, group["params"]):
                d_p = weight.grad
                buf = self.state[weight].get("momentum_buffer")
                if buf is None:
                    buf = clone(d_p).detach()
                else:
                    buf = mu * buf + d_p
                self.state[weight]["momentum_buffer"] = buf
                weight.sub_(lr * (d_p + mu * buf))
        return loss
