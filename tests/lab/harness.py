"""For the lab's own tests: a lab that runs, and questions by bare sockets."""
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile

import mail_table
import validator

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT = 30  # seconds; for what ought to take milliseconds
LAB = [sys.executable, os.path.join(HERE, "lab")]
NOERROR, FORMERR, SERVFAIL, NOTIMP, REFUSED = 0, 1, 2, 4, 5


def new_folder():
    return tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))


class Lab:
    """A lab that runs; ended by close()."""

    def __init__(self, *flags):
        self.folder = new_folder()
        self.dir = os.path.join(self.folder, "lab")
        self.process = subprocess.Popen(
            [*LAB, "up", "--dir", self.dir, *flags], stdout=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline()
        if not self.ready.startswith("lab ready"):
            raise RuntimeError("the lab did not come up")
        with open(os.path.join(self.dir, "lab.env"), encoding="utf-8") as file:
            self.env = dict(line.strip().split("=", 1) for line in file)
        self.dns = self.address("LAB_DNS")
        self._reloads = 0

    def address(self, name):
        host, port = self.env[name].split("@")
        return host, int(port)

    def scenarios(self):
        """The deliveries of mail.toml; only with the flag --mail."""
        return mail_table.load_json(self.env["LAB_MAIL"])

    def validator(self):
        with open(self.env["LAB_CONFIG"], encoding="utf-8") as file:
            stubs = re.findall(r'zone: "(.*?)", addresses: \["(.*?)@(\d+)"\]', file.read())
        return validator.Validator(self.folder, self.env["LAB_TRUST_ANCHOR"],
                                   [(zone, (host, int(port))) for zone, host, port in stubs])

    def set_rules(self, *rules):
        """Replaces the rules, and waits until they are in force."""
        self._reloads += 1
        marker = f"reload-{self._reloads}.test"
        with open(self.env["LAB_RULES"], "w", encoding="utf-8") as file:
            file.write("\n".join([*rules, f"{marker} * refused", ""]))
        os.kill(int(self.env["LAB_PID"]), signal.SIGHUP)
        while rcode(ask_udp(self.dns, marker, "A")) != REFUSED:
            pass

    def children(self):
        """The processes that know the lab's folder, but not the lab itself."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                    line = file.read()
            except OSError:
                continue
            if self.dir in line and int(pid) != self.process.pid:
                found.append(int(pid))
        return found

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.stdout.close()
        return self.process.wait(TIMEOUT)


def query(name, rr_type, query_id=0x1234):
    """A query with EDNS, 1232 octets, and the DO bit."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return (struct.pack("!6H", query_id, 0, 1, 0, 0, 1) + labels + b"\0" +
            struct.pack("!2H", validator.TYPES[rr_type], 1) +
            b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000, 0))


def ask_udp(address, name, rr_type, timeout=TIMEOUT):
    """The answer's bytes; None if none came."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.connect(address)
        udp.settimeout(timeout)
        udp.send(query(name, rr_type))
        try:
            return udp.recv(65535)
        except TimeoutError:
            return None


def read_exactly(tcp, count):
    data = b""
    while len(data) < count:
        more = tcp.recv(count - len(data))
        if not more:
            return None
        data += more
    return data


def ask_tcp(address, name, rr_type):
    """The answer's bytes; None if the connection was closed instead."""
    message = query(name, rr_type)
    with socket.create_connection(address, TIMEOUT) as tcp:
        tcp.sendall(struct.pack("!H", len(message)) + message)
        length = read_exactly(tcp, 2)
        return length and read_exactly(tcp, struct.unpack("!H", length)[0])


def rcode(message):
    return message[3] & 15


def truncated(message):
    return bool(message[2] & 2)


def authentic(message):
    return bool(message[3] & 0x20)


def answers(message):
    return struct.unpack("!H", message[6:8])[0]
