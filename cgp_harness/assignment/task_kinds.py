"""What there is to choose from in an `assignment.toml`: checks, families, conventions."""

CHECKS_OF = {
    "optimizer": (
        "loads", "relations", "update_rule", "hyperparameters", "closed_loop", "convergence",
        "step_cost",
    ),
    "autograd_function": ("loads", "forward", "gradient", "autograd", "training"),
    "activation": ("loads", "activation", "learning"),
    "backprop": ("loads", "partials", "backpropagation"),
}
"""The harness's own checks of each kind of task, as they run; those of plugins follow."""
HYPERPARAMETERS = {
    "sgd_plus": ("lr", "mu"),
    "adagrad": ("lr", "eps"),
    "rmsprop": ("lr", "rho", "eps"),
    "adam": ("lr", "beta1", "beta2", "eps"),
}
CONVENTIONS = {
    "sgd_plus": (
        "lr_outside_buffer", "lr_in_buffer", "damped_lr_outside_buffer", "damped_lr_in_buffer"),
    "adagrad": ("eps_inside_root", "eps_outside_root"),
    "rmsprop": ("eps_inside_root", "eps_outside_root"),
    "adam": (
        "eps_inside_root", "eps_outside_root", "eps_outside_uncorrected_root",
        "eps_inside_uncorrected_root"),
}
