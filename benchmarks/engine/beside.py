"""The same training by others: a C loop that is compiled here, torch, and jax where it is there."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from cgp_reference.data import Array
from cgp_reference.data.batches import Batches, Block
from cgp_reference.network import LayeredNetwork
from cgp_reference.train import uniform_start

SOURCE = Path(__file__).with_name("loop.c")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fPIC", "-c")
"""`-ffast-math` lets gcc take its library's SIMD form of exp. It is linked without: else whoever
loads the library computes with 0 in the place of the smallest numbers from then on."""
BLOCK = 16
"""Seeds that the C loop takes at once."""
RATE = 3e-2
NETWORK = LayeredNetwork((4, 2, 1))


@dataclass(frozen=True)
class Given:
    """Batches that were drawn before, one after the other and then from the first again."""

    block: Block
    size: int

    @classmethod
    def of(cls, batches: Batches, seeds: int, count: int) -> Given:
        """`count` batches for each seed."""
        blocks = list(batches.blocks(range(seeds), count))
        return cls(Block(np.concatenate([one.sources for one in blocks], axis=1),
                         np.concatenate([one.labels for one in blocks])), batches.size)

    def blocks(self, seeds: Sequence[int], iterations: int) -> Iterator[Block]:
        """See `Source`."""
        count = len(self.block.labels)
        for first in range(0, iterations, count):
            last = min(count, iterations - first)
            yield Block(self.block.sources[:, :last], self.block.labels[:last])


@cache
def compiled(real: str) -> Any:
    """The C loop for `double` or `float`; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    with TemporaryDirectory() as folder:
        part, library = Path(folder, "loop.o"), Path(folder, "loop.so")
        for command in (
            [*FLAGS, f"-DREAL={real}", str(SOURCE), "-o", str(part)],
            ["-shared", str(part), "-o", str(library), "-lm"],
        ):
            if subprocess.run([compiler, *command], capture_output=True, check=False).returncode:
                return None
        found = ctypes.CDLL(str(library)).train
    found.restype = ctypes.c_double
    return found


def c_loop(given: Given, seeds: int, steps: int, real: str = "double") -> Callable[[], Array]:
    """The training in C; its parameters come back. Seeds are filled up to whole blocks of 16."""
    kind = np.float64 if real == "double" else np.float32
    whole = -(-seeds // BLOCK) * BLOCK
    places = np.arange(whole) % seeds
    inputs = np.ascontiguousarray(
        given.block.inputs[..., places].transpose(1, 0, 2, 3), dtype=kind)
    labels = np.ascontiguousarray(given.block.labels[..., places], dtype=kind)
    train = compiled(real)

    def run() -> Array:
        parameters = np.ascontiguousarray(
            uniform_start(NETWORK.size, range(seeds))[:, places], dtype=kind)
        moments = np.zeros((2, *parameters.shape), kind)
        pointers = [array.ctypes.data_as(ctypes.c_void_p)
                    for array in (inputs, labels, parameters, *moments)]
        train(ctypes.c_long(whole), ctypes.c_long(steps), ctypes.c_long(len(labels)), *pointers,
              ctypes.c_double(RATE))
        return np.asarray(parameters[:, :seeds], np.float64)

    return run


def by_torch(given: Given, seeds: int, steps: int) -> Callable[[], Array]:
    """The training by Autograd and `torch.optim.Adam`, all seeds in one product, one thread."""
    import torch

    from cgp_reference.train.torch_baseline import one_thread

    inputs = torch.tensor(given.block.sources.transpose(1, 3, 0, 2))       # (T, S, 5, batch)
    labels = torch.tensor(given.block.labels.transpose(0, 2, 1)[:, :, None])
    ones = torch.ones_like(labels[0])

    def run() -> Array:
        start = torch.tensor(uniform_start(NETWORK.size, range(seeds)).T)
        first = start[:, :10].reshape(-1, 2, 5).clone().requires_grad_()
        last = start[:, 10:].reshape(-1, 1, 3).clone().requires_grad_()
        optimizer = torch.optim.Adam([first, last], lr=RATE)
        with one_thread():
            for k in range(steps):
                hidden = torch.sigmoid(first @ inputs[k % len(inputs)])
                predicted = torch.sigmoid(last @ torch.cat([hidden, ones], 1))
                loss = (predicted - labels[k % len(labels)]).square().mean(-1).sum()
                optimizer.zero_grad()
                torch.autograd.backward(loss)
                optimizer.step()
        return torch.cat([first.reshape(seeds, -1), last.reshape(seeds, -1)], 1).detach().numpy().T

    return run


def by_jax(given: Given, seeds: int, steps: int) -> Callable[[], Array] | None:
    """The training as one compiled jax scan; None where jax is not installed (extra `peer`)."""
    if importlib.util.find_spec("jax") is None:
        return None
    jax = importlib.import_module("jax")
    jnp = importlib.import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)
    inputs = jnp.asarray(given.block.inputs.transpose(1, 0, 2, 3))     # (T, 4, batch, S)
    labels = jnp.asarray(given.block.labels)
    start = jnp.asarray(uniform_start(NETWORK.size, range(seeds)))

    def loss(p: Any, x: Any, y: Any) -> Any:
        hidden = jax.nn.sigmoid(
            jnp.einsum("jis,ibs->jbs", p[:10].reshape(2, 5, -1)[:, :4], x)
            + p[:10].reshape(2, 5, -1)[:, 4][:, None])
        out = jax.nn.sigmoid(jnp.einsum("js,jbs->bs", p[10:12], hidden) + p[12])
        return jnp.sum((out - y) ** 2) / x.shape[1]

    def step(state: Any, k: Any) -> Any:
        p, m, v = state
        place = k % len(labels)
        g = jax.grad(loss)(p, inputs[place], labels[place])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        m_hat, v_hat = m / (1 - 0.9 ** (k + 1.0)), v / (1 - 0.999 ** (k + 1.0))
        return (p - RATE * m_hat / jnp.sqrt(v_hat + 1e-8), m, v), None

    scan = jax.jit(lambda p: jax.lax.scan(
        step, (p, jnp.zeros_like(p), jnp.zeros_like(p)), jnp.arange(steps))[0][0])

    def run() -> Array:
        return np.asarray(scan(start))

    return run
