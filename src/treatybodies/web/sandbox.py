"""What the kernel forbids a query worker, so that a hole in the engine leads nowhere.

Three fences, each put up where the kernel has it; `confine` tells which are in force:

- ``namespace``: the zygote enters an empty network namespace, and its workers inherit it;
- ``seccomp``: no new sockets, no other programs, no hand on other processes;
- ``landlock``: no files but the worker's own folder and the release's store (landlock(7)).
"""

import ctypes
import os
import platform
import signal
import struct
from pathlib import Path

FENCES = ("namespace", "landlock", "seccomp")
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_SECCOMP = 22
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2

# System calls by number (x86_64, aarch64): from the kernel's tables, which never change.
_FORBIDDEN = {
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "accept4": (288, 242),
    "bind": (49, 200),
    "listen": (50, 201),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kill": (62, 129),
    "pidfd_send_signal": (424, 424),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
}
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # the latter is EPERM
_X32 = 0x40000000

_LANDLOCK = (444, 445, 446)  # create_ruleset, add_rule, restrict_self: one number everywhere
_WRITE, _READ, _LIST, _REMOVE, _MAKE, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8, 1 << 14
_FILE_RIGHTS_OF_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many bits each version knows
_TCP_RIGHTS, _TCP_FROM_VERSION = 0b11, 4


def leave_network() -> bool:
    """Enter an empty network namespace; False where the kernel forbids it."""
    unshare = _libc().unshare
    return any(unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def die_with_parent(number: int) -> None:
    """Let the kernel send the signal ``number`` to this process when its parent ends."""
    _libc().prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def heed_no_orders() -> None:
    """Leave orders to stop, which may reach all processes of a service, to the web processes.

    Who has none any more ends with its connection to them, and SIGKILL ends it at any time.
    """
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


def confine(writable: Path, readable: Path) -> tuple[str, ...]:
    """Fence this process in; returns the names of the fences that are in force.

    Files can be made in ``writable`` and read below ``readable``; nothing else can be opened.
    """
    _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    fences = {"landlock": _fence_files(writable, readable), "seccomp": _fence_calls()}
    return tuple(name for name, standing in fences.items() if standing)


def _fence_files(writable: Path, readable: Path) -> bool:
    create, _, restrict = _LANDLOCK
    version = _call(create, None, 0, 1)
    if version < 1:
        return False
    known = _FILE_RIGHTS_OF_VERSION.get(version, 16)
    handled = (1 << known) - 1
    rights = struct.pack("=QQ", handled, _TCP_RIGHTS) if version >= _TCP_FROM_VERSION else None
    rights = rights or struct.pack("=Q", handled)
    ruleset = _call(create, rights, len(rights), 0)
    if ruleset < 0:
        return False
    own = (_WRITE | _READ | _LIST | _REMOVE | _MAKE | _TRUNCATE) & handled
    try:
        allowed = _allow(ruleset, writable, own) and _allow(ruleset, readable, _READ | _LIST)
        return allowed and _call(restrict, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, folder: Path, rights: int) -> bool:
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        return _call(_LANDLOCK[1], ruleset, 1, struct.pack("=Qi", rights, place), 0) == 0
    finally:
        os.close(place)


def _fence_calls() -> bool:
    if platform.machine() not in _ARCHITECTURES:
        return False
    column, architecture = _ARCHITECTURES[platform.machine()]
    program = _program([numbers[column] for numbers in _FORBIDDEN.values()], architecture)
    held = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    return bool(_libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, head, 0, 0) == 0)


def _program(forbidden: list[int], architecture: int) -> bytes:
    """A filter in BPF: refuse another architecture and each ``forbidden`` call, allow the rest."""
    refuse = len(forbidden) + 1  # where the refusal stands, counted from the first comparison
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture …
        (_EQUAL, 0, refuse + 2, architecture),
        (_LOAD, 0, 0, 0),  # … and the number of the call
        (_AT_LEAST, refuse, 0, _X32),
        *((_EQUAL, refuse - 1 - at, 0, number) for at, number in enumerate(forbidden)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _call(number: int, *arguments: object) -> int:
    return int(_libc().syscall(number, *arguments))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
