"""SGD+ and what goes wrong in it."""

from tests.mutants.family import ANY_MISTAKES, EVERY_RULE, STATE_MISTAKES, STEP_FIRST, Family

SGD_PLUS = Family(
    title="SGD with momentum",
    hyperparameters="lr=1e-3, mu=0.9",
    conventions={
        "lr_in_buffer": {"rate_in": "{lr} * ", "rate_out": ""},
        "lr_outside_buffer": {"rate_in": "", "rate_out": "{lr} * "},
        "damped_lr_in_buffer": {
            "rate_in": "{lr} * ", "rate_out": "", "term": "(1 - {mu}) * {rate_in}g"},
        "damped_lr_outside_buffer": {
            "rate_in": "", "rate_out": "{lr} * ", "term": "(1 - {mu}) * {rate_in}g"},
    },
    phrases={
        **EVERY_RULE,
        "state": "v",
        "update": "v = {v_new}",
        "v_new": "{decay} * {v_old} + {term}",
        "v_now": "v",
        "decay": "{mu}",
        "term": "{rate_in}g",
        "step": "{rate_out}{v_now}",
        "mu": "mu",
    },
    mistakes={
        **ANY_MISTAKES,
        "damped": {"term": "(1 - {mu}) * {rate_in}g"},
        "nesterov": {"step": "{rate_out}({rate_in}g + {mu} * {v_now})"},
        "no_momentum": {"step": "{rate_out}{rate_in}g", "update": ""},
        "mu_swapped": {"decay": "(1 - {mu})"},
        "previous_buffer": {"order": STEP_FIRST, "v_now": "{v_old}"},
        "lr_twice": {"rate_in": "{lr} * ", "rate_out": "{lr} * "},
        "mu_hard_coded": {"mu": "0.9"},
        "first_step_skipped": {"afterwards": "if k == 1:\n    step = 0 * g"},
        "torch_dampening": {
            "v_new": "{rate_in}g if k == 1 else {decay} * {v_old} + (1 - {mu}) * {rate_in}g",
        },
    },
    excludes={
        "no_momentum": STATE_MISTAKES,
        "mu_swapped": ("mu_hard_coded",),       # one quantity
        "torch_dampening": ("random_initial_state",),
        # The buffer before the first step is 0 anyway; g + mu * v_old is the right v again.
        "previous_buffer": ("first_step_skipped", "nesterov"),
    },
)
