"""Bugs in what a rule that looks at the parameter is given, and in what is made of its answers."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.rooms import PROBING, RULE_DIAGNOSIS, RULE_PROBES, TRAININGS
from benchmarks.planted.tolerances import T

ANSWERS = "cgp_harness/kinds/optimizer/answers"
RULES = f"{T}/rules/test_parameter_rules.py"
TRAINED = f"{T}/rules/training/test_parameter_trainings.py"
WORKER = f"{T}/worker/test_worker.py"
DECAY = f"{T}/rules/naming/test_weight_decay.py"

OF_PARAMETERS = Area("rules that look at the parameter", (RULES,), (
    Bug("reference/cgp_reference/rule.py", 'named["p"] = parameter\n', 'named["p"] = gradient\n',
        (f"{T}/rules/test_rule.py",)),
    Bug("reference/cgp_reference/rule.py", "parameters[i]", "parameters[0]",
        (f"{T}/rules/test_rule.py",)),
    Bug("reference/cgp_reference/rule.py", "tuple(names[begin:end]) == states and ", "",
        (f"{T}/rules/test_rule.py",)),
    Bug("reference/cgp_reference/rule.py", " and sorted(before + after) == sorted(given)", "",
        (f"{T}/rules/test_rule.py",)),
    Bug("reference/cgp_reference/rule.py", "if hyperparameters != self._given:",
        "if self._given is None:", (f"{T}/rules/test_rule.py",)),
    Bug("reference/cgp_reference/train/seen.py", "parameters.copy()", "parameters.view()",
        ("tests/reference/network/test_train.py",)),
    Bug(f"{ANSWERS}/training.py", "self.values = self.values - row",
        "self.values = self.values + row", (WORKER,)),
    Bug(f"{ANSWERS}/torch_arrays.py", "        given = self._filled(self._own, row)",
        "        given = self._filled(self._buffers, row)", (WORKER,)),
    Bug(f"{ANSWERS}/torch_arrays.py", "if tensor._version != version:",
        "if index < len(self._shapes) and tensor._version != version:", (WORKER,)),
    Bug(f"{ANSWERS}/stepping.py", "memoryview(payload)[begin:]", "memoryview(payload)[:]",
        (WORKER,)),
    Bug("cgp_harness/kinds/optimizer/contract/reading/moved.py",
        "for moving in others if parameters else ():", "for moving in ():", (TRAINED,)),
    Bug("cgp_harness/kinds/optimizer/answers/stepping.py",
        "rows = 2 if isinstance", "rows = 1 if isinstance",
        (TRAINED,)),
    Bug(f"{PROBING}/starts.py", "SIGNS = (1.0, -1.0, -1.0, 1.0)", "SIGNS = (1.0,)"),
    Bug(f"{RULE_PROBES}/recursion.py", "None if values is None else values - answer",
        "None if values is None else values + answer"),
    Bug(f"{RULE_PROBES}/recursion.py", "if run.second_group else 0", "if False else 0"),
    Bug(f"{RULE_PROBES}/recursion.py", "ROUNDINGS = 8", "ROUNDINGS = 0"),
    Bug(f"{TRAININGS}/student_steps.py", "self._numbers(parameters) if self.sees_parameter",
        "self._numbers(gradient) if self.sees_parameter", (TRAINED,)),
    Bug(f"{TRAININGS}/runs.py", "Training(run, course.start, ",
        "Training(run, 2 * course.start, ", (TRAINED,)),
    Bug(f"{RULE_DIAGNOSIS}/weight_decay.py", "if size > 0 and off(size)", "if off(size)", (DECAY,)),
    Bug(f"{RULE_DIAGNOSIS}/weight_decay.py", "(*(one for one in own if one > 0), *fitted)",
        "[one for one in own if one > 0]", (DECAY,)),
    Bug(f"{RULE_DIAGNOSIS}/weight_decay.py", "having(right, size) for right in one.simpler",
        "having(right, 0.0) for right in one.simpler", (DECAY,)),
))

AREAS = (OF_PARAMETERS,)
