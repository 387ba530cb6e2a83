"""seccomp: the list of system calls that computing needs; the kernel refuses all others.

A refused call fails as it would for want of a right, so that honest code gets an exception with a
name and a line. The filter is a program of the classic Berkeley packet filter, made by hand: an
instruction is (code, true offset, false offset, constant).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Sequence

from .syscalls import SET_SECCOMP, prctl

Instruction = tuple[int, int, int, int]

_LOAD, _EQUAL, _ABOVE, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_X32 = 0x40000000
_NEWEST = 450
"""Calls beyond this are unknown to us; libc has a fallback when the kernel does not know them."""

_GROUP = 9  # about the root of how many calls are allowed
_FILTER_MODE = 2
_LINE = struct.Struct("=HBBI")
_ANY_PID = 0x7FFFFFFF  # stands for the process that the filter will be in force for

_X86_64 = """
    read=0 write=1 close=3 stat=4 fstat=5 lstat=6 poll=7 lseek=8 mmap=9 mprotect=10
    munmap=11 brk=12 rt_sigaction=13 rt_sigprocmask=14 rt_sigreturn=15 pread64=17 readv=19
    writev=20 access=21 select=23 sched_yield=24 mremap=25 madvise=28 dup=32 dup2=33 pause=34
    nanosleep=35 getitimer=36 alarm=37 setitimer=38 getpid=39 exit=60 uname=63 getdents=78
    getcwd=79 readlink=89 gettimeofday=96 getrlimit=97 getrusage=98 sysinfo=99 times=100
    getuid=102 getgid=104 geteuid=107 getegid=108 getppid=110 getpgrp=111 getgroups=115
    getresuid=118 getresgid=120 getpgid=121 getsid=124 rt_sigpending=127 rt_sigtimedwait=128
    rt_sigsuspend=130 sigaltstack=131 getpriority=140 gettid=186 time=201 futex=202
    sched_getaffinity=204 getdents64=217 restart_syscall=219 fadvise64=221 clock_gettime=228
    clock_getres=229 clock_nanosleep=230 exit_group=231 newfstatat=262 readlinkat=267
    faccessat=269 pselect6=270 ppoll=271 set_robust_list=273 dup3=292 pipe2=293 getcpu=309
    getrandom=318 statx=332 rseq=334 faccessat2=439
"""
_AARCH64 = """
    read=63 write=64 close=57 fstat=80 lseek=62 mmap=222 mprotect=226 munmap=215 brk=214
    rt_sigaction=134 rt_sigprocmask=135 rt_sigreturn=139 pread64=67 readv=65 writev=66
    sched_yield=124 mremap=216 madvise=233 dup=23 nanosleep=101 getitimer=102 setitimer=103
    getpid=172 exit=93 uname=160 getcwd=17 gettimeofday=169 getrusage=165 sysinfo=179 times=153
    getuid=174 getgid=176 geteuid=175 getegid=177 getppid=173 getgroups=158 getresuid=148
    getresgid=150 getpgid=155 getsid=156 rt_sigpending=136 rt_sigtimedwait=137 rt_sigsuspend=133
    sigaltstack=132 getpriority=141 gettid=178 futex=98 sched_getaffinity=123 getdents64=61
    restart_syscall=128 fadvise64=223 clock_gettime=113 clock_getres=114 clock_nanosleep=115
    exit_group=94 newfstatat=79 readlinkat=78 faccessat=48 pselect6=72 ppoll=73
    set_robust_list=99 dup3=24 pipe2=59 getcpu=168 getrandom=278 statx=291 rseq=293 faccessat2=439
"""
# Calls that depend on their arguments, and those whose failure must look like "try without".
_X86_64_SPECIAL = {
    "open": 2,
    "openat": 257,
    "ioctl": 16,
    "fcntl": 72,
    "tgkill": 234,
    "prlimit64": 302,
}
_X86_64_SPECIAL |= {"clone": 56, "fork": 57, "vfork": 58, "clone3": 435}
_AARCH64_SPECIAL = {"openat": 56, "ioctl": 29, "fcntl": 25, "tgkill": 131, "prlimit64": 261}
_AARCH64_SPECIAL |= {"clone": 220, "clone3": 435}

_IOCTLS = (0x5401, 0x5451, 0x541B)  # TCGETS, FIOCLEX, FIONREAD
# O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE: no file is opened for anything but reading.
_WRITING = 0x1 | 0x2 | 0x40 | 0x200 | 0x400000
_FCNTLS = (0, 1, 2, 3, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC


class Filter:
    """The filter, made once, put in force in every process that is forked afterwards."""

    def __init__(self) -> None:
        lines = program(_ANY_PID)
        code = b"".join(_LINE.pack(*line) for line in lines)
        self._code = ctypes.create_string_buffer(code, len(code))
        self._program = _Program(len(lines), ctypes.addressof(self._code))
        # Where the number stands that is the process's own.
        self._own = lines.index((_EQUAL, 0, 1, _ANY_PID)) * _LINE.size

    def install(self) -> None:
        """Put it in force for this process; needs no_new_privs."""
        _LINE.pack_into(self._code, self._own, _EQUAL, 0, 1, os.getpid())
        prctl(SET_SECCOMP, _FILTER_MODE, ctypes.addressof(self._program))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def program(pid: int) -> list[Instruction]:
    """Return the filter for this machine's architecture; raise `OSError` for an unknown one."""
    machine = platform.machine()
    if machine == "x86_64":
        architecture, table, special = 0xC000003E, _X86_64, _X86_64_SPECIAL
    elif machine == "aarch64":
        architecture, table, special = 0xC00000B7, _AARCH64, _AARCH64_SPECIAL
    else:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine}")
    allowed = sorted(int(entry.partition("=")[2]) for entry in table.split())
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_ABOVE, 0, 1, _X32 - 1),
        (_RETURN, 0, 0, _KILL),
        *_allowing(allowed),
        *_special(special, pid),
        (_ABOVE, 0, 1, _NEWEST),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]


def _allowing(numbers: Sequence[int]) -> list[Instruction]:
    """Return the lines that allow calls by their numbers, which rise, a group at a time.

    The kernel tries a filter with every number that there is when it is put in force, in each
    worker: that costs what the numbers have to pass.
    """
    lines: list[Instruction] = []
    for start in range(0, len(numbers), _GROUP):
        group = numbers[start : start + _GROUP]
        tests = [line for number in group for line in _when(number, [(_RETURN, 0, 0, _ALLOW)])]
        lines += [(_ABOVE, len(tests), 0, group[-1]), *tests]
    return lines


def _special(numbers: dict[str, int], pid: int) -> list[Instruction]:
    lines = [
        *_when(numbers["openat"], _without(2, _WRITING)),
        *_when(numbers["ioctl"], _one_of(1, _IOCTLS)),
        *_when(numbers["fcntl"], _one_of(1, _FCNTLS)),
        # A signal to itself is abort(); to anything else it is none of its business.
        *_when(numbers["tgkill"], _one_of(0, (pid,))),
        *_when(numbers["prlimit64"], _null(2)),
        *_when(numbers["clone3"], [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]),
    ]
    if "open" in numbers:
        lines += _when(numbers["open"], _without(1, _WRITING))
    for name in ("clone", "fork", "vfork"):
        if name in numbers:
            lines += _when(numbers[name], [(_RETURN, 0, 0, _ERRNO | errno.EAGAIN)])
    return lines


def _when(number: int, then: list[Instruction]) -> list[Instruction]:
    """Return the lines that do ``then`` (which returns) for one call, and nothing for others."""
    return [(_EQUAL, 0, len(then), number), *then]


def _one_of(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    """Return the lines that allow a call when the low half of an argument is one of ``values``."""
    tests = [line for value in values for line in _when(value, [(_RETURN, 0, 0, _ALLOW)])]
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    return [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument), *tests, refuse]


def _without(argument: int, bits: int) -> list[Instruction]:
    """Return the lines that allow a call when none of ``bits`` is set in an argument."""
    return [
        (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
        (_ANY_BIT, 0, 1, bits),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _null(argument: int) -> list[Instruction]:
    """Return the lines that allow a call when a pointer argument is null, both halves of it."""
    low = _ARGUMENTS + 8 * argument
    return [
        (_LOAD, 0, 0, low),
        (_EQUAL, 0, 3, 0),
        (_LOAD, 0, 0, low + 4),
        (_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]
