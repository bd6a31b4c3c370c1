#!/usr/bin/env python3
"""Does a worker deliver to real mail servers what may be delivered, and nothing else?"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import e2e  # pylint: disable=wrong-import-position
import mail_inbox  # pylint: disable=wrong-import-position
import worker  # pylint: disable=wrong-import-position

MESSAGE = "Subject: a test\n\nIt arrives whole:\n.a line that begins with a dot\n..\n.\nand the last one\n"
CV = {"VERIFIED_DANE": "dane"}


class DeliveryTest(e2e.EndToEndTest):
    """smtp_worker, posternd, and Postfix or Exim."""

    lab_flags = ("--mail",)

    def setUp(self):
        self.server = self.serve()
        self.message = os.path.join(self.folder(), "message")
        with open(self.message, "w", encoding="utf-8") as file:
            file.write(MESSAGE)

    def deliver(self, scenario, recipient, *arguments, address=None):
        """Status, and the log: a dict for the domain, and one for each connection."""
        return worker.deliver(address or self.server.addresses[0], scenario, recipient,
                              self.message, *arguments)

    def scenarios(self, name):
        return [one for one in self.lab.scenarios() if one.name == name]

    def assert_tried(self, scenario, found):
        """Every host was treated as the table says, in its order."""
        # A second line of a host is its retry in clear text.
        lines = {}
        for line in found:
            lines.setdefault(line["host"], line)
        self.assertEqual(list(lines), [host.name for host in scenario.hosts
                                       if host.name in lines])
        for host in scenario.hosts:
            line = lines.get(host.name)
            if host.handshake == "untried":
                self.assertIn(line and line["result"], (None, "skipped"), host.name)
                continue
            self.assertIsNotNone(line, host.name)
            self.assertEqual(line["address"], host.address)
            self.assertEqual((line["policy"], line["policy-reason"]),
                             (host.policy, host.policy_reason))
            self.assertEqual(line["verdict"], host.handshake)
            self.assertEqual(line["CV"], CV.get(host.handshake, "no"))
            if host.handshake_reason:
                self.assertEqual(line["reason"], host.handshake_reason)

    def test_every_scenario_ends_as_it_must(self):
        for number, scenario in enumerate(self.lab.scenarios()):
            with self.subTest(f"{scenario.name} at {scenario.server}"):
                recipient = f"everyone-{number}@{scenario.domain}"
                status, _, hosts = self.deliver(scenario, recipient)
                self.assert_tried(scenario, hosts)
                if not scenario.delivered:
                    self.assertEqual(status, worker.DEFERRED)
                    self.assertEqual(mail_inbox.messages(scenario.inbox, recipient), [])
                    continue
                self.assertEqual(status, worker.DELIVERED)
                received = mail_inbox.wait_for(scenario.inbox, recipient)
                self.assertTrue(received.text.endswith(MESSAGE.split("\n\n", 1)[1]), received.text)
                last = hosts[-1]
                self.assertEqual(last["result"], "delivered")
                self.assertEqual(received.tls, "" if last["tls"] == "-" else last["tls"])
                if last["policy"] != "OPPORTUNISTIC":
                    self.assertTrue(received.tls, "never in clear text")

    def test_defers_where_the_service_is_away_and_dane_is_demanded(self):
        scenario, *_ = self.scenarios("ee")
        self.server.close()
        status, domain, _ = self.deliver(scenario, f"away@{scenario.domain}")
        self.assertEqual(status, worker.DEFERRED)
        self.assertEqual(domain["service"], "away")
        self.assertEqual(mail_inbox.messages(scenario.inbox, f"away@{scenario.domain}"), [])

    def test_audit_delivers_what_dane_would_hold_back_d74(self):
        server = self.serve('policy: {rules: [{domain: "*", audit: true}]}')
        for scenario in self.scenarios("mismatch-only"):
            recipient = f"audited@{scenario.domain}"
            status, _, hosts = self.deliver(scenario, recipient, address=server.addresses[0])
            self.assertEqual(status, worker.DELIVERED)
            self.assertEqual((hosts[0]["verdict"], hosts[0]["audit"]), ("FAILED", "failed"))
            self.assertTrue(mail_inbox.wait_for(scenario.inbox, recipient).tls)


if __name__ == "__main__":
    e2e.main()
