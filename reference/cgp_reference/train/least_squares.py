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
from cgp_reference.network import LayeredNetwork

Problem = Callable[[Array], tuple[Array, Array]]
"""`p (n,) -> errors (m,), their Jacobian (m, n)`."""

_FLOOR = 1e-12
"""Least damping, and least scale of a parameter relative to the largest: 1 / the worst condition
number that float64 solves to some digits."""


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
    problem: Problem, start: Array, steps: int, damping: float = 1e-3
) -> Path:
    r"""Between the two: a damped jump, taken only where the loss falls.

    .. math:: p_{k+1} = p_k - (J^T J + \lambda D)^{-1} J^T \epsilon, \qquad
              D = \operatorname{diag}(J^T J)

    After a jump that is taken :math:`\lambda` is divided by 10, after one that is not multiplied.
    Marquardt, "An Algorithm for Least-Squares Estimation of Nonlinear Parameters", *Journal of the
    Society for Industrial and Applied Mathematics* 11(2), 1963.

    Args:
        problem: errors and Jacobian at a point.
        start: `(n,)`.
        steps: number of jumps tried.
        damping: the first :math:`\lambda`, a pure number.
    """
    point = np.array(start, dtype=np.float64)
    errors, jacobian = problem(point)
    points, losses, accepted = [point], [_loss(errors)], []
    for _ in range(steps):
        candidate = point - _damped(errors, jacobian, damping)
        found = problem(candidate)
        taken = _loss(found[0]) < losses[-1]       # False for nan as well
        if taken:
            point, (errors, jacobian) = candidate, found
        damping = max(damping / 10, _FLOOR) if taken else damping * 10
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
    """
    def problem(point: Array) -> tuple[Array, Array]:
        parameters, values = point[:, None], inputs[..., None]
        predictions = network.outputs(parameters, values)
        errors = labels.reshape(predictions.shape) - predictions
        jacobian = network.jacobian(parameters, values)
        return errors.ravel(), -jacobian.reshape(errors.size, point.size)

    return problem


def _damped(errors: Array, jacobian: Array, damping: float) -> Array:
    # (J'J + λD) p = J'e is the least-squares solution of J p = e on top of sqrt(λD) p = 0, which
    # needs no J'J, whose condition number is the square of J's.
    scale = np.sqrt(np.sum(jacobian**2, axis=0))
    scale = np.maximum(scale, _FLOOR * max(1.0, float(np.max(scale))))
    stacked = np.vstack([jacobian, np.diag(np.sqrt(damping) * scale)])
    padded = np.concatenate([errors, np.zeros(len(scale))])
    return _solution(stacked, padded)


def _solution(matrix: Array, right: Array) -> Array:
    solution: Array = np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], np.float64)
    return solution


def _unconditional(
    problem: Problem, start: Array, steps: int, step: Callable[[Array, Array], Array]
) -> Path:
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
