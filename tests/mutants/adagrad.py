"""AdaGrad and what goes wrong in it."""

from tests.mutants.family import (
    ADAPTIVE,
    ADAPTIVE_MISTAKES,
    ROOTS,
    STATE_MISTAKES,
    STEP_FIRST,
    Family,
)

ADAGRAD = Family(
    title="AdaGrad",
    hyperparameters="lr=1e-3, eps=1e-8",
    conventions=ROOTS,
    phrases={
        **ADAPTIVE,
        "state": "s",
        "update": "s = {memory}{share}{square}",
        "memory": "{s_old} + ",
        "share": "",
        "square": "g * g",
        "s_now": "s",
        "second": "{s_now}",
        "direction": "g / {denominator}",
    },
    mistakes={
        **ADAPTIVE_MISTAKES,
        "not_accumulated": {"memory": ""},
        "absolute_gradient": {"square": "abs(g)"},
        "previous_sum": {"order": STEP_FIRST, "s_now": "{s_old}"},
        "decaying_average": {"memory": "0.9 * {s_old} + ", "share": "0.1 * "},
        "square_of_sum": {
            "square": "g", "hats": "squared = {s_now} * {s_now}", "second": "squared",
        },
        "mean_for_sum": {"hats": "mean = {s_now} / k", "second": "mean"},
        "lr_in_accumulator": {"square": "({lr} * g)**2"},
    },
    excludes={
        "not_accumulated": (*STATE_MISTAKES, "square_of_sum"),
        "lr_in_gradient": ("lr_in_accumulator",),   # alone they are the same rule
    },
)
