"""Stages of checks that are left out: each must have a mistake that only it sees."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.tolerances import ACTIVATIONS, FUNCTIONS, GRAPHS, RULES, T

CORNERS = f"{T}/test_ground.py::test_a_fault_in_one_corner_fails_and_is_said_to_be_there"

OF_GROUND = Area("the declared ground of rules", (CORNERS,), (
    Bug(f"{RULES}/ground.py", "*_zeros(), ", ""),
    Bug(f"{RULES}/ground.py", ", *_magnitudes(\"eps\" in names)", ""),
    Bug(f"{RULES}/ground.py", "        *_structure(), ", "        "),
    Bug(f"{RULES}/ground.py", "*_values(names), ", ""),
    Bug(f"{RULES}/ground.py", "*_sequences(), ", ""),
    Bug(f"{RULES}/ground.py", "*_together(dict(defaults)), ", ""),
    Bug(f"{RULES}/ground.py", "*([_groups()] if groups else [])", "",
        (f"{T}/test_ground.py::test_a_class_is_given_two_groups_with_an_lr_each",)),
    Bug(f"{RULES}/long_run.py", "LONG = 2011", "LONG = 200"),
    Bug(f"{RULES}/ground.py", "single[2] = -0.0", "single[2] = single[2]",
        why="what is wrong at -0 alone shows in the second and the last step too"),
    Bug(f"{RULES}/ground.py", "refusals=OUT_OF_RANGE if value in UNUSUAL else \"\"",
        "refusals=\"\"",
        (f"{T}/test_ground.py::test_a_rule_may_refuse_a_hyperparameter_of_zero_in_words",)),
    Bug(f"{RULES}/update_rule.py", "    yield long_run(context.seed, few=scalar)\n", ""),
    Bug(f"{RULES}/update_rule.py", "VOLUME = 5000", "VOLUME = 5"),
    Bug(f"{RULES}/update_rule.py", "        yield Probe(case, \"\")", "        del case",
        (f"{T}/test_rule_boundaries.py",)),
))

OF_RELATIONS = Area("stages of rules", (
    f"{T}/test_relations.py", f"{T}/test_rule_boundaries.py",
), (
    Bug(f"{RULES}/relations.py", "(_replay, ", "("),
    Bug(f"{RULES}/relations.py", "_replay, _interleaving, ", "_replay, "),
    Bug(f"{RULES}/relations.py", "_interleaving, _alone, ", "_interleaving, "),
    Bug(f"{RULES}/relations.py", "_alone, _order, ", "_alone, "),
    Bug(f"{RULES}/relations.py", "_order, _aliasing)", "_order)"),
    Bug(f"{RULES}/relations.py", "        known, violation = _long_replay(context)",
        "        known, violation = _long_replay(context)[0], None"),
    Bug(f"{RULES}/relations.py", "    if distance(got[:, 1:], first[:, 1:]) > REGROUPED:",
        "    if False:"),
    Bug(f"{RULES}/relations.py", "    for shape in ((size,), (2, size // 2)):",
        "    for shape in ():"),
    Bug(f"{RULES}/relations.py", "(_locality, _libraries, _single_precision)",
        "(_locality, _single_precision)"),
    Bug(f"{RULES}/relations.py", "(_locality, _libraries, _single_precision)",
        "(_locality, _libraries)"),
    Bug(f"{RULES}/foreseen.py", "if length > LONG:", "if False:", (f"{T}/test_foreseen.py",)),
    Bug(f"{RULES}/closed_loop.py", "\"convention\" in context.learned and not any", "not any",
        (f"{T}/test_closed_loop.py",)),
    Bug(f"{RULES}/convergence.py", "right=bool(convention))\n\n", "right=True)\n\n",
        (f"{T}/test_convergence.py",)),
    Bug("cgp_harness/checks/loads.py", "        used = _forbidden_use(context, found)\n",
        "        used = None\n", (f"{T}/test_forbidden.py", f"{T}/test_pipeline.py")),
    Bug(f"{RULES}/hyperparameters.py", "    if name in unused:", "    if False:",
        (f"{T}/test_update_rule.py",)),
))

OF_FUNCTIONS = Area("stages of Functions", (
    f"{T}/test_function_boundaries.py", f"{T}/test_gradient.py", f"{T}/test_function_ground.py",
), (
    Bug(f"{FUNCTIONS}/gradient.py",
        "    yield from _drawn(function, first, context.seed, elsewhere=elsewhere)\n", ""),
    Bug(f"{FUNCTIONS}/gradient.py",
        "    yield from _numbers(function, first, elsewhere=elsewhere)\n", ""),
    Bug(f"{FUNCTIONS}/gradient.py", "            yield from not_linear(function, rows)\n",
        ""),
    Bug(f"{FUNCTIONS}/gradient.py",
        "            yield from differing(function, sizes, rows.points, rows.cotangents, "
        "rows.got)\n",
        ""),
    Bug(f"{FUNCTIONS}/gradient.py", "for sizes in usual:", "for sizes in (first,):"),
    Bug(f"{FUNCTIONS}/ground.py", "SIZES_OF_G = (1e-12, 1e3, 1e8)", "SIZES_OF_G = (1e3,)"),
    Bug(f"{FUNCTIONS}/gradient.py",
        "    yield from special_cases(function, usual, changed=answer.changed, "
        "elsewhere=elsewhere)\n",
        ""),
    Bug(f"{FUNCTIONS}/special_cases.py", "(*_shapes(function, usual), *_kinds", "(*(), *_kinds"),
    Bug(f"{FUNCTIONS}/special_cases.py", ", *_kinds_of_memory(function))", ",)"),
    Bug(f"{FUNCTIONS}/ground.py", "BESIDE = (1e-6, 1e-9)", "BESIDE = (1e-2,)"),
    Bug(f"{FUNCTIONS}/ground.py", "np.append(listed, _taken(specification, np.array([-0.0])))",
        "listed"),
    Bug(f"{FUNCTIONS}/ground.py", "LADDER, -LADDER", "LADDER"),
    Bug(f"{FUNCTIONS}/forward.py", "    yield from _single_precision(function)\n", ""),
    Bug(f"{FUNCTIONS}/forward.py", "    yield from _numbers(function)\n", ""),
    Bug(f"{FUNCTIONS}/forward.py", "    for sizes in others:", "    for sizes in ():"),
    Bug(f"{FUNCTIONS}/forward.py",
        "    for layout, noun in ground.LAYOUTS.items():", "    for layout, noun in ():"),
    Bug(f"{FUNCTIONS}/forward.py", "    yield from _usual(function, first, points(",
        "    yield from () and _usual(function, first, points("),
    Bug(f"{FUNCTIONS}/forward.py", "if not agree(got.values[0], got.values[-1]):", "if False:",
        (f"{T}/test_function_corners.py",)),
    Bug(f"{FUNCTIONS}/forward.py", "if got.changed >= 0:", "if False:"),
    Bug(f"{FUNCTIONS}/forward.py", "if not got.differentiable:", "if False:"),
    Bug(f"{FUNCTIONS}/forward.py", "blocks=got.dtype not in", "blocks=got.dtype in"),
    Bug(f"{FUNCTIONS}/autograd.py", "_changes, _repeats,", "_repeats,"),
    Bug(f"{FUNCTIONS}/autograd.py", "_repeats, _two_nodes,", "_two_nodes,",
        (f"{T}/test_function_corners.py",)),
    Bug(f"{FUNCTIONS}/autograd.py", "_two_nodes, _retained,", "_retained,"),
    Bug(f"{FUNCTIONS}/autograd.py", "_retained, _kept,", "_kept,"),
    Bug(f"{FUNCTIONS}/autograd.py", "_kept, _cycle,", "_cycle,"),
    Bug(f"{FUNCTIONS}/autograd.py", "_cycle, _changed_after_forward,", "_changed_after_forward,"),
    Bug(f"{FUNCTIONS}/autograd.py", "_cycle, _changed_after_forward,", "_cycle,"),
    Bug(f"{FUNCTIONS}/autograd.py", "            needs_input_grad, _single", "            _single"),
    Bug(f"{FUNCTIONS}/autograd.py", "needs_input_grad, _single_precision,", "needs_input_grad,"),
    Bug(f"{FUNCTIONS}/returned.py", "if got == expected[::-1]:", "if False:"),
    Bug(f"{FUNCTIONS}/function_under_test.py",
        "near = np.abs(got - self.values) <= self.tolerance\n        return np.asarray(~(near",
        "near = ~(np.abs(got - self.values) > self.tolerance)\n        return np.asarray(~(near"),
))

OF_ACTIVATIONS = Area("stages of activations", (
    f"{T}/test_activation_boundaries.py", f"{T}/test_activation_check.py",
), (
    Bug(f"{ACTIVATIONS}/activation_contract.py", "_narrow(at) or ", ""),
    Bug(f"{ACTIVATIONS}/activation_contract.py", "or _rounded(x, at) ", ""),
    Bug(f"{ACTIVATIONS}/activation_contract.py", "_not_finite(x, at) or _r", "_r"),
    Bug(f"{ACTIVATIONS}/activation_contract.py", " or _affine(x, at)", ""),
    Bug(f"{ACTIVATIONS}/activation_contract.py", "        or _not_elementwise(context, x, at)",
        "       "),
    Bug(f"{ACTIVATIONS}/activation_contract.py", "or _random(context, x, at)", ""),
    Bug(f"{ACTIVATIONS}/activation_contract.py", "for shape in SHAPES)",
        "for shape in ())", (f"{T}/test_function_ground.py",)),
    Bug(f"{ACTIVATIONS}/activation_contract.py", "min(ALONE, len(x))", "0"),
    Bug(f"{ACTIVATIONS}/activation_points.py", "[FAR, -FAR]", "[0.25]"),
    Bug(f"{ACTIVATIONS}/learning.py", "if worse or refusal", "if worse",
        (f"{T}/test_learning.py",)),
))

OF_GRAPHS = Area("stages of graphs", (
    f"{T}/test_graph_boundaries.py", f"{T}/test_graph_checks.py",
), (
    Bug("cgp_harness/sandbox/lent.py", "return self._graphs.setdefault(graph, graph)",
        "return graph", (f"{T}/test_graph_memory.py",)),
    Bug("cgp_harness/sandbox/lent.py", "found = self._dicts.setdefault(place, {})",
        "found = self._dicts[place] = {}", (f"{T}/test_graph_memory.py",)),
    Bug("cgp_harness/sandbox/lent.py", "> self._alone:", "> 99:",
        (f"{T}/test_graph_memory.py",)),
    Bug(f"{GRAPHS}/in_turn.py", "NEAR = 4e-6", "NEAR = 4e-10",
        (f"{T}/test_graph_memory.py",)),
    Bug(f"{GRAPHS}/graph_asking.py", "if not named or is_right_renamed(case, is_wrong):",
        "if is_right_renamed(case, is_wrong):", (f"{T}/test_graph_memory.py",)),
    Bug(f"{GRAPHS}/graph_asking.py", "for one in asked if one.right)\n    outcome",
        "for one in asked)\n    outcome"),
    Bug(f"{GRAPHS}/partials.py", "return _wrong_values(case, answer) or _wrong_partials",
        "return _wrong_partials"),
    Bug(f"{GRAPHS}/backpropagation.py", "name == answer.absent or differs", "differs"),
    Bug(f"{GRAPHS}/partials.py", "if differs(got, right, _limit(case).of(right))", "if False"),
))

AREAS = (OF_GROUND, OF_RELATIONS, OF_FUNCTIONS, OF_ACTIVATIONS, OF_GRAPHS)
