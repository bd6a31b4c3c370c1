#!/usr/bin/env python3
"""Does posternctl tell of real mail servers, and of certificates, what is true?"""
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import e2e  # pylint: disable=wrong-import-position

DAYS = 24 * 3600


class HandshakeTest(e2e.EndToEndTest):
    """With mail servers, and their certificates."""

    lab_flags = ("--mail",)

    def setUp(self):
        self.server = self.serve()

    def text(self, *arguments):
        """posternctl as people see it: status, standard output."""
        status, out, _ = e2e.run(e2e.POSTERNCTL, "--server", self.server.addresses[0], *arguments)
        return status, out

    def pem(self, *names):
        """A file with these certificates of the lab."""
        path = os.path.join(self.folder(), "chain.pem")
        with open(path, "wb") as chain:
            for name in names:
                with open(os.path.join(self.lab.dir, "mail", "tls", f"{name}.pem"), "rb") as file:
                    chain.write(file.read())
        return path

    def scenario(self, name, server="postfix"):
        return next(one for one in self.lab.scenarios()
                    if (one.name, one.server) == (name, server))


class ProbeTest(HandshakeTest):
    """posternctl probe."""

    def test_finds_of_every_host_what_is_right(self):
        for scenario in self.lab.scenarios():
            if scenario.mode:
                continue  # probe asks for the server's own
            with self.subTest(scenario.domain):
                status, probe, err = self.server.ctl("probe", f"{scenario.domain}:{scenario.port}",
                                                     "--mx")
                self.assertEqual(status, 0 if scenario.delivered else 1, err)
                for host, found in zip(scenario.hosts, probe["hosts"], strict=True):
                    self.assertEqual(found["host"], host.name)
                    address, = found["addresses"]
                    self.assertEqual(address["address"], host.address)
                    self.assertEqual(address["steps"][-1]["name"], "verdict")
                    if host.handshake != "untried":
                        self.assertEqual(address["handshake"]["verdict"], host.handshake)
                    if host.handshake_reason:
                        self.assertEqual(address["handshake"]["reason"], host.handshake_reason)
                    if address["tlsVersion"] and not host.middle:
                        self.assertEqual(len(address["handshake"]["certificates"]),
                                         len(host.chain))

    def test_tells_at_a_glance_which_host_is_good(self):
        scenario = self.scenario("mismatch")
        status, out = self.text("probe", f"{scenario.domain}:{scenario.port}", "--mx")
        self.assertEqual(status, 0)
        self.assertIn(f"10 mx1.{scenario.domain}  BAD  DANE", out)
        self.assertIn("FAILED  NEXT_HOST  CV=no  no TLSA record matches", out)
        self.assertIn(f"20 mx2.{scenario.domain}  GOOD  DANE", out)
        self.assertIn("VERIFIED_DANE  PROCEED  CV=dane", out)
        self.assertNotIn("\033", out)

    def test_asks_about_one_host(self):
        host = self.scenario("ee").hosts[0]
        port = self.scenario("ee").port
        status, probe, _ = self.server.ctl("probe", f"{host.name}:{port}")
        self.assertEqual(status, 0)
        self.assertEqual(probe["hosts"][0]["addresses"][0]["handshake"]["cv"], "dane")
        status, probe, _ = self.server.ctl("probe", f"{host.name}:{port}", "--no-starttls")
        self.assertEqual(status, 1)
        address, = probe["hosts"][0]["addresses"]
        self.assertEqual(address["handshake"]["reason"], "HANDSHAKE_FAILED")
        self.assertTrue(address["error"].startswith("handshake: "))


class VerifyTest(HandshakeTest):
    """posternctl verify, of what posternctl tlsa generate makes."""

    CHAIN = ("good", "intermediate", "root")

    def record(self, path, *arguments):
        status, made, err = self.server.ctl("tlsa", "generate", "--chain", path, *arguments)
        self.assertEqual(status, 0, err)
        return made["record"].partition(" IN TLSA ")[2]

    def verify(self, *arguments):
        return self.server.ctl("verify", *arguments)[:2]

    def test_verifies_every_combination_d61_t9(self):
        path = self.pem(*self.CHAIN)
        name = self.scenario("ee").hosts[0].name
        for usage in range(4):
            for selector in range(2):
                for matching_type in range(3):
                    for depth in ((1, 2) if usage in (0, 2) else (0,)):
                        with self.subTest(f"{usage} {selector} {matching_type} at {depth}"):
                            record = self.record(
                                path, "--usage", str(usage), "--selector", str(selector),
                                "--matching-type", str(matching_type), "--depth", str(depth))
                            status, verdict = self.verify("--chain", path, "--tlsa", record,
                                                          "--reference", name)
                            self.assertEqual(status, 0)
                            if usage < 2:
                                self.assertEqual(
                                    (verdict["verdict"], verdict["reason"], verdict["cv"]),
                                    ("UNAUTHENTICATED", "TLSA_UNUSABLE", "no"))
                                continue
                            self.assertEqual((verdict["verdict"], verdict["cv"]),
                                             ("VERIFIED_DANE", "dane"))
                            self.assertEqual(verdict["matchedDepth"], depth)
                            self.assertEqual(verdict["matchedRecord"]["certificateUsage"], usage)
                            self.assertEqual(verdict["matchedName"], name if usage == 2 else "")

    def test_fails_where_no_record_matches_d62(self):
        for usage in (2, 3):
            status, verdict = self.verify("--chain", self.pem(*self.CHAIN), "--tlsa",
                                          f"{usage} 1 1 {'00' * 32}", "--reference", "mx.test")
            self.assertEqual((status, verdict["verdict"], verdict["action"], verdict["reason"]),
                             (1, "FAILED", "NEXT_HOST", "TLSA_MISMATCH"))

    def test_looks_at_names_and_dates_under_dane_ta_alone_d54_d55_d57(self):
        name = self.scenario("ee").hosts[0].name
        path = self.pem(*self.CHAIN)
        authority = self.record(path, "--usage", "2", "--selector", "0", "--matching-type", "1")
        own = self.record(path, "--usage", "3", "--selector", "0", "--matching-type", "1")
        later = ("--at-time", str(int(time.time()) + 40 * 365 * DAYS))
        for record, arguments, reason in (
                (authority, ("--reference", "else.test"), "NAME_MISMATCH"),
                (authority, ("--reference", name, *later), "CERTIFICATE_EXPIRED"),
                (own, ("--reference", "else.test", *later), "DANE_EE_MATCHED")):
            status, verdict = self.verify("--chain", path, "--tlsa", record, *arguments)
            self.assertEqual(verdict["reason"], reason)
            self.assertEqual(status, 0 if reason == "DANE_EE_MATCHED" else 1)
        self.assertEqual(verdict["x509Error"], 0)

    def test_demands_pkix_without_records(self):
        name = self.scenario("ee").hosts[0].name
        path = self.pem("good", "intermediate")
        arguments = ("--chain", path, "--reference", name, "--trust-anchors")
        status, verdict = self.verify(*arguments, self.pem("root"))
        self.assertEqual((status, verdict["verdict"], verdict["cv"], verdict["matchedName"]),
                         (0, "VERIFIED_PKIX", "yes", name))
        status, verdict = self.verify(*arguments, self.pem("other_root"))
        self.assertEqual((status, verdict["verdict"], verdict["reason"]),
                         (1, "FAILED", "ISSUER_UNKNOWN"))
        self.assertNotEqual(verdict["x509Error"], 0)

    def test_takes_the_digests_that_it_is_given_a18(self):
        path = self.pem(*self.CHAIN)
        record = self.record(path, "--usage", "3", "--selector", "1", "--matching-type", "2")
        _, verdict = self.verify("--chain", path, "--tlsa", record, "--reference", "a.test",
                                 "--digests", "sha256")
        self.assertEqual(verdict["reason"], "TLSA_UNUSABLE")
        status, _, err = self.server.ctl("verify", "--chain", path, "--tlsa", record,
                                         "--reference", "a.test", "--digests", "md5")
        self.assertEqual(status, 64)
        self.assertIn("digest_order", err)


class LintTest(HandshakeTest):
    """posternctl tlsa lint, of what the lab publishes."""

    def lint(self, name, *arguments):
        scenario = self.scenario(name)
        status, found, err = self.server.ctl("tlsa", "lint", scenario.domain, "--port",
                                             str(scenario.port), *arguments)
        self.assertTrue(found, err)
        return status, [host["result"] for host in found["hosts"]], found["hosts"]

    def test_agrees_with_what_the_servers_send_a13(self):
        for name, chain, status, results in (
                ("ee", ("good", "intermediate"), 0, ["GOOD"]),
                ("ta", ("good", "intermediate", "root"), 0, ["GOOD"]),
                ("ta-in-dns", ("good", "intermediate"), 0, ["GOOD"]),
                ("ta-key-in-dns", ("good", "intermediate"), 0, ["GOOD"]),
                ("ta-missing", ("good", "intermediate"), 1, ["BAD"]),
                ("mismatch", ("good", "intermediate"), 1, ["BAD", "GOOD"]),
                ("unusable", ("good", "intermediate"), 1, ["BAD"]),
                ("expired-ee", ("expired", "intermediate"), 0, ["GOOD"]),
                ("expired-ta", ("expired", "intermediate", "root"), 1, ["BAD"]),
                ("wrong-name-ta", ("other_name", "intermediate", "root"), 1, ["BAD"]),
                ("opportunistic", ("good",), 1, ["NO_RECORDS"])):
            with self.subTest(name):
                self.assertEqual(self.lint(name, "--chain", self.pem(*chain))[:2],
                                 (status, results))

    def test_tells_a_roll_overs_steps_a13(self):
        _, results, hosts = self.lint("ee", "--chain", self.pem("good", "intermediate"),
                                      "--next-chain", self.pem("self_signed"))
        self.assertEqual(results, ["GOOD"])
        steps = hosts[0]["steps"]
        self.assertEqual([step.split()[0] for step in steps],
                         ["publish", "wait", "install", "remove"])
        made = self.server.ctl("tlsa", "generate", "--chain", self.pem("self_signed"), "--usage",
                               "3", "--selector", "1", "--matching-type", "1", "--host",
                               hosts[0]["host"], "--port", str(self.scenario("ee").port))[1]
        self.assertIn(made["record"], steps[0])


if __name__ == "__main__":
    e2e.main()
