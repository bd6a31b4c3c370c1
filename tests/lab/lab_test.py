#!/usr/bin/env python3
"""Is the lab's DNS, validated by libunbound, what domains.toml says?"""
import os
import re
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import HERE, Lab, ask_tcp, ask_udp, truncated  # pylint: disable=wrong-import-position
import table  # pylint: disable=wrong-import-position

BENCH_DOMAINS = 3


class TableTest(unittest.TestCase):
    """What libunbound makes of each domain is what its line rests on."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab("--bench-domains", str(BENCH_DOMAINS))
        cls.addClassCleanup(cls.lab.close)
        _, cls.domains = table.load(os.path.join(HERE, "domains.toml"))

    def setUp(self):
        self.validator = self.lab.validator()
        self.addCleanup(self.validator.close)

    def check_mx(self, domain):
        answer = self.validator.ask(domain.name, "MX")
        if domain.reason == "DNSSEC_BOGUS":
            self.assertEqual(answer.state, "BOGUS", answer)
        elif domain.reason in ("DNS_ERROR", "CNAME_LOOP"):
            self.assertEqual(answer.state, "FAILED", answer)
        elif domain.reason == "NAME_ERROR":
            self.assertTrue(answer.nxdomain, answer)
        elif domain.reason in ("IMPLICIT_MX", "NULL_MX_PUBLISHED", "MX_FOUND"):
            self.assertEqual(answer.found, domain.reason != "IMPLICIT_MX", answer)
        if domain.reason in ("IMPLICIT_MX", "MX_FOUND"):
            self.assertEqual(answer.state, "SECURE" if domain.mx_secure else "INSECURE", answer)
        if domain.reason == "INSECURE_MX":
            self.assertEqual(answer.state, "INSECURE", answer)
        if domain.ttl_max and domain.reason == "IMPLICIT_MX":
            self.assertLessEqual(answer.ttl, domain.ttl_max)

    def check_tlsa(self, domain, host, expanded):
        """The TLSA answers at the candidates, expanded name first."""
        names = list(dict.fromkeys((expanded, host.host)))
        tlsa = [self.validator.ask(f"_{domain.port}._tcp.{name}", "TLSA") for name in names]
        secure = [name for name, one in zip(names, tlsa) if one.state == "SECURE" and one.found]
        if host.verdict in ("DANE", "TLS_UNAUTHENTICATED"):
            self.assertIn(host.base, secure, tlsa)
            if domain.ttl_max and domain.reason == "MX_FOUND":
                self.assertLessEqual(min(one.ttl for one in tlsa if one.found), domain.ttl_max)
        elif host.reason == "NO_TLSA":
            self.assertEqual(secure, [], tlsa)
        elif host.reason == "TLSA_BOGUS":
            self.assertEqual(tlsa[0].state, "BOGUS", tlsa)
        elif host.reason == "TLSA_ERROR":
            self.assertEqual(tlsa[0].state, "FAILED", tlsa)

    def check_host(self, domain, host):
        if host.reason in ("INVALID_MX", "DANE_NOT_APPLICABLE"):
            return
        pair = [self.validator.ask(host.host, rr_type) for rr_type in ("A", "AAAA")]
        states = [answer.state for answer in pair]
        found = [answer for answer in pair if answer.found]
        if host.reason == "NO_ADDRESS":
            self.assertEqual(found, [])
            self.assertEqual(states, ["SECURE", "SECURE"])
        elif host.reason == "DNSSEC_BOGUS":
            self.assertIn("BOGUS", states)
        elif host.reason in ("DNS_ERROR", "CNAME_LOOP"):
            self.assertEqual(found, [])
            self.assertIn("FAILED", states)
        elif host.reason in ("ADDRESS_INSECURE", "ALIAS_INSECURE"):
            self.assertNotIn("SECURE", states)
            alias = self.validator.ask(host.host, "CNAME")
            self.assertEqual(alias.found, host.reason == "ALIAS_INSECURE")
            self.assertEqual(alias.state, "INSECURE")
        else:
            self.assertTrue(found, pair)
            secure = [answer.canonical for answer in found if answer.state == "SECURE"]
            self.check_tlsa(domain, host, secure[0] if secure and secure[0] else host.host)

    def test_each_domain_is_as_its_line_says(self):
        self.assertGreaterEqual(len({domain.name for domain in self.domains}), 30)
        for domain in self.domains:
            with self.subTest(domain.question_text()):
                if domain.reason != "NO_MX_LOOKUP":
                    self.check_mx(domain)
                for host in domain.hosts or []:
                    self.check_host(domain, host)

    def test_each_expectation_is_a_word_of_the_proto(self):
        path = os.path.join(HERE, "../../proto/postern/v1/policy.proto")
        with open(path, encoding="utf-8") as file:
            proto = file.read()
        words = {}
        for message in ("DomainPolicy", "HostPolicy"):
            body = proto.split(f"message {message} {{")[1].split("\nmessage ")[0]
            for enum in ("Verdict", "Reason"):
                values = body.split(f"enum {enum} {{")[1].split("}")[0]
                words[message, enum] = set(re.findall(r"^\s+([A-Z_]+) = \d+;", values, re.M))
        for domain in self.domains:
            self.assertIn(domain.verdict, words["DomainPolicy", "Verdict"])
            self.assertIn(domain.reason, words["DomainPolicy", "Reason"])
            for host in domain.hosts or []:
                self.assertIn(host.verdict, words["HostPolicy", "Verdict"])
                self.assertIn(host.reason, words["HostPolicy", "Reason"])

    def test_root_is_secure(self):
        answer = self.validator.ask(".", "SOA")
        self.assertEqual((answer.state, answer.found), ("SECURE", True))

    def test_large_tlsa_set_comes_by_tcp(self):  # A-19
        name = "_25._tcp.mx1.large.test"
        self.assertTrue(truncated(ask_udp(self.lab.dns, name, "TLSA")))
        whole = ask_tcp(self.lab.dns, name, "TLSA")
        self.assertFalse(truncated(whole))
        self.assertGreater(len(whole), 4096)
        answer = self.validator.ask(name, "TLSA")
        self.assertEqual((answer.state, answer.found), ("SECURE", True))

    def test_synthetic_zone_is_endless_and_insecure(self):
        for domain in ("d1.bench.test", "d999999.bench.test"):
            for name, rr_type, found in ((domain, "MX", True), (f"mx.{domain}", "A", True),
                                         (f"mx2.{domain}", "A", True), (domain, "A", False),
                                         (f"mx.{domain}", "AAAA", False)):
                answer = self.validator.ask(name, rr_type)
                self.assertEqual((answer.state, answer.found), ("INSECURE", found), name)
                self.assertFalse(answer.nxdomain, name)
        self.assertTrue(self.validator.ask("other.bench.test", "MX").nxdomain)

    def test_signed_bench_zone_is_secure(self):
        for name, rr_type in (("d1", "MX"), ("mx1.d2", "A"), ("_25._tcp.mx2.d3", "TLSA")):
            answer = self.validator.ask(f"{name}.bench-signed.test", rr_type)
            self.assertEqual((answer.state, answer.found), ("SECURE", True), name)
        self.assertTrue(self.validator.ask("d4.bench-signed.test", "MX").nxdomain)

if __name__ == "__main__":
    unittest.main()
