"""Changes to the source of functions of arrays: sums, cases, logarithms."""

from tests.harness.mutation.test_mutation import said_of


def test_a_sum_and_what_is_computed_of_each_number():
    text = ("import numpy as np\ndef f(x, y):\n"
            "    return (x**2).sum(0) + np.sum(np.log(y)) - np.sqrt(x.mean(axis=1))")
    assert said_of(text, "order") == {
        "return x.sum(0) ** 2 + np.sum(np.log(y)) - np.sqrt(x.mean(axis=1))":
            "x.sum(0) ** 2 stands where (x ** 2).sum(0) belongs",
        "return (x ** 2).sum(0) + np.log(np.sum(y)) - np.sqrt(x.mean(axis=1))":
            "np.log(np.sum(y)) stands where np.sum(np.log(y)) belongs",
        "return (x ** 2).sum(0) + np.sum(np.log(y)) - np.sqrt(x).mean(axis=1)":
            "np.sqrt(x).mean(axis=1) stands where np.sqrt(x.mean(axis=1)) belongs"}


def test_one_case_for_all():
    text = ("import numpy as np\ndef f(x):\n    y = x if len(x) else 0\n"
            "    return np.where(x > 0, y, -x)")
    found = {line: said for line, said in said_of(text, "left_out").items() if "all cases" in said}
    assert found == {
        "y = x": "x stands in all cases of x if len(x) else 0",
        "y = 0": "0 stands in all cases of x if len(x) else 0",
        "return y": "y stands in all cases of np.where(x > 0, y, -x)",
        "return -x": "-x stands in all cases of np.where(x > 0, y, -x)"}


def test_a_logarithm_of_a_quotient():
    text = "import numpy as np\ndef f(x, y):\n    return np.log(y) - x"
    assert "return -np.log(np.exp(x) / y)" in said_of(text, "regrouped")
