"""Adam (Eqs. 38 to 40) and the known ways to get it wrong, as switches of one simulator."""

from __future__ import annotations

from collections.abc import Mapping, Set

import numpy as np

from cgp_harness.model import Floats
from tests.simulators import root
from tests.simulators.flag import (
    COMMON,
    LR_IN_GRADIENT,
    LR_TWICE,
    STEP_ADDED,
    Flag,
    flag,
    hard_coded,
)

NAME = "Adam"
FLAGS: tuple[Flag, ...] = (
    *COMMON,
    LR_IN_GRADIENT,
    LR_TWICE,
    STEP_ADDED,
    *root.root_flags("Eq. 40"),
    flag("no_bias_correction", "without bias correction",
         "Both moments begin at zero; Eq. 39 divides them by 1 - beta^k to undo that.",
         "correct_m correct_v", "Eq. 39"),
    flag("no_bias_correction_m", "without bias correction of the first moment",
         "Eq. 39 divides m by 1 - beta1^k.", "correct_m", "Eq. 39"),
    flag("no_bias_correction_v", "without bias correction of the second moment",
         "Eq. 39 divides v by 1 - beta2^k.", "correct_v", "Eq. 39"),
    flag("betas_swapped", "with beta1 and beta2 swapped",
         "beta1 belongs to the gradient (m), beta2 to its square (v).", "beta1 beta2", "Eq. 38"),
    flag("absolute_gradient", "with |g| in the place of g squared",
         "The second moment averages squares.", "square", "Eq. 38"),
    flag("gradient_not_squared", "with the gradient not squared in the second moment",
         "The second moment averages squares; without them the root fails where g < 0.",
         "square", "Eq. 38"),
    flag("square_of_product", "with 1 - beta2 squared along with the gradient",
         "Square the gradient alone: (1 - beta2) * g * g.", "square v_gain", "Eq. 38"),
    flag("k_from_zero", "with steps counted from 0, which divides by zero at the first",
         "The first step is k = 1, as the harness passes it.", "k", "Eq. 39"),
    flag("k_from_two", "with steps counted from 2",
         "The first step is k = 1, as the harness passes it.", "k", "Eq. 39"),
    flag("k_per_parameter", "with a step counter that advances at every parameter",
         "All parameters of one iteration share the same k.", "k", "Eq. 39"),
    flag("k_is_index", "with the parameter's index as the exponent",
         "The exponent in Eq. 39 is the step number k.", "k", "Eq. 39"),
    flag("beta_times_k", "with beta times k for beta to the power k",
         "Eq. 39 has a power: beta**k.", "power", "Eq. 39", readings=3),
    flag("power_of_difference", "with (1 - beta)**k for 1 - beta**k in the correction",
         "Eq. 39 takes the power first, and subtracts it from 1.", "power", "Eq. 39", readings=3),
    flag("beta1_in_v_hat", "with beta1 in the correction of the second moment",
         "v is corrected with its own beta2.", "correct_v", "Eq. 39"),
    flag("corrected_moments_stored", "with the corrected moments stored as the new state",
         "The recursion goes on from the uncorrected m and v.", "stored", "Eqs. 38 and 39"),
    flag("m_undamped", "without the factor 1 - beta1 in the first moment",
         "Both terms of a running average have weights that add to 1.", "m_gain", "Eq. 38"),
    flag("v_undamped", "without the factor 1 - beta2 in the second moment",
         "Both terms of a running average have weights that add to 1.", "v_gain v_memory",
         "Eq. 38"),
    flag("gradient_for_m", "with the gradient in the place of the first moment",
         "The numerator of Eq. 40 is the corrected average of the gradients.",
         "m_gain m_beta correct_m numerator", "Eq. 40"),
    flag("gradient_missing", "without the gradient in the first moment",
         "The first moment averages the gradients.", "m_arriving", "Eq. 38"),
    flag("v_from_m", "with the first moment squared in the place of the gradient",
         "v averages the squares of the gradient itself.", "square", "Eq. 38"),
    flag("m_beta_swapped", "with beta1 and 1 - beta1 swapped in the first moment",
         "beta1 is the share of the old average that is kept; it is close to 1.", "m_beta m_gain",
         "Eq. 38"),
    flag("v_beta_swapped", "with beta2 and 1 - beta2 swapped in the second moment",
         "beta2 is the share of the old average that is kept; it is close to 1.",
         "v_beta v_gain v_memory", "Eq. 38"),
    flag("v_without_memory", "without memory in the second moment",
         "The second moment keeps beta2 times its previous value.", "v_memory v_beta",
         "Eq. 38", readings=2),
    flag("previous_moments", "with the moments of the step before",
         "Update both moments first, then take the step from them.", "previous", "Eqs. 38 to 40"),
    hard_coded("beta1"),
    hard_coded("beta2"),
    hard_coded("eps"),
)
CONVENTIONS = {
    **root.CONVENTIONS,
    "eps_outside_uncorrected_root":
        "with its corrections folded into the rate and eps outside the root",
    "eps_inside_uncorrected_root":
        "with its corrections folded into the rate and eps inside the root",
}
FURTHER: Mapping[str, Set[str]] = {
    "eps_outside_uncorrected_root": {"root"}, "eps_inside_uncorrected_root": {"root"}}
AS_MISTAKES = root.AS_MISTAKES
STATES = 2


def simulate(
    flags: Set[str], g: Floats, k: Floats, lr: Floats, h: Mapping[str, float],
    initial: tuple[Floats | float, ...] = (0.0, 0.0),
) -> Floats:
    """Steps (T, n) for gradients `g` (T, n), step numbers `k` (T, n), rates `lr` (T,)."""
    beta1, beta2 = h["beta1"], h["beta2"]
    if "betas_swapped" in flags:
        beta1, beta2 = beta2, beta1
    m, v = (np.zeros(g.shape[1]) + value for value in initial)
    steps = np.empty_like(g)
    for t, g_t in enumerate(g):
        old = m, v
        m = _first_moment(flags, m, g_t, beta1)
        v = _second_moment(flags, v, g_t, m, beta2)
        used_m, used_v = old if "previous_moments" in flags else (m, v)
        c_m, c_v = _corrections(flags, k[t], beta1, beta2)
        m_hat, v_hat = used_m / c_m, used_v / c_v
        numerator = g_t if "gradient_for_m" in flags else m_hat
        if FURTHER.keys() & flags:
            inside = "eps_inside_uncorrected_root" in flags
            place = "eps_inside_root" if inside else "eps_outside_root"
            direction = np.sqrt(c_v) * root.divided(numerator, used_v, h["eps"], {place, *flags})
        else:
            direction = root.divided(numerator, v_hat, h["eps"], flags)
        steps[t] = root.with_gradient_added(direction, g_t, lr[t], flags)
        if "corrected_moments_stored" in flags:
            m, v = m / c_m, v / c_v
    return steps


def _first_moment(flags: Set[str], m: Floats, g: Floats, beta: float) -> Floats:
    if "m_beta_swapped" in flags:
        beta = 1 - beta
    arriving = np.ones_like(g) if "gradient_missing" in flags else g
    gain = 1.0 if "m_undamped" in flags else 1 - beta
    return np.asarray(beta * m + gain * arriving)


def _second_moment(flags: Set[str], v: Floats, g: Floats, m: Floats, beta: float) -> Floats:
    if "v_beta_swapped" in flags:
        beta = 1 - beta
    gain = 1.0 if "v_undamped" in flags else 1 - beta
    square = g * g
    if "absolute_gradient" in flags:
        square = np.abs(g)
    if "gradient_not_squared" in flags:
        square = g
    if "v_from_m" in flags:
        square = m * m
    arriving = (gain * g) ** 2 if "square_of_product" in flags else gain * square
    if "v_without_memory" in flags:
        return arriving
    if "v_without_memory~2" in flags:
        return square
    return np.asarray(beta * v + arriving)


def _corrections(
    flags: Set[str], k: Floats, beta1: float, beta2: float
) -> tuple[Floats, Floats]:
    if "k_from_zero" in flags:
        k = k - 1
    if "k_from_two" in flags:
        k = k + 1
    c_m = _correction(flags, beta1, k, alone="~2")
    c_v = _correction(flags, beta1 if "beta1_in_v_hat" in flags else beta2, k, alone="~3")
    both = "no_bias_correction" in flags
    return (
        np.ones_like(c_m) if both or "no_bias_correction_m" in flags else c_m,
        np.ones_like(c_v) if both or "no_bias_correction_v" in flags else c_v,
    )


def _correction(flags: Set[str], beta: float, k: Floats, *, alone: str) -> Floats:
    """Of one moment; `alone` marks the reading in which it is the only one with the mistake."""
    if {"beta_times_k", f"beta_times_k{alone}"} & flags:
        return np.asarray(1 - beta * k)
    if {"power_of_difference", f"power_of_difference{alone}"} & flags:
        return np.asarray((1 - beta) ** k)
    return np.asarray(1 - beta**k)
