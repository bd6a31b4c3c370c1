#!/usr/bin/env python3
"""Does the server defer, recover and keep its bounds where name servers err?"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import e2e  # pylint: disable=wrong-import-position


class FaultTest(e2e.EndToEndTest):
    """With name servers that err."""

    def test_an_upstream_without_dnssec_makes_nothing_ready_d1(self):
        self.rules("* * strip-signatures")
        server = self.serve(wait_ready=False)
        e2e.until(lambda: server.ctl("status")[1]["resolver"]["validation"] == "NOT_VALIDATING",
                  "NOT_VALIDATING")
        for service in ("", e2e.POLICY_SERVICE):
            self.assertEqual(server.health(service), e2e.NOT_SERVING)
        for domain in ("ee.test", "no-mx-unsigned.test", "[192.0.2.1]"):
            status, policy, _ = server.ctl("policy", domain)
            self.assertEqual((status, policy["verdict"], policy["reason"]),
                             (75, "DEFER", "RESOLVER_NOT_VALIDATING"))

    def test_an_upstream_that_loses_dnssec_is_noticed_and_forgiven_d1(self):
        server = self.serve(resolver_more="  self_test: {interval: 1s}")
        self.assertEqual(server.policy("ee.test")["verdict"], "HOSTS")
        forgive = self.rules("* * strip-signatures")
        e2e.until(lambda: server.policy("ee.test")["reason"] == "RESOLVER_NOT_VALIDATING",
                  "deferred, though it was remembered")
        self.assertEqual(server.health(e2e.POLICY_SERVICE), e2e.NOT_SERVING)
        forgive()
        e2e.until(lambda: server.policy("ee.test")["verdict"] == "HOSTS", "answered again")

    def test_the_ad_bit_is_not_believed_d2(self):
        self.rules("* * set-ad")
        server = self.serve()
        policy = server.policy("no-mx-unsigned.test")
        self.assertEqual({query["state"] for query in policy["trace"]}, {"INSECURE"})

    def test_a_name_server_that_recovers_is_asked_again_in_seconds(self):
        server = self.serve("policy: {failure_ttl: 1s}")
        recover = self.rules("both.test MX servfail")
        self.assertEqual(server.policy("both.test")["reason"], "DNS_ERROR")
        recover()
        e2e.until(lambda: server.policy("both.test")["verdict"] == "HOSTS", "answered again")

    def test_silence_is_an_answer_by_the_deadline_of_the_configuration(self):
        """Of two servers, asked one after the other, the one with the shorter deadline answers."""
        patient = self.serve(resolver_more=e2e.PATIENT)
        hasty = self.serve(resolver_more="  question_deadline: 200ms\n  lookup_deadline: 1m")
        self.asking(patient, "mx-silence.test")
        status, policy, _ = hasty.ctl("--timeout", f"{e2e.TIMEOUT}s", "policy", "mx-silence.test")
        self.assertEqual((status, policy["reason"]), (75, "DNS_ERROR"))
        self.assertIn("deadline", policy["detail"])
        self.assertEqual(patient.in_flight(), 1)

    def test_the_callers_deadline_is_kept(self):
        server = self.serve(resolver_more=e2e.PATIENT)
        status, policy, err = server.ctl("--timeout", "300ms", "policy", "mx-silence.test")
        self.assertEqual((status, policy), (69, None))
        self.assertEqual(len(err.splitlines()), 1)
        self.assertIn("within 300ms", err)

    def test_past_the_limit_there_is_an_error_at_once(self):
        server = self.serve("limits: {calls_in_flight: 1}", resolver_more=e2e.PATIENT)
        answer = self.rules("both.test MX silence")
        asking = self.asking(server, "both.test")
        status, policy, err = server.ctl("policy", "ee.test")
        self.assertEqual((status, policy), (69, None))
        self.assertIn("too many questions wait", err)
        answer()
        asking.communicate(timeout=e2e.TIMEOUT)
        self.assertEqual(asking.returncode, 0)
        e2e.until(lambda: server.ctl("policy", "ee.test")[0] == 0, "room again")


if __name__ == "__main__":
    e2e.main()
