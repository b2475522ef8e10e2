"""Banks of known mistakes that know less, name too much, or judge by themselves."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.rooms import (
    ACTIVATION,
    FUNCTION_DIAGNOSIS,
    GRAPH_DIAGNOSIS,
    MISTAKES,
    RULE_CHANGES,
    RULE_DIAGNOSIS,
    RULE_PROBES,
    SOLUTION,
)
from benchmarks.planted.tolerances import T

OF_RULES = Area("diagnosis of rules", (
    f"{T}/rules/naming/test_second_readings.py", f"{T}/rules/naming/test_pair_bank.py",
    f"{T}/rules/naming/test_bank.py",
), (
    Bug(f"{RULE_CHANGES}/mutants.py", "self._with(changes, counts=",
        "self._with(changes[:1], counts="),
    Bug(f"{RULE_CHANGES}/mutants.py", "ways=one.ways + other.ways", "ways=one.ways"),
    Bug(f"{RULE_CHANGES}/mutants.py", "way.excludes(each) for way", "False for way"),
    Bug(f"{RULE_CHANGES}/mutants.py", "return not own & others", "return True"),
    Bug(f"{RULE_CHANGES}/mutants.py", "self._written, *begun)", "self._written)"),
    Bug(f"{RULE_CHANGES}/how_run.py", "key=lambda way: not way.fixes", "key=lambda way: way.fixes"),
    Bug(f"{RULE_CHANGES}/how_run.py",
        "answer = _evaluated(code, {**_names(rule, run), STEP: answer})", "pass"),
    Bug(f"{RULE_CHANGES}/how_run.py", "elif name in run.schedule or np.ndim(value):",
        "elif False:"),
    Bug(f"{RULE_CHANGES}/how_run.py", "for other in range(len(places)) if shared else (index,):",
        "for other in (index,):"),
    Bug(f"{RULE_CHANGES}/how_run.py", "lambda _, gradient: gradient**2",
        "lambda _, gradient: gradient"),
    Bug(f"{RULE_CHANGES}/match.py", "key=lambda each: each[1].cost",
        "key=lambda each: -each[1].cost"),
    Bug(f"{RULE_CHANGES}/match.py",
        "isinstance(other, _Frozen) and self._key == other._key", "True",
        (f"{T}/probing/test_small_parts.py::test_runs_are_one_only_by_all_their_numbers",)),
    Bug("cgp_harness/kinds/optimizer/specified.py",
        "conventions={name: every.conventions[name] for name in names}",
        "conventions=every.conventions"),
    Bug("cgp_harness/assignment/mistakes.py", "*((one.replace, one.by) for one in entry.also)",
        "*()", (f"{T}/rules/naming/test_bank.py",)),
    Bug(MISTAKES, 'instead = {step = "lr * g + step"}', 'instead = {step = "lr * (g + step)"}'),
    Bug(MISTAKES, 'by = "(1 - rho) * v + rho * square"', 'by = "rho * v + (1 - rho) * square * 1"'),
    Bug(MISTAKES, 'by = "(1 - mu) * v"', 'by = "mu * v * 1"'),
    Bug(f"{RULE_DIAGNOSIS}/initial_state.py",
        "if declared and evidence.single else", "if declared else"),
    Bug(f"{RULE_PROBES}/sensitivity.py",
        "if not any(np.isfinite(answer).any() for answer in answers):", "if False:", (
        f"{T}/rules/naming/test_second_readings.py", f"{T}/rules/test_update_rule.py")),
    Bug(f"{RULE_PROBES}/sensitivity.py",
        "_error(context, {**values, name: 0.0}, answers) > FLOAT64 for name in values",
        "True for name in values", (f"{T}/rules/test_update_rule.py",)),
    Bug(SOLUTION, "radicand = v_hat + eps", "radicand = v_hat", (
        f"{T}/rules/test_solution_rules.py", f"{T}/rules/right/test_reference_rules.py")),
))

OF_FUNCTIONS = Area("diagnosis of Functions and activations", (
    f"{T}/functions/test_gradient_bank.py", f"{T}/functions/test_function_mutants.py",
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
        (f"{T}/activations/test_left_out.py",)),
    Bug(f"{FUNCTION_DIAGNOSIS}/gradient.py",
        "if len(known.flags) < 2 or any(one.any() for one in given)]",
        "]", (f"{T}/activations/test_left_out.py",)),
    Bug(f"{ACTIVATION}/diagnosis/derivative.py", "if fits.all():", "if fits.any():",
        (f"{T}/activations/test_activation_check.py",)),
    Bug(f"{ACTIVATION}/diagnosis/derivative.py", "if abs(factor - 1) > NEUTRAL:", "if True:",
        (f"{T}/activations/test_activation_boundaries.py",)),
    Bug(f"{ACTIVATION}/diagnosis/derivative.py", "if not meant and", "if",
        (f"{T}/activations/test_activation_check.py",)),
))

OF_GRAPHS = Area("diagnosis of graphs", (
    f"{T}/rules/naming/test_second_readings.py", f"{T}/graphs/test_graph_checks.py",
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
