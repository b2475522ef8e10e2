"""Tolerances of verdicts, thousands of times too wide or too narrow."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.rooms import (
    ACTIVATION,
    ACTIVATION_CHECKS,
    FUNCTION_CHECKS,
    FUNCTION_DIAGNOSIS,
    FUNCTION_PROBES,
    GRAPH_DIAGNOSIS,
    GRAPH_PROBES,
    PROBING,
    RULE_CHECKS,
    RULE_PROBES,
    SPECIFICATIONS,
    TRAININGS,
)

SPECIFICATION = f"{SPECIFICATIONS}/specification.py"
FUNCTION_HOMEWORK = "assignments/cgp_assignments/autograd_extension/assignment.toml"
T = "tests/harness"

OF_RULES = Area("tolerances of rules", (
    f"{T}/rules/test_rule_boundaries.py", f"{T}/rules/test_relations.py",
    f"{T}/rules/training/test_claims.py",
    f"{T}/probing/test_paired.py",
), (
    Bug(f"{RULE_PROBES}/verdict.py", "return FLOAT64", "return 1e3 * FLOAT64"),
    Bug(f"{RULE_PROBES}/verdict.py", "return FLOAT64", "return 1e-6 * FLOAT64"),
    Bug(f"{RULE_PROBES}/rounding.py", "TIMES = 32.0", "TIMES = 32000.0"),
    Bug(f"{RULE_PROBES}/rounding.py", "TIMES = 32.0", "TIMES = 0.1"),
    Bug(f"{RULE_PROBES}/rounding.py", "TIMES_UNSEEN = 5.0", "TIMES_UNSEEN = 5000.0"),
    Bug(f"{RULE_PROBES}/float32_in_part.py", "STEADY = 20.0", "STEADY = 1e9",
        (f"{T}/rules/test_float32_in_part.py",)),
    Bug(f"{RULE_PROBES}/float32_in_part.py", "STEADY = 20.0", "STEADY = 0.1",
        (f"{T}/rules/test_float32_in_part.py",)),
    Bug(f"{RULE_PROBES}/float32_in_part.py", "for run in exact_runs(context, one)", "for run in ()",
        (f"{T}/rules/test_float32_in_part.py",)),
    Bug(f"{RULE_PROBES}/rounding.py", "FEWEST = 2.0**-23", "FEWEST = 2.0**-9"),
    Bug(f"{RULE_CHECKS}/violation.py", "REGROUPED = 1e-12", "REGROUPED = 1e-6"),
    Bug(f"{RULE_CHECKS}/violation.py", "REGROUPED = 1e-12", "REGROUPED = 1e-30"),
    Bug(f"{RULE_CHECKS}/relations.py", "IN_FLOAT32 = 1e-5", "IN_FLOAT32 = 1e-2"),
    Bug(f"{RULE_CHECKS}/relations.py", "IN_FLOAT32 = 1e-5", "IN_FLOAT32 = 1e-8"),
    Bug(f"{RULE_CHECKS}/hyperparameters.py", "rel_tol=1e-9", "rel_tol=1e-3"),
    Bug(f"{RULE_CHECKS}/hyperparameters.py", "rel_tol=1e-9", "rel_tol=0.0"),
    Bug(f"{TRAININGS}/runs.py", "SAME = 1e-10", "SAME = 1e-4",
        (f"{T}/rules/training/test_foreseen.py",)),
    Bug(f"{TRAININGS}/runs.py", "SAME = 1e-10", "SAME = 1e-20",
        (f"{T}/rules/training/test_foreseen.py",)),
    Bug(f"{TRAININGS}/paths.py", "tolerance=1e-8", "tolerance=1e-5",
        (f"{T}/rules/test_closed_loop.py",)),
    Bug(f"{TRAININGS}/paths.py", "tolerance=1e-3", "tolerance=1.0",
        (f"{T}/rules/test_closed_loop.py",)),
    Bug(f"{TRAININGS}/paths.py", "MARGIN = 0.1", "MARGIN = 1e3",
        (f"{T}/rules/test_closed_loop.py",)),
    Bug(f"{TRAININGS}/claims.py", "MARGIN = 0.005", "MARGIN = 0.5"),
    Bug(f"{PROBING}/statistics/paired.py", "ALPHA = 0.005", "ALPHA = 0.5"),
    Bug(f"{PROBING}/statistics/paired.py", "GATE = 1.3", "GATE = 0.1"),
    Bug(f"{PROBING}/statistics/paired.py", "CEILING = 1e30", "CEILING = 1e3"),
    Bug(f"{PROBING}/distance.py", "FLOAT64 = 1e-9", "FLOAT64 = 1e-6"),
    Bug(f"{PROBING}/distance.py", "np.maximum(*sizes)",
        "sizes[0]", (f"{T}/rules/naming/test_bank.py::test_distance_is_relative_to_each_parameters_"
                         "largest_step",)),
    Bug(f"{PROBING}/distance.py", "np.isnan(relative), np.inf", "np.isnan(relative), 0",
        (f"{T}/rules/naming/test_bank.py::test_distance_needs_the_same_pattern_of_numbers_that_are_not_finite",)),
    Bug(f"{PROBING}/single_precision.py", "return all(", "return any("),
    Bug("cgp_harness/replay.py", "rtol=1e-9", "rtol=1e-2", (f"{T}/grading/test_replay.py",)),
))

OF_FUNCTIONS = Area("tolerances of Functions", (
    f"{T}/activations/test_activation_boundaries.py",
    *(f"{T}/functions/test_function_ground.py::test_{name}" for name in (
        "a_gradient_is_right_to_its_tolerance_and_no_further", "linear_means_to_nine_digits",
        "what_a_g_of_zeros_gives_is_exactly_zero",
        "a_value_is_right_to_its_tolerance_and_no_further",
        "where_digits_are_lost_one_after_the_other_the_tolerance_is_absolute",
        "float32_may_be_off_by_its_own_rounding_and_no_more")),
    f"{T}/functions/test_function_boundaries.py",
), (
    Bug(SPECIFICATION, "relative: float = 1e-9", "relative: float = 1e-6"),
    Bug(SPECIFICATION, "absolute: float = 1e-12", "absolute: float = 1e-8"),
    Bug(SPECIFICATION, "FLOAT32 = 1e-5", "FLOAT32 = 1e-2"),
    Bug(SPECIFICATION, "SUBNORMAL = 1e-300", "SUBNORMAL = 1e-100"),
    Bug(SPECIFICATION, "size < LEAST_NORMAL, SUBNORMAL, 0.0", "size < 1.0, SUBNORMAL, 0.0",
        (f"{T}/probing/test_small_parts.py::"
         "test_a_subnormal_number_has_a_tolerance_of_its_own_and_a_normal_one_has_not",)),
    Bug(FUNCTION_HOMEWORK, "relative = 1e-12", "relative = 1e-8"),
    Bug(FUNCTION_HOMEWORK, "absolute = 1e-13", "absolute = 1e-4"),
    Bug(f"{FUNCTION_CHECKS}/linearity.py", "ROUNDING = 1e-9", "ROUNDING = 1e-6"),
    Bug(f"{FUNCTION_CHECKS}/linearity.py", "ROUNDING = 1e-9", "ROUNDING = 1e-18"),
    Bug(f"{FUNCTION_CHECKS}/linearity.py", "(zero != 0).any()", "(abs(zero) > 1e-6).any()"),
    Bug(f"{FUNCTION_PROBES}/numbers.py", "rtol=1e-9", "rtol=1e-4",
        (f"{T}/functions/test_gradient.py",)),
    Bug(f"{FUNCTION_PROBES}/numbers.py", "atol=1e-12 * size", "atol=1e-3 * size",
        (f"{T}/functions/test_gradient.py",)),
    Bug(f"{FUNCTION_CHECKS}/training.py", "CLOSE = 1e-8", "CLOSE = 1e-5",
        (f"{T}/functions/test_training_check.py",)),
    Bug(f"{FUNCTION_CHECKS}/training.py", "CLOSE = 1e-8", "CLOSE = 1e-13",
        (f"{T}/functions/test_training_check.py",)),
    Bug(f"{FUNCTION_CHECKS}/autograd.py", "FLOAT32 * size", "1e3 * FLOAT32 * size"),
    Bug(f"{FUNCTION_CHECKS}/wrong_values.py",
        "LOST = 1e-8", "LOST = 1.0", (f"{T}/functions/test_gradient.py",)),
    Bug(f"{PROBING}/derivatives/ridders.py", "return 1e-7 *", "return 1e-3 *"),
    Bug(f"{PROBING}/derivatives/slopes.py", "room = SIDE", "room = 1e4 * SIDE"),
    Bug(f"{PROBING}/derivatives/slopes.py", "gap > 1e-6 * size", "gap > -1.0"),
    Bug(f"{FUNCTION_DIAGNOSIS}/match.py", "EXACT, LEAST = 1e-9",
        "EXACT, LEAST = 1e-5", (f"{T}/functions/test_gradient_bank.py",)),
    Bug(f"{FUNCTION_DIAGNOSIS}/match.py", "SINGLE = 3e-6", "SINGLE = 3.0",
        (f"{T}/functions/test_gradient_bank.py",)),
))

OF_ACTIVATIONS = Area("tolerances of activations", (
    f"{T}/activations/test_activation_boundaries.py", f"{T}/activations/test_activation_check.py",
), (
    Bug(f"{ACTIVATION_CHECKS}/elementwise.py", "SAME = 1e-12", "SAME = 1e-6"),
    Bug(f"{ACTIVATION_CHECKS}/elementwise.py", "SAME = 1e-12", "SAME = 1e-18"),
    Bug(f"{ACTIVATION_CHECKS}/elementwise.py", "STRAIGHT = 1e-9", "STRAIGHT = 1e-4"),
    Bug(f"{ACTIVATION_CHECKS}/elementwise.py", "STRAIGHT = 1e-9", "STRAIGHT = 1e-20"),
    Bug(f"{ACTIVATION_CHECKS}/elementwise.py", "again, 0.0, \"not_det", "again, 1e-3, \"not_det"),
    Bug(f"{ACTIVATION_CHECKS}/elementwise.py", "SINGLE, BITS = 20, 16", "SINGLE, BITS = 20, 52"),
    Bug(f"{ACTIVATION_CHECKS}/elementwise.py", "room = 0.05", "room = 50.0"),
    Bug(f"{ACTIVATION_CHECKS}/points.py", "FAR, RATIO = 1e3", "FAR, RATIO = 5e2"),
    Bug(f"{ACTIVATION_CHECKS}/learning.py",
        "MARGIN = 0.1", "MARGIN = 1.0", (f"{T}/activations/test_learning.py",)),
    Bug(f"{ACTIVATION_CHECKS}/learning.py",
        "MARGIN = 0.1", "MARGIN = -0.15", (f"{T}/activations/test_learning.py",)),
    Bug(f"{ACTIVATION}/diagnosis/derivative.py", "SAME, LEAST = 1e-9", "SAME, LEAST = 1e-3"),
    Bug(f"{ACTIVATION}/diagnosis/derivative.py", "NEUTRAL = 1e-6", "NEUTRAL = 10.0"),
    Bug(f"{ACTIVATION}/diagnosis/derivative.py", "<= ALIKE * np.maximum", "<= 1e-12 * np.maximum"),
))

OF_GRAPHS = Area("tolerances of graphs", (
    f"{T}/graphs/test_graph_boundaries.py", f"{T}/graphs/test_graph_checks.py",
    f"{T}/graphs/test_graph_cases.py",
), (
    Bug(f"{GRAPH_PROBES}/case.py", "ARITHMETIC = 1e-9", "ARITHMETIC = 1e-6"),
    Bug(f"{GRAPH_PROBES}/case.py", "ARITHMETIC = 1e-9", "ARITHMETIC = 1e-12"),
    Bug(f"{GRAPH_PROBES}/case.py", "SINGLE = 1e-5", "SINGLE = 1e-2"),
    Bug(f"{GRAPH_PROBES}/case.py", "SINGLE = 1e-5", "SINGLE = 1e-8"),
    Bug(f"{GRAPH_PROBES}/case.py", "DIFFERENCES = 2e-3", "DIFFERENCES = 2e-1"),
    Bug(f"{GRAPH_PROBES}/case.py", "\nFAR = 1e-6", "\nFAR = 1e-3"),
    Bug(f"{GRAPH_PROBES}/case.py", "FLOAT32 = 2.0**-23", "FLOAT32 = 2.0**-10"),
    Bug(f"{GRAPH_PROBES}/case.py", "LARGEST_STEP = 1e-3", "LARGEST_STEP = 1e-6"),
    Bug(f"{GRAPH_PROBES}/case.py", "LARGEST_VALUE = 16.0, 8.0", "LARGEST_VALUE = 16.0, 8e3"),
    Bug(f"{GRAPH_PROBES}/words.py", "return not abs(got - expected) <=",
        "return abs(got - expected) >"),
    Bug(f"{GRAPH_DIAGNOSIS}/explained.py", "math.isfinite(b) and error", "error",
        (f"{T}/probing/test_small_parts.py",)),
    Bug(f"{GRAPH_DIAGNOSIS}/explained.py", "min(self.relative, relative)",
        "max(self.relative, 0.1)"),
))

OF_SOLUTIONS = Area("rules of a solution", (f"{T}/rules/test_solution_rules.py",), (
    Bug(f"{RULE_PROBES}/solution_rules.py", "STEADY = FLOAT64 / 10", "STEADY = 1e3"),
    Bug(f"{RULE_PROBES}/solution_rules.py", "NOISE = 2.0**-48", "NOISE = 2.0**-20"),
    Bug(f"{RULE_PROBES}/solution_rules.py", "NOISE = 2.0**-48", "NOISE = 2.0**-60"),
    Bug(f"{RULE_PROBES}/solution_rules.py", "for noise in (NOISE, -NOISE))", "for noise in ())"),
    Bug(f"{RULE_PROBES}/solution_rules.py", "if not np.isfinite(right).all():", "if False:"),
    Bug(f"{RULE_PROBES}/verdict.py", "    if not is_asked(context, run):\n", "    if False:\n"),
    Bug(f"{RULE_PROBES}/verdict.py", "np.where(near, right, answer)", "answer"),
    Bug(f"{RULE_PROBES}/verdict.py", "np.where(near, right, answer)", "right"),
    Bug(f"{RULE_PROBES}/roles.py", "0.5 <= default < 1", "0.6 <= default < 1"),
    Bug(f"{RULE_PROBES}/roles.py", "0 < default <= 1e-6", "0 < default < 1e-6"),
    Bug(f"{RULE_PROBES}/roles.py", "** (1 + again)", "** 1"),
    Bug(f"{RULE_PROBES}/roles.py", "{**given, **found, **given}", "{**given, **found}"),
))

AREAS = (OF_RULES, OF_SOLUTIONS, OF_FUNCTIONS, OF_ACTIVATIONS, OF_GRAPHS)
