"""Where another uid can read Python: here, or where a folder above it is open to all."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from cgp_harness.sandbox.host import levels
from tests.places import ROOT

MISSING = levels.available()["container"]
# Mounts of a namespace of its own: the machine's files keep their modes.
OPENED = """
set -e
closed=$1; shift; count=$1; shift
kept=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$kept"
for number in $(seq "$count"); do
  mkdir "$kept/$number"; mount --bind "$1" "$kept/$number"; places="$places $1"; shift
done
mount -t tmpfs -o mode=755 tmpfs "$closed"
number=0
for place in $places; do
  number=$((number + 1)); mkdir -p "$place"; mount --bind "$kept/$number" "$place"
done
umount -R -l "$kept"; rmdir "$kept"
exec "$@"
"""


def closed_folder():
    """The topmost folder above Python that other users may not pass."""
    above = [*reversed(Path(sys.base_prefix).resolve().parents)]
    return next((one for one in above if not one.stat().st_mode & 1), None)


@cache
def opening():
    """What to put before a command so that it runs where others may read Python; None if nothing.
    """
    closed = closed_folder()
    can = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("unshare")
    if closed is None or not can:
        return None
    places = {Path(one).resolve() for one in (sys.base_prefix, sys.prefix, ROOT)}
    places = sorted(str(one) for one in places if closed in one.parents)
    if any(" " in one for one in (*places, str(closed))):
        return None
    prefix = ("unshare", "--mount", "--propagation", "private", "sh", "-c", OPENED, "sh",
              str(closed), str(len(places)), *places)
    tried = subprocess.run(
        [*prefix, "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return None if tried.returncode else prefix
