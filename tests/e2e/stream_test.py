#!/usr/bin/env python3
"""Batches and streams, as they are on the wire."""
import os
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import e2e  # pylint: disable=wrong-import-position
from wire import fields, message  # pylint: disable=wrong-import-position

BATCH = "/postern.v1.PolicyService/ResolveDomainPolicyBatch"
STREAM = "/postern.v1.PolicyService/StreamDomainPolicies"
# Numbers of postern/v1/policy.proto: of DomainPolicy.Verdict, and of status codes.
HOSTS, NULL_MX, NO_SUCH_DOMAIN = 1, 3, 4
OK, INVALID_ARGUMENT, UNAVAILABLE = 0, 3, 14


def question(request_id, domain):
    return (1, message((1, request_id), (2, message((1, domain)))))


def outcome(result):
    """Of a DomainPolicyResult: domain and verdict, or the error's code."""
    found = fields(result)
    if 2 in found:
        return fields(found[2][0])[1][0]
    policy = fields(found[1][0])
    return policy[1][0].decode(), policy[2][0]


class Answers:
    """What comes back on a stream."""

    def __init__(self, process):
        self.process = process
        self.by_id = {}
        self.status = None

    def read(self, count=None):
        """Reads until there are so many answers, or to the stream's end."""
        while count is None or len(self.by_id) < count:
            line = self.process.stdout.readline()
            if line.startswith("status "):
                self.status = int(line.split()[1])
            if line.startswith("status ") or not line:
                break
            for answer in fields(bytes.fromhex(line))[1]:
                found = fields(answer)
                request_id = found.get(1, [0])[0]
                assert request_id not in self.by_id, "answered twice"
                self.by_id[request_id] = outcome(found[2][0])
        return self.by_id


class StreamTest(e2e.EndToEndTest):
    """Several questions in one call."""

    def stream(self, server, *messages, keep_open=False):
        process = server.stream(STREAM, *messages, keep_open=keep_open)
        self.addCleanup(e2e.end, process)
        return Answers(process)

    def test_a_batch_is_answered_in_its_order_each_element_by_itself(self):
        server = self.serve()
        domains = ["ee.test", "a..test", "null-mx.test", "no-such-domain.test", "EE.test."]
        code, response = server.call(BATCH, message(*((1, message((1, one))) for one in domains)))
        self.assertEqual(code, OK)
        self.assertEqual([outcome(result) for result in fields(response)[1]], [
            ("ee.test", HOSTS), INVALID_ARGUMENT, ("null-mx.test", NULL_MX),
            ("no-such-domain.test", NO_SUCH_DOMAIN), ("ee.test", HOSTS)])

    def test_a_batch_of_nothing_is_refused(self):
        self.assertEqual(self.serve().call(BATCH)[0], INVALID_ARGUMENT)

    def test_a_stream_is_answered_by_request_id(self):
        server = self.serve()
        answers = self.stream(
            server, message(question(7, "ee.test"), question(2**63, "a..test")),
            message(question(9, "null-mx.test")))
        self.assertEqual(answers.read(), {
            7: ("ee.test", HOSTS), 2**63: INVALID_ARGUMENT, 9: ("null-mx.test", NULL_MX)})
        self.assertEqual(answers.status, OK)

    def test_a_slow_question_keeps_no_other_waiting(self):
        server = self.serve(resolver_more=e2e.PATIENT)
        answer = self.rules("both.test MX silence")
        answers = self.stream(server, message(question(1, "both.test"), question(2, "ee.test")))
        self.assertEqual(answers.read(1), {2: ("ee.test", HOSTS)})
        answer()
        self.assertEqual(answers.read(), {1: ("both.test", HOSTS), 2: ("ee.test", HOSTS)})
        self.assertEqual(answers.status, OK)

    def test_a_message_without_a_question_ends_the_stream(self):
        answers = self.stream(self.serve(), b"")
        self.assertEqual(answers.read(), {})
        self.assertEqual(answers.status, INVALID_ARGUMENT)

    def test_sigterm_answers_what_is_under_way_on_a_stream_and_ends_it(self):
        server = self.serve(resolver_more=e2e.PATIENT)
        answer = self.rules("both.test MX silence")
        answers = self.stream(server, message(question(1, "both.test")), keep_open=True)
        e2e.until(lambda: server.in_flight() == 1, "asked")
        server.process.send_signal(signal.SIGTERM)
        e2e.until(lambda: server.health() != e2e.SERVING, "not SERVING")
        self.assertIsNone(server.process.poll())
        answer()
        self.assertEqual(answers.read(), {1: ("both.test", HOSTS)})
        self.assertEqual(answers.status, UNAVAILABLE)
        self.assertEqual(server.process.wait(e2e.TIMEOUT), 0)
        self.assertIn("drained", server.log())

    def test_sigterm_ends_a_stream_with_nothing_under_way(self):
        server = self.serve()
        answers = self.stream(server, message(question(1, "ee.test")), keep_open=True)
        self.assertEqual(answers.read(1), {1: ("ee.test", HOSTS)})
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(answers.read(), {1: ("ee.test", HOSTS)})
        self.assertEqual(answers.status, UNAVAILABLE)
        self.assertEqual(server.process.wait(e2e.TIMEOUT), 0)


if __name__ == "__main__":
    e2e.main()
