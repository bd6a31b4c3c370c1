"""The lab's authority with a responder and a CRL: lab up --revocation."""
import dataclasses
import json
import os
import subprocess
import sys

from authority import Authority
from servers import Server
from table import LabError, tomllib

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclasses.dataclass
class Certificate:
    """One of revocation.toml, which says what each field is."""
    name: str
    shows: str
    source: str
    status: str
    ocsp: bool = False
    crl: bool = False
    must_staple: bool = False
    revoked: bool = False


def load():
    with open(os.path.join(HERE, "revocation.toml"), "rb") as file:
        try:
            return [Certificate(**one) for one in tomllib.load(file)["certificate"]]
        except TypeError as error:
            raise LabError(f"revocation.toml: {error}") from None


def config(ports, state, output, certificates):
    """What makes posternd fetch from these ports of loopback, keep the staples of these
    certificates, dicts of the configuration's keys, in the folder `state`, and write them into
    `output`."""
    return f"""\
revocation:
  fetch: {{allowed_addresses: ["127.0.0.0/8"], allowed_ports: {json.dumps(ports)}}}
staples:
  state_folder: {json.dumps(state)}
  output_folder: {json.dumps(output)}
  certificates:{"" if certificates else " []"}
""" + "".join(f"    - {json.dumps(one)}\n" for one in certificates)


class Revocation:
    """Serves from its construction on; ended by stop()."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = Authority(os.path.join(folder, "ca"))
        os.makedirs(folder)
        self.server = Server([sys.executable, os.path.join(HERE, "revocation_server.py"),
                              self.authority.folder], os.path.join(folder, "server.log"),
                             stdout=subprocess.PIPE)
        self.server.name = "revocation_server.py"
        words = self.server.child.stdout.readline().split()
        if words[:1] != [b"listening"]:
            raise LabError(f"revocation_server.py does not listen:\n{self.server.last_words()}")
        self.port = int(words[1])

    def create(self, host_names=()):
        """Makes the certificates: each names NAME.test, and these hosts."""
        self.authority.create(f"http://127.0.0.1:{self.port}")
        certificates = load()
        for one in certificates:
            host = f"{one.name.replace('_', '-')}.test"
            self.authority.issue(one.name, [host, *host_names], one.ocsp, one.crl, one.must_staple)
            if one.revoked:
                self.authority.revoke(one.name)
        state, output = (os.path.join(self.folder, name) for name in ("state", "staples"))
        for folder in (state, output):
            os.mkdir(folder)
        with open(os.path.join(self.folder, "posternd.yaml"), "w", encoding="utf-8") as file:
            file.write(config([self.port], state, output, [
                {"name": one.name, "file": self.authority.path(f"{one.name}.chain.pem")}
                for one in certificates]))

    def stop(self):
        self.server.stop()
        self.server.child.stdout.close()
