#!/usr/bin/env python3
"""Do the lab's responder and CRL say of each certificate what revocation.toml does?"""
import base64
import http.client
import os
import re
import shutil
import subprocess
import sys
import unittest
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import HERE, TIMEOUT, new_folder  # pylint: disable=wrong-import-position
import ocsp_answer  # pylint: disable=wrong-import-position
import revocation  # pylint: disable=wrong-import-position


def openssl(*words, **options):
    """Runs openssl to its end: status, all that it says."""
    done = subprocess.run(["openssl", *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=TIMEOUT, check=False, **options)
    return done.returncode, done.stdout + done.stderr


class RevocationTest(unittest.TestCase):
    """An authority with its server, for each test."""

    def setUp(self):
        folder = new_folder()
        self.addCleanup(shutil.rmtree, folder)
        self.revocation = revocation.Revocation(os.path.join(folder, "revocation"))
        self.addCleanup(self.revocation.stop)
        self.revocation.create(["mx.test"])
        self.authority = self.revocation.authority
        self.http = http.client.HTTPConnection("127.0.0.1", self.revocation.port, timeout=TIMEOUT)
        self.addCleanup(self.http.close)

    def file(self, name):
        return self.authority.path(name)

    def put(self, name, text=""):
        with open(self.file(name), "w", encoding="ascii") as file:
            file.write(text)

    def ask(self, method, path, body=None, **headers):
        """The reply, over the one connection: status, content type, body."""
        self.http.request(method, path, body, headers)
        reply = self.http.getresponse()
        return reply.status, reply.headers.get("Content-Type"), reply.read()

    def request(self, name):
        """The DER of an OCSP request."""
        path = self.file("request")
        openssl("ocsp", "-issuer", self.file("ca.pem"), "-cert", self.file(f"{name}.pem"),
                "-no_nonce", "-reqout", path)
        with open(path, "rb") as file:
            return file.read()

    def verified(self, name, response):
        """What openssl says of a response."""
        with open(self.file("response"), "wb") as file:
            file.write(response)
        return openssl("ocsp", "-issuer", self.file("ca.pem"), "-cert", self.file(f"{name}.pem"),
                       "-CAfile", self.file("ca.pem"), "-respin", self.file("response"))[1]

    def revoked_serials(self):
        """The serial numbers of the CRL, which has the authority's signature."""
        _, _, crl = self.ask("GET", "/ca.crl")
        with open(self.file("fetched"), "wb") as file:
            file.write(crl)
        status, text = openssl("crl", "-inform", "DER", "-in", self.file("fetched"), "-noout",
                               "-text", "-CAfile", self.file("ca.pem"))
        self.assertEqual(status, 0)
        self.assertIn("verify OK", text)
        return set(re.findall(r"Serial Number: (\w+)", text))

    def serial(self, name):
        return openssl("x509", "-in", self.file(f"{name}.pem"), "-noout",
                       "-serial")[1].strip().partition("=")[2]

    def requests(self):
        with open(self.file("requests.log"), encoding="ascii") as file:
            return file.read().splitlines()


class TableTest(RevocationTest):
    """The certificates are as the table says."""

    def test_certificates_name_what_the_table_says(self):
        port = self.revocation.port
        for one in revocation.load():
            with self.subTest(one.name):
                text = openssl("x509", "-in", self.file(f"{one.name}.pem"), "-noout", "-text")[1]
                self.assertEqual(f"OCSP - URI:http://127.0.0.1:{port}/ocsp" in text, one.ocsp)
                self.assertEqual(f"URI:http://127.0.0.1:{port}/ca.crl" in text, one.crl)
                self.assertEqual("status_request" in text, one.must_staple)
                self.assertIn("DNS:mx.test", text)
                self.assertEqual(one.source, "OCSP" if one.ocsp else "CRL" if one.crl else "NONE")
                status, text = openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile",
                                       self.file("ca.pem"), self.file(f"{one.name}.chain.pem"))
                self.assertEqual(status, 0, text)

    def test_responder_and_crl_say_what_the_table_says(self):
        revoked = self.revoked_serials()
        for one in revocation.load():
            with self.subTest(one.name):
                self.assertEqual(self.serial(one.name) in revoked, one.revoked)
                status, kind, response = self.ask("POST", "/ocsp", self.request(one.name))
                self.assertEqual((status, kind), (200, "application/ocsp-response"))
                text = self.verified(one.name, response)
                self.assertIn("Response verify OK", text)
                self.assertIn(f".pem: {'revoked' if one.revoked else 'good'}", text)

    def test_statuses_are_words_of_the_proto(self):
        path = os.path.join(HERE, "../../proto/postern/v1/revocation.proto")
        with open(path, encoding="utf-8") as proto:
            body = proto.read().split("message Staple {")[1]
        for one in revocation.load():
            for enum, word in (("Source", one.source), ("Status", one.status)):
                values = body.split(f"enum {enum} {{")[1].split("}")[0]
                self.assertRegex(values, rf"(?m)^\s+{word} = \d+;")


class ServerTest(RevocationTest):
    """The server does what it is told."""

    def test_get_and_post_are_answered_over_one_connection(self):
        request = self.request("ocsp")
        encoded = urllib.parse.quote(base64.b64encode(request), safe="")
        socket = None
        for method, path, body in (("GET", f"/ocsp/{encoded}", None), ("POST", "/ocsp", request),
                                   ("GET", f"/ocsp/{encoded}", None)):
            self.assertIn(": good", self.verified("ocsp", self.ask(method, path, body)[2]))
            self.assertIs(self.http.sock, socket or self.http.sock)
            socket = self.http.sock
        self.assertEqual(self.requests(), ["ocsp ocsp 200"] * 3)

    def test_a_certificate_that_is_revoked_is_so_for_both(self):
        self.assertNotIn(self.serial("ocsp"), self.revoked_serials())
        self.authority.revoke("ocsp")
        self.assertIn(self.serial("ocsp"), self.revoked_serials())
        response = self.ask("POST", "/ocsp", self.request("ocsp"))[2]
        self.assertIn(": revoked", self.verified("ocsp", response))

    def test_an_unchanged_crl_is_not_sent_again(self):
        self.http.request("GET", "/ca.crl")
        reply = self.http.getresponse()
        reply.read()
        etag = {"If-None-Match": reply.headers["ETag"]}
        self.assertEqual(self.ask("GET", "/ca.crl", **etag)[0], 304)
        self.authority.revoke("crl")
        self.assertEqual(self.ask("GET", "/ca.crl", **etag)[0], 200)

    def test_an_outage_lasts_while_its_file_is_there(self):
        self.put("outage")
        self.assertEqual(self.ask("POST", "/ocsp", self.request("ocsp"))[0], 503)
        self.assertEqual(self.ask("GET", "/ca.crl")[0], 503)
        os.unlink(self.file("outage"))
        self.assertEqual(self.ask("POST", "/ocsp", self.request("ocsp"))[0], 200)
        self.assertEqual(self.requests(), ["ocsp ocsp 503", "crl - 503", "ocsp ocsp 200"])

    def test_a_request_waits_while_it_is_held(self):
        self.put("hold")
        self.http.request("POST", "/ocsp", self.request("ocsp"))
        while not os.path.exists(self.file("requests.log")):
            pass  # Bazel's time limit ends this, if nothing else does
        os.unlink(self.file("hold"))
        self.assertEqual(self.http.getresponse().status, 200)
        self.assertEqual(self.requests(), ["ocsp ocsp held", "ocsp ocsp 200"])

    def test_a_life_of_seconds_is_signed(self):
        request = self.request("ocsp")
        long = self.verified("ocsp", self.ask("POST", "/ocsp", request)[2])
        for life, end in (("600", "good"), ("-600", "expired")):
            self.put("life", life)
            text = self.verified("ocsp", self.ask("POST", "/ocsp", request)[2])
            self.assertIn("Response verify OK", text)
            self.assertEqual(end == "expired", "status expired" in text.lower(), text)
            self.assertNotEqual(re.search("Next Update: .*", text)[0],
                                re.search("Next Update: .*", long)[0])

    def test_what_is_no_request_is_malformed(self):
        for body in (b"garbage", b""):
            self.assertEqual(self.ask("POST", "/ocsp", body)[2], ocsp_answer.MALFORMED)
        self.assertEqual(self.ask("GET", "/ocsp/%%")[0], 400)
        self.assertEqual(self.ask("GET", "/else")[0], 404)


if __name__ == "__main__":
    unittest.main()
