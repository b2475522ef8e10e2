"""The time that a worker takes for one answer: the CPU's, so that a slow machine costs nothing.

    watch = Stopwatch(pid, within_s=10.0, at_most_s=60.0)
    link.receive({0}, watch.ended)     # DeadlineError, and watch.passed is "cpu"

A worker that sleeps uses no CPU time: a second of standing still counts like one of computing. One
that computes now and then ends by the wall clock, far later. Time in which it would go on and is
not let to (other programs have the processors, the disk is slow) is the machine's, and so is time
in which nobody looked (the command was suspended, the machine paused): they count on neither.
Where that is so for ten minutes of one answer, this machine cannot grade, or has a worker that
waits where no signal reaches it; `watch.passed` is then "machine".
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

Passed = Literal["", "cpu", "still", "wall", "machine"]
STILL_S, MOVING = 1.0, 0.01
"""A second in which it computes less than this part of it counts as standing still."""
BRIEF_S = 0.02
"""Since the last look: too short to ask what the process waits for, which takes longer than most
answers do. Such time counts at the next look; of an answer that comes sooner, the CPU time alone.
"""
HELD_UP_S = 600.0
"""Of one answer's time what the machine may take: 60 times what an answer has by default."""


class Stopwatch:
    """Runs from now on.

    Args:
        pid: the worker's process.
        within_s: what it may take, in CPU time and standing still.
        at_most_s: what it may take by the wall clock, without what the machine takes.

    Attributes:
        passed: what it has used up; empty while there is time.
        wall_s: seconds by the wall clock in which it rested, as of the last look.
    """

    def __init__(self, pid: int, within_s: float, at_most_s: float) -> None:
        self.passed: Passed = ""
        self._within_s, self._at_most_s = within_s, at_most_s
        self._pid = pid
        self._now_s = time.monotonic()
        self.wall_s = self._still_s = self._second_s = self._held_up_s = self._cpu_s = 0.0
        self._from_s = self._second_from_s = self._looked_s = self._cpu_s = self._read()

    @property
    def spent_s(self) -> float:
        """CPU time and standing still, as of the last look."""
        return self._cpu_s - self._from_s + self._still_s

    def look(self) -> None:
        """Read the clocks. Once the process is gone, its last reading stands."""
        now_s, self._cpu_s = time.monotonic(), self._read()
        if now_s - self._now_s < BRIEF_S:
            return
        before_s, self._now_s = self._now_s, now_s
        # A longer gap is this process's own, or that of the whole machine.
        gap_s = min(self._now_s - before_s, STILL_S)
        computed_s, self._looked_s = self._cpu_s - self._looked_s, self._cpu_s
        would_go_on = waits(self._pid)
        self._held_up_s += max(0.0, gap_s - computed_s) if would_go_on else 0.0
        passed_s = 0.0 if would_go_on else gap_s
        self.wall_s += passed_s
        self._second_s += passed_s
        moved = self._cpu_s - self._second_from_s > MOVING * STILL_S
        if moved or self._second_s >= STILL_S:
            self._still_s += 0.0 if moved else self._second_s
            self._second_s, self._second_from_s = 0.0, self._cpu_s

    def ended(self) -> bool:
        """Whether the time is up."""
        self.look()
        if self.spent_s > self._within_s:
            self.passed = "still" if self._still_s else "cpu"
        elif self.wall_s > self._at_most_s:
            self.passed = "wall"
        elif self._held_up_s > HELD_UP_S:
            self.passed = "machine"
        return bool(self.passed)

    def _read(self) -> float:
        return max(self._cpu_s, cpu_s(self._pid))


def cpu_s(pid: int) -> float:
    """CPU time of another process, of all its threads; 0 if it is gone.

    macOS tells nobody: there all time is standing still, and the wall clock decides.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)  # CPUCLOCK_SCHED of a process, as in the kernel
    except OSError:
        return 0.0


def waits(pid: int) -> bool:
    """Whether a thread of a process computes, or waits for a processor or the disk, not for time.

    False where nobody tells (macOS, a process that is gone).
    """
    return any(_state(task) in ("R", "D") for task in Path(f"/proc/{pid}/task").glob("*/stat"))


def _state(task: Path) -> str:
    try:
        return task.read_text(errors="replace").rpartition(")")[2].split()[0]
    except OSError:  # the thread has ended
        return ""
