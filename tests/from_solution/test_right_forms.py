"""Rules that nobody prepared: each solution's other forms are right, wherever they are asked."""

from functools import cache

import numpy as np
import pytest

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.model import Status
from tests.from_solution.test_rule_names import TOML
from tests.harness.in_process.rules import context_of

HEAD = "import math\nimport numpy as np\nfrom cgp_harness import optimizer\n"
RULES = {
    "radam": ("m=0, v=0", "g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8", """
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
most = 2 / (1 - beta2) - 1
rho = most - 2 * k * beta2**k / (1 - beta2**k)
if rho > 5:
    r = np.sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho))
    return lr * r * m / (1 - beta1**k) * np.sqrt(1 - beta2**k) / (np.sqrt(v) + eps), m, v
return lr * m / (1 - beta1**k), m, v
""", ["""
m = m + (1 - beta1) * (g - m)
v = v + (1 - beta2) * (g * g - v)
b, most = beta2**k, (1 + beta2) / (1 - beta2)
rho = most - 2 * k * b / (1 - b)
step = lr * m / (1 - beta1**k)
if rho > 5.0:
    r = math.sqrt(((rho - 4) / (most - 4)) * ((rho - 2) / (most - 2)) * (most / rho))
    step = step * r * math.sqrt(1 - b) / (v**0.5 + eps)
return step, m, v
"""]),
    "clipped": ("v=0", "g, v, lr=1e-2, mu=0.9, clip=1.0", """
v = mu * v + np.clip(g, -clip, clip)
return lr * v, v
""", ["""
v = v * mu + np.maximum(np.minimum(g, clip), -clip)
return v * lr, v
""", """
v = mu * v + g * np.minimum(1, clip / np.maximum(np.abs(g), 1e-300))
return lr * v, v
"""]),
    "clipped_by_norm": ("v=0", "g, v, lr=1e-2, mu=0.9, clip=1.0", """
n = np.sqrt(np.sum(g**2))
v = mu * v + (g * clip / n if n > clip else g)
return lr * v, v
""", ["""
n = np.linalg.norm(np.ravel(g))
v = mu * v + (min(1.0, clip / n) if n > 0 else 1.0) * g
return lr * v, v
"""]),
    "lars": ("v=0", "g, p, v, lr=1e-2, mu=0.9, trust=0.001, weight_decay=1e-4, eps=1e-9", """
a, b = np.sqrt(np.sum(p**2)), np.sqrt(np.sum(g**2))
v = mu * v + lr * (trust * a / (b + weight_decay * a + eps)) * (g + weight_decay * p)
return v, v
""", ["""
a, b = np.linalg.norm(np.ravel(p)), np.linalg.norm(np.ravel(g))
rate = lr * trust * a / (eps + b + a * weight_decay)
v = v * mu + rate * g + rate * weight_decay * p
return v, v
"""]),
    "decayed": ("", "g, k, lr=1e-1, decay=0.01", "return lr / (1 + decay * (k - 1)) * g", [
        "return lr * g / (1.0 + decay * k - decay)"]),
    "aggregated": ("a=0, b=0", "g, a, b, lr=1e-2, beta1=0.9, beta2=0.99", """
a = beta1 * a + g
b = beta2 * b + g
return lr * (a + b) / 2, a, b
""", ["""
a, b = a * beta1 + g, b * beta2 + g
return lr / 2 * a + 0.5 * lr * b, a, b
"""]),
    "bounded": ("m=0, v=0", "g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, final=0.1, "
                "gamma=1e-3", """
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
rate = lr * np.sqrt(1 - beta2**k) / (1 - beta1**k) / (np.sqrt(v) + eps)
low, high = final * (1 - 1 / (gamma * k + 1)), final * (1 + 1 / (gamma * k))
return np.clip(rate, low, high) * m, m, v
""", ["""
m = m - (1 - beta1) * (m - g)
v = beta2 * v + g * g - beta2 * g * g
low, high = final - final / (1 + gamma * k), final + final / (gamma * k)
rate = lr * (1 - beta2**k)**0.5 / ((1 - beta1**k) * (v**0.5 + eps))
return np.minimum(np.maximum(rate, low), high) * m, m, v
"""]),
    "mean_of_squares": ("m=0, s=0", "g, k, m, s, lr=1e-3, beta1=0.9, eps=1e-8", """
m = beta1 * m + (1 - beta1) * g
s = ((k - 1) * s + g**2) / k
return lr * m / (np.sqrt(s) + eps), m, s
""", ["""
m, s = m + (1 - beta1) * (g - m), s + (g * g - s) / k
return lr * m / (s**0.5 + eps), m, s
"""]),
}


def written(name, body):
    state, arguments, *_ = RULES[name]
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"{HEAD}\n@optimizer({state})\ndef {name}({arguments}):\n{lines}\n"


@cache
def homework(name):
    toml = TOML.format(task=name, title=name, reveal="full")
    return assignment.parse(toml.encode(), "hw/assignment.toml", written(name, RULES[name][2]))


@pytest.mark.parametrize(("name", "body"), [
    (name, body) for name, (*_, solution, others) in RULES.items()
    for body in (solution, *others)])
def test_another_form_is_right(name, body):
    with np.errstate(all="ignore"):
        found = update_rule(context_of(written(name, body), homework(name), name))
    assert (found.status, found.message) == (Status.PASSED, "")
