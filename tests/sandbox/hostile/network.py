"""Calling home. See ``read_files`` for the conventions."""

import ctypes
import socket
import ssl
import urllib.request


def tcp(facts):
    with socket.create_connection(("127.0.0.1", facts["tcp"]), 1) as link:
        return link.send(b"hello")


def udp(facts):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        return link.sendto(b"hello", ("127.0.0.1", facts["udp"]))


def tcp_over_version_6(facts):
    with socket.create_connection(("::1", facts["tcp"]), 1) as link:
        return link.send(b"hello")


def local_socket(facts):
    with socket.socket(socket.AF_UNIX) as link:
        link.connect("\0" + facts["abstract"])
        return link.send(b"hello")


def web(facts):
    return urllib.request.urlopen(f"http://127.0.0.1:{facts['tcp']}/", timeout=1).read()


def name_lookup(facts):
    return socket.gethostbyname("example.org")


def listen(facts):
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        link.listen()
        return link.getsockname()


def listen_locally(facts):
    with socket.socket(socket.AF_UNIX) as link:
        link.bind("\0grader-hostile")
        return True


def pair(facts):
    return socket.socketpair()[0].fileno() > 0


def raw(facts):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as link:
        return link.fileno() > 0


def netlink(facts):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as link:
        return link.fileno() > 0


def machine_sockets(facts):
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as link:
        return link.fileno() > 0


def encrypted(facts):
    context = ssl.create_default_context()
    with context.wrap_socket(socket.create_connection(("127.0.0.1", facts["tcp"]), 1)) as link:
        return link.fileno() > 0


def by_libc(facts):
    return ctypes.CDLL(None).socket(2, 1, 0) >= 0


def kernel_ring(facts):
    """Sockets without a system call of their own: io_uring."""
    return ctypes.CDLL(None).syscall(425, 8, ctypes.create_string_buffer(120)) >= 0


def descriptor_of_the_line(facts):
    """Send a descriptor over the line to the grader."""
    with socket.socket(fileno=3) as link:
        socket.send_fds(link, [b"x"], [1])
        return True


def shut_the_line(facts):
    """Gives: protocol, crash, error, timeout."""
    with socket.socket(fileno=3) as link:
        link.shutdown(socket.SHUT_RDWR)
