"""Starts and stops the name servers: NSD, and the misbehaving one in front of it."""
import ctypes
import os
import signal
import socket
import subprocess
import time

import commands
from table import LabError

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_START_SECONDS = 10
_STOP_SECONDS = 5
_ATTEMPTS = 5
# ". SOA", id 0x1ab, recursion not desired.
_QUERY = bytes.fromhex("01ab0000000100000000000000000600" + "01")


def _end_with_parent():
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Server:
    """A child in the foreground, in its own session; it ends with this process."""

    def __init__(self, words, log, **options):
        self.name = os.path.basename(words[0])
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(  # pylint: disable=subprocess-popen-preexec-fn
                words, stdin=subprocess.DEVNULL, stderr=out, start_new_session=True,
                preexec_fn=_end_with_parent, **({"stdout": out} | options))

    def alive(self):
        return self.child.poll() is None

    def last_words(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return "\n".join(file.read().splitlines()[-5:])

    def wait_until_it_answers(self, port):
        """True when the port answers; False if the server ends instead."""
        deadline = time.monotonic() + _START_SECONDS
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.connect(("127.0.0.1", port))
            udp.settimeout(0.02)
            while self.alive() and time.monotonic() < deadline:
                try:
                    udp.send(_QUERY)
                    if udp.recv(4096)[:2] == _QUERY[:2]:
                        return True
                except OSError:  # not listening yet
                    time.sleep(0.01)
        return False

    def stop(self):
        if self.alive():
            self.child.terminate()
            try:
                self.child.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.child.pid, signal.SIGKILL)  # what it left behind
        except ProcessLookupError:
            pass
        self.child.wait()


def _free_port():
    """A port of 127.0.0.1 that is free for UDP and TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, \
             socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            udp.bind(("127.0.0.1", 0))
            try:
                tcp.bind(udp.getsockname())
                return udp.getsockname()[1]
            except OSError:
                continue


def _nsd_conf(folder, port, zones):
    lines = [
        "server:",
        f"  ip-address: 127.0.0.1@{port}",
        "  server-count: 1",
        "  tcp-count: 500",
        '  username: ""',
        '  chroot: ""',
        '  pidfile: ""',
        '  database: ""',
        f'  zonesdir: "{folder}"',
        f'  zonelistfile: "{folder}/zone.list"',
        f'  xfrdfile: "{folder}/xfrd.state"',
        f'  xfrdir: "{folder}"',
        "  hide-version: yes",
        # NS records lead nowhere here: see zones.py.
        "  minimal-responses: yes",
        "  rrl-ratelimit: 0",
        "  rrl-whitelist-ratelimit: 0",
        "remote-control:",
        "  control-enable: no",
    ]
    for name, path in zones:
        lines += ["zone:", f'  name: "{name or "."}"', f'  zonefile: "{path}"']
    return "\n".join(lines) + "\n"


def start_nsd(folder, zones):
    """Returns the server and its port."""
    nsd = commands.find("nsd")
    os.makedirs(folder, exist_ok=True)
    conf, log = os.path.join(folder, "nsd.conf"), os.path.join(folder, "nsd.log")
    for _ in range(_ATTEMPTS):  # another process may take the port before NSD does
        port = _free_port()
        with open(conf, "w", encoding="utf-8") as file:
            file.write(_nsd_conf(folder, port, zones))
        server = Server([nsd, "-d", "-c", conf], log)
        try:
            if server.wait_until_it_answers(port):
                return server, port
        except BaseException:
            server.stop()
            raise
        server.stop()
        if "in use" not in server.last_words():
            break
    raise LabError(f"nsd does not answer:\n{server.last_words()}")


def start_front(binary, folder, upstream, rules, delay, synthesize):
    """Returns the misbehaving name server and its port."""
    if not os.access(binary, os.X_OK):
        raise LabError(f"{binary} is missing: bazel build //tests/lab:faulty_nameserver")
    log = os.path.join(folder, "faulty_nameserver.log")
    server = Server([binary, "--upstream", str(upstream), "--rules", rules, "--delay", str(delay),
                     "--synthesize", synthesize], log, stdout=subprocess.PIPE)
    try:
        words = server.child.stdout.readline().split()
        if words[:1] != [b"listening"] or not server.wait_until_it_answers(int(words[1])):
            raise LabError(f"faulty_nameserver does not answer:\n{server.last_words()}")
    except BaseException:
        server.stop()
        raise
    return server, int(words[1])
