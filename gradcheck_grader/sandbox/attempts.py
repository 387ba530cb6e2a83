"""What the doctor sends into the sandbox to see what works there: attempts at what must not.

This file is handed in like a submission and runs in the confined process only.
"""

import ctypes
import os
import socket


def attempt(name):
    """Make one attempt; return True if it worked."""
    try:
        return bool(globals()[name]())
    except (OSError, ImportError):
        return False


def system_file():
    return os.open("/etc/passwd", os.O_RDONLY) >= 0


def file_names():
    return os.path.exists("/etc/passwd")


def folders():
    return len(os.listdir("/etc")) > 0


def other_packages():
    for folder in (os.path.dirname(os.path.dirname(__import__("numpy").__file__)),):
        return any(name.startswith("pip") for name in os.listdir(folder))


def the_grader():
    import gradcheck_grader

    return gradcheck_grader


def environment_of_others():
    return len(open(f"/proc/{os.getppid()}/environ", "rb").read()) > 0


def temporary_file():
    path = f"/tmp/grader-doctor-{os.getpid()}"
    with open(path, "w") as file:
        file.write("x")
    os.remove(path)
    return True


def shared_memory():
    return ctypes.CDLL(None).shmget(0, 4096, 0o600) >= 0


def tcp():
    with socket.socket() as link:
        return link.fileno() >= 0


def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        return link.fileno() >= 0


def unix_socket():
    with socket.socket(socket.AF_UNIX) as link:
        return link.fileno() >= 0


def process():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def program():
    if not os.path.exists("/bin/true"):
        return False
    return os.posix_spawn("/bin/true", ["true"], {}) > 0


def signal_to_others():
    os.kill(os.getppid(), 0)
    return True


def memory_of_others():
    return ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0


def becoming_root():
    os.setuid(0)
    return True
