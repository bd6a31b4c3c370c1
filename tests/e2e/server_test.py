#!/usr/bin/env python3
"""Does the server start, refuse, obey its rules and end as it should?"""
import os
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import e2e  # pylint: disable=wrong-import-position


class ConfigTest(e2e.ProgramTest):
    """What posternd says of its configuration."""

    def test_five_mistakes_are_five_lines(self):
        path = self.write("listen: {addresses: [nowhere]}\n"
                     "resolver:\n"
                     "  threds: 2\n"
                     "  question_deadline: 5\n"
                     "memory: {budget: -1}\n"
                     "policy: {default_mode: strict}\n")
        for flag in ("--config", "--check-config"):
            status, out, err = e2e.run(e2e.POSTERND, flag, path)
            self.assertEqual((status, out), (78, ""))
            lines = err.splitlines()
            self.assertEqual(len(lines), 5, err)
            for line, (key, number) in zip(lines, [
                    ("listen.addresses", 1), ("resolver.threds", 3),
                    ("resolver.question_deadline", 4), ("memory.budget", 5),
                    ("policy.default_mode", 6)]):
                self.assertIn(f"{path}: {key}", line)
                self.assertIn(f"line {number}: ", line)

    def test_a_good_file_is_good(self):
        status, out, _ = e2e.run(e2e.POSTERND, "--check-config", self.write("log: {level: debug}\n"))
        self.assertEqual(status, 0)
        self.assertIn("good", out)

    def test_an_address_that_others_reach_needs_insecure(self):
        path = self.write('listen: {addresses: ["0.0.0.0:0"]}\n')
        status, _, err = e2e.run(e2e.POSTERND, "--config", path)
        self.assertEqual(status, 78)
        self.assertIn("insecure", err)
        path = self.write('listen: {addresses: ["0.0.0.0:0"], insecure: true}\n')
        self.assertEqual(e2e.run(e2e.POSTERND, "--check-config", path)[0], 0)

    def test_a_file_that_is_not_there_is_named(self):
        status, _, err = e2e.run(e2e.POSTERND, "--config", "/nonexistent/posternd.yaml")
        self.assertEqual(status, 78)
        self.assertIn("/nonexistent/posternd.yaml", err)

    def test_a_trust_anchor_that_is_none_is_named(self):
        path = self.write('resolver: {trust_anchor_files: ["/dev/null"]}\n')
        status, _, err = e2e.run(e2e.POSTERND, "--config", path)
        self.assertEqual(status, 78)
        self.assertIn("trust_anchor_files", err)


class LifeTest(e2e.EndToEndTest):
    """From start to end."""

    def test_a_port_of_another_posternd_is_an_error(self):
        first = self.serve()
        address = first.addresses[0]
        self.assertRegex(address, r"^127\.0\.0\.1:\d+$")
        path = self.write(self.config(listen=f'addresses: ["{address}"]'))
        status, out, err = e2e.run(e2e.POSTERND, "--config", path)
        self.assertEqual((status, out), (69, ""))
        self.assertIn(address, err.splitlines()[-1])
        self.assertIn("in use", err.splitlines()[-1])
        self.assertEqual(first.policy("ee.test")["verdict"], "HOSTS")

    def test_serves_on_a_unix_socket_too(self):
        path = os.path.join(self.folder(), "postern.sock")
        self.serve(listen=f'addresses: ["127.0.0.1:0"], unix_socket: "{path}"')
        status, out, _ = e2e.run(e2e.POSTERNCTL, "--server", f"unix:{path}", "policy", "ee.test")
        self.assertEqual(status, 0)
        self.assertIn("DANE", out)

    def test_kill_9_loses_nothing_but_the_cache(self):
        server = self.serve()
        before = server.policy("mixed.test")
        server.process.kill()
        server.process.wait()
        server.start()
        after = server.policy("mixed.test")
        for policy in (before, after):
            policy.pop("expireTime")
            for host in policy["hosts"]:
                host.pop("expireTime")
            for query in policy["trace"]:
                query.pop("ttl")
        self.assertEqual(before, after)

    def test_sigterm_answers_what_is_under_way_and_ends(self):
        server = self.serve(resolver_more=e2e.PATIENT)
        answer = self.rules("ee.test MX silence")
        asking = self.asking(server, "ee.test")
        server.process.send_signal(signal.SIGTERM)
        e2e.until(lambda: server.health() != e2e.SERVING, "not SERVING")
        answer()
        self.assertIn("DANE", asking.communicate(timeout=e2e.TIMEOUT)[0])
        self.assertEqual(asking.returncode, 0)
        self.assertEqual(server.process.wait(e2e.TIMEOUT), 0)
        self.assertIn("drained", server.log())

    def test_health_is_told_by_service(self):
        server = self.serve()
        self.assertEqual(server.health(e2e.POLICY_SERVICE), e2e.SERVING)
        self.assertEqual(server.health("postern.v1.AdminService"), e2e.SERVING)
        self.assertEqual(server.call("/grpc.health.v1.Health/Check", b"\x0a\x02no")[0], 5)

    def test_drain_says_not_serving_first(self):
        server = self.serve("drain: {delay: 2s}")
        server.process.send_signal(signal.SIGTERM)
        e2e.until(lambda: server.health(e2e.POLICY_SERVICE) == e2e.NOT_SERVING, "NOT_SERVING")
        self.assertEqual(server.ctl("policy", "ee.test")[0], 0)  # still answered
        self.assertEqual(server.process.wait(e2e.TIMEOUT), 0)

    def test_reflection_lists_the_services(self):
        server = self.serve()
        _, response = server.call(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", b"\x3a\x00")
        for service in (e2e.POLICY_SERVICE, "postern.v1.AdminService", "grpc.health.v1.Health"):
            self.assertIn(service.encode(), response)


class RulesTest(e2e.EndToEndTest):
    """With the operator's rules."""

    def verdicts(self, server, *arguments):
        status, policy, _ = server.ctl("policy", *arguments)
        return status, policy["verdict"], [host["verdict"] for host in policy["hosts"]]

    def test_mandatory_by_domain_by_host_and_what_a_failure_does_d71(self):
        server = self.serve("""policy:
  rules:
    - {domain: no-tlsa.test, mode: mandatory, mandatory_failure: fail}
    - {domain: ee.test, mode: mandatory}
    - {mx_host: mx1.preference.test, mode: mandatory}
""")
        self.assertEqual(self.verdicts(server, "no-tlsa.test"), (1, "DEFER", ["SKIP"]))
        self.assertEqual(self.verdicts(server, "ee.test"), (0, "HOSTS", ["DANE"]))
        self.assertEqual(self.verdicts(server, "preference.test"), (0, "HOSTS", ["SKIP", "DANE"]))

    def test_audit_and_off_d74(self):
        server = self.serve("""policy:
  rules:
    - {domain: ee.test, audit: true}
    - {domain: ta.test, mode: off}
""")
        self.assertTrue(server.policy("ee.test")["hosts"][0]["audit"])
        self.assertEqual(server.policy("ta.test")["hosts"][0]["reason"], "DANE_OFF")

    def test_insecure_mx_d32(self):
        server = self.serve("policy: {insecure_mx: opportunistic}")
        hosts = server.policy("mx-insecure.test")["hosts"]
        self.assertIn("MX_INSECURE", [host["reason"] for host in hosts])

    def test_purge_asks_the_dns_again(self):
        server = self.serve()
        server.policy("ee.test")
        purge = "/postern.v1.AdminService/PurgeCachedPolicies"
        self.assertEqual(server.call(purge, b"\x0a\x07ee.test"), (0, b"\x08\x01"))
        self.assertEqual(server.call(purge)[0], 3)
        server.policy("ee.test")
        self.assertEqual(int(server.ctl("status")[1]["policyCache"]["misses"]), 2)


if __name__ == "__main__":
    e2e.main()
