"""The system calls that nothing in a sandbox needs, as a classic BPF program for seccomp(2).

A list of what is denied, as in Docker's default profile but the other way round: test suites call
almost anything. Denied is what makes namespaces, mounts or kernel objects, what looks into other
processes, and sockets of families that network namespaces do not confine (AF_VSOCK reaches a
virtual machine's host). Another instruction set than the machine's own kills the process.
"""

import errno
import platform
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000  # linux/seccomp.h
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # struct seccomp_data
_X32 = 0x40000000
_NEW_NAMESPACES: Final = 0x7E020080  # every CLONE_NEW* flag of linux/sched.h

_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)  # 16: netlink, for interfaces

_SINCE_UNIFIED = {
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "pidfd_getfd": 438,
    "mount_setattr": 442,
    "quotactl_fd": 443,
    "memfd_secret": 447,
}  # numbers are the same everywhere from 424 on


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """An instruction set: its audit number, and its numbers for the calls that are handled."""

    audit: int
    denied: Mapping[str, int]
    clone: int
    socket: int
    socketpair: int
    clone3: int = 435
    x32: bool = False


ARCHITECTURES: Final[Mapping[str, Architecture]] = {
    "x86_64": Architecture(
        audit=0xC000003E,
        clone=56,
        socket=41,
        socketpair=53,
        x32=True,
        denied=_SINCE_UNIFIED
        | {
            "acct": 163,
            "add_key": 248,
            "adjtimex": 159,
            "bpf": 321,
            "chroot": 161,
            "clock_adjtime": 305,
            "clock_settime": 227,
            "delete_module": 176,
            "fanotify_init": 300,
            "finit_module": 313,
            "init_module": 175,
            "ioperm": 173,
            "iopl": 172,
            "kcmp": 312,
            "kexec_file_load": 320,
            "kexec_load": 246,
            "keyctl": 250,
            "lookup_dcookie": 212,
            "modify_ldt": 154,
            "mount": 165,
            "name_to_handle_at": 303,
            "open_by_handle_at": 304,
            "perf_event_open": 298,
            "personality": 135,
            "pivot_root": 155,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "ptrace": 101,
            "quotactl": 179,
            "reboot": 169,
            "request_key": 249,
            "setdomainname": 171,
            "sethostname": 170,
            "setns": 308,
            "settimeofday": 164,
            "swapoff": 168,
            "swapon": 167,
            "syslog": 103,
            "umount2": 166,
            "unshare": 272,
            "userfaultfd": 323,
            "vhangup": 153,
            "vmsplice": 278,
        },
    ),
    "aarch64": Architecture(
        audit=0xC00000B7,
        clone=220,
        socket=198,
        socketpair=199,
        denied=_SINCE_UNIFIED
        | {
            "acct": 89,
            "add_key": 217,
            "adjtimex": 171,
            "bpf": 280,
            "chroot": 51,
            "clock_adjtime": 266,
            "clock_settime": 112,
            "delete_module": 106,
            "fanotify_init": 262,
            "finit_module": 273,
            "init_module": 105,
            "kcmp": 272,
            "kexec_file_load": 294,
            "kexec_load": 104,
            "keyctl": 219,
            "lookup_dcookie": 18,
            "mount": 40,
            "name_to_handle_at": 264,
            "open_by_handle_at": 265,
            "perf_event_open": 241,
            "personality": 92,
            "pivot_root": 41,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "ptrace": 117,
            "quotactl": 60,
            "reboot": 142,
            "request_key": 218,
            "setdomainname": 162,
            "sethostname": 161,
            "setns": 268,
            "settimeofday": 170,
            "swapoff": 225,
            "swapon": 224,
            "syslog": 116,
            "umount2": 39,
            "unshare": 97,
            "userfaultfd": 282,
            "vhangup": 58,
            "vmsplice": 75,
        },
    ),
}


def supported() -> bool:
    """Whether this machine's instruction set is one of those that there is a program for."""
    return platform.machine() in ARCHITECTURES


def program(machine: str | None = None) -> bytes:
    """The filter for `machine` (as `uname -m` says; this one by default), for `bwrap --seccomp`."""
    architecture = ARCHITECTURES[machine or platform.machine()]
    return b"".join(struct.pack("=HBBI", *line) for line in _lines(architecture))


_Line = tuple[int, int, int, int]  # operation, jump if true, jump if false, operand


def _lines(architecture: Architecture) -> list[_Line]:
    lines: list[_Line] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if architecture.x32:
        lines += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    for number in architecture.denied.values():
        lines += _refuse(number, errno.EPERM)
    # clone3's flags lie behind a pointer, where no filter can look: C libraries fall back to clone.
    lines += _refuse(architecture.clone3, errno.ENOSYS)
    lines += _argument(
        architecture.clone,
        [(_ANY_BIT, 0, 1, _NEW_NAMESPACES), (_RETURN, 0, 0, _ERRNO | errno.EPERM)],
    )
    for number in (architecture.socket, architecture.socketpair):
        families = [
            (_EQUAL, len(_FAMILIES) - place, 0, family) for place, family in enumerate(_FAMILIES)
        ]
        lines += _argument(number, [*families, (_RETURN, 0, 0, _ERRNO | errno.EAFNOSUPPORT)])
    return [*lines, (_RETURN, 0, 0, _ALLOW)]


def _refuse(number: int, error: int) -> list[_Line]:
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]


def _argument(number: int, test: list[_Line]) -> list[_Line]:
    """`test` on the first argument of one call; what it lets through is allowed."""
    body = [(_LOAD, 0, 0, _FIRST_ARGUMENT), *test, (_RETURN, 0, 0, _ALLOW)]
    return [(_EQUAL, 0, len(body), number), *body]
