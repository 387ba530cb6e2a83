"""Starting, killing, tracing, becoming. See ``read_files`` for the conventions."""

import concurrent.futures
import ctypes
import multiprocessing
import os
import pty
import resource
import signal
import subprocess
import threading


def fork(facts):
    child = os.fork()
    if child == 0:
        os._exit(0)
    return child


def fork_bomb(facts):
    children = 0
    for _ in range(200):
        if os.fork() == 0:
            signal.pause()
        children += 1
    return children


def daemon(facts):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                signal.pause()
        os._exit(0)
    return True


def shell(facts):
    return os.system("true") == 0


def command(facts):
    return subprocess.run(["/bin/echo", "hello"], capture_output=True, check=True).stdout


def spawn(facts):
    return os.posix_spawn("/bin/true", ["true"], {})


def terminal(facts):
    return pty.fork()[0]


def replace_itself(facts):
    """Gives: error, forbidden."""
    os.execv("/bin/true", ["true"])


def replace_itself_by_descriptor(facts):
    program = os.open("/bin/true", os.O_RDONLY)
    os.execve(program, ["true"], {})


def replace_itself_from_memory(facts):
    program = os.memfd_create("program")
    os.write(program, b"#!/bin/true\n")
    os.execve(program, ["true"], {})


def thread(facts):
    names = []
    worker = threading.Thread(target=lambda: names.append("alive"))
    worker.start()
    worker.join(1)
    return names


def pool(facts):
    with concurrent.futures.ThreadPoolExecutor(4) as executor:
        return list(executor.map(abs, [1, 2]))


def many_processes(facts):
    with multiprocessing.get_context("fork").Pool(2) as workers:
        return workers.map(abs, [1])


def clone(facts):
    child = ctypes.CDLL(None).syscall(56, 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    return max(child, 0)


def clone_3(facts):
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
    child = ctypes.CDLL(None).syscall(435, arguments, ctypes.sizeof(arguments))
    if child == 0:
        os._exit(0)
    return max(child, 0)


def kill_the_grader(facts):
    os.kill(facts["pid"], signal.SIGTERM)
    return True


def kill_its_parent(facts):
    os.kill(os.getppid(), signal.SIGKILL)
    return True


def kill_everybody(facts):
    os.kill(-1, signal.SIGKILL)
    return True


def stop_its_parent(facts):
    os.kill(os.getppid(), signal.SIGSTOP)
    return True


def kill_by_descriptor(facts):
    signal.pidfd_send_signal(os.pidfd_open(facts["pid"]), signal.SIGTERM)
    return True


def queue_a_signal(facts):
    information = ctypes.create_string_buffer(128)
    libc = ctypes.CDLL(None)
    return libc.syscall(129, facts["pid"], int(signal.SIGTERM), information) == 0


def trace_the_grader(facts):
    return ctypes.CDLL(None).ptrace(16, facts["pid"], 0, 0) == 0


def read_the_graders_memory(facts):
    buffer = ctypes.create_string_buffer(8)
    local = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 8)
    remote = (ctypes.c_uint64 * 2)(0x400000, 8)
    return ctypes.CDLL(None).process_vm_readv(facts["pid"], local, 1, remote, 1, 0) > 0


def take_the_graders_descriptor(facts):
    libc = ctypes.CDLL(None)
    grader = libc.syscall(434, facts["pid"], 0)
    return grader >= 0 and libc.syscall(438, grader, 0, 0) >= 0


def become_root(facts):
    os.setresuid(0, 0, 0)
    return os.getuid() == 0


def is_root(facts):
    return os.getuid() == 0


def own_namespaces(facts):
    return ctypes.CDLL(None).unshare(0x10000000) == 0


def raise_limits(facts):
    resource.setrlimit(resource.RLIMIT_NPROC, (100, 100))
    return True


def lower_the_graders_limits(facts):
    resource.prlimit(facts["pid"], resource.RLIMIT_NOFILE, (10, 10))
    return True


def higher_priority(facts):
    os.nice(-5)
    return True


def another_processor(facts):
    os.sched_setaffinity(0, {0})
    return True


def load_into_the_kernel(facts):
    return ctypes.CDLL(None).syscall(321, 0, ctypes.create_string_buffer(120), 120) >= 0  # bpf


def new_filter(facts):
    """Replace the filter by none: a process can only add one."""
    return ctypes.CDLL(None).prctl(22, 0, 0, 0, 0) == 0


def dumpable(facts):
    return ctypes.CDLL(None).prctl(4, 1, 0, 0, 0) == 0 and facts["level"] != "process"


def set_the_clock(facts):
    import time

    time.clock_settime(time.CLOCK_REALTIME, time.time())
    return True


def name_the_machine(facts):
    import socket

    socket.sethostname("grader-hostile")
    return True
