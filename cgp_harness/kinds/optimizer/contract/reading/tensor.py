"""A stand-in for other courses' tensors: a numpy array with `data`, `grad` and `value`.

    weight = Tensor(array)
    weight.data = weight.data - lr * weight.grad.data

What a package's own tensors do besides, differentiate for one, is not here.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from cgp_harness.kinds.optimizer.contract.reading.moved import is_tensor


class Numbers(np.ndarray):
    """What `data` and `grad` give, and what is computed of them."""

    @property
    def data(self) -> Any:
        """Itself."""
        return self

    cached_data = data

    def numpy(self) -> Any:
        """A plain array."""
        return np.asarray(self)

    def detach(self) -> Any:
        """Itself: nothing is differentiated here."""
        return self

    def zero_(self) -> Any:
        """Itself, with zeros in it."""
        self[...] = 0
        return self

    clone = np.ndarray.copy
    realize_cached_data = detach


class Tensor(NDArrayOperatorsMixin):
    """A parameter, or whatever else is made by this name."""

    requires_grad = True
    device = None

    def __init__(self, value: Any = 0.0, *_: Any, **__: Any) -> None:
        self.data = value
        self.grad = None

    __hash__ = object.__hash__

    @property
    def data(self) -> Any:
        """The numbers now; whoever keeps them keeps them as they are until something is set in
        their place."""
        return self._numbers

    @data.setter
    def data(self, value: Any) -> None:
        array = np.asarray(value)
        self._numbers = (
            array if array.dtype.kind == "f" else array.astype(np.float64)).view(Numbers)

    cached_data = data

    @property
    def grad(self) -> Any:
        """The gradient; None if there is none."""
        return self._grad

    @grad.setter
    def grad(self, value: Any) -> None:
        self._grad = None if value is None else np.asarray(value).view(Numbers)

    derivative = grad

    @property
    def value(self) -> Any:
        """Itself, with its gradient."""
        return self

    @value.setter
    def value(self, value: Any) -> None:
        self.data = value

    def update(self, value: Any) -> None:
        """Be this value."""
        self.data = value

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        plain = np.asarray(self._numbers)
        return plain if dtype is None else plain.astype(dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **named: Any) -> Any:
        def plain(one: Any) -> Any:
            return one.data if isinstance(one, Tensor) else one

        if "out" in named:  # `p -= step`: its own numbers are changed
            changed = named["out"]
            named["out"] = tuple(map(plain, changed))
            getattr(ufunc, method)(*map(plain, given), **named)
            return changed[0]
        return getattr(ufunc, method)(*map(plain, given), **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._numbers, name)  # shape, dtype, sum(), …

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, at: Any) -> Any:
        return self._numbers[at]

    def __setitem__(self, at: Any, value: Any) -> None:
        self._numbers[at] = value


def parameter(value: Any) -> Any:
    """A parameter with this value: torch's own of a tensor, else a stand-in."""
    return sys.modules["torch"].nn.Parameter(value) if is_tensor(value) else Tensor(value)


class Optimizer:
    """A stand-in for other courses' base class of optimizers."""

    def __init__(self, params: Any = (), *_: Any, **__: Any) -> None:
        self.params = self.parameters = list(params)

    def step(self) -> None:
        """A student's own comes in its place."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.params:
            parameter.grad = None

    reset_grad = zero_grad


class Layer:
    """One of a network: `W` with its gradient `dLdW`, and a `b` that never moves."""

    def __init__(self, weight: Any) -> None:
        self.W, self.b = weight, np.zeros(1)
        self.dLdW, self.dLdb = np.zeros_like(weight), np.zeros(1)

    @property
    def data(self) -> Any:
        """The weight."""
        return self.W

    @data.setter
    def data(self, value: Any) -> None:
        self.W = value

    @property
    def grad(self) -> Any:
        """Its gradient."""
        return self.dLdW

    @grad.setter
    def grad(self, value: Any) -> None:
        self.dLdW = value


class Layers(list[Any]):
    """Those of a network that have weights: some take every other one, as if there were others."""

    def __getitem__(self, at: Any) -> Any:
        return Layers(self) if isinstance(at, slice) else super().__getitem__(at)


class Model:
    """A stand-in for a network."""

    def __init__(self, layers: Any) -> None:
        self.layers = Layers(layers)
