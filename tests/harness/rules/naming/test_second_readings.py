"""A mistake that can be made in two ways has one name: each way is written here by hand."""

import pytest

from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.checks.partials import partials
from cgp_harness.kinds.backprop.diagnosis import backpropagation_mistakes, partial_mistakes
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.model import Status
from tests.harness.in_process.graphs import context_of as graph_context
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correctness import correctness
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, submission
from tests.mutants.backprop_wrong import WRONG_BACKWARDS, WRONG_FORWARDS
from tests.simulators.families import FAMILIES

HOMEWORK = correctness()
SIGNATURES = {
    "sgd_plus": ("v=0", "g, k, v, lr=1e-3, mu=0.9"),
    "rmsprop": ("v=0", "g, k, v, lr=1e-3, rho=0.9, eps=1e-8"),
    "adagrad": ("v=0", "g, k, v, lr=1e-3, eps=1e-8"),
    "adam": ("m=0, v=0", "g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8"),
}
ADAM = "m = beta1 * m + (1 - beta1) * g\n    {second}\n    m_hat, v_hat = m / (1 - beta1**k), v"
READINGS = {
    "the buffer waits as well": (
        "sgd_plus", ("first_step_skipped",),
        "if k == 1:\n        return 0 * g, v\n    v = mu * v + lr * g\n    return v, v"),
    "the buffer fills": (
        "sgd_plus", ("first_step_skipped",),
        "v = mu * v + lr * g\n    return (0 * g if k == 1 else v), v"),
    "swapped at the buffer alone": (
        "sgd_plus", ("damped", "mu_swapped"),
        "v = (1 - mu) * v + (1 - mu) * lr * g\n    return v, v"),
    "swapped at the buffer, not ahead": (
        "sgd_plus", ("nesterov", "mu_swapped"),
        "v = (1 - mu) * v + g\n    return lr * (g + mu * v), v"),
    "swapped at the buffer and ahead": (
        "sgd_plus", ("nesterov", "mu_swapped"),
        "v = (1 - mu) * v + g\n    return lr * (g + (1 - mu) * v), v"),
    "no memory, weighted": (
        "rmsprop", ("no_memory",),
        "v = (1 - rho) * g * g\n    return lr * g / (v + eps) ** 0.5, v"),
    "no memory, whole": (
        "rmsprop", ("no_memory",), "v = g * g\n    return lr * g / (v + eps) ** 0.5, v"),
    "swapped in the average alone": (
        "rmsprop", ("rho_swapped", "bias_correction_added"),
        "v = (1 - rho) * v + rho * g * g\n"
        "    return lr * g / (v / (1 - rho**k) + eps) ** 0.5, v"),
    "swapped in the correction too": (
        "rmsprop", ("rho_swapped", "bias_correction_added"),
        "v = (1 - rho) * v + rho * g * g\n"
        "    return lr * g / (v / (1 - (1 - rho)**k) + eps) ** 0.5, v"),
    "added outside lr": (
        "adagrad", ("step_added_to_gradient",),
        "v = v + g * g\n    return g + lr * g / (v + eps) ** 0.5, v"),
    "added inside lr": (
        "adagrad", ("step_added_to_gradient",),
        "v = v + g * g\n    return lr * (g + g / (v + eps) ** 0.5), v"),
    "added outside lr, in Adam": (
        "adam", ("step_added_to_gradient",),
        ADAM.format(second="v = beta2 * v + (1 - beta2) * g * g") + " / (1 - beta2**k)\n"
        "    return g + lr * m_hat / (v_hat + eps) ** 0.5, m, v"),
    "only the newest square, whole": (
        "adam", ("v_without_memory",),
        ADAM.format(second="v = g * g") + " / (1 - beta2**k)\n"
        "    return lr * m_hat / (v_hat + eps) ** 0.5, m, v"),
    "only the newest square, weighted": (
        "adam", ("v_without_memory",),
        ADAM.format(second="v = (1 - beta2) * g * g") + " / (1 - beta2**k)\n"
        "    return lr * m_hat / (v_hat + eps) ** 0.5, m, v"),
}
SECOND = {
    "adagrad": "v = v + g * g", "rmsprop": "v = rho * v + (1 - rho) * g * g",
    "adam": "m = beta1 * m + (1 - beta1) * g\n    v = beta2 * v + (1 - beta2) * g * g"}
STEP = {
    "adagrad": ("lr * g", "v", "v"), "rmsprop": ("lr * g", "v", "v"),
    "adam": ("lr * m / (1 - beta1**k)", "v / (1 - beta2**k)", "m, v")}
READINGS |= {
    f"{family}: {name}": (
        family, ("half_for_root",), f"{SECOND[family]}\n    d = {root.format(STEP[family][1])}\n"
        f"    return {STEP[family][0]} / {divisor}, {STEP[family][2]}")
    for family in SECOND
    for name, root, divisor in (
        ("half of a sum", "({} + eps) ** 1/2", "d"), ("half of a quotient", "{} + eps", "d ** 1/2"))
}
READINGS |= {
    f"{flag}: {one}, {other}": (
        "adam", (flag,), f"{SECOND['adam']}\n"
        f"    return lr * m / {one} / (v / {other} + eps) ** 0.5, m, v")
    for flag, of in (
        ("beta_times_k", "(1 - beta{0} * k)"), ("power_of_difference", "(1 - beta{0})**k"))
    for one, other in (
        (of.format(1), of.format(2)), (of.format(1), "(1 - beta2**k)"),
        ("(1 - beta1**k)", of.format(2)))
}


@pytest.mark.parametrize("reading", READINGS)
def test_either_way_of_a_mistake_has_its_name(reading):
    family, flags, body = READINGS[reading]
    state, arguments = SIGNATURES[family]
    found = update_rule(context_of(
        f"from cgp_harness import optimizer\n\n@optimizer({state})\n"
        f"def {family}({arguments}):\n    {body}\n", HOMEWORK, family))
    assert (found.status, set(found.diagnosis.flags)) == (Status.FAILED, set(flags))


def test_every_mistake_of_several_readings_is_written_here_in_all():
    written = {}
    for family, flags, _ in READINGS.values():
        for flag in flags:
            written[family, flag] = written.get((family, flag), 0) + 1
    known = {
        (family, one.id): one.readings for family, module in FAMILIES.items()
        for one in module.FLAGS if one.readings > 1 and one.id != "step_added_to_gradient"}
    assert all(written.get(one, 0) >= count for one, count in known.items()), known
    assert written["adagrad", "step_added_to_gradient"] == 2


# --- graphs --------------------------------------------------------------------------------------

FACTOR = "total[name] = total.get(name, 0.0) + slope * tangent"
DROPPED = (
    "total[name] = total.get(name, 0.0) + (1.0 if {where}len(operands) == 1 and symbol != 'neg' "
    "and name in node.{names} else slope) * tangent")
OUTERMOST = "len(results) == len(node.program) and "


@pytest.mark.parametrize("where", ["", OUTERMOST], ids=["every one", "the outermost"])
@pytest.mark.parametrize("names", ["arguments", "parameters"])
def test_a_derivative_of_activations_may_be_left_out_everywhere_or_outermost(names, where):
    assert FACTOR in FORWARDS["program"]
    method = FORWARDS["program"].replace(FACTOR, DROPPED.format(where=where, names=names))
    for seed in range(2):
        found = partials(graph_context(submission(method, BACKWARDS["one_dict"]), seed))
        assert (found.status, found.diagnosis.flags) == (
            Status.FAILED, (f"activation_derivative_dropped_for_{names}",))


MOVED = '''
    @staticmethod
    def forward(graph, values):
        known = dict(values)
        for node in graph.nodes:
            known[node.name] = node.value(known)

        def at(node, name, x):
            now = known | {name: x}
            for one in graph.nodes:
                if one.name != name:
                    now[one.name] = one.value(now)
            return now[node.name]

        def slope(node, name, h=1e-6):
            x = known[name]
            return (at(node, name, x + h) - at(node, name, x - h)) / (2 * h)

        return {node.name: known[node.name] for node in graph.nodes}, {
            node.name: {name: slope(node, name) for name in (*node.arguments, *node.parameters)}
            for node in graph.nodes}
'''


def test_derivatives_along_all_paths_have_a_name_for_arguments_too():
    for seed in range(2):
        found = partials(graph_context(submission(MOVED, BACKWARDS["one_dict"]), seed))
        assert (found.status, found.diagnosis.flags) == (Status.FAILED, ("total_derivatives",))


FIRST_THAT_TELLS = '''
    @staticmethod
    def backward(graph, partials, errors):
        nodes = {node.name: node for node in graph.nodes}

        def derivative(name, parameter):
            if name not in nodes:
                return 0.0
            row = partials[name]
            if row.get(parameter, 0.0):
                return row[parameter]
            for argument in nodes[name].arguments:
                along = row[argument] * derivative(argument, parameter)
                if along:
                    return along
            return 0.0

        def gradient(parameter):
            shares = (error * derivative(name, parameter) for name, error in errors.items())
            return next(filter(None, shares), 0.0)

        return {parameter: gradient(parameter) for parameter in graph.parameters}
'''


def test_the_first_path_that_tells_is_one_path_only_too():
    for seed in range(2):
        found = backpropagation(
            graph_context(submission(FORWARDS["program"], FIRST_THAT_TELLS), seed))
        assert (found.status, found.diagnosis.flags) == (Status.FAILED, ("one_path_only",))


def test_every_mistake_on_graphs_has_as_many_mutants_as_readings():
    here = {
        "activation_derivative_dropped_for_arguments": 2, "total_derivatives": 1,
        "activation_derivative_dropped_for_parameters": 2, "one_path_only": 1}
    for flags, mutants in (
        (partial_mistakes.FLAGS, WRONG_FORWARDS), (backpropagation_mistakes.FLAGS, WRONG_BACKWARDS),
    ):
        for one in flags:
            count = sum(one.id in names[0].split() for names in mutants.values())
            assert count + here.get(one.id, 0) >= one.readings, one.id
