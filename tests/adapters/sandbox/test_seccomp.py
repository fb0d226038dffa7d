import re
import struct
from pathlib import Path

import pytest

from bot.adapters.sandbox import seccomp

HEADERS = {
    "x86_64": ("x86_64-linux-gnu/asm/unistd_64.h", "asm/unistd_64.h"),
    "aarch64": ("asm-generic/unistd.h",),
}
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def numbers(machine: str) -> dict[str, int]:
    """System call -> number, as the kernel's own headers have it."""
    for name in HEADERS[machine]:
        path = Path("/usr/include", name)
        if path.exists():
            defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", path.read_text())
            return {call: int(number) for call, number in defined}
    pytest.skip("not run: the kernel's headers are not installed")


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_the_numbers_are_the_kernels(machine: str) -> None:
    known = numbers(machine)
    architecture = seccomp.ARCHITECTURES[machine]
    named = {
        **architecture.denied,
        "clone": architecture.clone,
        "clone3": architecture.clone3,
        "socket": architecture.socket,
        "socketpair": architecture.socketpair,
    }
    newer = {call for call in named if call not in known}
    assert newer <= {"quotactl_fd", "memfd_secret", "mount_setattr"}
    assert {call: named[call] for call in named if call in known} == {
        call: known[call] for call in named if call in known
    }


def run(machine: str, number: int, argument: int = 0, audit: int | None = None) -> int:
    """What the program answers, by an interpreter of the few operations it uses."""
    program = list(struct.iter_unpack("=HBBI", seccomp.program(machine)))
    audit = seccomp.ARCHITECTURES[machine].audit if audit is None else audit
    words = {0: number, 4: audit, 16: argument & 0xFFFFFFFF}
    register, at = 0, 0
    while True:
        operation, yes, no, operand = program[at]
        if operation == 0x20:
            register = words[operand]
            at += 1
        elif operation == 0x06:
            return operand
        else:
            holds = {
                0x15: register == operand,
                0x35: register >= operand,
                0x45: bool(register & operand),
            }[operation]
            at += 1 + (yes if holds else no)


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_what_is_denied_and_nothing_else_is_denied(machine: str) -> None:
    architecture = seccomp.ARCHITECTURES[machine]
    special = {architecture.clone, architecture.socket, architecture.socketpair}
    for number in set(range(600)) - special:
        expected = ALLOW
        if number in architecture.denied.values():
            expected = ERRNO | 1
        elif number == architecture.clone3:
            expected = ERRNO | 38
        assert run(machine, number) == expected, number


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_arguments_decide_about_clone_and_sockets(machine: str) -> None:
    architecture = seccomp.ARCHITECTURES[machine]
    assert run(machine, architecture.clone, 17) == ALLOW
    assert run(machine, architecture.clone, 0x003D0F00) == ALLOW  # a thread, as glibc makes it
    for flag in (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x40000000):
        assert run(machine, architecture.clone, flag | 17) == ERRNO | 1
    for call in (architecture.socket, architecture.socketpair):
        answers = {family: run(machine, call, family) for family in range(60)}
        assert {f for f, answer in answers.items() if answer == ALLOW} == {1, 2, 10, 16}
        assert set(answers.values()) == {ALLOW, ERRNO | 97}


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_another_instruction_set_is_killed(machine: str) -> None:
    for audit in (0x40000003, 0xC000003E, 0xC00000B7, 0x40000028):
        if audit != seccomp.ARCHITECTURES[machine].audit:
            assert run(machine, 39, audit=audit) == KILL


def test_x32_numbers_are_refused() -> None:
    assert run("x86_64", 0x40000000 | 39) == ERRNO | 1
