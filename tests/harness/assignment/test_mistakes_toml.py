"""mistakes.toml: its forms, and the message for every mistake in it, whole."""

import math

import msgspec
import pytest

from cgp_harness import assignment
from cgp_harness.assignment import mistakes, typed
from cgp_harness.errors import HarnessError
from cgp_harness.probing.fixed_run import alike, plain
from cgp_harness.task import NamedMistake
from tests.harness.assignment.test_assignment import GOOD

REPLACED = """
# of last year
[[mistakes]]
id = "no_correction"
task = "adam"
replace = "m / (1 - beta1**k)"
by = "m"
also = [{replace = "v / (1 - beta2**k)", by = "v"}]
says = "without bias correction"
hint = "Eq. 39 divides both moments."
"""
ANSWER = """
[[mistakes]]
id = "looks_back"
task = "adam"
answer = "wrong/lookback.py"
says = "it looks one step back"
"""
ANSWERS = """
[[mistakes]]
id = "cubed"
task = "adam"
check = "update_rule"
says = "the gradient is cubed"
hint = "Eq. 38 squares it."
answers = [0.5, 1, -2e-3, nan, -inf]
"""
TASKS = {"adam": ("loads", "update_rule"), "sgd_plus": ("loads",)}
FILES = {"wrong/lookback.py": "def adam(): ...\n"}


def parse(text):
    return mistakes.parse(text.encode(), "DIR/mistakes.toml", TASKS, FILES.get)


def test_the_three_forms_are_read():
    assert parse(REPLACED + ANSWER + ANSWERS) == (
        NamedMistake(
            "no_correction", "adam", "without bias correction", "Eq. 39 divides both moments.",
            replaced=(("m / (1 - beta1**k)", "m"), ("v / (1 - beta2**k)", "v"))),
        NamedMistake("looks_back", "adam", "it looks one step back", answer="def adam(): ...\n"),
        NamedMistake(
            "cubed", "adam", "the gradient is cubed", "Eq. 38 squares it.", check="update_rule",
            answers=(0.5, 1.0, -2e-3, "nan", "-inf")),
    )


def test_a_mistake_has_several_forms_in_several_tasks_and_says_it_once():
    found = parse("""
[[mistakes]]
id = "lr_twice"
task = ["adam", "sgd_plus"]
instead = {g = "lr * g"}
says = "with lr multiplied in twice"
hint = "lr belongs in one place only."

[[mistakes]]
id = "lr_twice"
task = "sgd_plus"
replace = "step = used"
by = "step = lr * used"

[[mistakes]]
id = "shared_state"
task = "adam"
known = true
says = "with one state for all"
""")
    words = "with lr multiplied in twice", "lr belongs in one place only."
    assert found == (
        NamedMistake("lr_twice", "adam", *words, instead=(("g", "lr * g"),)),
        NamedMistake("lr_twice", "sgd_plus", *words, instead=(("g", "lr * g"),)),
        NamedMistake(
            "lr_twice", "sgd_plus", *words, replaced=(("step = used", "step = lr * used"),)),
        NamedMistake("shared_state", "adam", "with one state for all", known=True))


def test_a_file_of_comments_names_none():
    assert parse("# [[mistakes]]\n") == ()


@pytest.mark.parametrize(("text", "message"), [
    ("[[mistakes]", "not TOML: expected ']]' at the end of an array declaration\n"
     "  at DIR/mistakes.toml:1:11"),
    ("[[mistake]]", "there is no field 'mistake'\n  at DIR/mistakes.toml:1\n"
     "  expected one of mistakes\n"
     "  fix: did you mean 'mistakes'?"),
    ("mistakes = 1", "mistakes is 1\n  at DIR/mistakes.toml:1, mistakes\n  expected a list"),
    ("mistakes = [1]", "mistakes[0] is 1\n  at DIR/mistakes.toml:1, mistake number 1\n"
     "  expected a table of id, task, says, hint"),
    (REPLACED.replace("hint", "hnt"),
     "there is no field 'hnt'\n  at DIR/mistakes.toml:10, mistake 'no_correction'\n"
     "  expected one of id, task, says, hint, replace, by, also\n  fix: did you mean 'hint'?"),
    (REPLACED.replace("{replace", "{replac"),
     "there is no field 'replac'\n  at DIR/mistakes.toml:8, mistake 'no_correction'.also[0]\n"
     "  expected one of replace, by\n  fix: did you mean 'replace'?"),
    (REPLACED.replace('by = "m"\n', ""),
     "the field 'by' is missing\n  at DIR/mistakes.toml:3, mistake 'no_correction'\n"
     '  expected a text in quotes\n  fix: write by = "…"'),
    (REPLACED.replace('id = "no_correction"', ""),
     "the field 'id' is missing\n  at DIR/mistakes.toml:3, mistake number 1\n"
     '  expected a text in quotes\n  fix: write id = "…"'),
    (REPLACED + 'check = "update_rule"\n',
     "there is no field 'check'\n  at DIR/mistakes.toml:11, mistake 'no_correction'\n"
     "  expected one of id, task, says, hint, replace, by, also\n  fix: remove it"),
    (REPLACED.replace('by = "m"\n', 'by = "m"\nanswer = "wrong/lookback.py"\n'),
     "the mistake has both replace and answer\n"
     "  at DIR/mistakes.toml:3, mistake 'no_correction'\n"
     "  expected one of: `replace` with `by`, code of the solution and what stands "
     "there instead; `answer`, a file with a whole wrong answer; `instead`, what it is "
     "given or gives back instead; `known`, for words of a mistake that the harness "
     "finds itself; `answers`, as `cgp name` writes them"),
    (ANSWER.replace('answer = "wrong/lookback.py"\n', ""),
     "the mistake does not say what is answered instead\n"
     "  at DIR/mistakes.toml:2, mistake 'looks_back'\n"
     "  expected one of: `replace` with `by`, code of the solution and what stands "
     "there instead; `answer`, a file with a whole wrong answer; `instead`, what it is "
     "given or gives back instead; `known`, for words of a mistake that the harness "
     "finds itself; `answers`, as `cgp name` writes them"),
    (REPLACED.replace("no_correction", "no correction"),
     "'no correction' cannot be the id of a mistake\n"
     "  at DIR/mistakes.toml:3, mistake 'no correction'\n"
     "  expected letters, digits and _, with a letter first: looks_back"),
    (REPLACED + REPLACED,
     "two mistakes are called 'no_correction'\n  at DIR/mistakes.toml\n"
     "  expected a name for each; a further form of a mistake has other words, or no `says`"),
    (REPLACED.replace('"adam"', '"adm"'),
     "there is no task 'adm'\n  at DIR/mistakes.toml:3, mistake 'no_correction'.task\n"
     "  expected one of adam, sgd_plus\n  fix: did you mean 'adam'?"),
    (REPLACED.replace('"without bias correction"', '" "'),
     "the mistake says nothing\n  at DIR/mistakes.toml:3, mistake 'no_correction'.says\n"
     "  expected a sentence for the students who make it"),
    (ANSWER.replace("lookback.py", "back.py"),
     "there is no file 'wrong/back.py'\n"
     "  at DIR/mistakes.toml:2, mistake 'looks_back'.answer\n"
     "  expected a file with a whole wrong answer, by its path beside mistakes.toml"),
    (ANSWERS.replace('check = "update_rule"', ""),
     "the field 'check' is missing\n  at DIR/mistakes.toml:2, mistake 'cubed'\n"
     '  expected a text in quotes\n  fix: write check = "…"'),
    (ANSWERS.replace("update_rule", "update_rules"),
     "the task 'adam' has no check 'update_rules'\n"
     "  at DIR/mistakes.toml:2, mistake 'cubed'.check\n  expected one of loads, update_rule\n"
     "  fix: did you mean 'update_rule'?"),
    (ANSWERS.replace("[0.5, 1, -2e-3, nan, -inf]", "[nan]"),
     "the answers have no number that is finite\n"
     "  at DIR/mistakes.toml:2, mistake 'cubed'.answers\n"
     "  expected what `cgp name` writes, since many mistakes end in nan"),
    (ANSWERS.replace("0.5", '"0.5"'),
     "answers[0] is '0.5'\n  at DIR/mistakes.toml:8, mistake 'cubed'.answers[0]\n"
     "  expected a number\n  fix: write 0.5, without quotes"),
])
def test_every_mistake_is_located_and_explained(text, message):
    with pytest.raises(HarnessError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_a_further_form_may_have_words_of_its_own():
    other = REPLACED.replace("without bias", "without any bias")
    silent = REPLACED.partition("says")[0]
    first, second, third = parse(f"{REPLACED}\n{other}\n{silent}\n")
    assert (first.says, second.says, third.says) == (
        "without bias correction", "without any bias correction", "without bias correction")
    assert first.hint == second.hint == third.hint


def test_it_is_read_beside_the_assignment_and_part_of_the_digest(tmp_path):
    (tmp_path / "assignment.toml").write_text(GOOD)
    bare = assignment.load(tmp_path)
    assert (bare.mistakes, bare.folder) == ((), str(tmp_path))
    (tmp_path / "mistakes.toml").write_text(REPLACED + ANSWER + ANSWERS)
    (tmp_path / "wrong").mkdir()
    file = tmp_path / "wrong" / "lookback.py"
    file.write_text("def adam(): ...\n")
    found = assignment.load(tmp_path)
    assert [one.id for one in found.mistakes] == ["no_correction", "looks_back", "cubed"]
    assert found.mistakes[1].where == "mistakes.toml, mistake 'looks_back'"
    file.write_text("def adam(): pass\n")
    digests = {one.digest for one in (bare, found, assignment.load(tmp_path))}
    assert {len(one) for one in digests} == {64}
    assert len(digests) == 3


def test_a_homework_travels_with_its_mistakes_to_the_grader_processes(tmp_path):
    (tmp_path / "assignment.toml").write_text(GOOD)
    (tmp_path / "mistakes.toml").write_text(ANSWERS)
    found = assignment.load(tmp_path)
    assert msgspec.json.decode(
        msgspec.json.encode(found), type=assignment.Assignment).mistakes == found.mistakes


@pytest.mark.parametrize(("field", "said"), [
    ("mistakes", "read from mistakes.toml"), ("folder", "where the file lies")])
def test_an_assignment_s_own_file_does_not_say_what_is_filled_in(field, said):
    with pytest.raises(HarnessError) as caught:
        assignment.parse(f"{field} = 1\n{GOOD}".encode(), "hw.toml")
    assert str(caught.value) == (
        f"the field {field!r} is {said}\n  at hw.toml:1, {field}\n"
        "  expected a file without it\n  fix: remove it")


def test_an_installed_homework_has_no_folder_of_its_own():
    assert assignment.load("step_size").folder == ""


@pytest.mark.parametrize(("some", "others", "same"), [
    ((1.0, -2.0), (1.0 + 9e-7, -2.0), True),
    ((1.0, -2.0), (1.0 + 2e-6, -2.0), False),
    ((1e-9, 1.0), (1e-9 + 2e-12, 1.0), False),
    ((0.0, 1.0), (1e-17, 1.0), True),
    ((0.0, 1.0), (1e-10, 1.0), False),
    ((math.nan, 1.0), (math.nan, 1.0), True),
    ((math.inf, 1.0), (-math.inf, 1.0), False),
    ((math.inf, 1.0), (5.0, 1.0), False),
    ((1.0,), (1.0, 2.0), False),
])
def test_answers_are_alike_to_a_millionth_of_each_number(some, others, same):
    assert alike(plain(some), plain(others)) is same
    assert alike(plain(others), plain(some)) is same


def test_no_line_is_looked_for_in_a_file_without_a_mistake(monkeypatch):
    read: list[str] = []
    loads = typed.tomllib.loads
    monkeypatch.setattr(typed.tomllib, "loads", lambda text: read.append(text) or loads(text))
    entry = ('[[mistakes]]\nid = "cubed_{}"\ntask = "cube"\nreplace = "g"\nby = "g**3"\n'
             'says = "{}."\n')
    text = "\n".join(entry.format(number, number) for number in range(100))
    found = mistakes.parse(text.encode(), "mistakes.toml", {"cube": ("loads",)}, lambda path: None)
    assert len(found) == 100
    assert read == [text]
