"""What travels between the stages: frozen data.

collect -> Submission -> sandbox -> Subject (`subject.py`) -> checks -> CheckResult -> scoring
-> SubmissionReport -> policy -> reports
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cgp_harness.model.account import Adjustment, Comment, Lateness, PolicyInfo
from cgp_harness.model.report import (
    PUBLIC_SEED,
    RESULTS_SCHEMA,
    AssignmentInfo,
    BatchReport,
    CheckResult,
    Diagnosis,
    Environment,
    Numbers,
    SubmissionReport,
)
from cgp_harness.model.status import Problem, Status, Visibility, at, named_place
from cgp_harness.model.submission import SourceFile, Student, Submission

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    Floats = Any  # collecting and reporting start without numpy

__all__ = [
    "PUBLIC_SEED", "RESULTS_SCHEMA", "Adjustment", "AssignmentInfo", "BatchReport", "CheckResult",
    "Comment", "Diagnosis", "Environment", "Floats", "Lateness", "Numbers", "PolicyInfo", "Problem",
    "SourceFile", "Status", "Student", "Submission", "SubmissionReport", "Visibility", "at",
    "named_place"]
