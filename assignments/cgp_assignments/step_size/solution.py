"""The right answers, each in every form that counts as right: what submissions are compared with.

Lines are short, so that each mistake in mistakes.toml is a change of one of them.
"""

from cgp_harness import accepted, optimizer


@accepted("sgd_plus", "lr_in_buffer", says="with lr inside the buffer")
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    """SGD with momentum: Eqs. 31 to 33. Return step, v."""
    arriving = lr * g
    v = mu * v + arriving  # Eq. 32
    used = v
    step = used
    return step, v


@accepted("sgd_plus", "lr_outside_buffer", says="with lr outside the buffer",
          library="torch.optim.SGD")
@optimizer(v=0)
def sgd_plus_of_torch(g, v, lr=1e-3, mu=0.9):
    arriving = g
    v = mu * v + arriving
    used = v
    step = lr * used
    return step, v


@accepted("sgd_plus", "damped_lr_in_buffer",
          says="with the gradient damped by 1 - mu and lr inside the buffer")
@optimizer(v=0)
def averaged(g, v, lr=1e-3, mu=0.9):
    arriving = lr * g
    v = mu * v + (1 - mu) * arriving
    used = v
    step = used
    return step, v


@accepted("sgd_plus", "damped_lr_outside_buffer",
          says="with the gradient damped by 1 - mu and lr outside the buffer")
@optimizer(v=0)
def averaged_lr_outside(g, v, lr=1e-3, mu=0.9):
    arriving = g
    v = mu * v + (1 - mu) * arriving
    used = v
    step = lr * used
    return step, v


@accepted("adagrad", "eps_inside_root", says="with eps inside the root")
@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    """AdaGrad: Eqs. 36 and 37. Return step, s."""
    square = g * g
    s = s + square
    under = s
    radicand = under + eps
    root = radicand**0.5
    direction = g / root
    return lr * direction, s  # Eq. 37


@accepted("adagrad", "eps_outside_root", says="with eps outside the root",
          library="torch.optim.Adagrad")
@optimizer(s=0)
def adagrad_of_torch(g, s, lr=1e-3, eps=1e-8):
    square = g * g
    s = s + square
    under = s
    radicand = under
    root = radicand**0.5 + eps
    direction = g / root
    return lr * direction, s


@accepted("rmsprop", "eps_inside_root", says="with eps inside the root")
@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    """RMSProp: Eq. 37 with an average for the sum. Return step, v."""
    square = g * g
    v = rho * v + (1 - rho) * square
    under = v
    radicand = under + eps
    root = radicand**0.5
    direction = g / root
    return lr * direction, v  # Eq. 37


@accepted("rmsprop", "eps_outside_root", says="with eps outside the root",
          library="torch.optim.RMSprop")
@optimizer(v=0)
def rmsprop_of_torch(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    square = g * g
    v = rho * v + (1 - rho) * square
    under = v
    radicand = under
    root = radicand**0.5 + eps
    direction = g / root
    return lr * direction, v


@accepted("adam", "eps_inside_root", says="with eps inside the root")
@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam: Eqs. 38 to 40. Return step, m, v."""
    square = g * g
    m = beta1 * m + (1 - beta1) * g  # Eq. 38
    v = beta2 * v + (1 - beta2) * square
    m_share = 1 - beta1**k
    v_share = 1 - beta2**k
    m_hat = m / m_share  # Eq. 39
    v_hat = v / v_share
    radicand = v_hat + eps
    root = radicand**0.5
    direction = m_hat / root
    return lr * direction, m, v  # Eq. 40


@accepted("adam", "eps_outside_root", says="with eps outside the root",
          library="torch.optim.Adam")
@optimizer(m=0, v=0)
def adam_of_torch(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    square = g * g
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * square
    m_share = 1 - beta1**k
    v_share = 1 - beta2**k
    m_hat = m / m_share
    v_hat = v / v_share
    radicand = v_hat
    root = radicand**0.5 + eps
    direction = m_hat / root
    return lr * direction, m, v


@accepted("adam", "eps_outside_uncorrected_root",
          says="with its corrections folded into the rate and eps outside the root")
@optimizer(m=0, v=0)
def adam_of_keras(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    square = g * g
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * square
    m_share = 1 - beta1**k
    v_share = 1 - beta2**k
    m_hat = m / m_share
    root = v**0.5 + eps
    direction = v_share**0.5 * (m_hat / root)
    return lr * direction, m, v


@accepted("adam", "eps_inside_uncorrected_root",
          says="with its corrections folded into the rate and eps inside the root")
@optimizer(m=0, v=0)
def adam_folded(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    square = g * g
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * square
    m_share = 1 - beta1**k
    v_share = 1 - beta2**k
    m_hat = m / m_share
    root = (v + eps) ** 0.5
    direction = v_share**0.5 * (m_hat / root)
    return lr * direction, m, v
