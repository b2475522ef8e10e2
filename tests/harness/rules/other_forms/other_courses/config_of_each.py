"""Functions of a weight, its gradient and a config; the tasks of `step_size`, right."""

import numpy as np


def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("momentum", 0.9)
    speed = config.get("velocity", np.zeros_like(w))
    speed = config["momentum"] * speed - config["learning_rate"] * dw
    config["velocity"] = speed
    return w + speed, config


def adagrad(w, dw, config=None):
    config = dict(config or {})
    rate, epsilon = config.get("learning_rate", 1e-3), config.get("epsilon", 1e-8)
    config["sum"] = config.get("sum", 0) + dw * dw
    return w - rate * dw / (np.sqrt(config["sum"]) + epsilon), config


def rmsprop(w, dw, config=None):
    config = {"learning_rate": 1e-3, "decay_rate": 0.9, "epsilon": 1e-8} | (config or {})
    share = config["decay_rate"]
    config["cache"] = share * config.get("cache", np.zeros_like(w)) + (1 - share) * dw**2
    w -= config["learning_rate"] * dw / np.sqrt(config["cache"] + config["epsilon"])
    return w, config


def adam(w, dw, config=None):
    if config is None:
        config = {}
    for name, value in (
        ("learning_rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8),
        ("m", np.zeros_like(w)), ("v", np.zeros_like(w)), ("t", 0),
    ):
        config.setdefault(name, value)
    config["t"] += 1
    b1, b2 = config["beta1"], config["beta2"]
    config["m"] += (1 - b1) * (dw - config["m"])
    config["v"] += (1 - b2) * (dw * dw - config["v"])
    m_hat, v_hat = (config[one] / (1 - b ** config["t"]) for one, b in (("m", b1), ("v", b2)))
    return w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"]), config
