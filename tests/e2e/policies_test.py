#!/usr/bin/env python3
"""Does each domain of the lab get exactly the answer of its line?"""
import concurrent.futures
import datetime
import json
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import dns_recorder  # pylint: disable=wrong-import-position
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


def tlsa_name(port, base):
    return f"_{port}._tcp.{base}"


def addresses_first(questions, hosts, tlsa):
    """Whether of (name, type) an address of one of the hosts comes before the TLSA name."""
    before = questions[:questions.index((tlsa, "TLSA"))]
    return any((host, family) in before for host in hosts for family in ("A", "AAAA"))


class PoliciesTest(e2e.EndToEndTest):
    """One server is asked about them all, once; what it asks of the DNS is noted on the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(cls.lab.env["LAB_DOMAINS"], encoding="utf-8") as file:
            cls.domains = json.load(file)
        cls.recorder = dns_recorder.DnsRecorder(cls.lab.dns)
        cls.addClassCleanup(cls.recorder.close)
        folder = tempfile.mkdtemp(prefix="postern", dir="/tmp")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.server = e2e.Server(folder, cls.config(dns_port=cls.recorder.port))
        cls.addClassCleanup(cls.server.close)
        cls.server.start()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            cls.answers = list(pool.map(cls.ask, cls.domains))

    @classmethod
    def ask(cls, domain):
        """When it was asked, exit status, policy, standard error."""
        arguments = ["policy", domain["ask"] or domain["name"], "--port", str(domain["port"])]
        if domain["mode"]:
            arguments += ["--mode", domain["mode"]]
        if domain["relay"]:
            arguments.append("--relay")
        return datetime.datetime.now(datetime.timezone.utc), *cls.server.ctl(*arguments)

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

    def check_hosts(self, policy, lines):
        key = lambda host: tuple(host[field] for field in ORDER)  # noqa: E731
        hosts = sorted(policy["hosts"], key=key)
        expected = sorted(lines, key=key)
        self.assertEqual(len(hosts), len(expected))
        for host, line in zip(hosts, expected):
            self.check_host(host, line)
        self.assertEqual([host["preference"] for host in policy["hosts"]],
                         sorted(host["preference"] for host in hosts))  # D-29

    def test_each_domain_gets_the_answer_of_its_line(self):
        self.assertGreaterEqual(len({domain["name"] for domain in self.domains}), 30)
        for domain, (asked, status, policy, err) in zip(self.domains, self.answers):
            with self.subTest(domain["name"], shows=domain["shows"], rules=domain["rules"]):
                self.assertIsNotNone(policy, err)
                self.assertEqual((policy["verdict"], policy["reason"]),
                                 (domain["verdict"], domain["reason"]))
                self.assertEqual(status, STATUS[policy["verdict"]])
                self.check_fields(policy)
                self.assertEqual(policy["expandedDomain"], domain["expanded"])  # D-30
                self.assertEqual(policy["omittedHosts"], domain["omitted"])
                if policy["verdict"] == "HOSTS":  # D-28
                    for one in (policy, *policy["hosts"]):
                        self.assertEqual(one["mxSecure"], domain["mx_secure"])
                if domain["hosts"] is not None:
                    self.check_hosts(policy, domain["hosts"])
                if domain["ttl_max"] is not None:  # D-53, A-24, N-2
                    self.assertLessEqual(lifetime(policy, asked), domain["ttl_max"] + 1)

    def policies(self):
        """Each domain's line, and its policy."""
        return [(domain, policy) for domain, (_, _, policy, _) in zip(self.domains, self.answers)]

    def test_each_hosts_addresses_come_before_its_tlsa_records_d36(self):
        leads = {}  # the TLSA name: the hosts whose base domain it is of
        for domain, policy in self.policies():
            trace = [(query["name"], query["type"]) for query in policy["trace"]]
            for host in policy["hosts"]:
                if not host["tlsaBaseDomain"]:
                    continue
                name = tlsa_name(domain["port"], host["tlsaBaseDomain"])
                leads.setdefault(name, set()).add(host["host"])
                with self.subTest(domain["name"], host=host["host"]):
                    self.assertTrue(addresses_first(trace, [host["host"]], name))
        self.assertGreater(len(leads), 30)
        wire = self.recorder.questions()
        for name, hosts in leads.items():
            if (name, "TLSA") not in wire:  # below a DNAME that was known
                continue
            with self.subTest(name):
                self.assertTrue(addresses_first(wire, hosts, name))

    def test_a_host_with_insecure_addresses_gets_no_tlsa_query_d37_d40(self):
        wire = {name for name, rr_type in self.recorder.questions() if rr_type == "TLSA"}
        # What TLSA names are aliases of is asked for, whatever host has that name.
        wire -= {query["canonicalName"] for _, policy in self.policies()
                 for query in policy["trace"] if query["type"] == "TLSA"}
        seen = set()
        for domain, policy in self.policies():
            trace = {query["name"] for query in policy["trace"] if query["type"] == "TLSA"}
            aliases = {query["name"]: query["canonicalName"] for query in policy["trace"]
                       if query["type"] in ("A", "AAAA") and query["canonicalName"]}
            for host in policy["hosts"]:
                if host["reason"] not in ("ADDRESS_INSECURE", "ALIAS_INSECURE"):
                    continue
                seen.add(host["reason"])
                with self.subTest(domain["name"], host=host["host"]):
                    name = tlsa_name(domain["port"], host["host"])
                    self.assertNotIn(name, trace)
                    self.assertFalse(name in wire)
                    expanded = aliases.get(host["host"])
                    self.assertEqual(bool(expanded), host["reason"] == "ALIAS_INSECURE")
                    # A host that leads there by a secure way may ask for it.
                    bases = {one["tlsaBaseDomain"] for one in policy["hosts"]}
                    if expanded and expanded not in bases:
                        self.assertNotIn(tlsa_name(domain["port"], expanded), trace)
        self.assertEqual(seen, {"ADDRESS_INSECURE", "ALIAS_INSECURE"})

    def test_tlsa_records_are_asked_for_at_the_port_of_the_question_d46(self):
        wire = {name for name, rr_type in self.recorder.questions() if rr_type == "TLSA"}
        for domain, policy in self.policies():
            names = {query["name"] for query in policy["trace"] if query["type"] == "TLSA"}
            with self.subTest(domain["name"], port=domain["port"]):
                for name in names:
                    self.assertTrue(name.startswith(tlsa_name(domain["port"], "")), name)
                if domain["port"] != 25:
                    self.assertTrue(names)
                    self.assertLessEqual(names, wire)
        ports = {name.split("._tcp.")[0] for name in wire if "._tcp." in name}
        self.assertEqual(ports, {f"_{domain['port']}" for domain in self.domains})

    def test_a_second_answer_is_remembered_and_ends_with_the_first_d53(self):
        server = self.serve()
        first = server.policy("ee.test")
        second = server.policy("ee.test")
        self.assertEqual(first, second)
        status = server.ctl("status")[1]
        self.assertGreaterEqual(int(status["policyCache"]["hits"]), 1)


if __name__ == "__main__":
    e2e.main()
