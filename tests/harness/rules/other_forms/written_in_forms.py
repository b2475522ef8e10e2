"""Five rules and twelve mistakes in them, written in every form from one text of equations."""

import textwrap
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Written:
    """A rule as equations in g, k, its states and its hyperparameters; `step` is subtracted."""

    task: str
    states: tuple[str, ...]
    numbers: dict[str, float]
    equations: str

    def wrong(self, *changes):
        """With some texts replaced, each of which stands there."""
        text = self.equations
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return replace(self, equations=text)


SGD = Written("sgd", (), {"lr": 1e-3}, "step = lr * g")
MOMENTUM = Written("sgd_plus", ("v",), {"lr": 1e-3, "mu": 0.9}, """
v = mu * v + g
step = lr * v
""")
ADAGRAD = Written("adagrad", ("s",), {"lr": 1e-3, "eps": 1e-8}, """
s = s + g * g
step = lr * g / (s**0.5 + eps)
""")
RMSPROP = Written("rmsprop", ("v",), {"lr": 1e-3, "rho": 0.9, "eps": 1e-8}, """
v = rho * v + (1 - rho) * g * g
step = lr * g / (v**0.5 + eps)
""")
ADAM = Written(
    "adam", ("m", "v"), {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}, """
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g * g
m_hat = m / (1 - beta1**k)
v_hat = v / (1 - beta2**k)
step = lr * m_hat / (v_hat**0.5 + eps)
""")
RIGHT = {"sgd": SGD, "momentum": MOMENTUM, "adagrad": ADAGRAD, "rmsprop": RMSPROP, "adam": ADAM}
WRONG = {
    "uphill": SGD.wrong(("lr * g", "-lr * g")),
    "no_momentum": MOMENTUM.wrong(("mu * v + g", "g + 0 * v")),
    "damped": MOMENTUM.wrong(("+ g", "+ (1 - mu) * g")),
    "no_root": ADAGRAD.wrong(("s**0.5", "s")),
    "not_accumulated": ADAGRAD.wrong(("s = s + g * g", "s = g * g")),
    "rho_swapped": RMSPROP.wrong(("rho * v + (1 - rho)", "(1 - rho) * v + rho")),
    "eps_fixed": RMSPROP.wrong(("+ eps", "+ 1e-8")),
    "no_correction": ADAM.wrong(("m / (1 - beta1**k)", "m"), ("v / (1 - beta2**k)", "v")),
    "power_of_difference": ADAM.wrong(("1 - beta1**k", "(1 - beta1)**k")),
    "beta_times_k": ADAM.wrong(("beta2**k", "beta2 * k")),
    "corrected_stored": ADAM.wrong(("m_hat = m", "m = m_hat = m"), ("v_hat = v", "v = v_hat = v")),
    "no_square": ADAM.wrong(("(1 - beta2) * g * g", "(1 - beta2) * abs(g)")),
}
ALL = RIGHT | WRONG


def _body(rule, spaces):
    return textwrap.indent(rule.equations.strip(), " " * spaces)


def _defaults(rule):
    return ", ".join(f"{name}={value!r}" for name, value in rule.numbers.items())


def _lines(spaces, *lines):
    return "\n".join(" " * spaces + line for line in lines if line)


def _locals(rule, spaces, text):
    """A line for each hyperparameter."""
    return _lines(spaces, *(text.format(name) for name in rule.numbers))


def as_rule(rule):
    """The harness's own form."""
    counts = "k, " if any(one in rule.equations for one in ("**k", "* k")) else ""
    states = "".join(f"{one}, " for one in rule.states)
    decorator = f"@optimizer({', '.join(f'{one}=0' for one in rule.states)})"
    answer = ", ".join(("step", *rule.states))
    return f"""from cgp_harness import optimizer


{decorator}
def {rule.task}(g, {counts}{states}{_defaults(rule)}):
{_body(rule, 4)}
    return {answer}
"""


def as_torch_class(rule):
    """A subclass of torch's class."""
    zeros = _lines(16, *(f'{one} = state.get("{one}", torch.zeros_like(p))' for one in rule.states))
    kept = _lines(16, *(f'state["{one}"] = {one}' for one in rule.states))
    return f"""import torch


class {rule.task.title().replace("_", "")}(torch.optim.Optimizer):
    def __init__(self, params, {_defaults(rule)}):
        super().__init__(params, dict({", ".join(f"{one}={one}" for one in rule.numbers)}))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
{_locals(rule, 12, '{0} = group["{0}"]')}
            for p in group["params"]:
                state, g = self.state[p], p.grad
{zeros}
                state["k"] = k = state.get("k", 0) + 1
{_body(rule, 16)}
{kept}
                p -= step
"""


def as_w_dw_config(rule):
    """A function of a config."""
    defaults = _lines(4, *(
        f'config.setdefault("{name}", {value!r})' for name, value in rule.numbers.items()))
    zeros = _lines(4, *(f'{one} = config.get("{one}", np.zeros_like(w))' for one in rule.states))
    kept = _lines(4, *(f'config["{one}"] = {one}' for one in rule.states))
    return f"""import numpy as np


def {rule.task}(w, dw, config=None):
    if config is None:
        config = {{}}
{defaults}
{_locals(rule, 4, '{0} = config["{0}"]')}
{zeros}
    config["t"] = k = config.get("t", 0) + 1
    g = dw
{_body(rule, 4)}
{kept}
    return w - step, config
"""


def as_params_states_hyperparams(rule):
    """A function over parameters with gradients."""
    states = f"({', '.join(rule.states)})" if len(rule.states) > 1 else "".join(rule.states)
    news = [f"{one}_new" for one in rule.states]
    # In place: what is computed of a state is written into it afterwards.
    local = _lines(8, *(f"{one} = {one}_old" for one in rule.states))
    olds = states
    for one in rule.states:
        olds = olds.replace(one, f"{one}_old", 1) if len(rule.states) > 1 else f"{one}_old"
    kept = _lines(8, *(f"{one}_old[:] = {one}" for one in rule.states))
    assert len(news) == len(rule.states)
    return f"""import numpy as np


def {rule.task}(params, states, hyperparams):
{_locals(rule, 4, '{0} = hyperparams["{0}"]')}
    k = hyperparams["t"]
    for p, {olds or "_"} in zip(params, states):
        g = p.grad
{local}
{_body(rule, 8)}
{kept}
        p[:] -= step
    hyperparams["t"] += 1
"""


def as_step_over_params(rule):
    """A class over parameters of a package that is not there."""
    begun = _lines(8, *(
        f"self.{one} = [np.zeros(p.data.shape) for p in self.params]" for one in rule.states))
    held = _lines(12, *(f"{one} = self.{one}[i]" for one in rule.states))
    kept = _lines(12, *(f"self.{one}[i] = {one}" for one in rule.states))
    return f"""import numpy as np
from needle.optim import Optimizer


class {rule.task.title().replace("_", "")}(Optimizer):
    def __init__(self, params, {_defaults(rule)}):
        super().__init__(params)
        self.k = 0
{_locals(rule, 8, "self.{0} = {0}")}
{begun}

    def step(self):
        self.k += 1
        k = self.k
{_locals(rule, 8, "{0} = self.{0}")}
        for i, p in enumerate(self.params):
            g = p.grad.data
{held}
{_body(rule, 12)}
{kept}
            p.data = p.data - step
"""


def as_update_params_grads(rule):
    """A class over dicts."""
    begun = _lines(8, *(f"self.{one} = None" for one in rule.states))
    first = _lines(8, *(
        f"self.{one} = {{n: np.zeros_like(p) for n, p in params.items()}} if self.{one} is None "
        f"else self.{one}" for one in rule.states))
    held = _lines(12, *(f"{one} = self.{one}[name]" for one in rule.states))
    kept = _lines(12, *(f"self.{one}[name] = {one}" for one in rule.states))
    return f"""import numpy as np


class {rule.task.title().replace("_", "")}:
    def __init__(self, {_defaults(rule)}):
        self.k = 0
{_locals(rule, 8, "self.{0} = {0}")}
{begun}

    def update(self, params, grads):
{first}
        self.k += 1
        k = self.k
{_locals(rule, 8, "{0} = self.{0}")}
        for name in params:
            g = grads[name]
{held}
{_body(rule, 12)}
{kept}
            params[name] -= step
"""


def as_update_w_grad(rule):
    """A class for one parameter."""
    begun = _lines(8, *(f"self.{one} = None" for one in rule.states))
    held = _lines(8, *(
        f"{one} = np.zeros_like(w) if self.{one} is None else self.{one}" for one in rule.states))
    kept = _lines(8, *(f"self.{one} = {one}" for one in rule.states))
    return f"""import numpy as np


class {rule.task.title().replace("_", "")}:
    def __init__(self, {_defaults(rule)}):
        self.k = 0
{_locals(rule, 8, "self.{0} = {0}")}
{begun}

    def update(self, w, grad_wrt_w):
{held}
        self.k += 1
        k = self.k
{_locals(rule, 8, "{0} = self.{0}")}
        g = grad_wrt_w
{_body(rule, 8)}
{kept}
        return w - step
"""


def as_init_update(rule):
    """A function that returns two."""
    states = ", ".join(("k", *rule.states))
    zeros = ", ".join(("0", *("np.zeros_like(params)" for _ in rule.states)))
    comma = "" if rule.states else ","
    return f"""import numpy as np


def {rule.task}({_defaults(rule)}):
    def init(params):
        return {zeros}{comma}

    def update(grads, state, params=None):
        {states}{comma} = state
        k = k + 1
        g = grads
{_body(rule, 8)}
        return -step, ({states}{comma})

    return init, update
"""


FORMS = {
    "rule": as_rule, "torch_class": as_torch_class, "w_dw_config": as_w_dw_config,
    "params_states_hyperparams": as_params_states_hyperparams,
    "step_over_params": as_step_over_params, "update_params_grads": as_update_params_grads,
    "update_w_grad": as_update_w_grad, "init_update": as_init_update}
