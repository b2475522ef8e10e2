"""Right: for tensors."""

import torch

from cgp_harness import optimizer


@optimizer(m=0, v=0, top=0)
def amsgrad(g, k, m, v, top, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = torch.lerp(m, g, 1 - beta1)
    v = v.mul(beta2).addcmul(g, g, value=1 - beta2)
    top = torch.stack([top, v]).amax(dim=0)
    below = torch.sqrt(top / (1 - beta2**k)).add(eps)
    return torch.div(m, below).mul(lr / (1 - beta1**k)), m, v, top
