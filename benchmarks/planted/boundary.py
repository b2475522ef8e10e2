"""What comes from a worker or a student, and what is said of it."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.rooms import COLLECT, HOST, NOTEBOOKS, PROTOCOL, RULES, WORKER
from benchmarks.planted.tolerances import T

OF_SANDBOX = Area("messages of the sandbox", (
    f"{T}/sandbox/test_wire.py", f"{T}/probing/test_small_parts.py", f"{T}/worker/test_subject.py",
), (
    Bug(f"{PROTOCOL}/wire.py", "if header_length > HEADER_MAX:", "if False:"),
    Bug(f"{PROTOCOL}/wire.py", "if payload_length not in payload_lengths:", "if False:"),
    Bug(f"{PROTOCOL}/wire.py", "if magic != MAGIC:", "if False:"),
    Bug(f"{PROTOCOL}/wire.py", "    if overdue is not None and overdue():",
        "    if False:"),
    Bug(f"{HOST}/conversation.py", "if frame.sequence != self._sequence:", "if False:"),
    Bug(f"{HOST}/conversation.py",
        "if len(frame.payload) != (0 if isinstance(answer, Failed) else answer_bytes):",
        "if False:"),
    Bug(f"{HOST}/problems.py", "if len(text) > limit:", "if False:"),
    Bug(f"{HOST}/problems.py", "if character.isprintable() or character in keep", "if True"),
    Bug(f"{HOST}/problems.py", "number == signal.SIGXCPU or (number", "(number"),
    Bug(f"{HOST}/problems.py", "ended.memory_mib > 0.9 * limits",
        "ended.memory_mib > 9 * limits"),
    Bug(f"{RULES}/asking.py", "if failed.kind == \"read_only\":", "if False:"),
    Bug(f"{RULES}/asking.py", "failed.parameter + 1} of", "failed.parameter} of"),
    Bug(f"{WORKER}/faults.py", "isinstance(error, SystemExit)", "False"),
    Bug(f"{WORKER}/faults.py", "isinstance(error, MemoryError) or (", "False or (",
        (f"{T}/sandbox/test_lockdown.py",)),
    Bug(f"{PROTOCOL}/message_fields.py", "MOST = 100", "MOST = 10**9",
        (f"{T}/worker/test_worker.py", f"{T}/attacks/test_hostile_plugins.py")),
    Bug(f"{HOST}/processes/output.py", "kept += chunk[: KEPT_BYTES - len(kept)]", "kept += chunk"),
    Bug(f"{HOST}/stopwatch.py", "self.passed = \"wall\"", "self.passed = \"\"",
        (f"{T}/worker/test_stopwatch.py",)),
    Bug(f"{HOST}/stopwatch.py", "\"still\" if self._still_s else \"cpu\"", "\"cpu\"",
        (f"{T}/worker/test_stopwatch.py",)),
    Bug(f"{RULES}/asking.py", "self._lost |= dict.fromkeys(self._open, problem)", "pass"),
    Bug(f"{WORKER}/arrays.py", "if array.dtype.kind == \"c\":", "if False:",
        (f"{T}/worker/test_worker.py",)),
    Bug(f"{WORKER}/arrays.py", "array.setflags(write=self._writable)  #", "pass  #",
        (f"{T}/worker/test_worker.py",)),
    Bug(f"{WORKER}/arrays.py", "not array.size == 1 == math.prod(shape)", "array.size != 1",
        (f"{T}/worker/test_worker.py",)),
))

_CGROUPS = (f"{T}/sandbox/test_cgroups.py",)
OF_LIMITS = Area("limits from outside", (f"{T}/worker/test_stopwatch.py",), (
    Bug(f"{HOST}/stopwatch.py", "self._held_up_s > HELD_UP_S", "False"),
    Bug(f"{HOST}/stopwatch.py", "max(0.0, gap_s - computed_s) if", "gap_s if"),
    Bug(f"{HOST}/conversation.py", "if watch.passed == \"machine\":", "if False:",
        (f"{T}/sandbox/test_held_up.py",)),
    Bug(f"{HOST}/conversation.py", "self._worker.bound(self.pid, limits",
        "(lambda *_, **__: 0)(limits", _CGROUPS),
    Bug(f"{HOST}/problems.py", "ended.full or ended", "ended", _CGROUPS),
    Bug(f"{HOST}/processes/launch.py", "full = self._group is not None and", "full = False and",
        _CGROUPS),
    Bug(f"{HOST}/processes/cgroups.py", "times.get(\"oom\", \"0\") != \"0\" != times",
        "\"0\" != times", _CGROUPS),
    Bug(f"{HOST}/processes/cgroups.py", "memory.swap.max\", 0", "memory.swap.max\", 9", _CGROUPS),
    Bug(f"{HOST}/processes/cgroups.py", "memory_mib + SPARE_MIB + GPU_MIB * gpu", "memory_mib",
        _CGROUPS),
    Bug(f"{HOST}/processes/cgroups.py", "_write(own / \"cgroup.procs\", os.getpid())", "pass",
        _CGROUPS),
    Bug(f"{HOST}/processes/cgroups.py", "if not Path(\"/proc\", pid).exists() or", "if True or",
        _CGROUPS),
    Bug("cgp_harness/checks/context.py", "if not 0.0 <= self.fraction <= 1.0:", "if False:",
        (f"{T}/hooks/test_own_checks.py",)),
    Bug("cgp_harness/pipeline.py", "except (Exception, SystemExit) as error:",
        "except Exception as error:", (f"{T}/hooks/test_own_checks.py",)),
))

OF_INTAKE = Area("intake", (
    f"{T}/collect/test_collect.py", f"{T}/collect/test_collect_names.py",
    f"{T}/collect/test_collect_bombs.py",
    f"{T}/collect/test_collect_notebook.py", f"{T}/collect/test_collect_damage.py",
), (
    Bug(f"{COLLECT}/members.py", "if \"..\" in name.split(\"/\")", "if False"),
    Bug(f"{COLLECT}/members.py", " or _danger(_slashed(name))", ""),
    Bug(f"{COLLECT}/members.py", "    if DRIVE.match(name):", "    if False:"),
    Bug(f"{COLLECT}/limits.py", "if size > longest:", "if False:"),
    Bug(f"{COLLECT}/limits.py", "if self.bytes > self.limits.total_bytes:", "if False:"),
    Bug(f"{COLLECT}/limits.py", "if len(parts) > self.limits.depth:", "if False:"),
    Bug(f"{NOTEBOOKS}/magics.py",
        "return bool(NAME_AND_HELP", "return False and bool(NAME_AND_HELP"),
    Bug(f"{NOTEBOOKS}/magics.py", "f\"{indent}pass  # {text}\" if indent else",
        "f\"# {text}\" if indent else"),
))

AREAS = (OF_SANDBOX, OF_LIMITS, OF_INTAKE)
