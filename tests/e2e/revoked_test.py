#!/usr/bin/env python3
"""Does a worker demand staples where it must, and refuse what is revoked?"""
import hashlib
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import e2e  # pylint: disable=wrong-import-position
import mail_certificates  # pylint: disable=wrong-import-position
import ocsp_answer  # pylint: disable=wrong-import-position
from own_certificates import OwnCertificates  # pylint: disable=wrong-import-position
import worker  # pylint: disable=wrong-import-position

MESSAGE = "Subject: a test\n\nIt arrives.\n"
REQUIRE_OCSP = 'policy: {rules: [{domain: "*", require_ocsp: true}]}\n'
REQUIRE_STATUS = 'policy: {rules: [{domain: "*", require_revocation_status: true}]}\n'


class RevokedTest(OwnCertificates):
    """smtp_worker, posternd, and Exim with a certificate of each test's own."""

    lab_flags = ("--mail",)

    def setUp(self):
        super().setUp()
        self.message = os.path.join(self.kept, "message")
        with open(self.message, "w", encoding="utf-8") as file:
            file.write(MESSAGE)
        self.scenario = self.host = None

    def exim_with(self, name, scenario="revocable", **what):
        """Exim, for this scenario, has a new certificate of that name from now on. As the
        configuration names it, so that Exim staples what is written for it."""
        self.scenario = next(one for one in self.lab.scenarios()
                             if (one.name, one.server) == (scenario, "exim"))
        self.host, = self.scenario.hosts
        self.staples = os.path.join(os.path.dirname(self.scenario.inbox), "staples")
        certificate = self.issue(name, [self.host.name], **what)
        tls = os.path.join(self.lab.dir, "mail", "tls")
        for kind in ("pem", "key"):
            shutil.copyfile(self.authority.path(f"{name}.{kind}"),
                            os.path.join(tls, f"{name}.{kind}"))
        mail_certificates.write_chain(tls, f"{self.host.serves_at}.pem", [name, "revocation_ca"])
        self.addCleanup(mail_certificates.write_chain, tls, f"{self.host.serves_at}.pem",
                        self.host.chain)
        self.addCleanup(self.unstaple)
        return {**certificate, "name": self.host.serves_at}

    def unstaple(self):
        if self.has_staple():
            os.unlink(self.output(self.host.serves_at))

    def has_staple(self):
        return os.path.exists(self.output(self.host.serves_at))

    def response_for(self, name):
        """A file with what the responder says of a certificate now."""
        path = os.path.join(self.kept, "request")
        status, _, err = e2e.run("openssl", "ocsp", "-issuer", self.authority.path("ca.pem"),
                                 "-cert", self.authority.path(f"{name}.pem"), "-no_nonce",
                                 "-reqout", path)
        self.assertEqual(status, 0, err)
        with open(path, "rb") as file:
            response = ocsp_answer.answer(self.authority, file.read())
        file, path = tempfile.mkstemp(suffix=".response", dir=self.kept)
        with os.fdopen(file, "wb") as file:
            file.write(response)
        return path

    def sent_staple(self):
        """What openssl says of the staple that Exim sends."""
        return e2e.run("openssl", "s_client", "-starttls", "smtp", "-connect",
                       f"{self.host.address}:{self.scenario.port}", "-servername", self.host.name,
                       "-status")[1]

    def delivery(self, server):
        """Status, and how the verdict on Exim's handshake was."""
        status, _, hosts = worker.deliver(server.addresses[0], self.scenario,
                                          f"someone@{self.scenario.domain}", self.message)
        return status, hosts[0]["verdict"], hosts[0]["reason"]

    GOOD = (worker.DELIVERED, "VERIFIED_DANE", "DANE_TA_MATCHED")
    REVOKED = (worker.DEFERRED, "FAILED", "CERTIFICATE_REVOKED")
    REQUIRED = (worker.DEFERRED, "FAILED", "STAPLE_REQUIRED")
    MUST_STAPLE = (worker.DEFERRED, "FAILED", "MUST_STAPLE")
    UNKNOWN = (worker.DEFERRED, "FAILED", "REVOCATION_UNKNOWN")


class StapleTest(RevokedTest):
    """What Exim staples."""

    def test_exim_serves_our_staple_and_a_worker_demands_it_o20(self):
        certificate = self.exim_with("demanded", ocsp=True)
        server = self.serve_staples(more=REQUIRE_OCSP, wait_ready=True)
        self.assertIn("no response sent", self.sent_staple())
        self.assertEqual(self.delivery(server), self.REQUIRED)
        server = self.serve_staples(certificate, more=REQUIRE_OCSP, wait_ready=True)
        e2e.until(self.has_staple, "written")
        self.assertIn("Cert Status: good", self.sent_staple())
        self.assertEqual(self.delivery(server), self.GOOD)

    def test_must_staple_is_content_with_our_staple_o22(self):
        certificate = self.exim_with("must", scenario="must-staple", ocsp=True, must_staple=True)
        server = self.serve_staples(wait_ready=True)
        self.assertEqual(self.delivery(server), self.MUST_STAPLE)
        server = self.serve_staples(certificate, wait_ready=True)
        e2e.until(self.has_staple, "written")
        self.assertEqual(self.delivery(server), self.GOOD)

    def test_a_staple_that_ends_does_not_end_the_mail(self):
        """GnuTLS would break off every handshake for which it has a staple that has ended."""
        certificate = self.exim_with("ending", ocsp=True)
        self.put("life", "8")
        server = self.serve_staples(certificate, wait_ready=True)
        e2e.until(self.has_staple, "written")
        self.put("outage")
        e2e.until(lambda: not self.has_staple(), "taken away")
        self.assertIn("no response sent", self.sent_staple())
        self.assertEqual(self.delivery(server), self.GOOD)

    def test_a_certificate_that_is_revoked_is_refused_after_one_refresh(self):
        certificate = self.exim_with("withdrawn", ocsp=True, crl=True)
        server = self.serve_staples(certificate, wait_ready=True)
        strict = self.serve_staples(more=REQUIRE_OCSP, wait_ready=True)
        e2e.until(self.has_staple, "written")
        for one in (server, strict):
            self.assertEqual(self.delivery(one), self.GOOD)
        self.authority.revoke("withdrawn")
        status, refreshed, err = server.ctl("staples", "refresh", certificate["name"])
        self.assertEqual((status, refreshed["status"]), (1, "REVOKED"), err)
        e2e.until(lambda: not self.has_staple(), "taken away")
        self.assertIn("no response sent", self.sent_staple())
        self.assertEqual(self.delivery(strict), self.REQUIRED)
        e2e.until(lambda: self.delivery(server) == self.REVOKED, "refused, by the CRL")

    def test_the_staple_decides_if_it_is_the_certificates_o1_o20(self):
        """Exim sends no such staples: GnuTLS breaks off the handshake instead."""
        self.issue("stapled", ocsp=True)
        authority = e2e.run("openssl", "x509", "-in", self.authority.path("ca.pem"), "-outform",
                            "DER", "-out", os.path.join(self.kept, "ca.der"))
        self.assertEqual(authority[0], 0, authority[2])
        with open(os.path.join(self.kept, "ca.der"), "rb") as file:
            record = f"2 0 1 {hashlib.sha256(file.read()).hexdigest()}"
        server = self.serve_staples(wait_ready=True)
        good = self.response_for("stapled")
        other = self.response_for("crl")
        self.authority.revoke("stapled")
        revoked = self.response_for("stapled")
        for response, status, reason, staple in (
                (good, 0, "DANE_TA_MATCHED", "GOOD"),
                (other, 0, "DANE_TA_MATCHED", "INVALID"),
                (revoked, 1, "CERTIFICATE_REVOKED", "REVOKED")):
            found, verdict, err = server.ctl(
                "verify", "--chain", self.authority.path("stapled.chain.pem"), "--tlsa", record,
                "--reference", "mx.test", "--staple", response, "--status-request")
            self.assertEqual((found, verdict["reason"]), (status, reason), err)
            self.assertEqual(verdict["staple"]["status"], staple)


class CrlTest(RevokedTest):
    """What the CRL says of a certificate that has no responder."""

    def test_a_revoked_certificate_is_refused_once_its_crl_is_there_o25(self):
        self.exim_with("listed", scenario="crl-only", crl=True)
        self.authority.revoke("listed")
        before = self.requests().count("crl - 200")
        server = self.serve_staples(wait_ready=True)
        self.assertEqual(self.delivery(server), self.GOOD)
        e2e.until(lambda: self.requests().count("crl - 200") > before, "the CRL is fetched")
        e2e.until(lambda: self.delivery(server) == self.REVOKED, "refused")

    def test_where_a_status_is_demanded_mail_waits_for_the_crl(self):
        self.exim_with("unlisted", scenario="crl-only", crl=True)
        server = self.serve_staples(more=REQUIRE_STATUS, wait_ready=True)
        self.assertEqual(self.delivery(server), self.UNKNOWN)
        e2e.until(lambda: self.delivery(server) == self.GOOD, "known")


if __name__ == "__main__":
    e2e.main()
