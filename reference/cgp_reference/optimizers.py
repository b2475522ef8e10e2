"""The lecture's step-size rules, each written as a plugin writes it: the equation, nothing else.

Conventions, the lecture's own throughout:

- a rule returns the step that is *subtracted* from the parameter, as in Eq. 33 (Eq. 31 adds,
  because its increment is the negative gradient of half the squared error, times 2);
- momentum keeps the increment itself, so the learning rate enters the buffer (Eq. 32);
- epsilon stands inside the root (Eqs. 37 and 40); torch adds it to the root.

Only operators are used, so that numbers, numpy arrays and torch tensors all work, on any device.
Symbols: `g` gradient (loss units per parameter unit), `k` step number from 1, `lr` learning rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cgp_reference.decorator import optimizer
from cgp_reference.rule import Rule


@optimizer
def sgd(g: Any, lr: float = 1e-3) -> Any:
    r"""Gradient descent on one batch after the other, Eq. 35.

    .. math:: p_{k+1} = p_k - \alpha \, g_k

    Robbins and Monro, "A Stochastic Approximation Method", *Annals of Mathematical Statistics*
    22(3), 1951.

    Args:
        g: :math:`g_k`.
        lr: :math:`\alpha`, in parameter units squared per loss unit.

    Returns:
        The step to subtract, in parameter units, of the shape of `g`.

    >>> sgd(8.0, lr=0.25)
    2.0
    """
    return lr * g


@optimizer(v=0)
def sgd_plus(g: Any, v: Any, lr: float = 1e-3, mu: float = 0.9) -> tuple[Any, Any]:
    r"""SGD with momentum, Eqs. 32 and 33, in the lecture's name SGD+.

    .. math:: v_k = \mu \, v_{k-1} + \alpha \, g_k, \qquad p_{k+1} = p_k - v_k

    Polyak, "Some methods of speeding up the convergence of iteration methods", *USSR Computational
    Mathematics and Mathematical Physics* 4(5), 1964; for deep networks Sutskever, Martens, Dahl and
    Hinton, "On the importance of initialization and momentum in deep learning", *ICML*, 2013. Both
    write this form. torch multiplies by the learning rate after the buffer: the same numbers as
    long as `lr` stays the same.

    Args:
        g: :math:`g_k`.
        v: :math:`v_{k-1}`, the increment before, from 0; in parameter units.
        lr: :math:`\alpha`, of this step's gradient only.
        mu: :math:`\mu`, the lecture's :math:`\gamma`: the fraction of the increment that is kept.

    Returns:
        The step to subtract, and :math:`v_k` (here the same thing).

    >>> sgd_plus(8.0, v=2.0, lr=0.25, mu=0.5)  # 0.5*2 + 0.25*8
    (3.0, 3.0)
    """
    v = mu * v + lr * g
    return v, v


@optimizer(s=0)
def adagrad(g: Any, s: Any, lr: float = 1e-3, eps: float = 1e-8) -> tuple[Any, Any]:
    r"""AdaGrad, Eq. 37: Eq. 36 with the root and epsilon.

    .. math:: s_k = s_{k-1} + g_k^2, \qquad
              p_{k+1} = p_k - \frac{\alpha}{\sqrt{s_k + \epsilon}} \, g_k

    Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
    Optimization", *JMLR* 12, 2011, in the diagonal form.

    Args:
        g: :math:`g_k`.
        s: :math:`s_{k-1}`, the sum of the squares so far, from 0; in units of `g` squared.
        lr: :math:`\alpha`, in parameter units: the first step's size.
        eps: :math:`\epsilon`, in units of `g` squared.

    Returns:
        The step to subtract, and :math:`s_k`.

    >>> adagrad(4.0, s=8.0, lr=0.5, eps=1.0)  # 0.5 * 4 / sqrt(8 + 16 + 1)
    (0.4, 24.0)
    """
    s = s + g * g
    return lr * g / (s + eps) ** 0.5, s


@optimizer(v=0)
def rmsprop(
    g: Any, v: Any, lr: float = 1e-3, rho: float = 0.9, eps: float = 1e-8
) -> tuple[Any, Any]:
    r"""RMSProp: Eq. 37 with a decaying average in the place of the sum.

    .. math:: v_k = \rho \, v_{k-1} + (1 - \rho) \, g_k^2, \qquad
              p_{k+1} = p_k - \frac{\alpha}{\sqrt{v_k + \epsilon}} \, g_k

    Tieleman and Hinton, "Lecture 6.5: rmsprop, divide the gradient by a running average of its
    recent magnitude", *COURSERA: Neural Networks for Machine Learning*, 2012.

    Args:
        g: :math:`g_k`.
        v: :math:`v_{k-1}`, the average of the squares so far, from 0; in units of `g` squared.
        lr: :math:`\alpha`, in parameter units.
        rho: :math:`\rho`, the fraction of the average that is kept. torch calls it `alpha` and
            begins with 0.99.
        eps: :math:`\epsilon`, in units of `g` squared.

    Returns:
        The step to subtract, and :math:`v_k`.

    >>> rmsprop(4.0, v=4.0, lr=0.5, rho=0.75, eps=2.0)  # 0.5 * 4 / sqrt(3 + 4 + 2)
    (0.6666666666666666, 7.0)
    """
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v + eps) ** 0.5, v


@optimizer(m=0, v=0)
def adam(
    g: Any, k: int, m: Any, v: Any,
    lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
) -> tuple[Any, Any, Any]:
    r"""Adam, Eqs. 38 to 40.

    .. math:: m_k = \beta_1 m_{k-1} + (1 - \beta_1) \, g_k, \qquad
              v_k = \beta_2 v_{k-1} + (1 - \beta_2) \, g_k^2
    .. math:: \hat m_k = \frac{m_k}{1 - \beta_1^k}, \qquad
              \hat v_k = \frac{v_k}{1 - \beta_2^k}, \qquad
              p_k = p_{k-1} - \alpha \, \frac{\hat m_k}{\sqrt{\hat v_k + \epsilon}}

    Kingma and Ba, "Adam: A Method for Stochastic Optimization", *ICLR*, 2015; there, and in torch,
    the denominator is :math:`\sqrt{\hat v_k} + \epsilon`.

    Args:
        g: :math:`g_k`.
        k: number of this step, from 1.
        m: :math:`m_{k-1}`, first moment, from 0; in units of `g`.
        v: :math:`v_{k-1}`, second moment, from 0; in units of `g` squared.
        lr: :math:`\alpha` (the lecture's :math:`\gamma`), in parameter units.
        beta1: :math:`\beta_1`, the fraction of the first moment that is kept.
        beta2: :math:`\beta_2`, the fraction of the second moment that is kept.
        eps: :math:`\epsilon`, in units of `g` squared.

    Returns:
        The step to subtract, and :math:`m_k` and :math:`v_k` as they are before the correction.

    >>> adam(3.0, 1, m=0.0, v=0.0, lr=0.5, beta1=0.5, beta2=0.75, eps=7.0)  # 0.5 * 3 / sqrt(9 + 7)
    (0.375, 1.5, 2.25)
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**k)
    v_hat = v / (1 - beta2**k)
    return lr * m_hat / (v_hat + eps) ** 0.5, m, v


RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.name: rule for rule in (sgd, sgd_plus, adagrad, rmsprop, adam)}
)
"""Every rule here, by its name."""

# doctest looks into functions and classes only; a rule is neither.
__test__ = {name: rule.function for name, rule in RULES.items()}
