#!/usr/bin/env python3
"""Does the front err as its rules say?"""
import os
import re
import signal
import socket
import struct
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import (  # pylint: disable=wrong-import-position
    FORMERR, NOERROR, NOTIMP, REFUSED, SERVFAIL, TIMEOUT, Lab, answers, ask_tcp, ask_udp,
    authentic, query, rcode, read_exactly, truncated)


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

if __name__ == "__main__":
    unittest.main()
