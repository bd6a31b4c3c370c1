#!/usr/bin/env python3
"""Do the lab's mail servers serve as mail.toml says?"""
import functools
import hashlib
import os
import re
import smtplib
import socket
import ssl
import subprocess
import sys
import unittest
import unittest.mock

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import HERE, TIMEOUT, Lab, ask_tcp, new_folder  # pylint: disable=wrong-import-position
from authority import Authority  # pylint: disable=wrong-import-position
import mail_inbox  # pylint: disable=wrong-import-position
import mail_table  # pylint: disable=wrong-import-position
import mta  # pylint: disable=wrong-import-position
import table  # pylint: disable=wrong-import-position


def openssl(*words):
    """Runs openssl to its end: status, all that it says."""
    done = subprocess.run(["openssl", *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout + done.stderr


def certificates(text):
    """The DER of all certificates in a text."""
    found = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.S)
    return [ssl.PEM_cert_to_DER_cert(one) for one in found]


@functools.cache
def public_key(der):
    """The SubjectPublicKeyInfo of a certificate."""
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-pubkey"], input=der,
                          capture_output=True, timeout=TIMEOUT, check=True)
    key = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=done.stdout,
                         capture_output=True, timeout=TIMEOUT, check=True)
    return key.stdout


@functools.cache
def shared_lab():
    """One for all tests that leave it as it is."""
    lab = Lab("--mail")
    unittest.addModuleCleanup(lab.close)
    return lab


class MailTest(unittest.TestCase):
    """A lab with mail hosts."""

    @classmethod
    def setUpClass(cls):
        cls.lab = shared_lab()
        cls.scenarios = cls.lab.scenarios()
        cls.port = cls.scenarios[0].port
        cls.hosts = mail_table.served_hosts(cls.scenarios)
        cls.tls = os.path.join(cls.lab.dir, "mail", "tls")
        cls.inboxes = {scenario.server: scenario.inbox for scenario in cls.scenarios}

    def file(self, name):
        return os.path.join(self.tls, name + ".pem")

    def der(self, name):
        with open(self.file(name), encoding="ascii") as file:
            return certificates(file.read())[0]

    def sent_chain(self, address):
        _, text = openssl("s_client", "-starttls", "smtp", "-connect", f"{address}:{self.port}",
                          "-showcerts")
        return certificates(text)

    def deliver(self, address, server, recipient):
        """Sends a message, by TLS if that is offered, and returns it as it arrived."""
        with smtplib.SMTP(address, self.port, "client.test", TIMEOUT) as client:
            client.ehlo()
            if client.has_extn("starttls"):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                self.assertEqual(client.starttls(context=context)[0], 220)
            client.sendmail("from@client.test", [recipient], "Subject: test\r\n\r\n.a\r\n.\r\nb\r\n")
        return mail_inbox.wait_for(self.inboxes[server], recipient)


class HostTest(MailTest):
    """Each host serves as its line says."""

    def test_each_host_takes_mail_and_encrypts_it_if_it_has_a_certificate(self):
        self.assertEqual({host.server for host in self.hosts}, {"postfix", "exim"})
        for host in self.hosts:
            with self.subTest(host.name):
                arrived = self.deliver(host.serves_at, host.server, f"direct@{host.name}")
                self.assertEqual(arrived.host, host.name)
                self.assertEqual(arrived.tls, "TLSv1.3" if host.chain else "")
                self.assertIn("\n.a\n.\nb\n", arrived.text)

    def test_each_host_sends_its_chain(self):
        for host in self.hosts:
            with self.subTest(host.name):
                self.assertEqual(self.sent_chain(host.serves_at), [self.der(one) for one in host.chain])

    def test_certificates_are_what_they_are_called(self):
        name = self.hosts[0].name
        chain = ("-CAfile", self.file("root"), "-untrusted", self.file("intermediate"),
                 "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name)
        for leaf, error in (("good", ""), ("expired", "certificate has expired"),
                            ("other_name", "hostname mismatch"), ("self_signed", "self-signed"),
                            ("swapped", "unable to get local issuer"),
                            ("ocsp", "unable to get local issuer")):
            with self.subTest(leaf):
                status, text = openssl("verify", *chain, self.file(leaf))
                self.assertEqual(status == 0, error == "", text)
                self.assertIn(error, text)


class DnsTest(MailTest):
    """The DNS says of each host what its line does."""

    def test_each_domain_leads_to_its_hosts(self):
        validator = self.lab.validator()
        self.addCleanup(validator.close)
        for scenario in self.scenarios:
            state = "INSECURE" if scenario.unsigned else "SECURE"
            mx = validator.ask(scenario.domain, "MX")
            self.assertEqual((mx.state, mx.found), (state, True), scenario.domain)
            for host in scenario.hosts:
                with self.subTest(scenario.name, host=host.name):
                    address = validator.ask(host.name, "A")
                    self.assertEqual(address.state, state)
                    self.assertIn(socket.inet_aton(host.address), address.packet)
                    tlsa = validator.ask(f"_{self.port}._tcp.{host.name}", "TLSA")
                    self.assertEqual((tlsa.state, tlsa.found), (state, bool(host.tlsa)))

    def test_records_match_what_is_sent_where_they_should(self):
        for host in self.hosts:
            if host.handshake_reason not in ("DANE_EE_MATCHED", "DANE_TA_MATCHED", "TLSA_MISMATCH",
                                             "CERTIFICATE_EXPIRED", "NAME_MISMATCH"):
                continue
            with self.subTest(host.name):
                records = ask_tcp(self.lab.dns, f"_{self.port}._tcp.{host.name}", "TLSA")
                chain = self.sent_chain(host.address)
                forms = [("3", form) for form in self.forms(chain[0])]
                forms += [("2", form) for one in chain[1:] for form in self.forms(one)]
                matching = [usage for usage, (selector, matching_type, data) in forms
                            if bytes((int(usage), selector, matching_type)) + data in records]
                in_dns_only = any(record.split()[::2] == ["2", "0"] or record.startswith("2 1 0")
                                  for record in self.parameters(host))
                self.assertEqual(bool(matching),
                                 host.handshake_reason != "TLSA_MISMATCH" and not in_dns_only)
                if in_dns_only:
                    root = self.der("root")
                    self.assertTrue(root in records or public_key(root) in records)

    @staticmethod
    def parameters(host):
        return [record.rsplit(" ", 1)[0] for record in host.tlsa]

    @staticmethod
    def forms(der):
        """All that a record may hold of a certificate: selector, matching type, data."""
        key = public_key(der)
        return [(selector, matching_type, data)
                for selector, whole in enumerate((der, key))
                for matching_type, data in ((0, whole), (1, hashlib.sha256(whole).digest()))]


class MiddleTest(MailTest):
    """The men in the middle do what they are called."""

    def hosts_behind(self, middle):
        found = [host for host in self.hosts if host.middle == middle]
        self.assertEqual({host.server for host in found}, {"postfix", "exim"})
        return found

    def test_strip_takes_starttls_away_and_passes_the_mail_on(self):
        for host in self.hosts_behind("strip"):
            with self.subTest(host.name):
                for address, offered in ((host.serves_at, True), (host.address, False)):
                    with smtplib.SMTP(address, self.port, "client.test", TIMEOUT) as client:
                        client.ehlo()
                        self.assertEqual(client.has_extn("starttls"), offered)
                        self.assertTrue(client.has_extn("8bitmime"))
                        if not offered:
                            self.assertEqual(client.docmd("STARTTLS")[0], 502)
                arrived = self.deliver(host.address, host.server, f"stripped@{host.name}")
                self.assertEqual((arrived.host, arrived.tls), (host.name, ""))
                self.assertIn("\n.a\n.\nb\n", arrived.text)

    def test_swap_has_another_certificate_and_passes_the_mail_on(self):
        for host in self.hosts_behind("swap"):
            with self.subTest(host.name):
                self.assertEqual(self.sent_chain(host.address), [self.der("swapped")])
                arrived = self.deliver(host.address, host.server, f"swapped@{host.name}")
                self.assertEqual((arrived.host, arrived.tls), (host.name, "TLSv1.3"))


class StapleTest(MailTest):
    """Exim staples what lies in its folder."""

    def test_a_staple_is_sent_while_its_file_is_there(self):
        host = next(one for one in self.hosts
                    if one.server == "exim" and one.chain[:1] == ["ocsp"])
        authority = Authority(os.path.join(self.lab.env["LAB_REVOCATION"], "ca"))
        folder = os.path.join(os.path.dirname(self.inboxes["exim"]), "staples")
        path = os.path.join(folder, f"{host.serves_at}.ocsp")
        self.assertIn("no response sent", self.stapled(host))
        openssl("ocsp", "-index", authority.path("index.txt"), "-CA", authority.path("ca.pem"),
                "-rsigner", authority.path("responder.pem"), "-rkey",
                authority.path("responder.key"), "-ndays", "1", "-issuer", authority.path("ca.pem"),
                "-cert", self.file("ocsp"), "-no_nonce", "-respout", path)
        self.addCleanup(os.unlink, path)
        self.assertIn("Cert Status: good", self.stapled(host))

    def stapled(self, host):
        return openssl("s_client", "-starttls", "smtp", "-connect",
                       f"{host.serves_at}:{self.port}", "-status")[1]


class TableTest(unittest.TestCase):
    """What mail.toml says can be so."""

    @classmethod
    def setUpClass(cls):
        cls.scenarios = mail_table.load(os.path.join(HERE, "mail.toml"))

    @staticmethod
    def words(file, message, enum):
        path = os.path.join(HERE, "../../proto/postern/v1", file)
        with open(path, encoding="utf-8") as proto:
            body = proto.read().split(f"message {message} {{")[1].split("\nmessage ")[0]
        return re.findall(r"^\s+([A-Z_]+) = \d+;", body.split(f"enum {enum} {{")[1].split("}")[0], re.M)

    def test_each_expectation_is_a_word_of_the_proto(self):
        for host in (host for scenario in self.scenarios for host in scenario.hosts):
            self.assertIn(host.policy, self.words("policy.proto", "HostPolicy", "Verdict"))
            self.assertIn(host.policy_reason, self.words("policy.proto", "HostPolicy", "Reason"))
            verdicts = self.words("handshake.proto", "HandshakeVerdict", "Verdict")
            self.assertIn(host.handshake, [*verdicts, "untried"])
            reasons = self.words("handshake.proto", "HandshakeVerdict", "Reason")
            self.assertIn(host.handshake_reason, [*reasons, ""])

    def test_mail_is_delivered_by_the_last_host_that_is_tried(self):
        for scenario in self.scenarios:
            with self.subTest(scenario.name):
                tried = [host for host in scenario.hosts if host.handshake != "untried"]
                good = [host.handshake not in ("FAILED",) for host in tried]
                self.assertEqual(good[-1:] == [True], scenario.delivered)
                self.assertFalse(any(good[:-1]))


class EndTest(unittest.TestCase):
    """Nothing is left behind."""

    def setUp(self):
        self.lab = Lab("--mail")
        self.addCleanup(self.lab.close)
        self.folders = [os.path.join(self.lab.dir, "mail", name) for name in ("postfix", "exim")]
        for folder in self.folders:
            self.assertTrue(mta.processes_of(folder))

    def test_the_end_of_the_lab_ends_all_and_frees_the_port(self):
        port = self.lab.scenarios()[0].port
        self.assertEqual(self.lab.close(), 0)
        self.assertEqual([mta.processes_of(folder) for folder in self.folders], [[], []])
        self.assertEqual(self.lab.children(), [])
        self.assertFalse(os.path.exists(self.lab.dir))
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.1.1.1", port), TIMEOUT)

    def test_the_end_of_the_lab_by_force_ends_its_mail_servers(self):
        self.lab.process.kill()
        self.lab.close()
        while self.lab.children() or any(map(mta.processes_of, self.folders)):
            pass  # Bazel's time limit ends this, if nothing else does


class MissingTest(unittest.TestCase):
    """What is missing is named, and how to get it."""

    def test_a_missing_mail_server_is_named(self):
        with unittest.mock.patch.object(mta, "_UNPACKED", "/nonexistent"):
            for start in (mta.start_postfix, mta.start_exim):
                with self.assertRaisesRegex(table.LabError, "^/nonexistent/.* run tools/setup$"):
                    start(os.path.join(new_folder(), "mail"), 0, [("127.1.1.1", "mx.test")], "")


if __name__ == "__main__":
    unittest.main()
