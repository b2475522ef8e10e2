"""Temporary folders end with the process that made them, by a signal too."""

import os
import signal
import subprocess
import sys
import time

import pytest

from cgp_harness import temporary

HANGS = """
import time
from cgp_harness import optimizer

@optimizer
def adagrad(g, lr=1e-3, eps=1e-8):
    time.sleep(60)
"""


@pytest.mark.parametrize("command", [
    ["check", "hw.py", "-a", "step_size"],
    ["grade", "hw.py", "-a", "step_size", "-o", "out", "--quiet"],
])
def test_a_command_that_is_ended_leaves_no_folder_behind(command, tmp_path):
    (tmp_path / "hw.py").write_text(HANGS)
    folders = tmp_path / "temporary"
    folders.mkdir()
    driver = subprocess.Popen(
        [sys.executable, "-m", "cgp_harness", *command, "--isolation", "plain"], cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(folders)}, stdout=subprocess.DEVNULL)
    # The canary's worker comes first; then the one that hangs, with its file in it.
    while not list(folders.rglob("cgp-worker-*/hw.py")):
        assert driver.poll() is None
        time.sleep(0.05)
    assert list(folders.rglob("cgp-view-*"))
    time.sleep(0.3)
    driver.send_signal(signal.SIGTERM)
    assert driver.wait(60) == -signal.SIGTERM
    until = time.monotonic() + 60
    while os.listdir(folders) and time.monotonic() < until:
        time.sleep(0.05)
    assert os.listdir(folders) == []


def test_a_fork_and_a_folder_whose_permissions_were_taken_away(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with temporary.folder("cgp-test-") as here:
        (here / "inner").mkdir()
        (here / "inner" / "file").write_text("")
        (here / "inner").chmod(0)
        child = os.fork()
        if child == 0:
            temporary.remove_all()
            os._exit(0)
        os.waitpid(child, 0)
        assert here.exists()
    assert os.listdir(tmp_path) == []


def test_a_signal_that_somebody_else_sees_to_is_left_to_them():
    before = signal.getsignal(signal.SIGTERM)
    try:
        for handler in (signal.SIG_IGN, lambda number, frame: None):
            signal.signal(signal.SIGTERM, handler)
            temporary.end_with_sigterm()
            assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, before)


def test_nothing_is_ever_removed_but_what_was_made_for_it(tmp_path, monkeypatch):
    others = tmp_path / "others"
    others.mkdir()
    for call in (temporary.removed, temporary.take_over):
        with pytest.raises((ValueError, FileNotFoundError)):
            call(others)
    with pytest.raises(FileNotFoundError, match="no temporary folder at"):
        temporary.take_over(tmp_path / "cgp-gone")  # TMPDIR would then be that of all programs
    monkeypatch.setattr(temporary, "_made", {})
    temporary.remove_all()
    assert others.exists()


def test_a_grader_whose_folder_is_gone_ends_and_removes_nothing(tmp_path):
    others = tmp_path / "others"
    others.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", "import sys, os\n"
         "from cgp_harness.batch.engines.process import main\n"
         "main(0, os.getppid(), sys.argv[1])", tmp_path / "cgp-grader-gone"],
        env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith(
        f"FileNotFoundError: no temporary folder at {tmp_path / 'cgp-grader-gone'}\n")
    assert others.exists()


IN_A_POOL = """
import multiprocessing
from cgp_harness import temporary

def work(_):
    return temporary.made("cgp-pool-").is_dir()

if __name__ == "__main__":
    temporary.made("cgp-parent-")
    with multiprocessing.get_context({how!r}).Pool(2) as pool:
        assert all(pool.map(work, range(4)))
        pool.close()
        pool.join()
    print(len(list(temporary._made)))
"""


@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_a_process_of_a_pool_takes_its_own_folders_away(how, tmp_path):
    script, folders = tmp_path / "grades.py", tmp_path / "temporary"
    folders.mkdir()
    script.write_text(IN_A_POOL.format(how=how))
    done = subprocess.run(
        [sys.executable, script], env=os.environ | {"TMPDIR": str(folders)}, capture_output=True,
        text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
    assert [*folders.glob("cgp-*")] == []
