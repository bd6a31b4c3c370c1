"""A posternd with certificates of its own, by the lab's authority (lab up --revocation)."""
import os

import e2e
from authority import Authority
import revocation


class OwnCertificates(e2e.EndToEndTest):
    """What is kept and written is in a folder of each test's own."""

    def setUp(self):
        self.authority = Authority(os.path.join(self.lab.env["LAB_REVOCATION"], "ca"))
        self.kept = self.folder()
        self.staples, self.state = (os.path.join(self.kept, name) for name in ("staples", "state"))
        for folder in (self.staples, self.state):
            os.mkdir(folder)

    def issue(self, name, hosts=("mx.test",), **what):
        """A new certificate, as the configuration names it. Each test has names of its own."""
        self.authority.issue(name, hosts, **what)
        return self.certificate(name)

    def certificate(self, name):
        return {"name": name, "file": self.authority.path(f"{name}.chain.pem")}

    def put(self, name, text=""):
        """Tells the responder something, for the rest of the test: see revocation_server.py."""
        path = self.authority.path(name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        self.addCleanup(lambda: os.path.exists(path) and os.unlink(path))

    def requests(self):
        """All that the responder was asked, by whomever."""
        if not os.path.exists(self.authority.path("requests.log")):
            return []
        with open(self.authority.path("requests.log"), encoding="ascii") as file:
            return file.read().splitlines()

    def serve_staples(self, *certificates, more="", other_port=None, wait_ready=False):
        """A server that fetches from the lab and from another port, and keeps the staples of
        these certificates, dicts of the configuration's keys."""
        with open(self.authority.path("base_url"), encoding="ascii") as file:
            ports = [int(file.read().rpartition(":")[2])]
        text = revocation.config(ports + ([other_port] if other_port else []), self.state,
                                 self.staples, certificates)
        return self.serve(f"{text}{more}", wait_ready)

    def output(self, name):
        """The file that is written for an MTA."""
        return os.path.join(self.staples, f"{name}.ocsp")
