"""Activations as students write them: right ones in many styles, and some that learn nothing."""

import math

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -700, 700)))


def slope_of_sigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))


def tanh_slope(x):
    return 1 - np.tanh(x) ** 2


def erf(x):
    return np.vectorize(math.erf, otypes=[float])(x)


def bell(x):
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def gelu(x):
    below = (1 + erf(x / math.sqrt(2))) / 2
    return x * below, below + x * bell(x)


def one_by_one(x):
    """As written by who knows no numpy."""
    value, derivative = np.zeros_like(x), np.zeros_like(x)
    for place in np.ndindex(x.shape):
        number = float(x[place])
        value[place] = number if number > 0 else math.exp(number) - 1
        derivative[place] = 1 if number > 0 else math.exp(number)
    return value, derivative


# Value and derivative written out by hand, from calculus: nothing here measures a slope.
RIGHT = {
    "tanh": lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2),
    "softsign": lambda x: (x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2),
    "arctan": lambda x: (np.arctan(x), 1 / (1 + x * x)),
    "sigmoid": lambda x: (sigmoid(x), slope_of_sigmoid(x)),
    "swish": lambda x: (x * sigmoid(x), sigmoid(x) + x * slope_of_sigmoid(x)),
    "gelu": gelu,
    "relu": lambda x: (np.maximum(x, 0), x > 0),                    # truth values
    "relu of whole numbers": lambda x: (x * (x > 0), np.where(x > 0, 1, 0)),
    "relu, 1 at 0": lambda x: (np.maximum(x, 0), (x >= 0) * 1.0),
    "relu, 1/2 at 0": lambda x: (np.maximum(x, 0), (np.sign(x) + 1) / 2),
    "leaky relu": lambda x: (np.where(x > 0, x, 0.01 * x), np.where(x > 0, 1, 0.01)),
    "relu6": lambda x: (np.clip(x, 0, 6), (x > 0) & (x < 6)),
    "hard tanh": lambda x: (np.clip(x, -1, 1), abs(x) < 1),
    "hard sigmoid": lambda x: (np.clip(x / 6 + 0.5, 0, 1), (abs(x) < 3) / 6),
    "elu, one by one": one_by_one,
    "softplus": lambda x: (np.maximum(x, 0) + np.log1p(np.exp(-abs(x))), sigmoid(x)),
    "sine": lambda x: (np.sin(x), np.cos(x)),
    "gaussian": lambda x: (np.exp(-x * x), -2 * x * np.exp(-x * x)),
    "square": lambda x: (x * x, 2 * x),
    "cube": lambda x: (x**3, 3 * x**2),
    "x |x|": lambda x: (x * abs(x), 2 * abs(x)),
    "|x|": lambda x: (abs(x), np.sign(x)),
    "a list": lambda x: [np.tanh(x), 1 - np.tanh(x) ** 2],
}
IN_USE = ("tanh", "softsign", "arctan", "sigmoid", "swish", "relu", "leaky relu", "relu6",
          "hard tanh", "hard sigmoid", "softplus", "sine", "gaussian", "square", "|x|")
USELESS = {
    "a constant": lambda x: (0 * x + 0.5, 0 * x),
    "a step": lambda x: ((x > 0) * 1.0, 0 * x),
    "0.001 x": lambda x: (1e-3 * x, 0 * x + 1e-3),
    "0.001 tanh": lambda x: (1e-3 * np.tanh(x), 1e-3 * tanh_slope(x)),
    "0.1 tanh": lambda x: (0.1 * np.tanh(x), 0.1 * tanh_slope(x)),
    "tanh uphill": lambda x: (np.tanh(x), -tanh_slope(x)),
    "relu uphill": lambda x: (np.maximum(x, 0), -1.0 * (x > 0)),
    "sigmoid uphill": lambda x: (sigmoid(x), -slope_of_sigmoid(x)),
    "saturated": lambda x: (sigmoid(x + 20), slope_of_sigmoid(x + 20)),
    "10 turns": lambda x: (np.sin(10 * x), 10 * np.cos(10 * x)),
}
