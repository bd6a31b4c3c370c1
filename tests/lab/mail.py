"""The mail servers of the lab and their certificates: lab up --mail."""
import json
import os
import socket
import subprocess
import sys

import mail_certificates
import mail_table
import mta
from servers import Server
from table import LabError

HERE = os.path.dirname(os.path.abspath(__file__))
_ATTEMPTS = 100


def _reserve(addresses, port):
    """Sockets that hold the port at each address, so that no other lab takes it, while
    servers, which all set SO_REUSEADDR, can listen there. OSError if it is not free."""
    held = []
    try:
        for address in addresses:
            held.append(socket.socket())
            held[-1].bind((address, port))
            port = held[-1].getsockname()[1]
    except OSError:
        for one in held:
            one.close()
        raise
    for one in held:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return held, port


def _reserve_any(addresses):
    for _ in range(_ATTEMPTS):
        try:
            return _reserve(addresses, 0)
        except OSError:
            continue
    raise LabError("found no port that is free at all addresses of the mail hosts")


class Mail:
    """Made before the zones, which it adds to; started after them; ended by stop()."""

    def __init__(self, folder, port):
        self.folder = folder
        self.scenarios = mail_table.load(os.path.join(HERE, "mail.toml"))
        self.hosts = mail_table.served_hosts(self.scenarios)
        addresses = [address for host in self.hosts
                     for address in dict.fromkeys((host.address, host.serves_at))]
        try:
            self._held, self.port = _reserve(addresses, port) if port else _reserve_any(addresses)
        except OSError as error:
            raise LabError(f"port {port} of the mail hosts: {error.strerror}") from None
        self._servers = []

    def _path(self, *names):
        return os.path.join(self.folder, *names)

    def prepare(self, zones, pool, authority):
        """Adds the zones, makes the certificates but for the authority's, and returns the words
        for the zones."""
        mail_table.add_zones(zones, self.scenarios, self.port)
        words = mail_certificates.create(self._path("tls"), [host.name for host in self.hosts],
                                         mail_table.CERTIFICATES, authority, pool)
        for host in self.hosts:
            if host.chain:
                mail_certificates.write_chain(self._path("tls"), f"{host.serves_at}.pem", host.chain)
        mail_certificates.write_chain(self._path("tls"), "middle.pem", ["swapped"])
        return words

    def start(self):
        """Starts all servers, and returns them."""
        for name, start in (("postfix", mta.start_postfix), ("exim", mta.start_exim)):
            hosts = [(host.serves_at, host.name) for host in self.hosts if host.server == name]
            server = start(self._path(name), self.port, hosts, self._path("tls"))
            self._servers.append(server)
            for scenario in self.scenarios:
                if scenario.server == name:
                    scenario.port, scenario.inbox = self.port, server.inbox
        self._start_middle()
        with open(self._path("scenarios.json"), "w", encoding="utf-8") as file:
            json.dump([scenario.as_dict() for scenario in self.scenarios], file, indent=1)
        return self._servers

    def _start_middle(self):
        words = [sys.executable, os.path.join(HERE, "middle.py")]
        for host in self.hosts:
            if host.middle:
                words += [host.middle, f"{host.address}:{self.port}",
                          f"{host.serves_at}:{self.port}", self._path("tls", "middle.pem")]
        server = Server(words, self._path("middle.log"), stdout=subprocess.PIPE)
        self._servers.append(server)
        server.name = "middle.py"
        if server.child.stdout.readline() != b"listening\n":
            raise LabError(f"middle.py does not listen:\n{server.last_words()}")

    def stop(self):
        for server in self._servers:
            server.stop()
        for one in self._held:
            one.close()
