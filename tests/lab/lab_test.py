#!/usr/bin/env python3
"""Brings the lab up and checks, with libunbound and with bare sockets, that it is what
domains.toml says."""
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import table  # pylint: disable=wrong-import-position
import validator  # pylint: disable=wrong-import-position

TIMEOUT = 30  # seconds; for what ought to take milliseconds
BENCH_DOMAINS = 3
LAB = [sys.executable, os.path.join(HERE, "lab")]
FRONT = os.path.join(HERE, "faulty_nameserver")
if not os.access(FRONT, os.X_OK):  # by hand, outside Bazel
    FRONT = os.path.join(HERE, "../../bazel-bin/tests/lab/faulty_nameserver")
NOERROR, FORMERR, SERVFAIL, NOTIMP, REFUSED = 0, 1, 2, 4, 5


class Lab:
    """A lab that runs; ended by close()."""

    def __init__(self, *flags):
        self.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.dir = os.path.join(self.folder, "lab")
        self.process = subprocess.Popen(
            [*LAB, "up", "--dir", self.dir, "--faulty-nameserver", FRONT, *flags],
            stdout=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline()
        if not self.ready.startswith("lab ready"):
            raise RuntimeError("the lab did not come up")
        with open(os.path.join(self.dir, "lab.env"), encoding="utf-8") as file:
            self.env = dict(line.strip().split("=", 1) for line in file)
        self.dns = self.address("LAB_DNS")
        self._reloads = 0

    def address(self, name):
        host, port = self.env[name].split("@")
        return host, int(port)

    def validator(self):
        with open(self.env["LAB_CONFIG"], encoding="utf-8") as file:
            stubs = re.findall(r'zone: "(.*?)", addresses: \["(.*?)@(\d+)"\]', file.read())
        return validator.Validator(self.folder, self.env["LAB_TRUST_ANCHOR"],
                                   [(zone, (host, int(port))) for zone, host, port in stubs])

    def set_rules(self, *rules):
        """Replaces the rules, and waits until they are in force."""
        self._reloads += 1
        marker = f"reload-{self._reloads}.test"
        with open(self.env["LAB_RULES"], "w", encoding="utf-8") as file:
            file.write("\n".join([*rules, f"{marker} * refused", ""]))
        os.kill(int(self.env["LAB_PID"]), signal.SIGHUP)
        while rcode(ask_udp(self.dns, marker, "A")) != REFUSED:
            pass

    def children(self):
        """The processes that know the lab's folder, but not the lab itself."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                    line = file.read()
            except OSError:
                continue
            if self.dir in line and int(pid) != self.process.pid:
                found.append(int(pid))
        return found

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.stdout.close()
        return self.process.wait(TIMEOUT)


def query(name, rr_type, query_id=0x1234):
    """A query with EDNS, 1232 octets, and the DO bit."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return (struct.pack("!6H", query_id, 0, 1, 0, 0, 1) + labels + b"\0" +
            struct.pack("!2H", validator.TYPES[rr_type], 1) +
            b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000, 0))


def ask_udp(address, name, rr_type, timeout=TIMEOUT):
    """The answer's bytes; None if none came."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.connect(address)
        udp.settimeout(timeout)
        udp.send(query(name, rr_type))
        try:
            return udp.recv(65535)
        except TimeoutError:
            return None


def read_exactly(tcp, count):
    data = b""
    while len(data) < count:
        more = tcp.recv(count - len(data))
        if not more:
            return None
        data += more
    return data


def ask_tcp(address, name, rr_type):
    """The answer's bytes; None if the connection was closed instead."""
    message = query(name, rr_type)
    with socket.create_connection(address, TIMEOUT) as tcp:
        tcp.sendall(struct.pack("!H", len(message)) + message)
        length = read_exactly(tcp, 2)
        return length and read_exactly(tcp, struct.unpack("!H", length)[0])


def rcode(message):
    return message[3] & 15


def truncated(message):
    return bool(message[2] & 2)


def authentic(message):
    return bool(message[3] & 0x20)


def answers(message):
    return struct.unpack("!H", message[6:8])[0]


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


class FaultTest(unittest.TestCase):
    """The front errs as its rules say; mx1.ee.test and its like are good behind it."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)

    def udp(self, name="ee.test", rr_type="MX", **options):
        return ask_udp(self.lab.dns, name, rr_type, **options)

    def tcp(self, name="ee.test", rr_type="MX"):
        return ask_tcp(self.lab.dns, name, rr_type)

    def test_without_a_rule_the_answer_is_that_of_nsd(self):
        self.lab.set_rules()
        for ask in (ask_udp, ask_tcp):
            self.assertEqual(ask(self.lab.dns, "ee.test", "MX"),
                             ask(self.lab.address("LAB_NSD"), "ee.test", "MX"))

    def test_response_codes(self):
        for action, code in (("servfail", SERVFAIL), ("refused", REFUSED), ("notimp", NOTIMP),
                             ("formerr", FORMERR)):
            self.lab.set_rules(f"ee.test MX {action}")
            for message in (self.udp(), self.tcp()):
                self.assertEqual((rcode(message), answers(message)), (code, 0), action)
            self.assertEqual(rcode(self.udp(rr_type="SOA")), NOERROR)

    def test_empty_has_no_records(self):
        self.lab.set_rules("ee.test MX empty")
        self.assertEqual(self.udp()[3:12], b"\0\0\1\0\0\0\0\0\0")

    def test_silence_is_no_answer(self):
        self.lab.set_rules("ee.test MX silence")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.connect(self.lab.dns)
            udp.settimeout(TIMEOUT)
            udp.send(query("ee.test", "MX", 1))
            udp.send(query("ee.test", "SOA", 2))
            self.assertEqual(udp.recv(65535)[:2], b"\0\2")

    def test_truncate_holds_for_udp_only(self):
        self.lab.set_rules("ee.test MX truncate")
        self.assertTrue(truncated(self.udp()))
        self.assertFalse(truncated(self.tcp()))
        self.assertGreater(answers(self.tcp()), 0)

    def test_truncate_always_holds_for_tcp_too(self):
        self.lab.set_rules("ee.test MX truncate-always")
        self.assertTrue(truncated(self.udp()))
        self.assertTrue(truncated(self.tcp()))

    def test_close_tcp_closes(self):
        self.lab.set_rules("ee.test MX close-tcp")
        self.assertTrue(truncated(self.udp()))
        self.assertIsNone(self.tcp())

    def test_garbage_has_the_id_and_no_records(self):
        self.lab.set_rules("ee.test MX garbage")
        message = self.udp()
        self.assertEqual(message[:2], b"\x12\x34")
        self.assertGreater(answers(message), 1)
        unbound = self.lab.validator()
        self.addCleanup(unbound.close)
        self.assertEqual(unbound.ask("ee.test", "MX").state, "FAILED")

    def test_wrong_id_is_wrong(self):
        self.lab.set_rules("ee.test MX wrong-id")
        for message in (self.udp(), self.tcp()):
            self.assertNotEqual(message[:2], b"\x12\x34")
            self.assertGreater(answers(message), 0)

    def test_set_ad_sets_ad(self):  # D-2
        self.assertFalse(authentic(self.udp()))
        self.lab.set_rules("ee.test MX set-ad")
        self.assertTrue(authentic(self.udp()))

    def test_delay_lets_later_questions_go_first(self):
        self.lab.set_rules("ee.test MX delay 300")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.connect(self.lab.dns)
            udp.settimeout(TIMEOUT)
            udp.send(query("ee.test", "MX", 1))
            udp.send(query("ee.test", "SOA", 2))
            self.assertEqual(udp.recv(65535)[:2], b"\0\2")
            self.assertEqual(udp.recv(65535)[:2], b"\0\1")

    def test_strip_signatures_makes_the_signed_bogus(self):  # D-1
        self.lab.set_rules()
        for rules, state in (((), "SECURE"), (("* * strip-signatures",), "BOGUS")):
            self.lab.set_rules(*rules)
            unbound = self.lab.validator()
            self.addCleanup(unbound.close)
            self.assertEqual(unbound.ask("ee.test", "MX").state, state)

    def test_the_closest_rule_holds(self):
        self.lab.set_rules("* * refused", "*.test TLSA notimp", "*.ee.test * servfail",
                           "mx1.ee.test A formerr", "mx1.ee.test * empty")
        for name, rr_type, code in (("mx1.ee.test", "A", FORMERR), ("mx1.ee.test", "MX", NOERROR),
                                    ("mx2.ee.test", "A", SERVFAIL), ("ee.test", "TLSA", NOTIMP),
                                    ("ee.test", "A", REFUSED), ("MX1.EE.Test", "A", FORMERR)):
            self.assertEqual(rcode(self.udp(name, rr_type)), code, name)

    def test_bad_rules_leave_the_old_in_force(self):
        self.lab.set_rules("ee.test MX refused")
        for bad in ("ee.test MX explode", "ee.test MY refused", "ee.test MX", "ee.test MX delay",
                    "ee.test MX refused now"):
            with open(self.lab.env["LAB_RULES"], "w", encoding="utf-8") as file:
                file.write(bad + "\n")
            os.kill(int(self.lab.env["LAB_PID"]), signal.SIGHUP)
            self.wait_for_log(re.escape("line 1: "))
            self.assertEqual(rcode(self.udp()), REFUSED, bad)

    def wait_for_log(self, pattern):
        """Waits until the front has said one more such line."""
        path = os.path.join(self.lab.dir, "nsd", "faulty_nameserver.log")
        seen = getattr(self, "seen", 0)
        while True:
            with open(path, encoding="utf-8") as file:
                count = len(re.findall(pattern, file.read()))
            if count > seen:
                self.seen = count
                return

    def test_many_questions_on_one_connection_are_all_answered(self):
        self.lab.set_rules("ee.test MX refused")
        with socket.create_connection(self.lab.dns, TIMEOUT) as tcp:
            for number in range(200):
                message = query("ee.test", "MX" if number % 2 else "SOA", number)
                tcp.sendall(struct.pack("!H", len(message)) + message)
            seen = set()
            for _ in range(200):
                message = read_exactly(tcp, struct.unpack("!H", read_exactly(tcp, 2))[0])
                number = struct.unpack("!H", message[:2])[0]
                self.assertEqual(rcode(message), REFUSED if number % 2 else NOERROR)
                seen.add(number)
        self.assertEqual(seen, set(range(200)))


class EndTest(unittest.TestCase):
    """The lab leaves nothing behind."""

    def assert_gone(self, lab):
        while lab.children():  # Bazel's time limit ends this, if nothing else does
            pass
        self.assertFalse(os.path.exists(lab.dir))

    def test_sigterm_and_sigint_end_it_clean(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            lab = Lab()
            self.assertGreaterEqual(len(lab.children()), 2)
            lab.process.send_signal(number)
            self.assertEqual(lab.process.wait(TIMEOUT), 0)
            self.assertEqual(lab.children(), [])
            self.assert_gone(lab)
            lab.close()

    def test_the_end_of_the_lab_by_force_ends_its_servers(self):
        lab = Lab()
        lab.process.kill()
        lab.close()
        while lab.children():
            pass

    def test_the_end_of_a_server_ends_the_lab(self):
        lab = Lab()
        front = [pid for pid in lab.children()
                 if os.readlink(f"/proc/{pid}/exe").endswith("faulty_nameserver")]
        self.assertEqual(len(front), 1)
        os.kill(front[0], signal.SIGKILL)
        self.assertEqual(lab.process.wait(TIMEOUT), 1)
        self.assert_gone(lab)
        lab.close()

    def test_the_end_of_the_parent_ends_the_lab(self):
        folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        lab_dir = os.path.join(folder, "lab")
        script = "import subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE);" \
                 "print(p.stdout.readline().decode(), flush=True)"
        done = subprocess.run([sys.executable, "-c", script, *LAB, "up", "--dir", lab_dir,
                               "--faulty-nameserver", FRONT],
                              capture_output=True, text=True, timeout=TIMEOUT, check=True)
        self.assertIn("lab ready", done.stdout)
        while os.path.exists(lab_dir):
            pass

    def test_a_missing_binary_is_named(self):
        folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        done = subprocess.run([*LAB, "up", "--dir", os.path.join(folder, "lab"),
                               "--faulty-nameserver", "/nonexistent"],
                              capture_output=True, text=True, timeout=TIMEOUT, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("bazel build //tests/lab:faulty_nameserver", done.stderr)


if __name__ == "__main__":
    unittest.main()
