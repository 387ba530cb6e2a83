"""Leaving something behind, or changing something. See ``read_files`` for the conventions."""

import ctypes
import os
import pathlib
import shutil
import sqlite3
import tempfile

import numpy as np

NAME = "grader-hostile"


def temporary_file(facts):
    return open(f"/tmp/{NAME}", "w").write("x")


def next_to_the_secret(facts):
    return open(os.path.dirname(facts["secret"]) + f"/{NAME}", "w").write("x")


def over_the_secret(facts):
    return open(facts["secret"], "w").write("x")


def truncate_the_secret(facts):
    os.truncate(facts["secret"], 0)
    return True


def in_numpys_folder(facts):
    return open(os.path.dirname(np.__file__) + f"/{NAME}.py", "w").write("x")


def in_the_standard_library(facts):
    return open(os.path.dirname(os.__file__) + f"/{NAME}.py", "w").write("x")


def here(facts):
    return open(NAME, "w").write("x")


def by_numpy(facts):
    np.save(f"/tmp/{NAME}.npy", np.eye(2))
    return True


def by_tempfile(facts):
    with tempfile.NamedTemporaryFile(prefix=NAME) as file:
        return file.name


def by_pathlib(facts):
    return pathlib.Path(f"/var/tmp/{NAME}").write_text("x")


def database(facts):
    return sqlite3.connect(f"/tmp/{NAME}.db").execute("create table t (x)") is not None


def folder(facts):
    os.mkdir(f"/tmp/{NAME}")
    return True


def remove_the_secret(facts):
    os.remove(facts["secret"])
    return True


def rename_the_secret(facts):
    os.rename(facts["secret"], facts["secret"] + "2")
    return True


def remove_a_tree(facts):
    shutil.rmtree(os.path.dirname(facts["secret"]))
    return not os.path.exists(facts["secret"]) and facts["level"] == "process"


def symbolic_link(facts):
    os.symlink("/etc/passwd", f"/tmp/{NAME}")
    return True


def hard_link(facts):
    os.link(facts["secret"], f"/tmp/{NAME}")
    return True


def named_pipe(facts):
    os.mkfifo(f"/tmp/{NAME}")
    return True


def device(facts):
    os.mknod(f"/tmp/{NAME}", 0o20666, os.makedev(1, 3))
    return True


def permissions(facts):
    os.chmod(facts["secret"], 0o777)
    return True


def owner(facts):
    os.chown(facts["secret"], os.getuid(), os.getgid())
    return True


def times(facts):
    os.utime(facts["secret"], (0, 0))
    return True


def extended_attribute(facts):
    os.setxattr(facts["secret"], "user.note", b"x")
    return True


def shared_memory_file(facts):
    return open(f"/dev/shm/{NAME}", "w").write("x")


def shared_memory_segment(facts):
    return ctypes.CDLL(None).shmget(0x67726164, 4096, 0o1666) >= 0


def message_queue(facts):
    return ctypes.CDLL(None).msgget(0x67726164, 0o1666) >= 0


def anonymous_file(facts):
    return os.memfd_create(NAME) >= 0


def mount(facts):
    return ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0


def new_root(facts):
    os.chroot("/tmp")
    return True


def lock_a_file(facts):
    import fcntl

    with open(os.__file__) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True
