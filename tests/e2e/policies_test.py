#!/usr/bin/env python3
"""Does each domain of the lab get exactly the answer of its line?"""
import datetime
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import e2e  # pylint: disable=wrong-import-position

# ../lab/domains.toml has tied preferences in one order of several.
ORDER = ("preference", "host")
STATUS = {"HOSTS": 0, "DEFER": 75, "NULL_MX": 1, "NO_SUCH_DOMAIN": 1}
FIELDS = {"domain", "verdict", "reason", "expireTime", "hosts", "trace"}
HOST_FIELDS = {
    "host", "preference", "verdict", "reason", "tlsaBaseDomain", "referenceIdentifiers", "sni",
    "tlsaUsages", "tlsaRecords", "requestOcsp", "mxSecure"}
RECORD_FIELDS = {"certificateUsage", "selector", "matchingType", "certificateAssociationData",
                 "usable", "unusableReason"}
TRACE_FIELDS = {"name", "type", "state", "rcode", "ttl"}


def lifetime(policy, asked):
    """Seconds from when it was asked to when the answer ends."""
    text = policy["expireTime"].rstrip("Z").partition(".")[0]
    expires = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    return (expires - asked).total_seconds()


class PoliciesTest(e2e.EndToEndTest):
    """One server answers them all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(cls.lab.env["LAB_DOMAINS"], encoding="utf-8") as file:
            cls.domains = json.load(file)

    def setUp(self):
        self.server = self.serve()

    def ask(self, domain):
        arguments = ["policy", domain["ask"] or domain["name"], "--port", str(domain["port"])]
        if domain["mode"]:
            arguments += ["--mode", domain["mode"]]
        if domain["relay"]:
            arguments.append("--relay")
        return self.server.ctl(*arguments)

    def check_host(self, host, expected):
        for field in ("host", "preference", "verdict", "reason"):
            self.assertEqual(host[field], expected[field])
        self.assertEqual(host["tlsaBaseDomain"], expected["base"])
        if expected["reference_identifiers"] is not None:
            self.assertEqual(host["referenceIdentifiers"], expected["reference_identifiers"])
        if host["verdict"] == "DANE":
            self.assertEqual(host["sni"], host["tlsaBaseDomain"])  # D-72
            self.assertTrue(host["tlsaRecords"])

    def check_fields(self, policy):
        self.assertLessEqual(FIELDS, policy.keys())
        for host in policy["hosts"]:
            self.assertLessEqual(HOST_FIELDS, host.keys())
            for record in host["tlsaRecords"]:
                self.assertLessEqual(RECORD_FIELDS, record.keys())
        for query in policy["trace"]:
            self.assertLessEqual(TRACE_FIELDS, query.keys())

    def check_trace(self, policy):
        """D-36: no TLSA question before the addresses; D-37: none at all without need."""
        types = [query["type"] for query in policy["trace"]]
        if "TLSA" in types:
            self.assertIn("A", types[:types.index("TLSA")])
        for host in policy["hosts"]:
            if host["reason"] == "ADDRESS_INSECURE":
                asked = [query["name"] for query in policy["trace"] if query["type"] == "TLSA"]
                self.assertNotIn(f"_25._tcp.{host['host']}", asked)

    def test_each_domain_gets_the_answer_of_its_line(self):
        self.assertGreaterEqual(len({domain["name"] for domain in self.domains}), 30)
        for domain in self.domains:
            with self.subTest(domain["name"], shows=domain["shows"], rules=domain["rules"]):
                asked = datetime.datetime.now(datetime.timezone.utc)
                status, policy, err = self.ask(domain)
                self.assertIsNotNone(policy, err)
                self.assertEqual((policy["verdict"], policy["reason"]),
                                 (domain["verdict"], domain["reason"]))
                self.assertEqual(status, STATUS[policy["verdict"]])
                self.check_fields(policy)
                self.check_trace(policy)
                if domain["hosts"] is not None:
                    key = lambda host: tuple(host[field] for field in ORDER)  # noqa: E731
                    hosts = sorted(policy["hosts"], key=key)
                    expected = sorted(domain["hosts"], key=key)
                    self.assertEqual(len(hosts), len(expected))
                    for host, line in zip(hosts, expected):
                        self.check_host(host, line)
                    self.assertEqual([host["preference"] for host in policy["hosts"]],
                                     sorted(host["preference"] for host in hosts))  # D-29
                if domain["ttl_max"] is not None:  # D-53, A-24, N-2
                    self.assertLessEqual(lifetime(policy, asked), domain["ttl_max"] + 1)

    def test_a_second_answer_is_remembered_and_ends_with_the_first_d53(self):
        first = self.server.policy("ee.test")
        second = self.server.policy("ee.test")
        self.assertEqual(first, second)
        status = self.server.ctl("status")[1]
        self.assertGreaterEqual(int(status["policyCache"]["hits"]), 1)


if __name__ == "__main__":
    e2e.main()
