"""Reports that the tests of reports share: every status, every visibility, hostile text."""

from __future__ import annotations

from dataclasses import replace

from cgp_harness.model import (
    Adjustment,
    AssignmentInfo,
    BatchReport,
    CheckResult,
    Comment,
    Diagnosis,
    Environment,
    Lateness,
    PolicyInfo,
    Status,
    SubmissionReport,
    Visibility,
)
from cgp_harness.model.plot import Plot, Series, Surface

SHA = "ab" * 32
# Rich markup, HTML, an ANSI escape, a bidi override: none may act.
HOSTILE = "[red]x[/red] <script>alert(1)</script> \x1b[31m \u202egnp {{ 7 * 7 }}"

CASE = {
    "rule": "adam", "arrays": "numpy", "shapes": [[1]], "gradients": [[0.5], [-1.5]],
    "hyperparameters": {"beta1": 0.75, "eps": 0.25}, "schedule": {"lr": [0.5, 0.25]},
    "expected": [[0.333333333333], [-0.1]], "got": [[0.333333333334], [None]],
    "first_difference": {
        "step": 1, "parameter": 0, "index": [0], "got": 0.333333333334, "expected": 0.333333333333,
    },
}
RELATION = {
    "relation": "replay", "rule": "adam", "arrays": "torch", "shapes": [[2], []],
    "gradients": [[0.5, 1.0, 2.0]], "hyperparameters": {"lr": 0.5}, "schedule": {},
    "expected": [[0.25, 0.5, 1.0]], "got": [[0.25, 0.75, 1.0]],
    "first_difference": {"step": 1, "parameter": 0, "index": [1], "got": 0.75, "expected": 0.5},
}


def check(kind: str, status: Status, score: float = 0.0, max_score: float = 4.0, **other):
    fields = {
        "id": f"adam.{kind}", "task": "adam", "title": f"Adam: {kind}",
        "visibility": Visibility.VISIBLE, "message": "", "equation": "Eqs. 38 to 40",
    }
    return CheckResult(
        kind=kind, status=status, score=score, max_score=max_score, **(fields | other))


def submission(id_: str, *checks: CheckResult, status: Status = Status.GRADED):
    score, most = sum(c.score for c in checks), sum(c.max_score for c in checks)
    return SubmissionReport(
        id=id_, files=("adam.py",), sha256=SHA, status=status, score=score, max_score=most,
        percent=100 * score / most if most else 0.0, late_penalty=0.0, seconds=0.5, checks=checks,
    )


NO_CORRECTION = Diagnosis(
    ("no_bias_correction",),
    "your update is Adam without bias correction (Eq. 39), to 2e-15 on 37 numbers", 2e-15,
)
PERFECT = submission(
    "ada", check("loads", Status.PASSED, 4.0), check("relations", Status.PASSED, 8.0, 8.0),
)
WRONG = submission(
    "grace", check("loads", Status.PASSED, 4.0),
    check(
        "update_rule", Status.FAILED, 0.0, 8.0, message="step 1 differs",
        diagnosis=NO_CORRECTION, counterexample=CASE,
    ),
    check("hyperparameters", Status.SKIPPED,
          message="not run, since \"is the specified rule\" failed"),
)
HIDDEN = submission(
    "hedy", check("loads", Status.PASSED, 4.0),
    check(
        "update_rule", Status.FAILED, 0.0, 8.0, visibility=Visibility.HIDDEN,
        message="SECRET step 1 differs from 0.333333333333", diagnosis=NO_CORRECTION,
        counterexample=CASE,
    ),
)
ATTACKER = submission(
    "mallory",
    check(
        "loads", Status.STUDENT_ERROR, message=HOSTILE, title=f"Adam: {HOSTILE}",
        diagnosis=Diagnosis((HOSTILE,), HOSTILE),
        counterexample=CASE | {"rule": HOSTILE, "hyperparameters": {HOSTILE: 1.0}},
    ),
    status=Status.STUDENT_ERROR,
)
UNLUCKY = submission(
    "alan", check("loads", Status.GRADER_ERROR, message="the grader failed"),
    check("relations", Status.PASSED, 8.0, 8.0), status=Status.GRADER_ERROR,
)
STEPS = tuple(float(step) for step in range(0, 100, 10))
FALLING = tuple(0.25 * 0.75**k for k in range(10))
SLOWLY = tuple(0.25 * 0.95**k for k in range(10))
PLOTS = (
    Plot("losses", "ravine", "ravine: loss against iteration", "iteration", "loss", (
        Series("your adam", "student", STEPS, FALLING, tuple(y / 2 for y in FALLING),
               tuple(y * 2 for y in FALLING)),
        Series("reference", "reference", STEPS, FALLING),
        Series("SGD, lr 0.03", "sgd", STEPS, SLOWLY),
        Series("torch.optim.Adam", "torch", STEPS, (*FALLING[:5], *[None] * 5)),
    )),
    Plot("differences", "ravine_differences", "ravine: your adam less another", "seed", "decades", (
        Series("less SGD", "sgd", (0.0, 1.0, 2.0, 3.0), (-0.5, -0.25, 0.25, None), (-0.6,), (0.3,)),
        Series("less torch.optim.Adam", "torch", (0.0, 1.0), (0.0, 0.0)),
    )),
    Plot("path", "ravine_path", "ravine: over two parameters", "parameter p1", "parameter p2", (
        Series("your adam", "student", (2.0, 1.0, 0.0), (1.0, -0.5, 0.25)),
        Series("SGD", "sgd", (2.0, 1.5, 1.25), (1.0, -1.0, None)),
    ), "ravine", Surface((-0.4, 1.0, 2.4), (-1.4, 0.0, 1.4), (
        (0.5, 4.0, 8.0), (0.0, 2.0, 4.0), (0.5, 1.0, None))),
    ),
)
FIGURED = submission(
    "mary", check("loads", Status.PASSED, 4.0), check("convergence", Status.PASSED, 8.0, 8.0,
                                                      plots=PLOTS),
)
SECRETIVE = submission(
    "lise", check("loads", Status.PASSED, 4.0),
    check("convergence", Status.FAILED, 0.0, 8.0, visibility=Visibility.HIDDEN, plots=PLOTS),
)
ENVIRONMENT = Environment(
    harness="0.1.0", python="3.11.7", numpy="2.4.6", torch="2.13.0", hypothesis="6.170.15",
    device="cpu", isolation="landlock", seed=0, started="2026-03-01T12:00:00Z", seconds=12.5,
)
BATCH = BatchReport(
    AssignmentInfo("step_size", "Step-size optimizers", "1", 12.0), ENVIRONMENT,
    (PERFECT, WRONG, HIDDEN, ATTACKER, UNLUCKY),
)
DUE = "2026-11-03T23:59:00-05:00"
# Two days late, and two adjustments of which one counts for less: (4 + 6 + 4) less 20 %.
LATE = replace(
    WRONG, submitted_at="2026-11-05T09:12:41-05:00", late=True, attempts=3,
    score=11.2, percent=70.0, late_penalty=2.8,
    lateness=Lateness(DUE, units=2, unit="day", percent=20.0, of="score"),
    adjustments=(
        Adjustment(6.0, 6.0, "The handout's Eq. 39 had a misprint.", "adam.update_rule"),
        Adjustment(5.0, 4.0, f"A bonus. {HOSTILE}", "adam.hyperparameters"),
    ),
    comments=(
        Comment("Come and see me about bias correction.\nMonday is best."),
        Comment("The names are well chosen.", "adam.loads"),
    ))
EXTENDED = replace(
    PERFECT, submitted_at="2026-11-05T09:12:41-05:00", late=True, attempts=1,
    lateness=Lateness("2026-11-06T23:59:00-05:00", extended=True, unit="day", of="score"))
UNTOLD = replace(
    HIDDEN, late=True, lateness=Lateness(
        DUE, unit="day", of="score", unknown="Canvas says that it was late, and not when it came"))
JUDGED = replace(BATCH, submissions=(EXTENDED, LATE, UNTOLD, ATTACKER), policy=PolicyInfo(
    "policy.toml", DUE, "10 % of the score for each day begun, at most 50 %, after 15 minutes",
    notes=(
        "there is no submission of 'hedda'\n  at extensions.csv:3\n  fix: did you mean 'hedy'?",)))
