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


def config(port, folder, certificates):
    """What makes posternd fetch from the lab, and keep the staples of these certificates: a
    dict of names and files."""
    lines = ["revocation:", '  fetch: {allowed_addresses: ["127.0.0.0/8"], '
             f"allowed_ports: [{port}]}}", "staples:",
             f"  state_folder: {json.dumps(os.path.join(folder, 'state'))}",
             f"  output_folder: {json.dumps(os.path.join(folder, 'staples'))}", "  certificates:"]
    lines += [f"    - {{name: {json.dumps(name)}, file: {json.dumps(path)}}}"
              for name, path in certificates.items()]
    return "\n".join(lines) + "\n"


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
        for name in ("state", "staples"):
            os.mkdir(os.path.join(self.folder, name))
        with open(os.path.join(self.folder, "posternd.yaml"), "w", encoding="utf-8") as file:
            file.write(config(self.port, self.folder, {
                one.name: self.authority.path(f"{one.name}.chain.pem") for one in certificates}))

    def stop(self):
        self.server.stop()
        self.server.child.stdout.close()
