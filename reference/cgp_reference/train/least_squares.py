r"""Gradient descent, Gauss-Newton and Levenberg-Marquardt on the full Jacobian (Eqs. 5 to 9).

A problem gives, at a point :math:`p`, the prediction errors :math:`\epsilon = Y - F(X, p)` and
their Jacobian :math:`J_\epsilon = -J_F`; the loss is :math:`\lVert \epsilon \rVert^2` (Eq. 5),
summed, not averaged. All three methods return the path that they took.

    problem = network_problem(network, inputs, labels)
    path = levenberg_marquardt(problem, start, steps=50)
    path.points[-1], path.losses[-1]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cgp_reference.data import Array
from cgp_reference.network import LayeredNetwork, NetworkError
from cgp_reference.train.start import TrainingError, require_iterations

Problem = Callable[[Array], tuple[Array, Array]]
"""`p (n,) -> errors (m,), their Jacobian (m, n)`."""

_FLOOR = 1e-12
"""Least damping, and least scale of a parameter relative to the largest: 1 / the worst condition
number that float64 solves to some digits."""
_CEILING = 1e32
"""Of the damping: with it no jump moves a number of float64."""


@dataclass(frozen=True)
class Path:
    """Where a method went.

    Args:
        points: `(steps + 1, n)`, the start first.
        losses: `(steps + 1,)`, the loss at each.
        accepted: `(steps,)`, whether the jump was taken; if not, the point is repeated.
    """

    points: Array
    losses: Array
    accepted: tuple[bool, ...]


def gradient_descent(problem: Problem, start: Array, steps: int, rate: float) -> Path:
    r"""Eqs. 6 and 7: :math:`p_{k+1} = p_k - 2 \alpha J_\epsilon^T \epsilon`.

    Eq. 8 is the same with :math:`J_F = -J_\epsilon`; its printed form lacks the transposition,
    without which the shapes do not fit.

    Args:
        problem: errors and Jacobian at a point.
        start: `(n,)`.
        steps: number of steps.
        rate: :math:`\alpha`, in parameter units squared per loss unit.
    """
    def step(errors: Array, jacobian: Array) -> Array:
        return 2 * rate * jacobian.T @ errors

    return _unconditional(problem, start, steps, step)


def gauss_newton(problem: Problem, start: Array, steps: int) -> Path:
    r"""The jump to the minimum of the linearised errors, whatever the loss does then.

    .. math:: p_{k+1} = p_k - (J^T J)^{-1} J^T \epsilon

    Solved by orthogonal decomposition, of smallest norm where the data do not determine it.

    Args:
        problem: errors and Jacobian at a point.
        start: `(n,)`.
        steps: number of jumps.
    """
    def step(errors: Array, jacobian: Array) -> Array:
        return _solution(jacobian, errors)

    return _unconditional(problem, start, steps, step)


def levenberg_marquardt(
    problem: Problem, start: Array, steps: int, damping: float = 1.0
) -> Path:
    r"""Between the two: a damped jump, taken only where the loss falls.

    .. math:: p_{k+1} = p_k - (J^T J + \lambda D)^{-1} J^T \epsilon, \qquad
              D = \max_{i \le k} \operatorname{diag}(J_i^T J_i)

    How much the loss falls, against what the linearised errors promise, sets the next
    :math:`\lambda`. A parameter keeps the largest scale that it had, so that one which a saturated
    unit hides does not run away.

    Nielsen, "Damping Parameter in Marquardt's Method", Technical University of Denmark, 1999; the
    scale: Moré, "The Levenberg-Marquardt Algorithm: Implementation and Theory", 1978.

    Args:
        problem: errors and Jacobian at a point.
        start: `(n,)`.
        steps: number of jumps tried.
        damping: the first :math:`\lambda`, a pure number.

    Raises:
        TrainingError: the damping is not a positive number, or there are fewer than 0 steps.
    """
    require_iterations(steps)
    if not 0 < damping < np.inf:
        raise TrainingError(f"a damping of {damping}", expected="a positive number")
    point = np.array(start, dtype=np.float64)
    errors, jacobian = problem(point)
    points, losses, accepted = [point], [_loss(errors)], []
    scale, raised = _scale(jacobian), 2.0
    for _ in range(steps):
        jump, promised = _damped(errors, jacobian, damping, scale)
        candidate = point - jump
        found = problem(candidate)
        gain = losses[-1] - _loss(found[0])
        taken = gain > 0 and _are_finite(*found)       # False for nan as well
        if taken:
            point, (errors, jacobian) = candidate, found
            scale = np.maximum(scale, _scale(jacobian))
            kept = gain / promised if promised > 0 else 1.0
            damping, raised = max(damping * max(1 / 3, 1 - (2 * kept - 1) ** 3), _FLOOR), 2.0
        elif damping < _CEILING:
            damping, raised = damping * raised, 2 * raised
        points.append(point)
        losses.append(_loss(errors))
        accepted.append(taken)
    return Path(np.stack(points), np.array(losses), tuple(accepted))


def network_problem(network: LayeredNetwork, inputs: Array, labels: Array) -> Problem:
    """All samples of a network with one set of parameters, as a least-squares problem.

    Args:
        network: any layers and activations.
        inputs: `(features, count)`, as `Samples.values`.
        labels: `(count,)`, or `(outputs, count)`.

    Raises:
        NetworkError: labels, or later inputs or a point, that do not fit the network.
    """
    outputs, count = network.layers[-1], inputs.shape[-1]
    if (outputs, count) not in {labels.shape, (1, *labels.shape)}:
        raise NetworkError(f"labels of shape {labels.shape}", expected=f"{(outputs, count)}")

    def problem(point: Array) -> tuple[Array, Array]:
        parameters, values = point[:, None], inputs[..., None]
        predictions = network.outputs(parameters, values)
        errors = labels.reshape(predictions.shape) - predictions
        jacobian = network.jacobian(parameters, values)
        return errors.ravel(), -jacobian.reshape(errors.size, point.size)

    return problem


def _damped(
    errors: Array, jacobian: Array, damping: float, scale: Array
) -> tuple[Array, float]:
    """The jump to subtract, and by how much the linearised loss falls with it."""
    # (J'J + λD) p = J'e is the least-squares solution of J p = e on top of sqrt(λD) p = 0, which
    # needs no J'J, whose condition number is the square of J's.
    floored = np.maximum(scale, _FLOOR * max(1.0, float(np.max(scale))))
    stacked = np.vstack([jacobian, np.diag(np.sqrt(damping) * floored)])
    jump = _solution(stacked, np.concatenate([errors, np.zeros(len(scale))]))
    promised = jump @ (jacobian.T @ errors) + damping * _loss(floored * jump)
    return jump, float(promised)


def _scale(jacobian: Array) -> Array:
    lengths: Array = np.sqrt(np.sum(jacobian**2, axis=0))
    return lengths


def _solution(matrix: Array, right: Array) -> Array:
    """Of smallest norm; not a number where a number of the problem is none: LAPACK may not end."""
    if not _are_finite(matrix, right):
        return np.full(matrix.shape[1], np.nan)
    solution: Array = np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], np.float64)
    return solution


def _are_finite(*arrays: Array) -> bool:
    return all(bool(np.isfinite(one).all()) for one in arrays)


def _unconditional(
    problem: Problem, start: Array, steps: int, step: Callable[[Array, Array], Array]
) -> Path:
    require_iterations(steps)
    points = [np.array(start, dtype=np.float64)]
    losses = []
    for _ in range(steps):
        errors, jacobian = problem(points[-1])
        losses.append(_loss(errors))
        points.append(points[-1] - step(errors, jacobian))
    losses.append(_loss(problem(points[-1])[0]))
    return Path(np.stack(points), np.array(losses), (True,) * steps)


def _loss(errors: Array) -> float:
    return float(errors @ errors)
