"""Numbers of the system calls that a worker is refused, for each architecture: (x86_64, aarch64).

None where the architecture lacks the call. Those of x86_64 have been run; those of aarch64 are read
off asm-generic/unistd.h and untested. `tests/harness/sandbox/test_lockdown.py` holds both against
the kernel's headers where these are installed.
"""

from __future__ import annotations

Numbers = dict[str, tuple[int | None, int | None]]

MACHINES = ("x86_64", "aarch64")
"""What `os.uname().machine` says, in the order of the columns."""

NEWEST = 462
"""The last call that this table was read up to: mseal, Linux 6.10."""

REFUSED: Numbers = {
    # Leaving the process, its session or its group behind.
    "execve": (59, 221), "execveat": (322, 281), "setsid": (112, 157), "setpgid": (109, 154),
    # Any network: landlock stops TCP alone.
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
    "setsockopt": (54, 208),
    # Other processes: reading, tracing, signalling or slowing them. renice cannot be undone.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "timer_create": (222, 107), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
    "migrate_pages": (256, 238), "move_pages": (279, 239),
    # Giving way again and again: it computes nothing, and looks as if the machine held it up.
    "sched_yield": (24, 124), "sched_setaffinity": (203, 122),
    # Memory that RLIMIT_DATA does not count.
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "shmat": (30, 196), "shmctl": (31, 195), "shmdt": (67, 197), "semget": (64, 190),
    "semop": (65, 193), "semtimedop": (220, 192), "semctl": (66, 191), "msgget": (68, 186),
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    # Files in ways that landlock does not handle: modes, owners, times, handles, watching.
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "utime": (132, None),
    "utimes": (235, None), "utimensat": (280, 88), "futimesat": (261, None),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
    "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    # Waiting where nobody can be woken: it takes no CPU time, and looks like a busy disk. What
    # nobody may write needs no flush; a lock on what is shared keeps others from it.
    "sync": (162, 81), "syncfs": (306, 267), "fsync": (74, 82), "fdatasync": (75, 83),
    "sync_file_range": (277, 84), "msync": (26, 227), "flock": (73, 32), "membarrier": (324, 283),
    # Mounts and namespaces.
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "mount_setattr": (442, 442), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "chroot": (161, 51), "pivot_root": (155, 41),
    # Identity.
    "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
    "setresuid": (117, 147), "setresgid": (119, 149), "setfsuid": (122, 151),
    "setfsgid": (123, 152), "setgroups": (116, 159), "capset": (126, 91),
    "personality": (135, 92),
    # The kernel's own attack surface, clock and name.
    "io_setup": (206, 0), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280), "userfaultfd": (323, 282), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "perf_event_open": (298, 241),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "create_module": (174, None), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "syslog": (103, 116),
    "sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "vhangup": (153, 58),
    "uselib": (134, None), "lookup_dcookie": (212, 18), "nfsservctl": (180, 42),
    "set_mempolicy_home_node": (450, 450), "lsm_set_self_attr": (460, 460),
}
"""Refused with EPERM, whatever the arguments."""

PROCESSES: Numbers = {"fork": (57, None), "vfork": (58, None), "clone": (56, 220)}
"""Refused with EAGAIN, as when there are too many processes already; threads are clones too."""

NEWER_FORMS: Numbers = {"clone3": (435, 435), "openat2": (437, 437)}
"""Refused with ENOSYS: their arguments lie in memory, where a filter cannot see them.

The C library then falls back to the older form.
"""

FOLDERS: Numbers = {
    "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None), "unlink": (87, None),
    "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    "mknod": (133, None), "mknodat": (259, 33), "ftruncate": (77, 46), "fallocate": (285, 47),
}
"""Refused with EACCES where there is no landlock, which judges these by their paths."""

BY_ARGUMENT: Numbers = {
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "prlimit64": (302, 261),
    "prctl": (157, 167), "ioctl": (16, 29), "fcntl": (72, 25), "madvise": (28, 233),
    "fadvise64": (221, 223), "mbind": (237, 235), "mmap": (9, 222), "open": (2, None),
    "openat": (257, 56), "truncate": (76, 45), "creat": (85, None),
}
"""Refused for some arguments only: the rules are in `seccomp.py`."""


def numbers(table: Numbers, machine: str) -> dict[str, int]:
    """The calls of `table` that `machine` has."""
    column = MACHINES.index(machine)
    rows = ((name, row[column]) for name, row in table.items())
    return {name: number for name, number in rows if number is not None}
