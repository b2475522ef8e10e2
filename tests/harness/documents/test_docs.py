"""What the documents say is so: commands, options, hooks, tables, code, output, links.

After a wished change of the bank or of a message: `CGP_SNAPSHOTS=write pytest
tests/harness/documents/test_docs.py` writes docs/diagnosis.md; then read the difference. That
commands work and print what is shown is in test_pages.py.
"""

import ast
import importlib.util
import os
import re
import shlex
import tomllib
import types

import click
import numpy as np
import pluggy
import pytest
import torch
from click.testing import CliRunner

import cgp_harness.cli
from cgp_harness import hookspecs, installed
from cgp_harness.assignment import Limits, load, parse
from cgp_harness.attacks.attack import attacks
from cgp_harness.cli import main
from cgp_harness.collect import IntakeLimits, collect
from cgp_harness.installed import plugins
from cgp_harness.kinds.activation.checks.elementwise import MISTAKES
from cgp_harness.kinds.activation.diagnosis.derivative import IN_ACTIVATIONS
from cgp_harness.kinds.autograd_function.diagnosis.bank import ANY, COTANGENT, ELEMENTWISE
from cgp_harness.kinds.autograd_function.diagnosis.described import IN_FUNCTIONS
from cgp_harness.kinds.backprop.diagnosis import backpropagation_mistakes, partial_mistakes
from cgp_harness.kinds.backprop.diagnosis.described import IN_GRAPHS
from cgp_harness.kinds.optimizer.diagnosis.changes import returned
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import short
from cgp_harness.kinds.optimizer.specified import every_answer
from cgp_harness.kinds.optimizer.task import CONVENTIONS, HYPERPARAMETERS
from cgp_harness.model import SourceFile, Status, Submission, Visibility
from cgp_harness.pipeline import grade
from cgp_harness.registering import hooks
from cgp_harness.registering.module import registered_in
from cgp_harness.reports.formats.built_in import DEFAULT
from cgp_harness.sandbox.lockdown.apply import LEVELS
from tests.harness.all_checks import CHECKS_OF, CONTRACTS
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.in_process.rules import InProcess
from tests.harness.reports.example_reports import BATCH
from tests.harness.rules.right.stepping import rules_in
from tests.pages import PAGES
from tests.places import ROOT

TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
README, STUDENT, INSTRUCTOR, PLUGINS, SECURITY, DIAGNOSIS = (
    TEXTS[name] for name in ("README.md", *(f"docs/{name}.md" for name in (
        "student-guide", "instructor-guide", "plugin-reference", "security-model", "diagnosis"))))
IN_CI, INSTALLING = TEXTS["docs/tours/ci.md"], TEXTS["docs/install.md"]
STARTER = ROOT / "assignments/cgp_assignments/step_size"
WRITE = os.environ.get("CGP_SNAPSHOTS") == "write"
# pip's, the benchmarks', and that of docs/architecture.py.
OF_OTHER_PROGRAMS = {
    "--index-url", "--quick", "--anchors", "--write", "--kind", "--long", "--lf", "--junitxml",
    "--dist", "--rehearsal", "--user", "--scope"}


def blocks(text, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, flags=re.S | re.M)


def rows(text, *header):
    """The table with these columns; backquotes stay."""
    lines = iter(text.splitlines())
    for line in lines:
        if line == f"| {' | '.join(header)} |":
            next(lines)
            break
    table = []
    for line in lines:
        if not line.startswith("|"):
            return table
        table.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return table


def named(cell):
    return re.findall(r"`([^`]+)`", cell)


def column(text, *header):
    return [named(row[0])[0] for row in rows(text, *header)]


def cgp(*arguments):
    plain = {"FORCE_COLOR": None, "TTY_COMPATIBLE": None, "COLUMNS": None}
    return CliRunner(env=plain).invoke(main, [str(argument) for argument in arguments])


def parsed(line):
    """A command line of ours without running it: click refuses what it does not know."""
    _, name, *arguments = shlex.split(line, comments=True)
    command = main.commands[name]
    if isinstance(command, click.Group):
        name, command, arguments = command.resolve_command(click.Context(command), arguments)
    return command.make_context(name, arguments)


PYTEST_PLUGIN = ROOT / "cgp_harness" / "pytest_plugin" / "__init__.py"


def test_the_readme_names_its_two_commands():
    lines = [line for block in blocks(README, "sh") for line in block.splitlines()]
    assert {"make grade", "make test"} <= set(lines)


@pytest.mark.parametrize("name", PAGES)
def test_every_command_line_is_one(name):
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.M)
    scripts = (
        "python3 -m venv", ".venv/bin/python -m p", ".venv/bin/pre-commit", "cp ", "mutmut ",
        "pip install ./plugins/")
    for line in "".join(blocks(TEXTS[name], "sh")).splitlines():
        bare = re.sub(r"^CGP_SNAPSHOTS=write ", "", line)
        if bare.startswith("cgp "):
            parsed(bare)
        elif bare.startswith("make "):
            assert bare.split()[1] in targets
        else:
            assert bare.startswith((*scripts, "python -m benchmarks."))
        for module in re.findall(r"-m (benchmarks\.\w+)", bare):
            place = ROOT / module.replace(".", "/")
            assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()
        for path in re.findall(r"\b(?:tests|assignments)/\S+", bare):
            assert (ROOT / path).is_file()


@pytest.mark.parametrize("name", PAGES)
def test_every_command_and_option_in_the_text_exists(name):
    known = {
        option for top in main.commands.values()
        for one in (top, *getattr(top, "commands", {}).values()) for parameter in one.params
        for option in parameter.opts
    } | {"--help", "--version"} | set(re.findall(r'"(--cgp-\w+)"', PYTEST_PLUGIN.read_text()))
    text = re.sub(r"^```.*?^```$", "", TEXTS[name], flags=re.S | re.M)
    spans = named(text)
    options = {option for span in spans for option in re.findall(r"--[a-z][a-z-]+", span)}
    assert options <= known | OF_OTHER_PROGRAMS
    assert {s.split()[1] for s in spans if s.startswith("cgp ")} <= set(main.commands)


def test_every_command_has_its_place():
    everything = "".join(TEXTS.values())
    assert [name for name in main.commands if f"cgp {name}" not in everything] == []


def test_the_options_of_grade_are_all_in_the_table():
    listed = {option for row in rows(INSTRUCTOR, "option", "does") for option in named(row[0])}
    assert listed == {
        option for one in main.commands["grade"].params for option in one.opts
        if option.startswith("-")
    }


@pytest.mark.parametrize("text", [IN_CI, INSTRUCTOR], ids=["tour of CI", "instructor-guide"])
def test_the_exit_codes_are_those_of_the_command(text):
    said = re.search(r"Exit codes: (.*)\.", cgp_harness.cli.__doc__, flags=re.S)[1]
    codes = [part.split()[0] for part in said.split(";")]
    assert [row[0] for row in rows(text, "exit code", "means")] == codes


def test_the_tables_list_what_the_code_has():
    statuses = column(INSTRUCTOR, "status", "of a check", "points")
    assert sorted(statuses) == sorted(set(Status) - {Status.GRADED})
    assert column(INSTRUCTOR, "visibility", "on the student's page and in `cgp check`") == [
        *Visibility]
    assert column(INSTRUCTOR, "level", "is", "for") == [*reversed(LEVELS)]
    listed = column(PLUGINS, "hook", "written by", "called", "returns")
    assert sorted(listed) == sorted(hooks.hook_names())
    assert sorted(re.findall(r"^### `(.*)`$", PLUGINS, flags=re.M)) == sorted(listed)
    assert tuple(column(STUDENT, "check", "asks", "points")) == CHECKS_OF["optimizer"]
    families = rows(INSTRUCTOR, "family", "conventions for `accept`", "hyperparameters")
    assert {named(a)[0]: (tuple(named(b)), tuple(named(c))) for a, b, c in families} == {
        family: (CONVENTIONS[family], HYPERPARAMETERS[family]) for family in CONVENTIONS
    }
    formats = next(row for row in rows(INSTRUCTOR, "option", "does") if "--format" in row[0])
    assert named(formats[1])[:3] == [*DEFAULT]
    assert column(TEXTS["docs/formats.md"], "format", "writes", "for") == [
        *installed.report_formats()]


def test_what_a_kind_is_made_with_is_where_the_page_says():
    for names, module in rows(TEXTS["docs/kinds.md"], "names", "module"):
        assert [name for name in named(names)
                if not hasattr(importlib.import_module(named(module)[0]), name)] == []


def test_the_limits_are_those_of_the_code():
    limits, intake, mib = Limits(), IntakeLimits(), 2**20
    said = " ".join(INSTRUCTOR.split())
    assert (
        f"hold {intake.entries} files and folders, {intake.file_bytes // mib} MiB in one Python "
        f"file or in the code of one notebook, and {intake.total_bytes // mib} MiB together. What "
        f"notebooks printed and drew comes on top, to {intake.notebook_bytes // mib} MiB; a zip "
        f"may have {intake.archive_bytes // mib} MiB"
    ) in said
    assert f"{limits.total_s:g} s and {limits.memory_mib // 1024} GiB" in SECURITY


def test_the_assignment_shown_can_be_loaded_and_its_limits_are_the_defaults():
    [text] = blocks(INSTRUCTOR, "toml")
    assignment = parse(text.encode())
    assert assignment.limits == Limits()
    assert set(tomllib.loads(text)["limits"]) == set(Limits.__struct_fields__)
    assert (assignment.max_score, assignment.tasks[0].id) == (100, "adam")


def test_half_of_a_task_s_points_are_for_the_update():
    for task in load("step_size").tasks:
        most = sum(check.points for check in task.checks.values())
        assert task.checks["update_rule"].points == most / 2


def test_every_attack_is_in_the_security_model_at_the_layers_that_stop_it():
    table = {row[0]: named(row[1]) for row in rows(SECURITY, "stopped by", "attacks")}
    of: dict = {}
    for one in attacks():
        of.setdefault(", ".join(one.by), []).append(one.name)
    assert table == of
    assert {layer for one in attacks() for layer in one.by} <= {
        row[0] for row in rows(SECURITY, "layer", "does")}


def test_the_examples_are_as_many_as_the_readme_says():
    assert f"the {len(collect([STARTER / 'examples']))} example\nsubmissions" in README


def test_the_first_plugin_of_the_student_guide_does_what_its_comment_says():
    first, call, *_ = blocks(STUDENT, "python")
    rules = rules_in(first)
    expression, _, value = call.partition("#")
    assert eval(expression, dict(rules)) == eval(value)
    assert not set(rules) & {task.id for task in load("step_size").tasks}


TRAPS = re.findall(r"```python\n([^`]*?)```\n\n```text\n(.*?)```", STUDENT, flags=re.S)


@pytest.mark.parametrize("number", range(len(TRAPS)))
def test_a_trap_of_the_student_guide_gets_the_message_shown(number, tmp_path):
    code, message = TRAPS[number]
    file = tmp_path / "plugin.py"
    file.write_text(code, encoding="utf-8")
    done = cgp("check", file, "-a", "step_size", "--isolation", "plain")
    assert message in done.stdout
    assert "✗" in done.stdout or "!" in done.stdout


def test_there_are_six_traps():
    assert len(TRAPS) == STUDENT.count("```python") - 2 == 6


def hooks_shown(heading):
    """The module in the section of the plugin reference under a hook's name."""
    section = PLUGINS.partition(f"### `{heading}`")[2]
    module = types.ModuleType(heading)
    exec(blocks(section, "python")[0], module.__dict__)
    return module


@pytest.fixture
def install(monkeypatch):
    def register(module):
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(module)
        manager.check_pending()
        monkeypatch.setattr(plugins, "trusted", lambda: manager)
        installed.checks.cache_clear()

    yield register
    installed.checks.cache_clear()


def test_the_rules_of_the_plugin_reference_are_registered():
    first, *_ = blocks(PLUGINS, "python")
    assert list(rules_in(first)) == ["sgd"]
    section = PLUGINS.partition("### `cgp_step_size_optimizers`")[2]
    rules = rules_in(blocks(section, "python")[0])
    assert [rules[f"sgd_times_{n}"](2.0, lr=0.5) for n in (1, 2, 3)] == [1.0, 2.0, 3.0]


def extensions_shown(heading):
    """Kind, name and target of what the first code under a heading registers."""
    module = types.ModuleType("plugin")
    exec(blocks(PLUGINS.partition(heading)[2], "python")[0], module.__dict__)
    found, errors = registered_in(module, CONTRACTS)
    assert errors == []
    return {(one.kind, one.name): one.target for one in found}


def test_the_extensions_of_the_plugin_reference_are_registered():
    points = torch.tensor([0.5, -2.0], dtype=torch.float64, requires_grad=True)
    [cube] = extensions_shown("## Autograd functions").values()
    assert torch.autograd.gradcheck(cube.apply, points)
    powers = extensions_shown("### `cgp_autograd_functions`")
    assert [*powers] == [("autograd_function", "power_2"), ("autograd_function", "power_3")]
    assert all(torch.autograd.gradcheck(one.apply, points) for one in powers.values())
    assert {key: one(np.array(-3.0)) for key, one in {
        **extensions_shown("## Activations"), **extensions_shown("### `cgp_activations`"),
    }.items()} == {
        ("activation", "softsign"): (-0.75, 0.0625),
        ("activation", "leaky"): (pytest.approx(-0.3), 0.1),
        ("activation", "leakier"): (pytest.approx(-0.9), 0.3),
    }
    assert [*extensions_shown("### `cgp_backprop`")] == [("backprop", "Graph")]


def test_the_check_of_the_plugin_reference_passes_descent_and_fails_ascent(install):
    install(hooks_shown("cgp_checks"))
    [toml] = blocks(INSTRUCTOR, "toml")
    added = toml + re.search(r"`(first_step_downhill = \{.*?\})`", PLUGINS)[1]
    assignment = parse(added.encode())
    outcomes = []
    for sign in ("", "-"):
        text = f"from cgp_harness import optimizer\n@optimizer\ndef adam(g, lr=1e-3):\n" \
               f"    return {sign}lr * g\n"
        plugin = Submission("someone", (SourceFile("plugin.py", text.encode()),))
        report = grade(
            plugin, assignment, seed=0, isolation="plain",
            open_subject=lambda *_, text=text: InProcess(text))
        last = report.checks[-1]
        outcomes.append((last.kind, last.status, last.score, last.message))
    assert outcomes == [
        ("first_step_downhill", "passed", 2, ""),
        ("first_step_downhill", "failed", 0, "The first step does not point downhill."),
    ]


def test_the_format_of_the_plugin_reference_writes_a_line_for_each_submission(install, tmp_path):
    install(hooks_shown("cgp_report_formats"))
    installed.report_formats()["marks"](BATCH, tmp_path)
    lines = (tmp_path / "marks.txt").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(" ")[0] for line in lines] == [one.id for one in BATCH.submissions]


def test_the_collector_of_the_plugin_reference_reads_its_layout_and_no_other(install, tmp_path):
    install(hooks_shown("cgp_collectors"))
    read = installed.collectors()["flat"]
    assert read(tmp_path) is None
    (tmp_path / "ada--hw2.py").write_text("x = 1\n")
    assert read(tmp_path) == [Submission(
        "ada", (SourceFile("plugin.py", b"x = 1\n"),), str(tmp_path / "ada--hw2.py"))]


@pytest.mark.parametrize("name", PAGES)
def test_relative_links_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", TEXTS[name]):
        if not target.startswith("https://"):
            assert (ROOT / name).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("name", PAGES)
def test_paths_in_the_text_exist(name):
    for path in re.findall(
        r"`((?:cgp_harness|tests|docs|plugins|reference|\.ci)/[\w./-]+)`", TEXTS[name]
    ):
        assert (ROOT / path).exists() or "FAMILY" in path, path


def test_the_versions_in_constraints_are_exact_and_torch_has_no_local_part():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines()
             if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", line) for line in lines)
    assert [line for line in lines if line.startswith("torch=")] == ["torch==2.13.0"]
    assert "`torch==2.13.0`" in INSTALLING


def row(*cells):
    """A row of a table, in which `|` does not end a cell."""
    return f"| {' | '.join(cell.replace('|', escaped) for cell in cells)} |"


escaped = "\\|"


def shown_flag(name, flag):
    return row(f"`{flag.id}`", f"{name} {flag.phrase}", flag.hint, flag.equation)


def mistakes_of_rules():
    """Task -> identifier -> its words, each once; and those that every task has."""
    homework = load("step_size")
    of_task = {task.id: {} for task in homework.tasks}
    for one in homework.mistakes:
        of_task[one.task].setdefault(one.id, (one.says, one.hint))
    first, *others = of_task.values()
    common = {name: words for name, words in first.items()
              if all(one.get(name) == words for one in others)}
    return of_task, common


def rule_tables():
    """What is called by a name in the rules of `step_size`."""
    homework, (of_task, common) = load("step_size"), mistakes_of_rules()
    header = ["| identifier | your update is | the equation asks |", "|---|---|---|"]
    lines = ["", "## In any rule of `step_size`", "", *header]
    lines += [row(f"`{name}`", f"the rule {says}", hint) for name, (says, hint) in common.items()]
    for task in homework.tasks:
        lines += ["", f"## {short(task.title)}", "", *header]
        lines += [row(f"`{name}`", f"{short(task.title)} {says}", hint)
                  for name, (says, hint) in of_task[task.id].items() if name not in common]
    lines += ["", "## Conventions", "",
              "Named only where the assignment does not accept them.", "",
              "| identifier | your update is |", "|---|---|"]
    conventions = {
        name: one.phrase for task in homework.tasks
        for name, one in every_answer(homework, task).conventions.items()}
    lines += [row(f"`{name}`", f"the rule {says}") for name, says in conventions.items()]
    lines += ["", "## What a rule returns", "",
              "| identifier | means | what is asked for |", "|---|---|---|"]
    lines += [row(f"`{name}`", *words) for name, words in returned.WORDS.items()]
    lines += ["", "## Another rule", "",
              "The update is another of the lecture's rules, right or with one mistake, which then "
              "follows.", "",
              "| identifier | your update is |", "|---|---|", "| `is_sgd` | plain SGD |"]
    return [*lines, *(f"| `is_{task.id}` | {short(task.title)} |" for task in homework.tasks)]


def diagnosis_tables():
    """The rest of docs/diagnosis.md: every identifier that a diagnosis may hold."""
    header = ["| identifier | your update is | the equation asks | where |", "|---|---|---|---|"]
    lines = rule_tables()
    lines += ["", "## Partial derivatives of a graph", "", *header]
    lines += [shown_flag("the partials", flag) for flag in partial_mistakes.FLAGS]
    lines += ["", "## Backpropagation on a graph", "", *header]
    lines += [shown_flag("the gradients", flag) for flag in backpropagation_mistakes.FLAGS]
    lines += described("Any graph", IN_GRAPHS)
    lines += extension_tables()
    return "\n".join(lines) + "\n"


def described(heading, meanings):
    header = ["", f"## {heading}", "", "| identifier | means |", "|---|---|"]
    return [*header, *(row(f"`{flag}`", text) for flag, text in meanings.items())]


def extension_tables():
    """The mistakes of autograd functions, general and of one specification, and of activations."""
    backward = ["", "| identifier | your backward | |", "|---|---|---|"]
    lines = ["", "## Backward of any autograd function", *backward]
    rows = [(flag, phrase, hint) for flag, phrase, hint, _ in COTANGENT]
    rows += [(one.flags[0], one.phrase, one.hint) for one in (*ANY, *ELEMENTWISE)]
    lines += [row(f"`{flag}`", phrase, hint) for flag, phrase, hint in rows]
    for name, one in SPECIFICATIONS.items():
        lines += ["", f"## `{name}`", "", "| identifier | your | |", "|---|---|---|"]
        lines += [row(f"`{m.id}`", f"forward {m.phrase}", m.hint) for m in one.value_mistakes]
        noun = "backward" if one.elementwise else "gradient"
        lines += [row(f"`{m.id}`", f"{noun} {m.phrase}", m.hint) for m in one.gradient_mistakes]
    lines += described("Any autograd function", IN_FUNCTIONS)
    lines += described("Contract of an activation", MISTAKES)
    return [*lines, *described("Value and derivative of an activation", IN_ACTIVATIONS)]


def test_the_diagnosis_page_lists_every_identifier_with_its_meaning():
    head, mark, tail = DIAGNOSIS.partition("from the flags themselves. -->\n")
    if WRITE:
        tail = diagnosis_tables()
        (ROOT / "docs/diagnosis.md").write_text(head + mark + tail, encoding="utf-8")
    assert tail == diagnosis_tables()


def flags_in(text):
    """The identifiers that a module writes out, wherever one is handed to a diagnosis."""
    places = {"Flaw": 0, "flag": 0, "Flag": 0, "Diagnosis": 0, "_Case": 0, "_Special": 1,
              "_compared": 2, "Mistake": 0}
    for node in ast.walk(ast.parse(text)):
        nodes = []
        if isinstance(node, ast.Call):
            at = places.get(getattr(node.func, "id", ""), len(node.args))
            nodes = [*node.args[at:at + 1], *(
                one.value for one in node.keywords if one.arg in ("flag", "flags"))]
        elif isinstance(node, ast.Assign):
            [target, *_] = node.targets
            if getattr(target, "id", "") in ("flag", "identifier"):
                nodes = [node.value]
            if isinstance(target, ast.Subscript) and getattr(target.value, "id", "") == "found":
                nodes = [target.slice]
        elif isinstance(node, (ast.Yield, ast.Return)) and isinstance(node.value, ast.Tuple):
            nodes = node.value.elts[:1]
        for one in nodes:
            yield from (
                part.value for part in ast.walk(one) if isinstance(part, ast.Constant)
                and isinstance(part.value, str) and re.fullmatch("[a-z][a-z0-9_]*", part.value))


NO_IDENTIFIERS = ["ignored", "long_run", "neg", "own", "sum", "value", "weights"]


def test_every_identifier_that_the_code_writes_out_is_on_the_diagnosis_page():
    modules = [
        path for path in sorted((ROOT / "cgp_harness").rglob("*.py"))
        if {"checks", "probes", "trainings", "diagnosis"} & {*path.parts, path.stem}
        or path.stem == "flag"]
    written = {flag for path in modules for flag in flags_in(path.read_text("utf-8"))}
    assert written >= {"cotangent_changed", "loses_accuracy", "x_for_value", "special_shape",
                       "second_backward", "constant_factor", "needs_input_grad", "detached"}
    listed = set(re.findall(r"^\| `(\w+)` \|", DIAGNOSIS, flags=re.M))
    assert sorted(written - listed) == NO_IDENTIFIERS
    everything = "".join(path.read_text("utf-8") for path in modules)
    described_here = {*IN_GRAPHS, *IN_FUNCTIONS, *IN_ACTIVATIONS}
    assert [flag for flag in described_here if everything.count(f'"{flag}"') < 2] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_row_of_a_table_has_as_many_cells_as_its_header(name):
    text = re.sub(r"^```.*?^```$", "", TEXTS[name], flags=re.S | re.M)
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.M):
        cells = [len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()]
        assert cells == cells[:1] * len(cells), table


def test_the_conventions_of_a_family_are_those_of_the_built_in_solution():
    homework = load("step_size")
    for task in homework.tasks:
        every = every_answer(homework, task)
        assert tuple(every.conventions) == CONVENTIONS[task.id]
        assert tuple(every.hyperparameters) == HYPERPARAMETERS[task.id]
    assert CONVENTIONS.keys() == HYPERPARAMETERS.keys() == {task.id for task in homework.tasks}


def test_the_reference_is_what_the_code_is():
    found = importlib.util.spec_from_file_location("reference_pages", ROOT / "docs/reference.py")
    reference = importlib.util.module_from_spec(found)
    found.loader.exec_module(reference)
    for name in reference.PAGES:
        page = (ROOT / f"docs/reference/{name}.md").read_text(encoding="utf-8")
        assert page == reference.drawn(name), "python docs/reference.py --write"
