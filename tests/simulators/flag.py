"""What any family of rules can get wrong, in the words of the lecture."""

from cgp_harness.probing.flag import Flag, compatible, flag

__all__ = ["Flag", "compatible", "flag"]

COMMON = (
    flag("sign_flipped", "with the sign flipped, so that it moves uphill",
         "The harness subtracts what you return: return the step, not the change of the parameter.",
         "sign", "Eq. 35"),
    flag("shared_state", "with one state shared by all parameters",
         "Every parameter needs running values of its own; name them in @optimizer(…).",
         "state", "Eq. 34"),
    flag("lr_hard_coded", "with lr fixed in the code", "Multiply by the argument lr.", "lr"),
)

MUTABLE_DEFAULT = flag(
    "mutable_default", "with its state in a mutable default argument, shared by all parameters",
    "Python makes a default once, so all parameters and all runs write into the same object.",
    "state", "Eq. 34")
"""`shared_state` by another route: told apart by the signature, not by the numbers."""
INITIAL_STATE = flag(
    "random_initial_state", "begun from a state that is not zero",
    "The recursions begin at zero: name the state in @optimizer(…=0).", "state")
FIRST_GRADIENT_STATE = flag(
    "first_gradient_state", "begun from the first gradient, or its square, instead of zero",
    "The recursions begin at zero: name the state in @optimizer(…=0).", "state")
EPS_TWICE = flag(
    "eps_twice", "with eps added twice", "eps is added once: to the sum or to its root.", "eps",
    "Eq. 37")
"""Of AdaGrad, where it is a state of eps at first, and so it is found."""
NO_EPS_ABOVE_ZERO = flag(
    "no_eps_above_zero", "without eps wherever the root is not 0",
    "eps is added at every step, not only against a division by 0.", "eps")
"""`no_eps` of code that guards the division."""
FLOAT32_ARITHMETIC = flag(
    "float32_arithmetic", "in float32 arithmetic", "The harness passes float64.", "precision")
_ALONE = "The equations move a parameter by its gradients alone: no share of p is subtracted."
WEIGHT_DECAY = flag("weight_decay", "with weight decay", _ALONE, "decay")
WEIGHT_DECAY_WITHOUT_LR = flag(
    "weight_decay_without_lr", "with weight decay that lr does not scale", _ALONE, "decay")
WEIGHT_DECAY_IN_GRADIENT = flag(
    "weight_decay_in_gradient", "with weight decay added to the gradient", _ALONE, "decay")
DECAYS = (WEIGHT_DECAY, WEIGHT_DECAY_WITHOUT_LR, WEIGHT_DECAY_IN_GRADIENT)
"""Of rules that look at the parameter; their size is fitted."""
NO_LR = flag("no_lr", "without lr", "Multiply by the argument lr.", "lr")
REPLACED = {
    name: flag(f"{name}_replaced", f"with another number where {name} belongs",
               f"Use the argument {name} wherever its value stands.", name)
    for name in ("lr", "mu", "rho", "beta1", "beta2", "eps")}
"""Not at its default, where the rule is right and the hyperparameter fixed in the code."""
LR_IN_GRADIENT = flag(
    "lr_in_gradient", "with lr multiplied into the gradient before the running averages",
    "The averages are of the gradient itself; lr scales the finished step.", "lr_place")
LR_TWICE = flag(
    "lr_twice", "with lr multiplied in twice", "lr belongs in one place only.", "lr_place")
STEP_ADDED = flag(
    "step_added_to_gradient", "with its step added to the raw gradient",
    "The scaled gradient takes the gradient's place; it is not added to it.", "direction",
    readings=2)


def hard_coded(name: str) -> Flag:
    """The hyperparameter `name` is ignored in favour of a number in the code."""
    return flag(f"{name}_hard_coded", f"with {name} fixed in the code",
                f"Use the argument {name} wherever its value stands.", name)

