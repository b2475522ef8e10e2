"""`results.json`: it fits the schema, comes back the same, and is explained if broken."""

import json
import math
import os
from dataclasses import fields, replace

import jsonschema
import pytest

from cgp_harness import model
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.reports import results, whole_file
from tests.harness.reports.example_reports import BATCH, CASE, FIGURED, JUDGED, WRONG, check

VALIDATOR = jsonschema.Draft202012Validator(results.schema())


def written(report=BATCH):
    return json.loads(results.encode(report))


def test_what_is_written_fits_the_schema():
    VALIDATOR.validate(written())


def test_what_is_written_comes_back_the_same(tmp_path):
    results.write(BATCH, tmp_path)
    assert results.read(tmp_path) == BATCH
    assert results.read(tmp_path / "results.json") == BATCH


def test_what_a_policy_makes_of_a_class_fits_the_schema_and_comes_back_the_same():
    VALIDATOR.validate(written(JUDGED))
    assert results.decode(results.encode(JUDGED)) == JUDGED


def test_plots_stay_out_and_their_figures_do_not():
    drawn = tuple(replace(c, figures=("figures/mary/a.svg",)) for c in FIGURED.checks)
    report = replace(BATCH, submissions=(replace(FIGURED, checks=drawn),))
    document = written(report)
    VALIDATOR.validate(document)
    checks = document["submissions"][0]["checks"]
    assert [(c["figures"], "plots" in c) for c in checks] == [(["figures/mary/a.svg"], False)] * 2
    bare = tuple(replace(c, plots=()) for c in drawn)
    assert results.decode(results.encode(report)).submissions[0].checks == bare


def test_keys_come_in_the_order_of_the_design():
    document = written()
    assert list(document) == [
        "schema", "assignment", "environment", "submissions", "groups", "notes", "policy"]
    assert list(document["submissions"][0]) == [
        "id", "files", "sha256", "status", "score", "max_score", "percent", "late_penalty",
        "seconds", "checks", "notes", "student", "submitted_at", "late",
        "attempts", "lateness", "adjustments", "comments",
    ]
    assert list(document["submissions"][0]["checks"][0]) == [
        "id", "task", "kind", "title", "status", "score", "max_score", "visibility", "message",
        "equation", "diagnosis", "counterexample", "figures", "seconds", "answers",
    ]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_become_null(number):
    case = CASE | {"got": [[number], [1.0]]}
    checks = (check("update_rule", model.Status.FAILED, counterexample=case),)
    document = written(replace(BATCH, submissions=(replace(WRONG, checks=checks),)))
    VALIDATOR.validate(document)
    assert document["submissions"][0]["checks"][0]["counterexample"]["got"] == [[None], [1.0]]


LATER = {
    "device_settings", "notes", "folder", "answers", "of_source", "student", "submitted_at", "late",
    "evidence", "attempts", "lateness", "adjustments", "comments", "equations",
    "isolation_lost", "isolation_next"}
"""Since 0.2; what was written before fits the schema still."""


@pytest.mark.parametrize(("definition", "kind"), [
    (("properties", "assignment"), model.AssignmentInfo),
    (("properties", "environment"), model.Environment),
    (("$defs", "submission"), model.SubmissionReport),
    (("$defs", "check"), model.CheckResult),
    (("$defs", "diagnosis"), model.Diagnosis),
    (("$defs", "lateness"), model.Lateness),
    (("$defs", "adjustment"), model.Adjustment),
    (("$defs", "comment"), model.Comment),
    (("$defs", "policy"), model.PolicyInfo),
])
def test_the_schema_names_the_fields_of_the_model(definition, kind):
    part = results.schema()[definition[0]][definition[1]]
    names = [one.name for one in fields(kind) if one.name not in (
        "plots", "mark", "repeated", "sources", "marks")]
    assert list(part["properties"]) == names
    since_then = {model.Lateness, model.Adjustment, model.Comment, model.PolicyInfo}
    later = set() if kind in since_then else LATER
    assert part["required"] == [name for name in names if name not in later]
    assert part["additionalProperties"] is False


def test_the_schema_knows_every_status_and_visibility():
    definitions = results.schema()["$defs"]
    assert set(definitions["submission"]["properties"]["status"]["enum"]) == set(model.Status)
    assert {*definitions["status"]["enum"], "graded"} == set(model.Status)
    seen = definitions["check"]["properties"]["visibility"]["enum"]
    assert seen == list(model.Visibility)


@pytest.mark.parametrize("change", [
    {"schema": "cgp-harness/results/2"}, {"further": 1}, {"submissions": [{}]},
])
def test_the_schema_refuses_what_is_not_of_it(change):
    assert not VALIDATOR.is_valid(written() | change)


def explained(content, tmp_path):
    path = tmp_path / "results.json"
    path.write_bytes(content)
    with pytest.raises(HarnessError) as caught:
        results.read(path)
    return str(caught.value).replace(str(path), "DIR/results.json")


FIX = (
    "\n  expected a file of schema 'cgp-harness/results/1'"
    "\n  fix: run `cgp grade` again: what it has stored is reused"
)


def test_a_file_cut_short_is_explained(tmp_path):
    assert explained(results.encode(BATCH)[:-40], tmp_path) == (
        "the results cannot be used: input data was truncated\n  at DIR/results.json" + FIX)


def test_what_is_no_json_is_explained(tmp_path):
    assert explained(b"<html>", tmp_path) == (
        "the results cannot be used: JSON is malformed: invalid character (byte 0)\n"
        "  at DIR/results.json" + FIX)


def test_a_wrong_type_is_located(tmp_path):
    document = written()
    document["submissions"][1]["score"] = "all"
    assert explained(json.dumps(document).encode(), tmp_path) == (
        "the results cannot be used: expected `float`, got `str`\n"
        "  at DIR/results.json, submissions[1].score" + FIX)


def test_a_missing_field_is_located(tmp_path):
    document = written()
    del document["environment"]["seed"]
    assert explained(json.dumps(document).encode(), tmp_path) == (
        "the results cannot be used: object missing required field `seed`\n"
        "  at DIR/results.json, environment" + FIX)


def test_bytes_that_are_no_text_are_explained(tmp_path):
    assert explained(b'{"schema": "\xff"}', tmp_path) == (
        "the results cannot be used: the text is not UTF-8\n  at DIR/results.json" + FIX)


def test_another_schema_is_named(tmp_path):
    assert explained(b'{"schema": "cgp-harness/results/9"}', tmp_path) == (
        "the results are of schema 'cgp-harness/results/9'\n  at DIR/results.json\n"
        "  expected 'cgp-harness/results/1'\n"
        "  fix: run `cgp grade` again: what it has stored is reused")


def test_a_missing_file_is_explained(tmp_path):
    with pytest.raises(HarnessError) as caught:
        results.read(tmp_path)
    assert str(caught.value).replace(str(tmp_path), "DIR") == (
        "cannot read the results: no such file or directory\n  at DIR/results.json\n"
        "  expected the results.json that `cgp grade` wrote, or its folder")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    whole_file.write_whole(path, b"old")
    monkeypatch.setattr(type(path), "replace", lambda self, target: os.stat("/no/such/file"))
    with pytest.raises(MachineError) as caught:
        whole_file.write_whole(path, b"new")
    assert str(caught.value).replace(str(tmp_path), "DIR") == (
        "a report cannot be written: no such file or directory\n  at DIR/results.json\n"
        "  expected room for the reports, in a folder that can be written\n"
        "  fix: make room and run the same command again; `cgp grade` keeps what is graded")
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]
    assert path.read_bytes() == b"old"
