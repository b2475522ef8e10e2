"""What is kept and counted: points, the store, many submissions, reports."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.tolerances import T

STORE = "cgp_harness/store/__init__.py"
SCHEDULER = "cgp_harness/batch/scheduler.py"
LOCAL = "cgp_harness/batch/engines/local.py"
LEASES = "cgp_harness/store/leases.py"
BATCH = "cgp_harness/batch/__init__.py"
PIPELINE = "cgp_harness/pipeline.py"
SCORING = "cgp_harness/scoring.py"
ENGINES = "cgp_harness/batch/engines"
LATENESS = "cgp_harness/policy/lateness.py"
APPLYING = "cgp_harness/policy/applying.py"

OF_STORE = Area("store", (f"{T}/batch/test_store.py", f"{T}/batch/test_kept.py"), (
    Bug(STORE, "synchronous = FULL\")\n        self._database.execute(LEASES)",
        "synchronous = NORMAL\")\n        self._database.execute(LEASES)"),
    Bug(STORE, "if not lasting:\n                self._database.execute(\"PRAGMA sync",
        "if True:\n                self._database.execute(\"PRAGMA sync",
        (f"{T}/batch/test_leases.py",)),
    Bug(STORE, "journal_mode = WAL", "journal_mode = DELETE"),
    Bug(STORE, "INSERT OR REPLACE INTO results", "INSERT OR IGNORE INTO results"),
    Bug(STORE, "right = Status.GRADER_ERROR not in statuses", "right = True"),
    Bug(STORE, "{report.status, *(check.status for check in report.checks)}", "{report.status}"),
    Bug(STORE, "len(part.encode()).to_bytes(8, \"little\") + part.encode()", "part.encode()"),
    Bug(STORE, "conditions[\"device\"], *named", "*named"),
    Bug(STORE, "for name in sorted(versions)", "for name in versions"),
    Bug(STORE, "(SELECT count(*) FROM sqlite_schema)", "0"),
    Bug(STORE, "if self._form() == EMPTY:  # no other", "if True:  # no other",
        (f"{T}/batch/test_leases.py",)),
    Bug(STORE, "isolation_level=None", "isolation_level=\"DEFERRED\""),
    Bug(STORE, "timeout=BUSY_S", "timeout=0.0"),
    Bug(STORE, "(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)", "(sqlite3.SQLITE_IOERR,)"),
    Bug(STORE, "secrets.randbelow(SEEDS)", "0"),
))

OF_BATCH = Area("many submissions", (
    f"{T}/batch/test_kept.py", f"{T}/batch/test_scheduler.py", f"{T}/batch/test_batch.py",
    f"{T}/batch/test_leases.py"), (
    Bug(LOCAL, "self._waiting.append(", "self._waiting.appendleft("),
    Bug(SCHEDULER, "TRIES = 3", "TRIES = 2"),
    Bug(SCHEDULER, "TRIES = 3", "TRIES = 4"),
    Bug(SCHEDULER, "WINDOW = 4", "WINDOW = 400"),
    Bug(LOCAL, "            self._graders.remove(grader)\n            _stop([grader])\n",
        "            _stop([grader])\n"),
    Bug(LOCAL, "os.killpg(self.process.pid, signal.SIGKILL)", "pass"),
    Bug(LOCAL, "or now >= grader.deadline", ""),
    Bug(LOCAL, "        self.link.close()\n        temporary.removed(self.folder)\n",
        "        self.link.close()\n"),
    Bug(LEASES, "found[1] > time.time()", "True"),
    Bug(LEASES, "not has_ended(found[0])", "True"),
    Bug(LEASES, "LASTS_S = 60.0", "LASTS_S = 0.0"),
    Bug(BATCH, "known = None if fresh else", "known ="),
    Bug(BATCH, "report.of(submissions[i])", "report"),
    Bug(BATCH, "store.put_result(name, report)", "True"),
    Bug(BATCH, "        store.put_files(*submissions)\n", ""),
    Bug(BATCH, "        before([submissions[i] for name in waiting for i in alike[name]])\n", ""),
    Bug(BATCH, "120.0 + 2 * WALL_TIMES", "1.0 + 0 * WALL_TIMES"),
    Bug("cgp_harness/batch/failure.py", "status=Status.GRADER_ERROR, score=0.0, max_score=check",
        "status=Status.FAILED, score=0.0, max_score=check"),
))

OF_CLUSTERS = Area("clusters", (f"{T}/batch/test_cluster.py",), (
    Bug(f"{ENGINES}/remote.py", "if theirs.get(name) != ours.get(name)", "if False"),
    Bug(f"{ENGINES}/cluster.py", "if answer.refused:", "if False:"),
    Bug(f"{ENGINES}/cluster.py", "if reply.lost:", "if False:"),
    Bug(f"{ENGINES}/process.py", "if job.proves:", "if False:"),
    Bug(f"{ENGINES}/clusters.py", "\"tls://\", \"dashboard_address\": HERE}",
        "\"tls://\", \"dashboard_address\": \":0\"}"),
    Bug(f"{ENGINES}/clusters.py", "\"PYTHONSAFEPATH\": \"1\"}", "\"PYTHONSAFEPATH\": \"\"}"),
    Bug("cgp_harness/batch/choosing.py", "LOOPBACK.fullmatch(place)", "LOOPBACK.match(place)"),
    Bug("cgp_harness/batch/choosing.py", "127\\.[0-9.]+", "127.+"),
))

OF_POINTS = Area("points and reports", (
    f"{T}/probing/test_small_parts.py", f"{T}/batch/test_kept.py",
    f"{T}/reports/test_reports_gradebook.py",
    f"{T}/reports/test_reports_results.py", *(f"{T}/grading/test_pipeline.py::{name}" for name in (
        "test_what_the_grader_could_not_read_is_a_grader_error",
        "test_a_bug_of_ours_is_a_grader_error_and_no_score",
        "test_a_refused_rule_is_explained_under_its_own_task_alone",
        "test_the_verdict_on_an_example[calls_torch_optim-0]",
        "test_the_verdict_on_an_example[wrong_defaults-0]", "test_a_stored_case_is_replayed")),
), (
    Bug(SCORING, "half_up(fraction * max_points, 2)", "half_up(fraction * max_points, 1)"),
    Bug(SCORING, "half_up(fraction * max_points, 2)", "fraction * max_points"),
    Bug(SCORING, "half_up(100 * score / max_score, 2)", "half_up(100 * score / max_score, 0)"),
    Bug(SCORING, "if max_score else 0.0", "if max_score else 100.0"),
    Bug(SCORING, "score = half_up(sum(check.score for check in checks), 2)",
        "score = half_up(sum(check.max_score for check in checks), 2)"),
    Bug(PIPELINE, "        if outcome.blocks:\n", "        if False:\n"),
    Bug(PIPELINE, "if any(result.status is Status.GRADER_ERROR for result in results):",
        "if False:"),
    Bug(PIPELINE, "outcome.fraction, spec.points", "1.0, spec.points"),
    Bug(PIPELINE, "message=outcome.message,", "message=\"\","),
    Bug(PIPELINE, "counterexample=outcome.counterexample", "counterexample=None"),
    Bug("cgp_harness/reports/outcome.py", "if check.visibility is Visibility.VISIBLE:",
        "if True:", (f"{T}/reports/test_reports_page.py", f"{T}/reports/test_reports_terminal.py")),
    Bug("cgp_harness/reports/outcome.py", "message=\"\", counterexample=None",
        "counterexample=None",
        (f"{T}/reports/test_reports_page.py", f"{T}/reports/test_reports_terminal.py")),
    Bug("cgp_harness/reports/gradebook.py", "return \"\" if has_grader_error(submission)",
        "return \"\" if False"),
    Bug("cgp_harness/reports/gradebook.py", "if text.startswith(FORMULA)", "if False"),
    Bug("cgp_harness/cli/grade.py", "s.percent < fail_under", "s.percent <= fail_under",
        (f"{T}/cli/test_cli.py",)),
    Bug("cgp_harness/cli/grade.py", "raise click.exceptions.Exit(3)",
        "raise click.exceptions.Exit(0)",
        (f"{T}/cli/test_cli.py",)),
    Bug("cgp_harness/grading.py", "store=keeping, fresh=fresh", "store=keeping, fresh=False",
        (f"{T}/cli/test_cli.py::test_grade_resumes_and_fresh_does_not",)),
))

OF_POLICY = Area("policy", (
    f"{T}/policy/test_policy_arithmetic.py", f"{T}/policy/test_policy_applied.py"), (
    Bug(SCORING, "return min(units * each, cap)", "return units * each"),
    Bug(SCORING, "while ends(due, units, unit) < at:", "while ends(due, units, unit) <= at:"),
    Bug(SCORING, "return max(wall.replace(fold=fold)", "return min(wall.replace(fold=fold)"),
    Bug(SCORING, "submitted.astimezone(UTC) - grace", "submitted.astimezone(UTC)"),
    Bug(SCORING, "wall = due + after * DAY", "wall = due.astimezone(UTC) + after * DAY"),
    Bug(SCORING, "math.floor(round(percent * of, 6))", "math.ceil(round(percent * of, 6))"),
    Bug(SCORING, "max(most, before)) - before", "most) - before"),
    Bug(LATENESS, "for one in (policy.due or due, due))", "for one in (due,))"),
    Bug(LATENESS, "return min(came.replace", "return max(came.replace"),
    Bug(APPLYING, "now < closes(policy, due)", "now <= closes(policy, due)"),
    Bug(APPLYING, "key=lambda one: not one.check", "key=lambda one: 0"),
    Bug(APPLYING, "if lateness and scored else 0.0", "if lateness else 0.0"),
))

AREAS = (OF_STORE, OF_BATCH, OF_CLUSTERS, OF_POINTS, OF_POLICY)
