"""`mine`, an activation of the student's own choice, and what goes wrong in it."""

from tests.mutants.functions.family import Family, wrong

MINE = Family(
    title="mine",
    inputs="x",
    phrases={
        "imports": "import numpy as np",
        "module": "",
        "body": "{begin}\nreturn {value}, {derivative}",
        "begin": "y = np.tanh(x)",
        "value": "y",
        "derivative": "1 - y * y",
    },
    mistakes={
        # The derivative.
        "derivative_of_output": wrong(
            "activation", "derivative_at_value", derivative="1 - np.tanh(y)**2"),
        "sign_flipped": wrong("activation", "sign", derivative="y * y - 1"),
        "doubled": wrong("activation", "factor", derivative="2 * (1 - y * y)"),
        "almost_right": wrong("activation", "factor", derivative="1.0009 * (1 - y * y)"),
        "derivative_of_sigmoid": wrong(
            "activation", "derivative_of_another",
            derivative="1 / (2 + 2 * np.cosh(x.clip(-700, 700)))"),
        "derivative_of_relu": wrong(
            "activation", "derivative_of_another", derivative="(x > 0).astype(float)"),
        "derivative_is_one": wrong(
            "activation", "derivative_of_another", derivative="np.ones_like(x)"),
        "no_inner_derivative": wrong(
            "activation", "factor", begin="y = np.tanh(2 * x)"),
        "swapped": wrong("activation", "swapped", value="1 - y * y", derivative="y"),
        "squared_wrong": wrong("activation", "", derivative="1 - y"),
        # The form.
        "value_only": wrong("activation", "", body="return np.tanh(x)"),
        "three_values": wrong("activation", "", body="y = np.tanh(x)\nreturn x, y, 1 - y * y"),
        "no_return": wrong("activation", "", body="y = np.tanh(x)"),
        "one_number_only": wrong(
            "activation", "",
            body="if x > 0:\n    return x, 1.0\nreturn np.exp(x) - 1, np.exp(x)"),
        "summed_derivative": wrong("activation", "", derivative="(1 - y * y).sum()"),
        "flat": wrong("activation", "", value="y.ravel()", derivative="(1 - y * y).ravel()"),
        "in_place": wrong(
            "activation", "", body="np.tanh(x, out=x)\nreturn x, 1 - x * x"),
        # Elementwise, repeatable, of use.
        "softmax": wrong(
            "activation", "not_elementwise",
            begin="e = np.exp(x - x.max(initial=0))\ny = e / e.sum()", derivative="y * (1 - y)"),
        "centred": wrong("activation", "not_elementwise", begin="y = np.tanh(x - x.mean())"),
        "noise": wrong(
            "activation", "not_deterministic", module="noise = np.random.default_rng()",
            begin="y = np.tanh(x) + noise.normal(size=x.shape)"),
        "overflow": wrong(
            "activation", "not_finite", begin="e = np.exp(x)\ny = np.log(1 + e)",
            derivative="e / (1 + e)"),
        "straight_line": wrong(
            "activation", "affine", body="return 2 * x + 1, 0 * x + 2"),
        "constant": wrong("activation", "constant", body="return 0 * x + 1, 0 * x"),
        # Right, and of no use to the network.
        "too_weak": wrong("learning", "", value="1e-3 * y", derivative="1e-3 * (1 - y * y)"),
        "dead": wrong(
            "learning", "", body="return np.where(x > 9, x - 9, 0.0), np.where(x > 9, 1.0, 0.0)"),
    },
)
