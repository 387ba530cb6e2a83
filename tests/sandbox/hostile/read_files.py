"""Reading what is none of a submission's business.

Each function is one hostile program: called in a process of its own with ``facts`` (what an
attacker might know), it gives back what it got hold of, and anything but nothing is a breach.
``Open:`` names levels at which it is known to work, here for all of them, else in the function;
``Gives:`` names the outcomes of which one must follow. The level of processes promises nothing
about reading.

Open: process.
"""

import ctypes
import glob
import importlib
import linecache
import mmap
import os
import pathlib

import numpy as np


def users(facts):
    return open("/etc/passwd").read()


def secret(facts):
    """Read a file that the grader's user alone may read."""
    return open(facts["secret"]).read()


def secret_by_numpy(facts):
    return np.fromfile(facts["secret"], np.uint8)


def secret_by_memory_map(facts):
    with open(facts["secret"], "rb") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)[:]


def secret_by_libc(facts):
    descriptor = ctypes.CDLL(None).open(facts["secret"].encode(), 0)
    return descriptor >= 0 and os.read(descriptor, 100)


def secret_by_traceback_tools(facts):
    return linecache.getlines(facts["secret"])


def secret_through_a_descriptor_path(facts):
    for number in range(64):
        try:
            return open(f"/proc/self/fd/{number}/../../../../../..{facts['secret']}").read()
        except OSError:
            continue


def secret_by_dots(facts):
    return open("../" * 20 + facts["secret"].lstrip("/")).read()


def secret_by_handle(facts):
    handle = (ctypes.c_uint32 * 34)(128)
    libc, mount = ctypes.CDLL(None), ctypes.c_int()
    name = facts["secret"].encode()
    if libc.name_to_handle_at(-100, name, handle, ctypes.byref(mount), 0) == 0:
        return libc.open_by_handle_at(-100, handle, 0) >= 0


def root_folder(facts):
    return [name for name in os.listdir("/") if name in ("etc", "proc", "home", "dev", "tmp")]


def secrets_folder(facts):
    return os.listdir(os.path.dirname(facts["secret"]))


def walk(facts):
    return [name for _, _, names in os.walk("/etc") for name in names][:3]


def glob_homes(facts):
    return glob.glob("/root/*") + glob.glob("/home/*") + glob.glob("/e*")


def existence(facts):
    """Open: kernel."""
    return os.path.exists("/etc/passwd")


def size_of_the_secret(facts):
    """Open: kernel."""
    return os.stat(facts["secret"]).st_size


def change_folder(facts):
    os.chdir("/etc")
    return os.getcwd()


def the_graders_code(facts):
    return pathlib.Path(facts["grader"]).read_text()


def the_graders_module(facts):
    return importlib.import_module("gradcheck_grader") is not None


def the_reference_module(facts):
    return importlib.import_module("gradcheck_grader.reference.network") is not None


def site_packages(facts):
    return [name for name in os.listdir(facts["packages"]) if not name.startswith("numpy")]


def another_package(facts):
    return importlib.import_module("pytest") is not None


def another_package_by_path(facts):
    import sys

    sys.path.append(facts["packages"])
    importlib.invalidate_caches()
    return importlib.import_module("pluggy").__name__ == "pluggy"


def command_line_of_the_grader(facts):
    return open(f"/proc/{facts['pid']}/cmdline", "rb").read()


def environment_of_the_grader(facts):
    return open(f"/proc/{facts['pid']}/environ", "rb").read()


def own_environment(facts):
    return [name for name in os.environ if "CANARY" in name or "PATH" in name or "USER" in name]


def open_descriptors(facts):
    found = []
    for number in range(4, 32):
        try:
            found.append((number, os.fstat(number).st_mode))
        except OSError:
            continue
    return found


def memory_of_the_grader(facts):
    return open(f"/proc/{facts['pid']}/mem", "rb").read(1)


def own_memory_map(facts):
    return open("/proc/self/maps").read()


def kernel_log(facts):
    buffer = ctypes.create_string_buffer(1000)
    return max(ctypes.CDLL(None).klogctl(3, buffer, 1000), 0)


def keyring(facts):
    libc = ctypes.CDLL(None)
    return libc.syscall(250, 0, ctypes.c_long(-3), 0) >= 0  # keyctl: the session's keyring


def block_device(facts):
    return [path for path in glob.glob("/dev/*d*") if os.access(path, os.R_OK)] and open(
        "/dev/vda", "rb"
    ).read(1)
