"""The boundary: every rule of the lockdown, every layer behind another, taken away alone."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.rooms import COLLECT, HOST, LOCKDOWN, PROTOCOL, WORKER
from benchmarks.planted.tolerances import T
from cgp_harness.sandbox.lockdown import syscalls

CALLS, FILTER = f"{LOCKDOWN}/syscalls.py", f"{LOCKDOWN}/seccomp.py"
TABLES = (
    syscalls.REFUSED, syscalls.PROCESSES, syscalls.NEWER_FORMS, syscalls.FOLDERS)


def without(file: str, *texts: str, tests: tuple[str, ...] = (), why: str = "") -> list[Bug]:
    """Each text of a file, gone."""
    return [Bug(file, text, "", tests, why) for text in texts]


def instead(file: str, changes: dict[str, str], tests: tuple[str, ...] = ()) -> list[Bug]:
    """Each text of a file, as another."""
    return [Bug(file, old, new, tests) for old, new in changes.items()]


OF_CALLS = Area("refused system calls", (f"{T}/sandbox/test_refused_calls.py",), tuple(
    Bug(CALLS, f'"{name}": ({x86}, {arm})', "**{}")
    for table in TABLES for name, (x86, arm) in table.items()))

THERE = f"{T}/sandbox/test_levels.py::test_where_the_kernel_has_landlock_the_level_is_there"

OF_ARGUMENTS = Area("rules on arguments", (f"{T}/sandbox/test_refused_calls.py", THERE), (
    *without(FILTER, '"prlimit64",', '"kill": 1, ', ', "tkill": 1', ', "tgkill": 2'),
    *instead(FILTER, {
        "(1, (8, ": "(1, (", " 10, 15": " 15", " 15, 6": " 6", " 6, 7": " 7", " 7, 37": " 37",
        " 37, 38": " 38", " 38, 1024": " 1024", " 1024, 1026": " 1026", ", 1026)": ")",
        "(0x5412, 0x541C": "(0x541C", "0x5412, 0x541C, ": "0x5412, ", "0x8901, 0x8902": "0x8902",
        ", 0x8902)": ",)", "(0, (1, 4": "(0, (4", "(1, 4, ": "(1, ", " 62, 0x": " 0x",
        ", 0x59616D61)": ",)", "(2, (21, 25))": "(2, (25,))", "(21, 25)": "(21,)",
        "(3, (4,))": "(3, (400,))", "range(2, 8)": "range(3, 8)",
        "(range(2, 8": "(range(2, 4",
        "_MAP_SHARED_ANONYMOUS = 0x21": "_MAP_SHARED_ANONYMOUS = 0x8021",
        "_MAP_GROWSDOWN = 0x100": "_MAP_GROWSDOWN = 0",
        "_CLONE_THREAD = 0x10000": "_CLONE_THREAD = 0x10100",
        "_TRUNCATE, _ACCESS = 0o1000": "_TRUNCATE, _ACCESS = 0",
        "return _load(_ARGUMENTS + 8 * index)": "return _load(_ARGUMENTS + 8 * index + 4)",
        "(_AT_LEAST, 0, 1, _X32)": "(_AT_LEAST, 0, 1, 0xFFFFFFFF)",
        "(_EQUAL, 1, 0, _AUDIT_ARCH[machine])": "(_EQUAL, 1, 1, _AUDIT_ARCH[machine])",
        "(_AT_LEAST, 0, 1, NEWEST + 1)": "(_AT_LEAST, 0, 1, NEWEST + 1000)",
        '("truncate", "creat")': '("truncate",)', 'in ("truncate", ': 'in (',
        '(("open", 1), ("openat", 2))': '(("openat", 2),)', ', ("openat", 2)': ',',
        "_reading_and_writing(argument) if files": "[] if files",
        "(_AT_LEAST, 0, 1, _WRITING[1])": "(_EQUAL, 0, 1, _WRITING[1])",
        "(_EQUAL, 1, 0, own)": "(_EQUAL, 1, 1, own)",
        "*_except(argument, FROM_OUTSIDE)": "_return(_ALLOW)",
        "_only(0, [own, 0])": "_only(0, [own, 0, 1])",
        '    kernel.prctl("seccomp", _SET_SECCOMP, _MODE_FILTER, fprog)': "    del fprog",
    }),
    *without(f"{PROTOCOL}/signals.py", '"SIGHUP", ', '"SIGINT", ', '"SIGQUIT", ', '"SIGKILL", ',
             ', "SIGTERM"'),
))

OF_FILES = Area("landlock", (
    f"{T}/sandbox/test_landlock_alone.py", f"{T}/sandbox/test_lockdown.py", THERE,
    f"{T}/sandbox/test_namespaces.py",
    f"{T}/attacks/test_attacks.py"), (
    *(Bug(f"{LOCKDOWN}/landlock.py", "return (1 << rights) - 1 |",
          f"return (1 << rights) - 1 & ~(1 << {bit}) |",
          why="from ABI 2 on a kernel refuses to link and rename between folders unless it is "
          "asked not to" if bit == 13 else "")
      for bit in range(15)),
    *instead(f"{LOCKDOWN}/landlock.py", {
        "return 1 << 15 if version >= 5": "return 0 if version >= 5",
        "_TCP = 1 << 0 | 1 << 1": "_TCP = 1 << 0", "_TCP = 1 << 0 | ": "_TCP = ",
        "_SCOPES = 1 << 0 | 1 << 1": "_SCOPES = 1 << 0", "_SCOPES = 1 << 0 | ": "_SCOPES = ",
        '_READ_FILE | _WRITE_FILE, "/dev/ur': '_READ_FILE | _WRITE_FILE, "/dev/zero": _READ_FILE,'
        ' "/dev/ur',
        '"/dev/urandom": _READ_FILE}': '"/dev/urandom": _READ_FILE | _WRITE_FILE}',
        '("/proc/cpuinfo", ': '("/proc", ',
        "*((path, _READ_FILE | _READ_DIR) for path":
            "*((path, _READ_FILE | _READ_DIR | _WRITE_FILE) for path",
        "(scratch, _IN_SCRATCH & ": "(scratch, ",
        "rights &= ~_READ_DIR": "rights = 1 << 40",
    }),
    Bug(f"{LOCKDOWN}/landlock.py", "further = ((path, _rule(path, _READ_FILE | _READ_DIR))",
        "further = ((path, _rule(path, (1 << 13) - 2))", (f"{T}/attacks/test_attacks.py",)),
    *without(f"{LOCKDOWN}/landlock.py",
             '    kernel.syscall("landlock restrict", _RESTRICT, made, 0)\n'),
))

OF_PRIVILEGES = Area("privileges and limits", (
    f"{T}/sandbox/test_lockdown.py", f"{T}/sandbox/test_container.py", THERE,
    f"{T}/sandbox/test_namespaces.py"), (
    *without(
        f"{LOCKDOWN}/privileges.py",
        "    if held & 1 << _CAP_SETPCAP:\n        _empty_bounding_set()\n",
        "        os.setgroups([])\n", "        os.setresgid(NOBODY, NOBODY, NOBODY)\n",
        '    kernel.prctl("no_new_privs", _SET_NO_NEW_PRIVS, 1)\n',
        '    kernel.prctl("forbid others to trace this process", _SET_DUMPABLE, 0)\n',
        '    kernel.prctl("die with the parent", _SET_PDEATHSIG, int(signal.SIGKILL))\n'),
    Bug(f"{LOCKDOWN}/privileges.py",
        '    kernel.prctl("clear the ambient capabilities", _CAP_AMBIENT, '
        "_CAP_AMBIENT_CLEAR_ALL)\n",
        "", why="what is not permitted is not ambient either, and nothing is permitted"),
    *instead(f"{LOCKDOWN}/privileges.py", {
        "        os.setresuid(NOBODY, NOBODY, NOBODY)\n": "        pass\n",
        '    kernel.syscall("drop the capabilities", _CAPSET, header, nothing)\n': "    pass\n"}),
    *without(f"{LOCKDOWN}/rlimits.py", '"RLIMIT_DATA": (data, data), ',
             '"RLIMIT_CPU": (cpu, cpu + 1),', '"RLIMIT_NOFILE": (descriptors, descriptors),',
             '"RLIMIT_FSIZE": (FILE_BYTES, FILE_BYTES) if writes else (0, 0),',
             '"RLIMIT_STACK": (STACK_BYTES, STACK_BYTES), ', '"RLIMIT_CORE": (0, 0),'),
    *instead(f"{LOCKDOWN}/rlimits.py", {
        'wanted["RLIMIT_AS"] = (space, space)': "pass", "min(limit, now)": "limit",
        "if writes else (0, 0)": "if writes else (FILE_BYTES, FILE_BYTES)"}),
    *without(f"{LOCKDOWN}/apply.py",
             "        _refuse_threads()\n"),
    *instead(f"{LOCKDOWN}/apply.py", {
        "            landlock.restrict(ruleset)": "            pass",
        "            seccomp.install(self.filter)": "            pass",
        "            self._enter(self.room, folder, ruleset)": "            pass",
        "files=alone)": "files=False)",
        'privileges.drop(why_not, needed=self.level in ("uid", "container"))': "pass",
        "writes=self.level not in WITHOUT_LANDLOCK": "writes=True"}),
))

ROOM = f"{LOCKDOWN}/namespaces.py"
OF_NAMESPACES = Area("namespaces",
        (f"{T}/sandbox/test_namespaces.py", f"{T}/sandbox/test_levels.py"), (
    *instead(ROOM, {
        " | _NEW_PROCESSES | _NEW_NETWORK": " | _NEW_NETWORK",
        '    _call("namespaces: the machine\'s root", "umount2", b".", _DETACH)\n': "",
        "size={SCRATCH_MIB}m,": "", "nr_inodes={SCRATCH_FILES},": "",
        "        _read_only(room.submission)": "        pass",
        "    _read_only(on, _EVERYTHING_BELOW)\n": "",
        "    os.close(beneath)\n": "",
        '"sethostname", HOSTNAME.encode()': '"sethostname", b"grader"',
        '    _call("namespaces: processes", "unshare", _NEW_PROCESSES)\n': ""}),
    *instead(f"{WORKER}/zygote.py", {
        "                    os.close(own)\n": "                    pass\n"}),
))

OF_SURROUNDINGS = Area("what a worker finds", (
    f"{T}/sandbox/test_what_a_worker_finds.py", f"{T}/sandbox/test_zygotes.py"), (
    *instead(f"{HOST}/processes/spawned.py", {
        "MappingProxyType(homes | fixed": "MappingProxyType(dict(os.environ) | homes | fixed",
        '"LANG": "C.UTF-8", ':
            '"LANG": "C.UTF-8", "GITHUB_TOKEN": os.environ.get("GITHUB_TOKEN", ""), ',
        '"TZ": "UTC", ': "", '"CUDA_VISIBLE_DEVICES": "", ': ""}),
    *instead(f"{WORKER}/zygote.py", {
        "    os.environ.update(dict.fromkeys(HOMES, folder))": "    pass"}),
    *(Bug(f"{HOST}/view.py", '"hookspecs.py", "mutation"', f'"hookspecs.py", "{one}", "mutation"')
      for one in ("checks", "probing", "model", "task.py", "assignment", "sandbox/host")),
    *(Bug(f"{HOST}/view.py", 'for part in ("contract", "requests", "answers")',
          f'for part in ("contract", "requests", "answers", "{one}")')
      for one in ("checks", "asking", "diagnosis", "probes")),
    *(Bug(f"{HOST}/view.py", '"rule.py", "signature.py")', f'"rule.py", "signature.py", "{one}")')
      for one in ("optimizers.py", "problems", "demos")),
    Bug(f"{HOST}/view.py", '"msgspec", "pluggy")', '"msgspec", "pluggy", "hypothesis")'),
    Bug(f"{HOST}/view.py", '"msgspec", "pluggy")', '"msgspec", "pluggy", "pytest")'),
))

OF_LAYERS = Area("second layers", (
    f"{T}/sandbox/test_wire.py", f"{T}/attacks/test_attacks.py"), (
    Bug(f"{HOST}/conversation.py", "        link.expect_silence()\n        self._sequence",
        "        self._sequence"),
    Bug(f"{HOST}/conversation.py", "        link.expect_silence()\n        if len(frame",
        "        if len(frame"),
    Bug(f"{PROTOCOL}/wire.py", "if self._filled < length:\n                _in_time(overdue)",
        "if self._filled < length:\n                pass"),
    Bug(f"{PROTOCOL}/wire.py", "if self._filled:\n            raise Pro",
        "if False:\n            raise Pro"),
    Bug(f"{PROTOCOL}/wire.py", "else POLL_MS):\n            _in_time(overdue)",
        "else POLL_MS):\n            pass"),
    Bug(f"{PROTOCOL}/wire.py", "if payload_lengths is not None:", "if False:"),
    Bug(f"{PROTOCOL}/wire.py", "        if unasked:", "        if False:"),
    Bug(f"{PROTOCOL}/messages.py", "except (UnicodeDecodeError, RecursionError)",
        "except RecursionError"),
    Bug(f"{PROTOCOL}/messages.py", "except (UnicodeDecodeError, RecursionError)",
        "except UnicodeDecodeError"),
    Bug(f"{PROTOCOL}/messages.py", "kind | At | Failed if kind is Loaded else kind | Failed",
        "kind | At | Failed"),
    Bug(f"{PROTOCOL}/message_fields.py", "TEXT_MAX, NAME_MAX = 2000", "TEXT_MAX, NAME_MAX = 10**9"),
    Bug(f"{PROTOCOL}/message_fields.py", "Name = Annotated[str, Meta(max_length=NAME_MAX)]",
        "Name = str"),
    Bug(f"{HOST}/processes/launch.py",
        "if path.is_absolute() or \"..\" in path.parts:", "if False:",
        (f"{T}/worker/test_subject.py", f"{T}/attacks/test_hostile_plugins.py")),
    *(Bug(f"{COLLECT}/archive.py", old, new, (
        f"{T}/collect/test_collect_bombs.py", f"{T}/collect/test_collect_damage.py",
        f"{T}/collect/test_collect_links.py",
        f"{T}/collect/test_collect_names.py", f"{T}/collect/test_collect.py")) for old, new in {
            "    _refuse_overlaps([info for _, info in members])\n": "",
            "LOCAL_HEADER = 30": "LOCAL_HEADER = 0",
            "    if info.file_size > longest:": "    if False:",
            "    if len(content) != info.file_size:": "    if False:",
            "        _refuse_special(parts, info)\n": "",
            "    _refuse_repeats([parts for parts, _ in files])\n": "",
            "times > 1 or parts in folders": "times > 1",
            "    if info.flag_bits & ENCRYPTED:": "    if False:",
            "    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):": "    if False:",
            "    budget.take_records(content.count(DIRECTORY_RECORD))\n": "",
        }.items()),
    Bug(f"{COLLECT}/archive.py", "stream.read(longest + 1)", "stream.read()",
        why="zipfile reads no more of a member than it says that it has"),
    *(Bug(f"{WORKER}/refusing/{file}", old, new, (
        f"{T}/worker/test_worker.py", f"{T}/worker/test_subject.py",
        f"{T}/assignment/test_forbidden.py",
        f"{T}/attacks/test_extension_attacks.py"))
      for (file, old), new in {
          ("ready_made.py", 'ready.step = _guarded(f"torch.optim.{name}", ready.step)'): "pass",
          ("ready_made.py", "    GUARD.replaced += [\n"): "    _ = [\n",
          ("ready_made.py", 'library.impl(full, _refusing(f"torch.{name}"), device)'): "pass",
          ("ready_made.py", "return refuse() if GUARD.up else"): "return",
          ("forbid.py", "setattr(autograd, name, _guarded(name, vars(autograd)[name]))"): "pass",
          ("forbid.py", "            raise RefusedModuleError(name)"): "            pass",
          ("forbid.py", "        setattr(torch, name, lambda count: None)"): "        pass",
          ("forbid.py", "refused = self._refused if not GUARD.up else (*self._refused, "
           "*self._while_asked)"): "refused = self._refused",
      }.items()),
))

AREAS = (OF_CALLS, OF_ARGUMENTS, OF_FILES, OF_PRIVILEGES, OF_NAMESPACES, OF_SURROUNDINGS, OF_LAYERS)
