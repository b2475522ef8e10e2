"""The class that `benchmarks.classroom` grades: the same each time, and no two files alike."""

import ast
import json

from benchmarks.classroom import OTHERS, RIGHT, write_class


def test_a_class_is_the_same_at_each_call_and_no_two_submissions_are(tmp_path):
    written = [
        (write_class(tmp_path / name, 250), {
            str(file.relative_to(tmp_path / name)): file.read_text()
            for file in sorted((tmp_path / name).rglob("*.*"))})
        for name in ("one", "other")]
    assert written[0] == written[1]
    made, texts = written[0]
    assert set(made) == {*RIGHT, *OTHERS, "never ends"}
    assert (sum(made.values()), made["never ends"]) == (250, 1)
    assert len(set(texts.values())) == len(texts)
    assert sum("while True:" in text for text in texts.values()) == 1
    broken = [name for name, text in texts.items() if name.endswith(".py") and not _is_python(text)]
    assert len(broken) == made["no Python"]
    notebooks = [json.loads(text) for name, text in texts.items() if name.endswith(".ipynb")]
    assert len(notebooks) == made["a notebook"]
    assert all(_is_python(one["cells"][0]["source"]) for one in notebooks)


def _is_python(text):
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
