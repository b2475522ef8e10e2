"""Adam and what goes wrong in it."""

from tests.mutants.family import ADAPTIVE, ADAPTIVE_MISTAKES, ROOTS, STEP_FIRST, Family


def _folded(denominator):
    return {
        "hats": "alpha_k = {rate}{correct2}**0.5 / {correct1}",
        "step": "alpha_k * {m_now} / " + denominator,
    }


ADAM = Family(
    title="Adam",
    hyperparameters="lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8",
    conventions={
        **ROOTS,
        "eps_outside_uncorrected_root": _folded("({v_now}**0.5 + {eps})"),
        "eps_inside_uncorrected_root": _folded("({v_now} + {eps})**0.5"),
    },
    phrases={
        **ADAPTIVE,
        "state": "m, v",
        "update": "m = {m_decay} * {m_old} + {m_term}\nv = {v_memory}{v_term}",
        "m_decay": "{beta1}",
        "m_term": "{m_share}g",
        "m_share": "(1 - {beta1}) * ",
        "v_memory": "{v_decay} * {v_old} + ",
        "v_decay": "{beta2}",
        "v_term": "{v_share}{square}",
        "v_share": "(1 - {beta2}) * ",
        "square": "g * g",
        "hats": "m_hat = {m_hat}\nv_hat = {v_hat}",
        "m_hat": "{m_now} / {correct1}",
        "v_hat": "{v_now} / {correct2}",
        "m_now": "m",
        "v_now": "v",
        "correct1": "(1 - {power1})",
        "correct2": "(1 - {power2})",
        "power1": "{beta1}**{exponent}",
        "power2": "{beta2}**{exponent}",
        "exponent": "k",
        "direction": "{numerator} / {denominator}",
        "numerator": "m_hat",
        "second": "v_hat",
        "beta1": "beta1",
        "beta2": "beta2",
    },
    mistakes={
        **ADAPTIVE_MISTAKES,
        "no_bias_correction": {"m_hat": "{m_now}", "v_hat": "{v_now}"},
        "no_bias_correction_m": {"m_hat": "{m_now}"},
        "no_bias_correction_v": {"v_hat": "{v_now}"},
        "betas_swapped": {"beta1": "beta2", "beta2": "beta1"},
        "absolute_gradient": {"square": "abs(g)"},
        "gradient_not_squared": {"square": "g"},
        "k_from_zero": {"exponent": "(k - 1)"},
        "k_from_two": {"exponent": "(k + 1)"},
        "k_per_parameter": {
            "exponent": "t", "module": "t = 0", "counting": "global t\nt += 1",
        },
        "k_is_index": {
            "exponent": 'seen["i"]',
            "module": 'seen = {"k": 0, "i": 0}',
            "counting": 'if seen["k"] != k:\n    seen["k"], seen["i"] = k, 0\nseen["i"] += 1',
        },
        "m_undamped": {"m_share": ""},
        "v_undamped": {"v_share": ""},
        "gradient_for_m": {"numerator": "g"},
        "v_from_m": {"square": "m * m"},
        "m_beta_swapped": {"m_decay": "(1 - {beta1})", "m_share": "{beta1} * "},
        "v_beta_swapped": {"v_decay": "(1 - {beta2})", "v_share": "{beta2} * "},
        "corrected_moments_stored": {"stored": "m_hat, v_hat"},
        "previous_moments": {"order": STEP_FIRST, "m_now": "{m_old}", "v_now": "{v_old}"},
        "beta_times_k": {"power1": "{beta1} * {exponent}", "power2": "{beta2} * {exponent}"},
        "power_of_difference": {
            "correct1": "((1 - {beta1})**{exponent})", "correct2": "((1 - {beta2})**{exponent})"},
        "beta1_hard_coded": {"beta1": "0.9"},
        "beta2_hard_coded": {"beta2": "0.999"},
        "v_without_memory": {"v_memory": ""},
        "beta1_in_v_hat": {"power2": "{beta1}**{exponent}"},
        "gradient_missing": {"m_term": "(1 - {beta1})"},
        "square_of_product": {"v_term": "((1 - {beta2}) * g)**2"},
    },
    excludes={
        # Without m_hat in the step, nothing that changes m or its correction shows.
        "gradient_for_m": (
            "no_bias_correction", "no_bias_correction_m", "m_undamped", "m_beta_swapped",
            "gradient_missing", "beta1_hard_coded",
        ),
        # 1 - beta * k is negative from the second step on: the root of an array is nan, that of
        # the one number beta2 complex. What shows only from then on does not show.
        "beta_times_k": (
            "gradient_for_m", "betas_swapped", "beta1_hard_coded",
            "beta2_hard_coded", "v_without_memory", "k_from_two",
        ),
        # Each of these two is what another name stands for: no_bias_correction, v = g * g.
        "no_bias_correction_m": ("no_bias_correction_v",),
        "v_without_memory": ("v_undamped",),
        # With 1 for the gradient, m_hat is 1 whatever beta1 is.
        "gradient_missing": ("beta1_hard_coded",),
        # What is stored must be what was corrected, and differ from the plain moments.
        "corrected_moments_stored": (
            "no_bias_correction", "no_bias_correction_m", "no_bias_correction_v",
            "previous_moments",
        ),
    },
)
