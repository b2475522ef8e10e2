"""Each refusal of the lockdown, tried from inside a process that is locked down."""

import ctypes
import os
import re
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path
from types import MappingProxyType

import pytest

import cgp_harness
import cgp_reference
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.lockdown import apply, gpu, syscalls

MISSING = levels.available()["landlock"]
needs_landlock = pytest.mark.skipif(bool(MISSING), reason=f"no landlock here: {MISSING}")
on_x86_64 = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine != "x86_64", reason="numbers of x86_64"
)
PACKAGES = [str(Path(package.__file__).parents[1]) for package in (cgp_harness, cgp_reference)]
LIBRARIES = [str(path) for path in Path("/").glob("*/lib/x86_64-linux-gnu")]
LIBRARY = sysconfig.get_path("stdlib")
SINGLE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

PRELUDE = """
import ctypes, errno, fcntl, mmap, os, resource, signal, socket, subprocess, sys, threading, time
{first}
from cgp_harness.sandbox.lockdown import apply
apply.apply({level!r}, {readable!r}, memory_mib={memory_mib}, cpu_s={cpu_s}, gpu={gpu!r})
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
def call(number, *arguments):
    words = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    ctypes.set_errno(0)
    if libc.syscall(ctypes.c_long(number), *words) < 0:
        return errno.errorcode[ctypes.get_errno()]
    return "allowed"
def attempt(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "allowed"
"""


def locked(
    code, folder, level="landlock", *, readable=(), first="", memory_mib=512, cpu_s=20,
    python=sys.executable, library=LIBRARY, gpu=MappingProxyType({}),
):
    """What a locked-down process prints, and how it ends."""
    stdlib = [library, *LIBRARIES]
    prelude = PRELUDE.format(
        level=level, readable=[*stdlib, *map(str, readable)], first=first,
        memory_mib=memory_mib, cpu_s=cpu_s, gpu=dict(gpu),
    )
    return subprocess.run(
        [python, "-c", prelude + textwrap.dedent(code)], cwd=folder, timeout=60,
        env={"PYTHONPATH": os.pathsep.join(PACKAGES), **SINGLE}, text=True, check=False,
        stdin=subprocess.DEVNULL, capture_output=True,
    )


def said(*arguments, **named):
    done = locked(*arguments, **named)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def probes(tmp_path, *expressions, **named):
    """expression -> what each gives inside a locked process."""
    code = "\n".join(f"print({expression})" for expression in expressions)
    return dict(zip(expressions, said(code, tmp_path, **named), strict=True))


@pytest.fixture
def view(tmp_path):
    """A readable folder with a file, a secret beside it, and a link to the secret."""
    folder = tmp_path / "view"
    folder.mkdir()
    (folder / "plugin.py").write_text("answer = 42\n")
    (tmp_path / "secret").write_text("expected values")
    (tmp_path / "secret").chmod(0o666)
    (folder / "link").symlink_to(tmp_path / "secret")
    return folder


@needs_landlock
def test_files_beneath_the_readable_paths_can_be_read_and_no_others(view):
    found = probes(
        view,
        "attempt(open, 'plugin.py')", "attempt(os.listdir, '.')", "attempt(open, '/dev/urandom')",
        "attempt(open, '/dev/null', 'w')", "attempt(open, '../secret')", "attempt(open, 'link')",
        "attempt(os.listdir, '..')", "attempt(open, '/etc/passwd')",
        "attempt(open, f'/proc/{os.getppid()}/environ', 'rb')",
        "attempt(open, '/proc/self/environ', 'rb')",
        "attempt(open, '/dev/zero')", "attempt(open, '/dev/urandom', 'r+b', 0)",
        readable=[view],
    )
    allowed = [expression for expression, result in found.items() if result == "allowed"]
    assert allowed == list(found)[:4]
    assert set(found.values()) == {"allowed", "EACCES"}


@needs_landlock
def test_nothing_can_be_written_or_changed(view):
    found = probes(
        view,
        "attempt(open, 'new', 'w')", "attempt(open, 'plugin.py', 'a')",
        "attempt(os.mkdir, 'folder')", "attempt(os.unlink, 'plugin.py')",
        "attempt(os.rename, 'plugin.py', 'other.py')", "attempt(os.symlink, 'a', 'b')",
        "attempt(os.link, 'plugin.py', 'b')", "attempt(os.mkfifo, 'b')",
        "attempt(open, '/dev/shm/cgp', 'w')", "attempt(open, '/tmp/cgp', 'w')",
        "attempt(os.chmod, 'plugin.py', 0)", "attempt(os.chown, 'plugin.py', 1, 1)",
        "attempt(os.utime, 'plugin.py')", "attempt(os.setxattr, 'plugin.py', 'user.a', b'b')",
        "attempt(os.truncate, 'plugin.py', 0)",
        "attempt(os.open, 'plugin.py', os.O_RDONLY | os.O_TRUNC)",
        "attempt(os.open, '../secret', 3 | os.O_TRUNC)",
        readable=[view],
    )
    assert set(found.values()) == {"EACCES", "EPERM"}
    assert (view / "plugin.py").read_text() == "answer = 42\n"
    assert (view.parent / "secret").read_text() == "expected values"


@needs_landlock
def test_no_process_and_no_thread_can_be_started(tmp_path):
    found = probes(
        tmp_path, "attempt(os.fork)", "attempt(subprocess.run, ['true'])",
        "attempt(os.posix_spawn, '/bin/true', ['true'], {})",
        "attempt(os.execv, '/bin/true', ['true'])", "attempt(os.setsid)",
        "attempt(os.setpgid, 0, 0)",
    )
    assert list(found.values()) == ["EAGAIN", "EAGAIN", "EAGAIN", "EPERM", "EPERM", "EPERM"]
    done = locked("threading.Thread(target=print).start()", tmp_path)
    assert done.stderr.splitlines()[-1] == "RuntimeError: can't start new thread"


@needs_landlock
def test_no_socket_can_be_opened(tmp_path):
    families = ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK")
    found = probes(
        tmp_path, *(f"attempt(socket.socket, socket.{name})" for name in families),
        "attempt(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)", "attempt(socket.socketpair)",
    )
    assert set(found.values()) == {"EPERM"}


@needs_landlock
def test_an_inherited_socket_still_talks_but_neither_connects_nor_accepts(tmp_path):
    found = probes(
        tmp_path, "attempt(near.sendall, b'x') and far.recv(1)",
        "attempt(other.connect, ('127.0.0.1', 9))", "attempt(other.bind, ('127.0.0.1', 0))",
        "attempt(other.listen)", "attempt(other.accept)",
        first="near, far = socket.socketpair(); other = socket.socket()",
    )
    assert list(found.values()) == ["b'x'", "EPERM", "EPERM", "EPERM", "EPERM"]


@needs_landlock
def test_no_other_process_can_be_signalled_slowed_or_limited(tmp_path):
    found = probes(
        tmp_path, "attempt(os.kill, os.getppid(), 0)", "attempt(os.kill, 0, 0)",
        "attempt(os.kill, -1, 0)", "attempt(os.pidfd_open, os.getppid())",
        "attempt(os.setpriority, os.PRIO_PROCESS, os.getppid(), 19)",
        "attempt(os.sched_setaffinity, os.getppid(), {0})",
        "attempt(resource.prlimit, os.getppid(), resource.RLIMIT_CPU, (1, 1))",
        "attempt(fcntl.fcntl, 0, fcntl.F_SETOWN, os.getppid())",
        "attempt(fcntl.fcntl, 0, fcntl.F_SETSIG, signal.SIGKILL)",
        "attempt(fcntl.ioctl, 0, 0x8901, 1)", "attempt(fcntl.ioctl, 0, 0x5412, b'x')",
    )
    assert set(found.values()) == {"EPERM"}


@needs_landlock
def test_the_own_process_can_be_signalled_and_limited(tmp_path):
    found = probes(
        tmp_path, "attempt(os.kill, os.getpid(), 0)", "attempt(signal.raise_signal, 0)",
        "attempt(resource.setrlimit, resource.RLIMIT_NOFILE, (32, 32))",
        "attempt(signal.raise_signal, signal.SIGCONT)",
    )
    assert set(found.values()) == {"allowed"}
    found = probes(tmp_path, *(
        f"attempt({call}, {number})" for number in (1, 2, 3, 9, 15)
        for call in ("os.kill, os.getpid()", "signal.raise_signal",
                     "signal.pthread_kill, threading.get_ident()")))
    assert set(found.values()) == {"EPERM"}
    assert locked("os.abort()", tmp_path).returncode == -6


@needs_landlock
def test_what_gives_way_without_an_end_is_refused(tmp_path):
    found = probes(
        tmp_path, "attempt(os.sched_yield)",
        "attempt(os.sched_setaffinity, 0, os.sched_getaffinity(0))",
        "attempt(os.posix_fadvise, 0, 0, 0, os.POSIX_FADV_DONTNEED)",
        "attempt(mmap.mmap(-1, 4096, 0x22).madvise, 21)",
        "attempt(mmap.mmap(-1, 4096, 0x22).madvise, mmap.MADV_DONTNEED)",
    )
    assert list(found.values()) == ["EPERM"] * 4 + ["allowed"]


@needs_landlock
def test_memory_that_no_limit_counts_is_refused(tmp_path):
    found = probes(
        tmp_path, "attempt(mmap.mmap, -1, 4096)",
        "attempt(mmap.mmap, -1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
        "attempt(mmap.mmap, -1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100)",
        "attempt(mmap.mmap, -1, 4096, 0x03 | mmap.MAP_ANONYMOUS)",  # MAP_SHARED_VALIDATE
        "attempt(os.memfd_create, 'x')",
    )
    assert list(found.values()) == ["ENOMEM", "allowed", "ENOMEM", "ENOMEM", "EPERM"]


@needs_landlock
@pytest.mark.parametrize("level", ["plain", "landlock"])
def test_private_memory_is_limited(tmp_path, level):
    done = locked("bytearray(600 << 20)", tmp_path, level, memory_mib=512)
    assert done.stderr.splitlines()[-1] == "MemoryError"


@needs_landlock
@on_x86_64
def test_a_call_of_another_abi_kills_the_process(tmp_path):
    x32_getpid = 0x40000000 + 39
    assert locked(f"call({x32_getpid})", tmp_path).returncode == -31  # SIGSYS
    # int 0x80, the entry of 32-bit programs: mov eax, 20 (getpid); int 0x80; ret
    code = """
        page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
        page.write(bytes.fromhex("b814000000cd80c3"))
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    """
    assert locked(code, tmp_path).returncode in (-31, -11)  # -11: a kernel without IA-32


@needs_landlock
def test_no_privilege_is_left(tmp_path):
    first = "status = open('/proc/self/status')"  # opened before, read afterwards
    code = "print(*[line for line in status if line[:3] in ('Cap', 'NoN', 'Sec', 'Uid')], sep='')"
    fields = dict(line.split(":", 1) for line in said(code, tmp_path, first=first) if line)
    assert {fields[name].strip() for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")} == {"0" * 16}
    assert fields["NoNewPrivs"].strip() == "1"
    assert fields["Seccomp"].strip() == "2"
    if os.geteuid() == 0:
        assert fields["CapBnd"].strip() == "0" * 16


@needs_landlock
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can")
def test_root_becomes_nobody_if_nobody_can_read_everything(tmp_path):
    from cgp_harness.sandbox.lockdown.privileges import open_to_others

    # This very interpreter may be in root's home: the system's is not.
    ask = "import sys, sysconfig; print(sys.version_info[1] > 10, sysconfig.get_path('stdlib'))"
    system = subprocess.run(
        ["/usr/bin/env", "-i", "/usr/bin/python3", "-c", ask], capture_output=True, text=True,
        check=False,
    )
    recent, _, library = system.stdout.strip().partition(" ")
    if recent != "True" or not open_to_others(library) or not all(map(open_to_others, PACKAGES)):
        pytest.skip("no interpreter here that nobody could run")
    code = "print(os.getresuid(), os.getresgid(), os.getgroups(), attempt(os.setuid, 0))"
    done = locked(code, tmp_path, python="/usr/bin/python3", library=library)
    assert (done.stdout, done.stderr) == (
        "(65534, 65534, 65534) (65534, 65534, 65534) [] EPERM\n", ""
    )


@needs_landlock
def test_a_path_that_others_cannot_read_keeps_the_uid(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    found = said("print(os.getuid())", tmp_path, readable=[private])
    assert found == [str(os.getuid())]


@pytest.mark.skipif(sys.platform != "linux", reason="privileges are Linux's")
def test_a_path_is_open_to_others_if_every_folder_above_it_is(tmp_path):
    from cgp_harness.sandbox.lockdown.privileges import open_to_others

    assert open_to_others("/etc/passwd")
    file = tmp_path / "file"
    file.write_text("")
    tmp_path.chmod(0o700)
    assert not open_to_others(str(file))


@needs_landlock
def test_the_process_dies_with_its_parent(tmp_path):
    code = """
        import ctypes
        value = ctypes.c_int()
        libc.prctl(2, ctypes.byref(value))  # PR_GET_PDEATHSIG
        print(value.value, libc.prctl(3, 0, 0, 0, 0))  # PR_GET_DUMPABLE
    """
    assert said(code, tmp_path) == ["9 0"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_limits_are_lowered_and_never_raised(tmp_path):
    code = """
        for name in ("CPU", "FSIZE", "NOFILE", "STACK", "CORE"):
            print(name, *resource.getrlimit(getattr(resource, "RLIMIT_" + name)))
    """
    mib = 1 << 20
    first = """
resource.setrlimit(resource.RLIMIT_NOFILE, (30, 40))
resource.setrlimit(resource.RLIMIT_STACK, (8 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
"""
    assert said(code, tmp_path, "plain", memory_mib=512, cpu_s=20, first=first) == [
        "CPU 21 22", f"FSIZE {mib} {mib}", "NOFILE 30 40", f"STACK {8 * mib} {64 * mib}",
        "CORE 0 0",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
def test_memory_is_limited_from_what_there_is_already(tmp_path):
    code = """
        for name in ("DATA", "AS"):
            print(resource.getrlimit(getattr(resource, "RLIMIT_" + name)))
    """
    first = """
held = bytearray(300 << 20)
from cgp_harness.sandbox.lockdown import rlimits
rlimits._in_use = lambda: (700 << 20, 310 << 20)
"""
    mib = 1 << 20
    data, space = (310 + 512) * mib, (700 + 512 + 512) * mib
    assert said(code, tmp_path, "plain", memory_mib=512, first=first) == [
        f"({data}, {data})", f"({space}, {space})"]
    code = "print(len(held) + len(bytearray(450 << 20)) >> 20)"
    assert said(code, tmp_path, "plain", memory_mib=512, first="held = bytearray(300 << 20)") == [
        "750"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_file_cannot_grow_beyond_a_mebibyte(tmp_path):
    code = """
        with open("big", "wb", buffering=0) as file:
            print(file.write(b"x" * (2 << 20)), attempt(file.write, b"x"))
    """
    assert said(code, tmp_path, "plain") == [f"{1 << 20} EFBIG"]


def test_an_unknown_level_is_refused_before_anything_is_done():
    with pytest.raises(ValueError, match="no isolation level 'landlok'"):
        apply.apply("landlok", [], 1, 1)


@needs_landlock
def test_a_failing_step_says_which(tmp_path):
    done = locked("", tmp_path, readable=["/nowhere"])
    assert done.stderr.splitlines()[-1] == (
        "FileNotFoundError: [Errno 2] landlock cannot open /nowhere: No such file or directory"
    )


@needs_landlock
def test_a_second_thread_is_refused_since_it_would_stay_outside(tmp_path):
    done = locked("", tmp_path, first="threading.Thread(target=time.sleep, args=[5], daemon=True)"
                  ".start()")
    assert done.stderr.splitlines()[-1] == (
        "OSError: [Errno 16] lockdown: 2 threads run, expected 1: set OPENBLAS_NUM_THREADS, "
        "OMP_NUM_THREADS and MKL_NUM_THREADS to 1 before importing"
    )


@needs_landlock
def test_numpy_works_and_imports_what_it_needs_later(tmp_path):
    import numpy

    site = Path(numpy.__file__).parents[1]
    code = "import numpy.fft; print(np.linalg.solve(np.eye(2), np.ones(2)), np.fft.fft([1.0]).real)"
    assert said(code, tmp_path, readable=[site], first="import numpy as np") == ["[1. 1.] [1.]"]


@needs_landlock
def test_torch_can_be_imported_and_trained_with_afterwards(tmp_path):
    import torch

    site = Path(torch.__file__).parents[1]
    code = """
        import torch
        p = torch.nn.Parameter(torch.ones(2, dtype=torch.float64))
        optimizer = torch.optim.AdamW([p], lr=0.5, weight_decay=0.0)
        torch.set_num_threads(1)
        (p * p).sum().backward()
        optimizer.step()
        print(p.tolist())
    """
    done = locked(code, tmp_path, readable=[site], first="import numpy", memory_mib=2048)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout == "[0.5000000025, 0.5000000025]\n"


@needs_landlock
def test_matplotlib_draws_if_its_configuration_folder_is_an_existing_one(tmp_path):
    import matplotlib as mpl

    site = Path(mpl.__file__).parents[1]
    first = "import numpy; os.environ |= {'MPLBACKEND': 'Agg', 'MPLCONFIGDIR': os.getcwd()}"
    code = """
        import io
        import matplotlib.pyplot as plt
        plt.plot([1, 2])
        page = io.BytesIO()
        plt.savefig(page)
        print(page.getvalue()[1:4])
    """
    tmp_path.chmod(0o777)  # matplotlib asks for the mode bits, which landlock leaves alone
    assert said(code, tmp_path, readable=[site, tmp_path], first=first) == ["b'PNG'"]


def test_the_numbers_are_those_of_the_kernels_headers():
    x86 = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    generic = Path("/usr/include/asm-generic/unistd.h")
    if not (x86.exists() and generic.exists()):
        pytest.skip("no kernel headers here")
    compared = 0
    for column, header in enumerate((x86, generic)):
        rows = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\b", header.read_text())
        known = {name: int(number) for name, number in reversed(rows)}  # the first one stands
        for table in (syscalls.REFUSED, syscalls.PROCESSES, syscalls.NEWER_FORMS,
                      syscalls.BY_ARGUMENT, syscalls.FOLDERS):
            for name, numbers in table.items():
                if name in known or max(known.values()) >= syscalls.NEWEST:
                    assert (name, numbers[column]) == (name, known.get(name))
                    compared += 1
    assert compared > 200


def test_ctypes_reaches_the_c_library():
    # The tests above call it by number: a failure there shall not be ctypes' own.
    if sys.platform == "linux":
        assert ctypes.CDLL(None).syscall(ctypes.c_long(39 if os.uname().machine == "x86_64"
                                                       else 172)) == os.getpid()


# --- what a run on a GPU adds, with an ordinary device file in the place of a GPU's -------------


GPU = {"CUDA_VISIBLE_DEVICES": "0"}
ZERO_IS_A_GPU = "from cgp_harness.sandbox.lockdown import gpu; gpu.NODES = ('/dev/zer?',)"


@needs_landlock
def test_on_a_gpu_its_device_files_open_and_nothing_else_does(view):
    found = probes(
        view,
        "attempt(open, '/dev/zero')", "attempt(open, '/dev/zero', 'r+b', 0)",
        "attempt(open, '/dev/full')", "attempt(open, '../secret')", "attempt(open, 'new', 'w')",
        "attempt(open, '/etc/passwd')", "attempt(os.listdir, '/dev')",
        readable=[view], first=ZERO_IS_A_GPU, gpu=GPU,
    )
    allowed = [expression for expression, result in found.items() if result == "allowed"]
    assert allowed == list(found)[:2]
    assert set(found.values()) == {"allowed", "EACCES"}


@needs_landlock
def test_on_a_gpu_threads_can_be_started_and_processes_cannot(tmp_path):
    done = locked("threading.Thread(target=print, args=('ran',)).start()", tmp_path, gpu=GPU)
    assert (done.stdout, done.stderr) == ("ran\n", "")
    found = probes(
        tmp_path, "attempt(os.fork)", "attempt(subprocess.run, ['true'])",
        "attempt(os.execv, '/bin/true', ['true'])", "attempt(socket.socket)",
        "attempt(os.kill, os.getppid(), 0)", gpu=GPU,
    )
    assert list(found.values()) == ["EAGAIN", "EAGAIN", "EPERM", "EPERM", "EPERM"]


@needs_landlock
def test_on_a_gpu_a_thread_is_locked_down_as_well(view):
    code = """
    found = []
    def inside():
        found.append((attempt(open, '../secret'), attempt(os.fork), attempt(socket.socket)))
    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    print(*found[0])
    """
    assert said(code, view, readable=[view], gpu=GPU) == ["EACCES EAGAIN EPERM"]


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
@pytest.mark.parametrize(("given", "expected"), [
    ({}, "None 512 True 64"), (GPU, "0 2560 False 256"),
])
def test_cuda_gets_its_variables_and_room(tmp_path, given, expected):
    code = """
    data, space, files = (resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0]
                          for name in ("DATA", "AS", "NOFILE"))
    print(os.environ.get("CUDA_VISIBLE_DEVICES"), data >> 20, space > 0, files)
    """
    first = "from cgp_harness.sandbox.lockdown import rlimits\nrlimits._in_use = lambda: (0, 0)"
    assert said(code, tmp_path, "plain", gpu=given, first=first) == [expected]


@pytest.mark.parametrize(("device", "environment", "expected"), [
    ("", {}, {}), ("cpu", {"CUDA_VISIBLE_DEVICES": "1"}, {}),
    ("cuda", {}, {"CUDA_VISIBLE_DEVICES": "0"}),
    ("cuda", {"CUDA_VISIBLE_DEVICES": "3,1"}, {"CUDA_VISIBLE_DEVICES": "3"}),
    ("cuda", {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"},
     {"CUDA_VISIBLE_DEVICES": "0", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}),
])
def test_a_worker_sees_the_grader_s_own_gpu_only(monkeypatch, device, environment, expected):
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    always = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8", "CUDA_CACHE_DISABLE": "1"} if expected else {}
    assert gpu.variables(device) == expected | always
