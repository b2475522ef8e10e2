"""What a backward or a forward that makes a known mistake answers, without any worker."""

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.bank import Probe
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.numbers import cotangents, points
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS


def probes(name, gradients, seed=0, noise=0.0):
    """What a backward that computes `gradients(g, probe)` answers at two shapes."""
    specification, draw = SPECIFICATIONS[name], np.random.default_rng(seed)
    found = []
    for sizes in ground.told_apart_at(specification):
        for _ in range(3):
            inputs = tuple(sizes.parts(points(specification, sizes, draw, 1)[0]))
            g = cotangents(sizes.output, draw, 1)[0].reshape(sizes.output)
            probe = Probe(
                inputs, g, np.asarray(specification.forward(*inputs)),
                lambda g, inputs=inputs: specification.vjp(g, *inputs), specification.vjp, ())
            with np.errstate(all="ignore"):
                got = tuple(np.broadcast_to(one, into.shape) for one, into in zip(
                    gradients(g, probe), inputs, strict=True))
            got = tuple(one * (1 + noise * draw.uniform(-1, 1, one.shape)) for one in got)
            found.append(Probe(inputs, g, probe.output, probe.vjp, probe.vjp_at, got))
    return found


def values_of(name, mistake, others, seed=5):
    """What forward with this mistake gives, what is right, and what each of the others gives."""
    specification, draw = SPECIFICATIONS[name], np.random.default_rng(seed)
    sizes = specification.tried_sizes[0]
    at = [sizes.parts(row) for row in points(specification, sizes, draw, 8)]
    if specification.elementwise:
        at += [[np.array([number])] for number in (*specification.always, -0.0)]
    with np.errstate(all="ignore"):
        simulated = [
            (one, np.concatenate([np.ravel(one.forward(*row)) for row in at])) for one in others]
        right = np.concatenate([np.ravel(specification.forward(*row)) for row in at])
        return np.concatenate([np.ravel(mistake.forward(*row)) for row in at]), right, simulated
