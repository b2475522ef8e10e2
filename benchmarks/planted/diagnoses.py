"""Banks of known mistakes that know less, name too much, or judge by themselves."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.rooms import (
    ACTIVATION,
    FUNCTION_DIAGNOSIS,
    GRAPH_DIAGNOSIS,
    PROBING,
    RULE_DIAGNOSIS,
    RULE_PROBES,
)
from benchmarks.planted.tolerances import T

OF_RULES = Area("diagnosis of rules", (
    f"{T}/test_second_readings.py", f"{T}/test_pair_bank.py", f"{T}/test_bank.py",
), (
    Bug(f"{RULE_DIAGNOSIS}/bank.py", "first, rest = chosen[0], chosen[1:]",
        "first, rest = chosen[0], chosen[2:]"),
    Bug(f"{RULE_DIAGNOSIS}/bank.py", "range(2, first.readings + 1)", "()"),
    Bug(f"{PROBING}/flag.py", "len(touched) == len(set(touched))", "True"),
    Bug(f"{RULE_DIAGNOSIS}/bank.py",
        "for count in range(depth + 1):", "for count in range(depth):"),
    Bug(f"{RULE_DIAGNOSIS}/bank.py", "if variant.convention in accept:", "if True:"),
    Bug(f"{RULE_DIAGNOSIS}/bank.py",
        "key=lambda one: len(one.flags)", "key=lambda one: -len(one.flags)"),
    Bug(f"{RULE_DIAGNOSIS}/bank.py", "self.key == other.key", "True",
        why="only runs whose hashes are the same are ever compared"),
    Bug(f"{RULE_DIAGNOSIS}/families.py", "return -answer if \"sign_flipped\" in flags else answer",
        "return answer"),
    Bug(f"{RULE_DIAGNOSIS}/families.py", "lr = np.ones(steps)", "lr = lr"),
    Bug(f"{RULE_DIAGNOSIS}/adam.py", "        return square\n    return",
        "        return arriving\n    return"),
    Bug(f"{RULE_DIAGNOSIS}/rmsprop.py",
        "            v = (1 - rho) * square", "            v = square"),
    Bug(f"{RULE_DIAGNOSIS}/rmsprop.py", "kept = 1 - rho if \"rho_swapped~2\" in flags else rho",
        "kept = rho"),
    Bug(f"{RULE_DIAGNOSIS}/sgd_plus.py",
        "kept = 1 - mu if \"mu_swapped~2\" in flags else mu", "kept = mu"),
    Bug(f"{RULE_DIAGNOSIS}/sgd_plus.py",
        "            v = np.where(first, old, v)", "            v = v"),
    Bug(f"{RULE_DIAGNOSIS}/root.py", "return np.asarray(g + lr * direction)",
        "return np.asarray(lr * (g + direction))"),
    Bug(f"{RULE_DIAGNOSIS}/adam.py", "flag(\"v_from_m\", \"with the first",
        "flag(\"v_from_m\", \"with the second", (
            f"{T}/test_docs.py::test_the_diagnosis_page_lists_every_identifier_with_its_meaning",)),
    Bug(f"{RULE_DIAGNOSIS}/initial_state.py",
        "if declared and evidence.single else", "if declared else"),
    Bug(f"{RULE_PROBES}/sensitivity.py",
        "if not any(np.isfinite(answer).any() for answer in answers):", "if False:", (
        f"{T}/test_second_readings.py", f"{T}/test_update_rule.py")),
    Bug(f"{RULE_PROBES}/sensitivity.py",
        "_error(context, {**values, name: 0.0}, answers) > FLOAT64 for name in values",
        "True for name in values", (f"{T}/test_update_rule.py",)),
    Bug(f"{RULE_PROBES}/oracle.py", "(1 - decay) * (_weights", "decay * (_weights",
        (f"{T}/test_oracle.py",)),
))

OF_FUNCTIONS = Area("diagnosis of Functions and activations", (
    f"{T}/test_gradient_bank.py", f"{T}/test_function_mutants.py",
), (
    Bug(f"{FUNCTION_DIAGNOSIS}/bank.py",
        "    yield from (_behind(outer, one) for one in inner if not one.alone for outer in "
        "COTANGENT)\n", ""),
    Bug(f"{FUNCTION_DIAGNOSIS}/bank.py", "(flag, *inner.flags)", "(flag,)"),
    Bug(f"{FUNCTION_DIAGNOSIS}/bank.py", "inner.gradients(change(g), probe)",
        "inner.gradients(g, probe)"),
    Bug(f"{FUNCTION_DIAGNOSIS}/match.py", "if known.flags and flag == FITTED:", "if False:"),
    Bug(f"{FUNCTION_DIAGNOSIS}/match.py", "2 * finite.sum() < finite.size or", ""),
    Bug(f"{FUNCTION_DIAGNOSIS}/match.py", "    yield from _weighted(seen, terms)\n", ""),
    Bug(f"{FUNCTION_DIAGNOSIS}/match.py", "    yield from _shifted(seen)\n", ""),
    Bug(f"{FUNCTION_DIAGNOSIS}/match.py", "abs(first + 1) < EXACT", "first < 0"),
    Bug(f"{FUNCTION_DIAGNOSIS}/gradient.py",
        "if not vague and not _same(numbers, right):", "if True:",
        (f"{T}/test_left_out.py",)),
    Bug(f"{FUNCTION_DIAGNOSIS}/gradient.py",
        "if len(known.flags) < 2 or any(one.any() for one in given)]",
        "]", (f"{T}/test_left_out.py",)),
    Bug(f"{ACTIVATION}/diagnosis.py", "if fits.all():", "if fits.any():",
        (f"{T}/test_activation_check.py",)),
    Bug(f"{ACTIVATION}/diagnosis.py", "if abs(factor - 1) > NEUTRAL:", "if True:",
        (f"{T}/test_activation_boundaries.py",)),
    Bug(f"{ACTIVATION}/diagnosis.py", "if not meant and", "if",
        (f"{T}/test_activation_check.py",)),
))

OF_GRAPHS = Area("diagnosis of graphs", (
    f"{T}/test_second_readings.py", f"{T}/test_graph_checks.py",
), (
    Bug(f"{GRAPH_DIAGNOSIS}/graph_mistakes.py", "range(2, one.readings + 1)", "range(2, 2)"),
    Bug(f"{GRAPH_DIAGNOSIS}/graph_mistakes.py",
        "or _of_bank(flags, 2, simulate, numbers, relative)", ""),
    Bug(f"{GRAPH_DIAGNOSIS}/wrong_walks.py", "partial(_one_path, last=True)", "partial(_one_path)"),
    Bug(f"{GRAPH_DIAGNOSIS}/wrong_walks.py", "partial(_queued, once=False),",
        "partial(_dived, once=False),"),
    Bug(f"{GRAPH_DIAGNOSIS}/wrong_walks.py",
        "partial(_dived, once=True),", "partial(_queued, once=True),"),
    Bug(f"{GRAPH_DIAGNOSIS}/partial_mistakes.py", "arguments=\"total_derivatives~2\" in switches",
        "arguments=False"),
    Bug(f"{GRAPH_DIAGNOSIS}/partial_mistakes.py",
        "(outermost and \"activation_derivative_dropped~2\" in switches)", "False"),
    Bug(f"{GRAPH_DIAGNOSIS}/common_factor.py", "return None if error is None else (factor, error)",
        "return factor, error or 0.0"),
))

AREAS = (OF_RULES, OF_FUNCTIONS, OF_GRAPHS)
