"""Banks of known mistakes that know less, name too much, or judge by themselves."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.tolerances import T

RULES = "cgp_harness/diagnosis/rules"
FUNCTIONS = "cgp_harness/diagnosis/functions"
GRAPHS = "cgp_harness/diagnosis/graphs"

OF_RULES = Area("diagnosis of rules", (
    f"{T}/test_second_readings.py", f"{T}/test_pair_bank.py", f"{T}/test_bank.py",
), (
    Bug(f"{RULES}/bank.py", "first, rest = chosen[0], chosen[1:]",
        "first, rest = chosen[0], chosen[2:]"),
    Bug(f"{RULES}/bank.py", "range(2, first.readings + 1)", "()"),
    Bug(f"{RULES}/bank.py", "len(touched) == len(set(touched))", "True"),
    Bug(f"{RULES}/bank.py", "for count in range(depth + 1):", "for count in range(depth):"),
    Bug(f"{RULES}/bank.py", "if variant.convention in accept:", "if True:"),
    Bug(f"{RULES}/bank.py", "key=lambda one: len(one.flags)", "key=lambda one: -len(one.flags)"),
    Bug(f"{RULES}/bank.py", "self.key == other.key", "True",
        why="only runs whose hashes are the same are ever compared"),
    Bug(f"{RULES}/families.py", "return -answer if \"sign_flipped\" in flags else answer",
        "return answer"),
    Bug(f"{RULES}/families.py", "lr = np.ones(steps)", "lr = lr"),
    Bug(f"{RULES}/adam.py", "        return square\n    return",
        "        return arriving\n    return"),
    Bug(f"{RULES}/rmsprop.py", "            v = (1 - rho) * square", "            v = square"),
    Bug(f"{RULES}/rmsprop.py", "kept = 1 - rho if \"rho_swapped~2\" in flags else rho",
        "kept = rho"),
    Bug(f"{RULES}/sgd_plus.py", "kept = 1 - mu if \"mu_swapped~2\" in flags else mu", "kept = mu"),
    Bug(f"{RULES}/sgd_plus.py", "            v = np.where(first, old, v)", "            v = v"),
    Bug(f"{RULES}/root.py", "return np.asarray(g + lr * direction)",
        "return np.asarray(lr * (g + direction))"),
    Bug(f"{RULES}/adam.py", "flag(\"v_from_m\", \"with the first",
        "flag(\"v_from_m\", \"with the second", (
            f"{T}/test_docs.py::test_the_diagnosis_page_lists_every_identifier_with_its_meaning",)),
    Bug(f"{RULES}/initial_state.py", "if declared and evidence.single else", "if declared else"),
    Bug("cgp_harness/checks/rules/sensitivity.py",
        "if not any(np.isfinite(answer).any() for answer in answers):", "if False:", (
        f"{T}/test_second_readings.py", f"{T}/test_update_rule.py")),
    Bug("cgp_harness/checks/rules/sensitivity.py",
        "_error(context, {**values, name: 0.0}, answers) > FLOAT64 for name in values",
        "True for name in values", (f"{T}/test_update_rule.py",)),
    Bug("cgp_harness/checks/rules/oracle.py", "(1 - decay) * (_weights", "decay * (_weights",
        (f"{T}/test_oracle.py",)),
))

OF_FUNCTIONS = Area("diagnosis of Functions and activations", (
    f"{T}/test_gradient_bank.py", f"{T}/test_function_mutants.py",
), (
    Bug(f"{FUNCTIONS}/gradient_bank.py",
        "    yield from (_behind(outer, one) for one in inner for outer in COTANGENT)\n", ""),
    Bug(f"{FUNCTIONS}/gradient_bank.py", "(flag, *inner.flags)", "(flag,)"),
    Bug(f"{FUNCTIONS}/gradient_bank.py", "inner.gradients(change(g), probe)",
        "inner.gradients(g, probe)"),
    Bug(f"{FUNCTIONS}/gradient_match.py", "if known.flags and flag == FITTED:", "if False:"),
    Bug(f"{FUNCTIONS}/gradient_match.py", "2 * finite.sum() < finite.size or", ""),
    Bug(f"{FUNCTIONS}/gradient_match.py", "    yield from _weighted(seen, terms)\n", ""),
    Bug(f"{FUNCTIONS}/gradient_match.py", "    yield from _shifted(seen)\n", ""),
    Bug(f"{FUNCTIONS}/gradient_match.py", "abs(first + 1) < EXACT", "first < 0"),
    Bug(f"{FUNCTIONS}/gradient.py", "if not vague and not _same(numbers, right):", "if True:",
        (f"{T}/test_left_out.py",)),
    Bug(f"{FUNCTIONS}/gradient.py", "if len(known.flags) < 2 or any(one.any() for one in given)]",
        "]", (f"{T}/test_left_out.py",)),
    Bug("cgp_harness/diagnosis/activation.py", "if fits.all():", "if fits.any():",
        (f"{T}/test_activation_check.py",)),
    Bug("cgp_harness/diagnosis/activation.py", "if abs(factor - 1) > NEUTRAL:", "if True:",
        (f"{T}/test_activation_boundaries.py",)),
    Bug("cgp_harness/diagnosis/activation.py", "if not meant and", "if",
        (f"{T}/test_activation_check.py",)),
))

OF_GRAPHS = Area("diagnosis of graphs", (
    f"{T}/test_second_readings.py", f"{T}/test_graph_checks.py",
), (
    Bug(f"{GRAPHS}/graph_mistakes.py", "range(2, one.readings + 1)", "range(2, 2)"),
    Bug(f"{GRAPHS}/graph_mistakes.py", "or _of_bank(flags, 2, simulate, numbers, relative)", ""),
    Bug(f"{GRAPHS}/wrong_walks.py", "partial(_one_path, last=True)", "partial(_one_path)"),
    Bug(f"{GRAPHS}/wrong_walks.py", "partial(_queued, once=False),",
        "partial(_dived, once=False),"),
    Bug(f"{GRAPHS}/wrong_walks.py", "partial(_dived, once=True),", "partial(_queued, once=True),"),
    Bug(f"{GRAPHS}/partial_mistakes.py", "arguments=\"total_derivatives~2\" in switches",
        "arguments=False"),
    Bug(f"{GRAPHS}/partial_mistakes.py",
        "(outermost and \"activation_derivative_dropped~2\" in switches)", "False"),
    Bug(f"{GRAPHS}/common_factor.py", "return None if error is None else (factor, error)",
        "return factor, error or 0.0"),
))

AREAS = (OF_RULES, OF_FUNCTIONS, OF_GRAPHS)
