"""Wrong rules that are in no bank, some 12 of each family: none of them may get a false name.

Each is a line or two of what people write: another algorithm, a slip of the pen, a guard that does
more than guard, a schedule of one's own.
"""

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis.diagnose import diagnose
from cgp_harness.kinds.optimizer.probes.evidence_of import evidence
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.probing.distance import distance
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correctness import correctness

HOMEWORK = correctness()
SAME = 1e-7
"""Far from the least that tells two mistakes apart, which is 1e-3."""
HEAD = "import math\nimport numpy as np\nfrom cgp_harness import optimizer\n\n"

SGD_PLUS = {
    "gradient clipped": "v = mu * v + np.clip(g, -0.5, 0.5)\nreturn lr * v, v",
    "sign of the buffer": "v = mu * v + g\nreturn lr * np.sign(v), v",
    "weight decay of the buffer": "v = (mu - 0.01) * v + g\nreturn lr * v, v",
    "half of the momentum": "v = 0.5 * mu * v + g\nreturn lr * v, v",
    "momentum squared": "v = mu**2 * v + g\nreturn lr * v, v",
    "momentum grows with k": "v = mu * (1 - 1 / (k + 1)) * v + g\nreturn lr * v, v",
    "a rate that decays": "v = mu * v + g\nreturn lr / k**0.5 * v, v",
    "a rate that decays slowly": "v = mu * v + lr / (1 + 0.01 * k) * g\nreturn v, v",
    "corrected like Adam": "v = mu * v + (1 - mu) * g\nreturn lr * v / (1 - mu**k), v",
    "a tenth too much": "v = mu * v + g\nreturn 1.1 * lr * v, v",
    "buffer of squares": "v = mu * v + g * g\nreturn lr * v**0.5, v",
    "the buffer goes to zero": "v = mu * v + g\nv = np.where(np.abs(v) < 0.3, 0, v)\n"
                               "return lr * v, v",
    "gradient and buffer halved": "v = mu * v + g\nreturn lr * (v + g) / 2, v",
    "always nan": "v = mu * v + g\nreturn lr * v * np.nan, v",
    "nan from the second step on": "v = mu * v + g\nreturn lr * v / (1.0 * (k < 2)) * (k < 2), v",
    "cubed": "v = mu * v + g**3\nreturn lr * v, v",
    "rounded": "v = mu * v + g\nreturn np.round(lr * v, 4), v",
    "begun with half the gradient": "v = g / 2 if k == 1 else mu * v + g\nreturn lr * v, v",
    "momentum of the rate": "v = (1 - lr) * v + g\nreturn lr * v, v",
}
ADAGRAD = {
    "a floor under the sum": "s = np.maximum(s + g * g, 1e-3)\nreturn lr * g / (s + eps)**0.5, s",
    "eps and more": "s = s + g * g\nreturn lr * g / (s + eps + 1e-12)**0.5, s",
    "a small state at first": "s = s + g * g + 1e-10\nreturn lr * g / (s**0.5 + eps), s",
    "cube root": "s = s + g * g\nreturn lr * g / np.cbrt(s + eps), s",
    "fourth powers": "s = s + g**4\nreturn lr * g / (s + eps)**0.25, s",
    "the larger of root and eps": "s = s + g * g\nreturn lr * g / np.maximum(s**0.5, eps), s",
    "maximum for the sum": "s = np.maximum(s, g * g)\nreturn lr * g / (s + eps)**0.5, s",
    "absolute sum": "s = s + np.abs(g)\nreturn lr * g / (s + eps), s",
    "eps squared": "s = s + g * g\nreturn lr * g / (s + eps**2)**0.5, s",
    "a sum that halves": "s = 0.5 * s + g * g\nreturn lr * g / (s + eps)**0.5, s",
    "one more in the sum": "s = s + g * g\nreturn lr * g / (1 + s + eps)**0.5, s",
    "rate by k as well": "s = s + g * g\nreturn lr / k * g / (s + eps)**0.5, s",
    "sum of halves": "s = s + g * g / 2\nreturn lr * g / (s + eps)**0.5, s",
    "eps at every step": "s = s + g * g + eps\nreturn lr * g / s**0.5, s",
    "always nan": "s = s + g * g\nreturn lr * g / (0 * s) * 0, s",
    "a logarithm": "s = s + g * g\nreturn lr * g / np.log(1 + s + eps), s",
}
RMSPROP = {
    "a floor under the average": "v = np.maximum(rho * v + (1 - rho) * g * g, 1e-4)\n"
                                 "return lr * g / (v + eps)**0.5, v",
    "the larger of root and eps": "v = rho * v + (1 - rho) * g * g\n"
                                  "return lr * g / np.maximum(v**0.5, eps), v",
    "an average that never falls": "v = np.maximum(v, rho * v + (1 - rho) * g * g)\n"
                                   "return lr * g / (v + eps)**0.5, v",
    "1e-12 in the average": "v = rho * v + (1 - rho) * g * g + 1e-12\n"
                            "return lr * g / (v**0.5 + eps), v",
    "average of sizes": "v = rho * v + (1 - rho) * np.abs(g)\nreturn lr * g / (v + eps), v",
    "decay by k": "r = 1 - 1 / k\nv = r * v + (1 - r) * g * g\nreturn lr * g / (v + eps)**0.5, v",
    "decay squared": "v = rho**2 * v + (1 - rho**2) * g * g\nreturn lr * g / (v + eps)**0.5, v",
    "weights that add to less": "v = rho * v + (1 - rho)**2 * g * g\n"
                                "return lr * g / (v + eps)**0.5, v",
    "sign of the gradient": "v = rho * v + (1 - rho) * g * g\nreturn lr * np.sign(g) * v**0.5, v",
    "a step that is clipped": "v = rho * v + (1 - rho) * g * g\n"
                              "return np.clip(lr * g / (v + eps)**0.5, -0.3, 0.3), v",
    "half of the correction": "v = rho * v + (1 - rho) * g * g\n"
                              "return lr * g / (v / (1 - rho**k)**0.5 + eps)**0.5, v",
    "begun with twice the square": "v = 2 * g * g if k == 1 else rho * v + (1 - rho) * g * g\n"
                                   "return lr * g / (v + eps)**0.5, v",
    "eps in both places": "v = rho * v + (1 - rho) * g * g\n"
                          "return lr * g / ((v + eps)**0.5 + eps), v",
    "fourth root": "v = rho * v + (1 - rho) * g * g\nreturn lr * g / (v + eps)**0.25, v",
    "always nan": "v = rho * v - (1 - rho) * g * g\nreturn lr * g / (v - 1)**0.5, v",
    "weight decay": "g = g + 5e-5\nv = rho * v + (1 - rho) * g * g\n"
                    "return lr * g / (v + eps)**0.5, v",
}
_MOMENTS = "m = beta1 * m + (1 - beta1) * g\nv = beta2 * v + (1 - beta2) * g * g\n"
_HATS = "a, b = m / (1 - beta1**k), v / (1 - beta2**k)\n"
ADAM = {
    "AMSGrad without a memory of its own": f"{_MOMENTS}v = np.maximum(v, g * g)\n{_HATS}"
                                           "return lr * a / (b + eps)**0.5, m, v",
    "AdaMax": "m = beta1 * m + (1 - beta1) * g\nv = np.maximum(beta2 * v, np.abs(g))\n"
              "return lr * m / (1 - beta1**k) / (v + eps), m, v",
    "NAdam": f"{_MOMENTS}{_HATS}a = beta1 * a + (1 - beta1) * g / (1 - beta1**k)\n"
             "return lr * a / (b + eps)**0.5, m, v",
    "AdaBelief": "m = beta1 * m + (1 - beta1) * g\nv = beta2 * v + (1 - beta2) * (g - m)**2 + eps\n"
                 f"{_HATS}return lr * a / (b**0.5 + eps), m, v",
    "the larger of root and eps": f"{_MOMENTS}{_HATS}return lr * a / np.maximum(b**0.5, eps), m, v",
    "sign of m": f"{_MOMENTS}{_HATS}return lr * np.sign(a), m, v",
    "correction by 1 - beta": f"{_MOMENTS}return lr * m / (v + eps)**0.5 / (1 - beta1), m, v",
    "root of the first correction": f"{_MOMENTS}return lr * m / (1 - beta1**k)**0.5 / "
                                    "(v / (1 - beta2**k) + eps)**0.5, m, v",
    "both corrections with both betas": f"{_MOMENTS}c = 1 - (beta1 * beta2)**k\n"
                                        "return lr * m / c / (v / c + eps)**0.5, m, v",
    "k halved": f"{_MOMENTS}a, b = m / (1 - beta1**(k / 2)), v / (1 - beta2**(k / 2))\n"
                "return lr * a / (b + eps)**0.5, m, v",
    "correction ends after ten steps": f"{_MOMENTS}if k <= 10:\n    a, b = m / (1 - beta1**k), "
                                       "v / (1 - beta2**k)\nelse:\n    a, b = m, v\n"
                                       "return lr * a / (b + eps)**0.5, m, v",
    "1e-12 in the second moment": f"{_MOMENTS}v = v + 1e-12\n{_HATS}"
                                  "return lr * a / (b**0.5 + eps), m, v",
    "weights that add to more": "m = beta1 * m + (1 - beta1) * g\n"
                                "v = beta2 * v + (1 - beta1) * g * g\n"
                                f"{_HATS}return lr * a / (b + eps)**0.5, m, v",
    "second moment of m hat": "m = beta1 * m + (1 - beta1) * g\na = m / (1 - beta1**k)\n"
                              "v = beta2 * v + (1 - beta2) * a * a\n"
                              "return lr * a / (v / (1 - beta2**k) + eps)**0.5, m, v",
    "always nan": f"{_MOMENTS}return lr * m / (v * 0) * 0, m, v",
    "nan from the second step on": f"{_MOMENTS}{_HATS}return lr * a / (b + eps)**0.5 / "
                                   "(1.0 if k == 1 else np.nan), m, v",
    "the first step is nan": f"{_MOMENTS}a, b = m / (1 - beta1**k), v / (1 - beta2**(k * 1.5))\n"
                             "return lr * a / (b + eps)**0.5 * (np.nan if k == 1 else 1.0), m, v",
    "eps in both places": f"{_MOMENTS}{_HATS}return lr * a / ((b + eps)**0.5 + eps), m, v",
    "decoupled weight decay of the step": f"{_MOMENTS}{_HATS}"
                                          "return lr * a / (b + eps)**0.5 * (1 + lr * 0.01), m, v",
    "beta1 that fades": "d = beta1 * 0.99**k\nm = d * m + (1 - d) * g\n"
                        f"v = beta2 * v + (1 - beta2) * g * g\n{_HATS}"
                        "return lr * a / (b + eps)**0.5, m, v",
    "a warm-up": f"{_MOMENTS}{_HATS}return lr * min(1, k / 5) * a / (b + eps)**0.5, m, v",
    "geometric mean of two denominators": f"{_MOMENTS}{_HATS}"
                                          "return lr * a / (b**0.5 * (b + eps)**0.5)**0.5, m, v",
}
FOREIGN = {"sgd_plus": SGD_PLUS, "adagrad": ADAGRAD, "rmsprop": RMSPROP, "adam": ADAM}
_STATE = {"sgd_plus": "v", "adagrad": "s", "rmsprop": "v", "adam": "m, v"}
_VALUES = {
    "sgd_plus": "lr=1e-3, mu=0.9", "adagrad": "lr=1e-3, eps=1e-8",
    "rmsprop": "lr=1e-3, rho=0.9, eps=1e-8",
    "adam": "lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8",
}


def foreign_source(family: str, name: str) -> str:
    """The submission."""
    body, state = FOREIGN[family][name], _STATE[family]
    begins = ", ".join(f"{one}=0" for one in state.split(", "))
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return (f"{HEAD}@optimizer({begins})\ndef {family}(g, k, {state}, {_VALUES[family]}):\n"
            f"{lines}\n")
EQUAL = {
    ("adagrad", "absolute sum"): ("no_square_root", "absolute_gradient"),
    ("rmsprop", "average of sizes"): ("no_square_root", "absolute_gradient"),
    ("adagrad", "one more in the sum"): ("random_initial_state",),  # s = 1 at first
    ("rmsprop", "decay by k"): ("is_adagrad", "mean_for_sum"),  # the running mean
    ("adam", "correction by 1 - beta"): ("no_bias_correction", "m_undamped"),
}
"""Those that are the same arithmetic as what the bank has, and are named so."""


def name_of(family: str, text: str, seed: int = 0) -> tuple[str, ...]:
    """The flags that a submission gets."""
    return _named(family, text, seed)[0].diagnosis.flags


def false_name(family: str, what: str) -> tuple[str, ...]:
    """The flags that a rule which is in no bank gets, if it does not deserve them.

    A small change of the solution's source is deserved where it steps alike on runs that it was
    neither looked for nor confirmed on.
    """
    found, ask = _named(family, foreign_source(family, what), 0)
    flags = found.diagnosis.flags
    if flags in ((), EQUAL.get((family, what), ())):
        return ()
    with np.errstate(all="ignore"):
        deserved = found.diagnosis.of_source and all(
            distance(ask(run), found.steps(run)) < SAME for run in diagnosis_probes(987))
    return () if deserved else flags


def _named(family: str, text: str, seed: int):
    """The diagnosis, and how the rule is asked."""
    context, runs = context_of(text, HOMEWORK, family, seed), diagnosis_probes(seed)

    def ask(run):
        context.subject.restart()
        return context.answer(run)

    with np.errstate(all="ignore"):
        answers = [ask(run) for run in runs]
        found = diagnose(HOMEWORK, context.task, context.rule, evidence(
            context, runs, answers, before=context.subject.restart))
    return found, ask
