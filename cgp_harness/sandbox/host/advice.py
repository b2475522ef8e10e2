"""What it would take to have a level that this machine does not offer, and what one lacks here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

NEEDED = {
    "namespaces":
        "a kernel that lets this user make namespaces: on Ubuntu 24.04 "
        "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, elsewhere "
        "`user.max_user_namespaces` above 0; in Docker `--cap-add SYS_ADMIN` or a seccomp profile "
        "that allows unshare and mount",
    "landlock":
        "Linux 5.13 or newer on x86_64 or aarch64, with landlock among the modules that it begins "
        "with (`lsm=landlock,...`) and allowed by the container, as Docker does",
    "uid": "root, who may change its uid, and a Python that other users may read, such as that in "
        "/usr or /opt",
    "container": "what `uid` needs, in a container made for one submission",
}
"""Level -> what to change for it."""
FOR_GROUPS = (
    "cgroup v2 with the controllers memory and pids in a group of its own: "
    "`systemd-run --user --scope -p Delegate=yes cgp ...`")
_ABOVE = {"landlock": "namespaces", "namespaces": "", "container_partly": "container"}


def next_one(level: str) -> str:
    """The next stronger level for submissions of strangers, and what it needs; empty of the last.

    >>> next_one("container_partly")
    "'container' needs what `uid` needs, in a container made for one submission"
    """
    above = _ABOVE.get(level, "landlock")
    return f"{above!r} needs {NEEDED[above]}" if above else ""


def lost(level: str) -> Iterator[str]:
    """What the level would have where this machine allowed more, each as a sentence."""
    if sys.platform != "linux" or level not in ("landlock", "namespaces"):
        return
    from cgp_harness.sandbox.host.view import view
    from cgp_harness.sandbox.lockdown import privileges

    alone = level == "namespaces"
    if os.geteuid() == 0 and (
            reason := privileges.why_not_nobody(view().readable, alone=alone)):
        yield (f"workers of root stay root, without its privileges: {reason}; "
               "with a Python that other users may read they would be nobody"
               + ", or at 'namespaces'" * (level == "landlock"))
