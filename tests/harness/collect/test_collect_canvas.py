"""Canvas downloads: the files of one student are one submission, under the student's own names."""

from cgp_harness.collect import collect
from tests.harness.collect.made_submissions import ADAM, contents, write, zipped


def test_canvas_files_of_one_student_are_one_submission(tmp_path):
    write(tmp_path, {
        "doejane_12345_67890_adam-1.py": ADAM, "doejane_12345_67891_sgd.py": b"1",
        "doejane_12345_67892_report.pdf": b"", "roejohn_LATE_222_67893_adam.py": b"2",
        "Gradebook.csv": b"",
    })
    zipped(tmp_path / "zoe_LATE_333_67894_hw3.zip", {"hw3/adam.py": ADAM})
    submissions = collect([tmp_path])
    assert contents(submissions) == {
        "doejane_12345": {"adam.py": ADAM, "sgd.py": b"1"},
        "roejohn_222": {"adam.py": b"2"},
        "zoe_333": {"adam.py": ADAM},
    }
    assert [s.origin for s in submissions] == [
        f"{tmp_path}/doejane_12345_67890_adam-1.py and 2 more",
        f"{tmp_path}/roejohn_LATE_222_67893_adam.py",
        f"{tmp_path}/zoe_LATE_333_67894_hw3.zip",
    ]


def test_canvas_names_that_would_be_the_same_stay_apart(tmp_path):
    write(tmp_path, {
        "a_123_10001_x.py": b"1", "a_123_10002_x-1.py": b"2",
        "b_456_10003_y.py": b"3", "b_456_10004_y.py": b"4",
    })
    assert contents(collect([tmp_path])) == {
        "a_123": {"x.py": b"1", "x-1.py": b"2"},
        "b_456": {"10003_y.py": b"3", "10004_y.py": b"4"},
    }


def test_a_student_who_sent_canvas_only_a_report_is_told_so(tmp_path):
    write(tmp_path, {"doe_123_45678_report.pdf": b"", "roe_124_45679_adam.py": ADAM})
    doe, roe = collect([tmp_path])
    assert roe.problem is None
    assert str(doe.problem) == (
        "there is no Python file, only report.pdf\n  expected at least one .py or .ipynb file"
    )


def test_a_date_in_a_name_is_not_taken_for_canvas_numbers(tmp_path):
    write(tmp_path, {"hw_2024_10_alice.py": ADAM, "hw_2024_11_bob.py": ADAM})
    assert [s.id for s in collect([tmp_path])] == ["hw_2024_10_alice", "hw_2024_11_bob"]


def test_a_zip_named_after_a_file_beside_it_stays_apart(tmp_path):
    write(tmp_path, {"lovelaceada_123_45678_adam.py": ADAM})
    zipped(tmp_path / "lovelaceada_123_45679_adam.py.zip", {"x.py": ADAM})
    assert contents(collect([tmp_path])) == {
        "lovelaceada_123": {"adam.py": ADAM, "adam_py/x.py": ADAM}}
