"""Class downloads of five platforms, made after their naming: files, and what must come of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from cgp_harness.model import Student
from tests.harness.collect.made_submissions import ADAM, archive

SGD = b"def sgd(g): ...\n"
HW = archive([("hw3/adam.py", ADAM), ("__MACOSX/hw3/._adam.py", b"")])
RECEIPT = """Name: {} ({})
Assignment: HW 3
Date Submitted: Tuesday, 3 November 2026 10:00:00 o'clock GMT
Current Mark: Needs Marking

Submission Field:
There is no student submission text data for this assignment.

Comments:
Name: Someone Else (eve)
"""


@dataclass(frozen=True)
class Handed:
    """What one student's row must be."""

    files: dict[str, bytes]
    student: Student
    submitted_at: str = ""
    late: bool | None = None
    notes: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Download:
    """A download: its files by their paths, and its rows by their ids."""

    files: dict[str, bytes]
    rows: dict[str, Handed]
    notes: tuple[str, ...] = field(default=())


def text_only(platform: str) -> str:
    return (f"no file was handed in, only text that was typed into {platform}\n"
            "  expected at least one .py or .ipynb file")


CANVAS = Download({
    "doejane_12345_6789001_adam-1.py": ADAM,
    "doejane_12345_6789002_sgd.py": SGD,
    "doejane_12345_6789003_report.pdf": b"%PDF",
    "roejohn_LATE_222_6789004_adam-2.py": ADAM,
    "李明_LATE_333_6789005_hw3.zip": HW,
    "anon_x7Yq2_6789006_adam.py": ADAM,
    "LATE_anon_Ab3dE_6789007_adam.py": SGD,
    "poe_444_text.html": b"<p>def adam",
    "loe_LATE_445_6789008_adam_2026_10_01.py": ADAM,
}, {
    "anon_Ab3dE": Handed({"adam.py": SGD}, Student("Canvas"), late=True),
    "anon_x7Yq2": Handed({"adam.py": ADAM}, Student("Canvas"), late=False),
    "doejane_12345": Handed(
        {"adam.py": ADAM, "sgd.py": SGD}, Student("Canvas", "12345", "doejane"), late=False,
        notes=("report.pdf is left out: only .py and .ipynb files are read",)),
    "loe_445": Handed({"adam_2026_10_01.py": ADAM}, Student("Canvas", "445", "loe"), late=True),
    "poe_444": Handed({}, Student("Canvas", "444", "poe"), late=False, problem=text_only("Canvas")),
    "roejohn_222": Handed({"adam.py": ADAM}, Student("Canvas", "222", "roejohn"), late=True),
    "李明_333": Handed({"adam.py": ADAM}, Student("Canvas", "333", "李明"), late=True),
})

MOODLE = Download({
    "Jane Doe_4006831_assignsubmission_file/adam.py": ADAM,
    "Jane Doe_4006831_assignsubmission_file/rules/sgd.py": SGD,
    "Jane Doe_4006831_assignsubmission_onlinetext/onlinetext.html": b"<p>",
    "Mary-Ann O'Neil_4006832_assignsubmission_file_/hw3.zip": HW,
    "Jonathan_Hoyte_657737_assignsubmission_file_/adam.py": ADAM,
    "José Müller_4006833_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
    "Participant_4006834_assignsubmission_file_/adam.py": SGD,
    "Group A 1_77_assignsubmission_file_/adam.py": ADAM,
    "Default group_assignsubmission_file_/adam.py": ADAM,
}, {
    "Default_group": Handed({"adam.py": ADAM}, Student("Moodle", "", "Default group")),
    "Group_A_1_77": Handed({"adam.py": ADAM}, Student("Moodle", "77", "Group A 1")),
    "Jane_Doe_4006831": Handed(
        {"adam.py": ADAM, "rules/sgd.py": SGD}, Student("Moodle", "4006831", "Jane Doe"), notes=(
            "what was typed into Moodle is left out: only .py and .ipynb files are read",)),
    "Jonathan_Hoyte_657737": Handed(
        {"adam.py": ADAM}, Student("Moodle", "657737", "Jonathan Hoyte")),
    "José_Müller_4006833": Handed(
        {}, Student("Moodle", "4006833", "José Müller"), problem=text_only("Moodle")),
    "Mary-Ann_O_Neil_4006832": Handed(
        {"adam.py": ADAM}, Student("Moodle", "4006832", "Mary-Ann O'Neil")),
    "Participant_4006834": Handed({"adam.py": SGD}, Student("Moodle", "4006834")),
})

MOODLE_FLAT = Download({
    "Jane Doe_4006831_assignsubmission_file_adam.py": ADAM,
    "Jane Doe_4006831_assignsubmission_file_my_sgd.py": SGD,
    "Jane Doe_4006831_assignsubmission_onlinetext_onlinetext.html": b"<p>",
    "Participant_4006834_assignsubmission_file_hw3.zip": HW,
}, {
    "Jane_Doe_4006831": Handed(
        {"adam.py": ADAM, "my_sgd.py": SGD}, Student("Moodle", "4006831", "Jane Doe"), notes=(
            "what was typed into Moodle is left out: only .py and .ipynb files are read",)),
    "Participant_4006834": Handed({"adam.py": ADAM}, Student("Moodle", "4006834")),
})

BRIGHTSPACE = Download({
    "index.html": b"<html>",
    "104840-170649 - Jane Doe - Nov 3, 2026 1105 PM/adam.py": ADAM,
    "104840-170649 - Jane Doe - Nov 3, 2026 933 AM/adam.py": SGD,
    "104840-170649 - Jane Doe - Oct 31, 2026 1200 AM/adam.py": SGD,
    "104860-170649 - Mary-Ann Smith - Dec 12, 2026 1205 PM/hw3.zip": HW,
    "104861-170649 - Jean-Luc - Picard - Nov 3, 2026 1105 PM/adam.py": ADAM,
    "104862-170649 - Zoë Roe - le 3 novembre 2026 23 h 05/adam.py": ADAM,
    "104863-170649 - Li Wei - Nov 3, 2026 1105 PM/report.docx": b"PK",
    "104864-170649 - Li Wei - Nov 4, 2026 1105 PM/adam.py": SGD,
}, {
    "Jane_Doe_104840": Handed(
        {"adam.py": ADAM}, Student("Brightspace", "104840", "Jane Doe"), "2026-11-03T23:05:00",
        notes=("the attempts of Oct 31, 2026 1200 AM, Nov 3, 2026 933 AM are left out: that of "
               "Nov 3, 2026 1105 PM is the last",)),
    "Jean-Luc_-_Picard_104861": Handed(
        {"adam.py": ADAM}, Student("Brightspace", "104861", "Jean-Luc - Picard"),
        "2026-11-03T23:05:00"),
    "Li_Wei_104863": Handed(
        {}, Student("Brightspace", "104863", "Li Wei"), "2026-11-03T23:05:00", problem=(
            "there is no Python file, only report.docx\n"
            "  expected at least one .py or .ipynb file")),
    "Li_Wei_104864": Handed(
        {"adam.py": SGD}, Student("Brightspace", "104864", "Li Wei"), "2026-11-04T23:05:00"),
    "Mary-Ann_Smith_104860": Handed(
        {"adam.py": ADAM}, Student("Brightspace", "104860", "Mary-Ann Smith"),
        "2026-12-12T12:05:00"),
    "Zoë_Roe_104862": Handed({"adam.py": ADAM}, Student("Brightspace", "104862", "Zoë Roe")),
})

BRIGHTSPACE_FLAT = Download({
    "index.html": b"<html>",
    "271836-442356 - Jane Doe - Dec 5, 2024 1149 AM - adam.py": SGD,
    "271836-442356 - Jane Doe - Dec 5, 2024 1150 AM - adam - final.py": ADAM,
    "271836-442356 - Jane Doe - Dec 5, 2024 1150 AM - sgd.py": SGD,
    "271837-442356 - Blake Payne - Dec 5, 2024 1149 AM - hw3.zip": HW,
    "271838-442356 - Old Form - adam.py": ADAM,
}, {
    "Blake_Payne_271837": Handed(
        {"adam.py": ADAM}, Student("Brightspace", "271837", "Blake Payne"), "2024-12-05T11:49:00"),
    "Jane_Doe_271836": Handed(
        {"adam - final.py": ADAM, "sgd.py": SGD}, Student("Brightspace", "271836", "Jane Doe"),
        "2024-12-05T11:50:00", notes=(
            "the attempt of Dec 5, 2024 1149 AM is left out: that of Dec 5, 2024 1150 AM is the "
            "last",)),
    "Old_Form_271838": Handed({"adam.py": ADAM}, Student("Brightspace", "271838", "Old Form")),
})

BLACKBOARD = Download({
    "HW 3_jdoe3_attempt_2026-11-03-10-00-00_adam.py": SGD,
    "HW 3_jdoe3_attempt_2026-11-03-10-00-00.txt": RECEIPT.format("Jane Doe", "jdoe3").encode(),
    "HW 3_jdoe3_attempt_2026-11-04-09-30-00_adam_new.py": ADAM,
    "HW 3_jdoe3_attempt_2026-11-04-09-30-00_notes.txt": b"mine",
    "HW 3_jdoe3_attempt_2026-11-04-09-30-00.txt": RECEIPT.format("Jane Doe", "jdoe3").encode(),
    "HW 3_a_smith_attempt_2026-11-03-10-00-00_adam.py": ADAM,
    "HW 3_a_smith_attempt_2026-11-03-10-00-00.txt": RECEIPT.format("Al Smith", "a_smith").encode(),
    "HW 3_b_smith_attempt_2026-11-03-10-00-01_hw3.zip": HW,
    "HW 3_b_smith_attempt_2026-11-03-10-00-01.txt": (
        b"\xef\xbb\xbf"
        + RECEIPT.format("Bo Smith (II)", "b_smith").replace("\n", "\r\n").encode()),
    "HW 3_zoe_attempt_2026-11-03-10-00-02_adam.py": ADAM,
    "HW 3_poe_attempt_2026-11-03-10-00-02.txt": RECEIPT.format("Ed Poe", "poe").encode(),
}, {
    "a_smith": Handed(
        {"adam.py": ADAM}, Student("Blackboard", "a_smith", "Al Smith"), "2026-11-03T10:00:00"),
    "b_smith": Handed(
        {"adam.py": ADAM}, Student("Blackboard", "b_smith", "Bo Smith (II)"),
        "2026-11-03T10:00:01"),
    "jdoe3": Handed(
        {"adam_new.py": ADAM}, Student("Blackboard", "jdoe3", "Jane Doe"), "2026-11-04T09:30:00",
        notes=("the attempt of 2026-11-03 10:00:00 is left out: that of 2026-11-04 09:30:00 is the "
               "last", "notes.txt is left out: only .py and .ipynb files are read")),
    "poe": Handed({}, Student("Blackboard", "poe", "Ed Poe"), "2026-11-03T10:00:02",
                  problem=text_only("Blackboard")),
    "zoe": Handed({"adam.py": ADAM}, Student("Blackboard", "zoe"), "2026-11-03T10:00:02"),
})

GRADESCOPE = Download({
    "submission_metadata.yml": b"""---
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '0012345'
    :email: jane@example.edu
  :created_at: 2026-04-26 17:34:00.861687000 Z
  :score: 3.0
  :results:
    output: |-
      :created_at: 2000-01-01 00:00:00.000000000 Z
  :history:
  - :created_at: 2001-01-01 00:00:00.000000000 Z
submission_12:
  :submitters:
  - :name: "Pair One"
    :sid: ''
    :email: one@example.edu
  - :name: Pair Two
    :sid: 201
    :email: two@example.edu
  :created_at: '2026-04-27 08:00:00 -0700'
  :created_at: 2030-01-01 00:00:00.000000000 Z
submission_13:
  :submitters:
  - :name: Old Form
""",
    "submission_11/adam.py": ADAM, "submission_11/report.pdf": b"%PDF",
    "submission_12/hw3.zip": HW,
    "submission_13/a.py": SGD,
    "submission_14/a.py": ADAM,
}, {
    "0012345": Handed(
        {"adam.py": ADAM}, Student("Gradescope", "0012345", "Jane Doe", "jane@example.edu"),
        "2026-04-26T17:34:00Z",
        notes=("report.pdf is left out: only .py and .ipynb files are read",)),
    "Old_Form": Handed({"a.py": SGD}, Student("Gradescope", "", "Old Form")),
    "one_example.edu_201": Handed({"adam.py": ADAM}, Student("Gradescope", group=(
        Student("Gradescope", "", "Pair One", "one@example.edu"),
        Student("Gradescope", "201", "Pair Two", "two@example.edu"))), "2026-04-27T08:00:00-07:00"),
    "submission_14": Handed({"a.py": ADAM}, Student("Gradescope")),
})

DOWNLOADS = {
    "Canvas": CANVAS, "Moodle": MOODLE, "Moodle, flat": MOODLE_FLAT, "Brightspace": BRIGHTSPACE,
    "Brightspace, flat": BRIGHTSPACE_FLAT, "Blackboard": BLACKBOARD, "Gradescope": GRADESCOPE,
}
