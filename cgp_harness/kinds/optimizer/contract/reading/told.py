"""What the grader tells a worker of a homework: the rules, the forms, the packages to stand in for.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from cgp_harness.kinds.optimizer.contract.reading import stand_ins
from cgp_harness.kinds.optimizer.contract.reading.form import Form, Wanted
from cgp_harness.kinds.optimizer.contract.reading.found import Sought


def sought(said: Mapping[str, Any]) -> Sought:
    """What is looked for; imports the forms, and puts the stand-ins in place.

    Args:
        said: `modules` of the forms that may be tried; `stand_ins`; `tasks`, each with `id`,
            `names`, and `hyperparameters`: canonical name -> its default and its accepted names.
    """
    stand_ins.install(said["stand_ins"])
    forms: list[Form] = [importlib.import_module(one).FORM for one in said["modules"]]
    return Sought([_wanted(one) for one in said["tasks"]], forms)


def _wanted(task: Mapping[str, Any]) -> Wanted:
    defaults: dict[str, float] = {}
    canonical: dict[str, str] = {}
    for name, (default, accepted) in task["hyperparameters"].items():
        for one in accepted:
            defaults.setdefault(one, default)
            canonical.setdefault(one, name)
    return Wanted(task["id"], task["names"], defaults, canonical)
