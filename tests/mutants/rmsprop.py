"""RMSProp and what goes wrong in it."""

from tests.mutants.family import (
    ADAPTIVE,
    ADAPTIVE_MISTAKES,
    ROOTS,
    STATE_MISTAKES,
    STEP_FIRST,
    Family,
)

RMSPROP = Family(
    title="RMSProp",
    hyperparameters="lr=1e-3, rho=0.9, eps=1e-8",
    conventions=ROOTS,
    phrases={
        **ADAPTIVE,
        "state": "v",
        "update": "v = {memory}{share}{square}",
        "memory": "{decay} * {v_old} + ",
        "decay": "{rho}",
        "share": "(1 - {rho}) * ",
        "square": "g * g",
        "v_now": "v",
        "second": "{v_now}",
        "direction": "g / {denominator}",
        "rho": "rho",
    },
    mistakes={
        **ADAPTIVE_MISTAKES,
        "sum_for_average": {"memory": "{v_old} + ", "share": ""},
        "no_memory": {"memory": "", "share": ""},
        "v_undamped": {"share": ""},
        "absolute_gradient": {"square": "abs(g)"},
        "previous_average": {"order": STEP_FIRST, "v_now": "{v_old}"},
        "rho_swapped": {"decay": "(1 - {rho})", "share": "{rho} * "},
        "bias_correction_added": {
            "hats": "v_hat = {v_now} / (1 - {rho}**k)", "second": "v_hat",
        },
        "centred": {
            "state": "m, v",
            "update": "m = {rho} * {m_old} + (1 - {rho}) * g\nv = {memory}{share}{square}",
            "m_now": "m",
            "hats": "variance = {v_now} - {m_now} * {m_now}",
            "second": "variance",
        },
        "rho_hard_coded": {"rho": "0.9"},
    },
    excludes={
        "no_memory": STATE_MISTAKES,
        "rho_swapped": ("rho_hard_coded",),     # one quantity
    },
)
