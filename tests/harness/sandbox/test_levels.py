"""Which isolation level a run gets, and what is said when the machine has less."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.lockdown import landlock


@pytest.fixture
def machine(monkeypatch):
    """A machine that offers landlock, or says why it does not."""

    def offering(reason, container="", namespaces="namespaces: Operation not permitted"):
        monkeypatch.setattr(levels, "_landlock_missing", lambda: reason)
        monkeypatch.setattr(levels, "_namespaces_missing", lambda: namespaces or reason)
        monkeypatch.setattr(levels, "_container_missing", lambda: container)

    return offering


def test_levels_are_named_weakest_first():
    assert levels.LEVELS == (
        "plain", "container_partly", "uid", "container", "landlock", "namespaces")
    assert tuple(levels.available()) == levels.LEVELS


def test_plain_is_available_everywhere():
    assert levels.available()["plain"] == ""


def test_where_the_kernel_has_landlock_the_level_is_there():
    """Else the tests of the lockdown would be skipped, and not fail, once it is broken."""
    try:
        landlock.abi()
    except (OSError, AttributeError) as error:
        pytest.skip(f"this kernel has none: {error}")
    assert levels.available()["landlock"] == ""
    assert levels.choose("landlock") == "landlock"


def test_where_namespaces_can_be_made_the_level_is_there():
    """Likewise: asked of a program that knows nothing of ours."""
    unshare = shutil.which("unshare")
    tried = subprocess.run(
        [unshare or "false", *["--user", "--map-root-user"] * (os.geteuid() != 0), "--mount",
         "--pid", "--net", "--ipc", "--uts", "--fork", "mount", "-t", "tmpfs", "none", "/mnt"],
        capture_output=True, check=False, stdin=subprocess.DEVNULL)
    if tried.returncode or levels.available()["landlock"]:
        pytest.skip("no namespaces, or no landlock")
    assert levels.available()["namespaces"] == ""


def test_the_machine_is_probed_once(monkeypatch):
    found = levels.available()

    def started(*arguments, **named):
        raise AssertionError("a second probe")

    monkeypatch.setattr(subprocess, "run", started)
    assert levels.available() == found


def test_auto_is_the_strongest_level(machine):
    machine("", namespaces="")
    assert levels.choose("auto") == "namespaces"
    machine("")
    assert levels.choose("auto") == "landlock"
    machine("landlock: Function not implemented")
    assert levels.choose("auto") == "uid"
    machine("landlock: Function not implemented", "no other uid: this process is not root's")
    assert levels.choose("auto") == "plain"


def test_a_level_that_is_there_is_chosen_as_demanded(machine):
    machine("", namespaces="")
    assert [levels.choose(level) for level in levels.LEVELS] == [*levels.LEVELS]


def test_a_container_that_lacks_something_is_one_in_part(machine):
    machine("", "no other uid: this process is not root's")
    assert levels.choose("container") == "container_partly"
    assert levels.why_partly() == "no other uid: this process is not root's"


def test_a_host_gets_landlock_where_there_is_landlock(machine):
    machine("")
    assert [levels.at_least(level) for level in ("plain", "container", "auto")] == ["landlock"] * 3
    machine("", namespaces="")
    assert [levels.at_least(level) for level in ("plain", "landlock", "auto")] == ["namespaces"] * 3
    machine("landlock: Function not implemented")
    assert [levels.at_least(level) for level in ("plain", "container", "auto")] == [
        "plain", "container", "uid"]


def test_auto_is_never_a_container(machine):
    machine("landlock: Function not implemented")
    assert levels.choose("auto") == "uid"


def test_answers_that_are_open_to_all_are_refused_in_a_container(tmp_path):
    tmp_path.chmod(0o755)
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        levels.require_closed("container", [folder, tmp_path / "not there"])
        folder.chmod(0o755)
        levels.require_closed("landlock", [folder])
        with pytest.raises(MachineError) as caught:
            levels.require_closed("container", [folder])
        assert str(caught.value) == (
            f"in a container submissions could read {folder}\n"
            "  expected that no other user can, where answers and results lie\n"
            f"  fix: chmod go-rwx {folder}")
    finally:
        folder.rmdir()


def test_a_missing_level_is_refused_with_the_way_to_accept_less(machine):
    machine("landlock: Function not implemented")
    with pytest.raises(MachineError) as caught:
        levels.choose("landlock")
    assert str(caught.value) == (
        "this machine has no isolation level 'landlock': landlock: Function not implemented\n"
        "  expected Linux 5.13 or newer on x86_64 or aarch64, with landlock among the modules that "
        "it begins with (`lsm=landlock,...`) and allowed by the container, as Docker does\n"
        "  fix: to accept less, for unofficial use such as `cgp check`: --isolation plain"
    )


def test_missing_namespaces_are_refused_with_what_they_need_and_the_level_below(machine):
    machine("")
    with pytest.raises(MachineError) as caught:
        levels.choose("namespaces")
    assert str(caught.value) == (
        "this machine has no isolation level 'namespaces': namespaces: Operation not permitted\n"
        "  expected a kernel that lets this user make namespaces: on Ubuntu 24.04 "
        "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, elsewhere "
        "`user.max_user_namespaces` above 0; in Docker `--cap-add SYS_ADMIN` or a seccomp profile "
        "that allows unshare and mount\n"
        "  fix: to accept less: --isolation landlock")


def test_a_misspelt_level_is_refused_with_the_one_that_was_meant(machine):
    machine("")
    with pytest.raises(HarnessError) as caught:
        levels.choose("landlok")
    assert str(caught.value) == (
        "there is no isolation level 'landlok'\n"
        "  expected auto, plain, container_partly, uid, container, landlock or namespaces\n"
        "  fix: did you mean 'landlock'?"
    )


def test_another_system_is_not_probed(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(levels.platform, "system", lambda: "Darwin")
    assert levels._landlock_missing.__wrapped__() == (
        "landlock is part of Linux, and this is Darwin"
    )
    assert levels._namespaces_missing.__wrapped__() == (
        "namespaces are part of Linux, and this is Darwin"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise SystemExit('landlock: Function not implemented')",
         "landlock: Function not implemented"),
        ("import os; os._exit(7)", "the probe died with exit code 7"),
        ("print('almost locked')", "the probe died with exit code 0"),
    ],
)
def test_only_a_probe_that_says_locked_counts(monkeypatch, body, reason):
    monkeypatch.setattr(levels, "_PROBE", body)
    assert levels._probe([]) == reason


@pytest.mark.parametrize(
    ("sabotage", "reason"),
    [
        ("landlock.restrict = lambda made: None",
         "locked down, and yet a file outside the view can be read"),
        ("seccomp.install = lambda compiled: None",
         "locked down, and yet a process can be started"),
        ("seccomp.PROCESSES = {}", "locked down, and yet a process can be started"),
        ("seccomp.REFUSED = {}", "locked down, and yet a socket can be opened"),
    ],
)
def test_the_probe_notices_a_lockdown_that_does_nothing(monkeypatch, sabotage, reason):
    if levels.available()["landlock"]:
        pytest.skip(levels.available()["landlock"])
    line = "from cgp_harness.sandbox.lockdown.apply import apply\n"
    spoilt = f"{line}from cgp_harness.sandbox.lockdown import landlock, seccomp\n{sabotage}\n"
    monkeypatch.setattr(levels, "_PROBE", levels._PROBE.replace(line, spoilt))
    assert levels._landlock_missing.__wrapped__() == reason


@pytest.mark.parametrize(
    ("sabotage", "reason"),
    [
        ("copies.go_on = lambda **named: None",
         "locked down, and yet other processes are there"),
        ("namespaces.enter = landlock.allow_room = lambda *_: None",
         "locked down, and yet the machine's files are there"),
        ("landlock.restrict = lambda made: None",
         "locked down, and yet a pipe can be made"),
        ("namespaces.begin = lambda *args, **named: namespaces._call('namespaces', 'unshare', -1)",
         "namespaces: Invalid argument"),
    ],
)
def test_the_probe_notices_namespaces_that_are_none(monkeypatch, sabotage, reason):
    if levels.available()["namespaces"]:
        pytest.skip(levels.available()["namespaces"])
    line = "from cgp_harness.sandbox.lockdown.apply import apply\n"
    spoilt = (f"{line}from cgp_harness.sandbox.lockdown import copies, landlock, namespaces\n"
              f"{sabotage}\n")
    monkeypatch.setattr(levels, "_PROBE", levels._PROBE.replace(line, spoilt))
    assert levels._namespaces_missing.__wrapped__() == reason


def test_a_probe_that_cannot_start_is_a_reason(monkeypatch):
    monkeypatch.setattr(levels.sys, "executable", "/nowhere/python")
    assert levels._probe([]) == (
        "the probe did not run: [Errno 2] No such file or directory: '/nowhere/python'"
    )
