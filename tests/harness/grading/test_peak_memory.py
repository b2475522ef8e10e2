"""The memory that a process has held, without that of the one that started it."""

import subprocess
import sys

import pytest

PEAK = """
import subprocess, sys
held = bytearray(200 << 20)
held[::4096] = held[::4096].replace(b"\\0", b"\\1")
code = "from cgp_harness import peak_memory; print(peak_memory.own_mib())"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the two apart")
def test_a_process_does_not_answer_for_the_memory_of_its_parent():
    done = subprocess.run(
        [sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    assert 5 < float(done.stdout) < 100
