"""Each right that landlock takes, asked for without the filter of system calls in front of it.

Every attempt would succeed, or fail in another way, if landlock did not refuse it.
"""

import os

import pytest

from cgp_harness.sandbox.lockdown import landlock
from tests.harness.sandbox.test_lockdown import MISSING, needs_landlock, probes, view

__all__ = ["view"]
VERSION = 0 if MISSING else landlock.abi()
ALONE = """
from cgp_harness.sandbox.lockdown import seccomp
seccomp.install = lambda compiled: None
"""
OUTSIDE = ALONE + """
outside = socket.socket(socket.AF_UNIX)
outside.bind("\\0cgp-outside-{}".format(os.getpid()))
outside.listen()
def reach():
    socket.socket(socket.AF_UNIX).connect(outside.getsockname())
def control():
    fcntl.ioctl(os.open("/dev/urandom", os.O_RDONLY), 0x80045200, bytes(4))
def device(kind):
    os.mknod("made", kind | 0o600, os.makedev(0, 0))
"""
REFUSED = {  # attempt -> the version of landlock from which on it is refused
    "attempt(open, 'plugin.py', 'r+')": 1, "attempt(open, '../secret')": 1,
    "attempt(os.listdir, '..')": 1, "attempt(os.execv, '/bin/true', ['true'])": 1,
    "attempt(os.unlink, 'plugin.py')": 1, "attempt(os.rmdir, 'empty')": 1,
    "attempt(os.mkdir, 'made')": 1, "attempt(os.symlink, 'plugin.py', 'made')": 1,
    "attempt(os.mkfifo, 'made')": 1, "attempt(device, 0o100000)": 1,  # regular, as by open()
    "attempt(device, 0o140000)": 1, "attempt(device, 0o020000)": 1, "attempt(device, 0o060000)": 1,
    "attempt(os.truncate, 'plugin.py', 0)": 3,
    "attempt(socket.socket().bind, ('127.0.0.1', 0))": 4,
    "attempt(socket.socket().connect, ('127.0.0.1', 9))": 4,
    "attempt(control)": 5,
}


@needs_landlock
def test_each_right_is_refused_by_landlock_itself(view):
    (view / "empty").mkdir()
    found = probes(view, *REFUSED, readable=[view], first=OUTSIDE)
    wanted = {one for one, since in REFUSED.items() if since <= VERSION}
    assert {one: found[one] for one in wanted} == dict.fromkeys(wanted, "EACCES")
    assert sorted(os.listdir(view)) == ["empty", "link", "plugin.py"]


@needs_landlock
@pytest.mark.skipif(VERSION < 6, reason="scopes are landlock's from Linux 6.12 on")
def test_nothing_outside_is_signalled_and_no_abstract_socket_there_reached(view):
    found = probes(
        view, "attempt(os.kill, os.getppid(), 0)", "attempt(reach)",
        readable=[view], first=OUTSIDE)
    assert list(found.values()) == ["EPERM", "EPERM"]


@needs_landlock
def test_the_attempts_would_succeed_or_fail_otherwise(view):
    """Without landlock: else the tests above would say nothing."""
    (view / "empty").mkdir()
    attempts = [one for one in REFUSED if "execv" not in one]
    found = probes(view, *attempts, "attempt(os.kill, os.getppid(), 0)", "attempt(reach)",
                   level="plain", first=OUTSIDE)
    assert "EACCES" not in found.values()
    assert list(found.values())[-2:] == ["allowed", "allowed"]


@pytest.mark.parametrize(("version", "rights"), [
    (1, 13), (2, 14), (3, 15), (4, 15), (5, 16), (7, 16)])
def test_each_version_is_asked_for_all_that_it_can_refuse(version, rights):
    assert landlock._file_rights(version) == (1 << rights) - 1
    assert landlock._words(version) == (1 if version < 4 else 2 if version < 6 else 3)
