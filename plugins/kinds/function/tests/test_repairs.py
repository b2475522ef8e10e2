"""Where a wrong function is wrong: the change of its own source that makes it right."""

from submissions import graded, homework, solution

ONE_AXIS, TWO_AXES = "shapes = [[[3]], [[2]]]", "shapes = [[[3, 3]], [[2, 2]]]"
CASES = {
    "share": ("x / x.sum()", "x / x.mean()", ONE_AXIS, "one function stands where another belongs"),
    "rest": ("x / x.sum()", "1 - x / x.sum()", ONE_AXIS, "a term is too much"),
    "power": ("x / x.sum()", "x**2 / x.sum()", ONE_AXIS, "a power is too much"),
    "logarithm": ("np.log(x**2)", "np.log2(x**2)", ONE_AXIS,
                  "one function stands where another belongs"),
    "largest": ("x - x.max(axis=0)", "x - np.max(x)", TWO_AXES, "an axis is missing"),
    "kept": ("(x * x).sum(axis=1, keepdims=True) - x", "(x * x).sum(axis=1) - x", TWO_AXES,
             "`keepdim` is missing"),
    "summed": ("(x * x).sum(axis=1).mean() + 0 * x", "(x * x).mean() + 0 * x", TWO_AXES,
               "a sum is missing"),
    "another": ("x / x.sum()", "np.sin(x)", ONE_AXIS, ""),
}
"""What is right, what is wrong, the shapes, what is said."""


def test_where_it_is():
    hw = homework(
        solution(**{name: right for name, (right, *_) in CASES.items()}),
        **{name: shapes for name, (*_, shapes, _) in CASES.items()})
    found = graded(solution(**{name: wrong for name, (_, wrong, *_) in CASES.items()}), hw)
    lines = {name: 5 + 3 * number for number, name in enumerate(CASES)}
    said = {name: found[f"{name}.values"].diagnosis.text.partition("With one change ")[2]
            for name in CASES}
    assert said == {
        name: f"it is right: at ada.py:{lines[name]}, {sentence}." if sentence else ""
        for name, (*_, sentence) in CASES.items()}


def test_a_derivative_has_a_place_of_its_own():
    answers = solution(cube="x**3", cube_derivative="3 * x**2")
    further = 'shapes = [[[3]]]\n[tasks.checks.derivative]\npoints = 4'
    found = graded(answers.replace("3 * x**2", "3 * x"), homework(answers, cube=further))
    assert found["cube.derivative"].diagnosis.text.endswith(
        "With one change it is right: at ada.py:8, a square is missing.")
    assert found["cube.values"].diagnosis is None
