#!/usr/bin/env python3
"""Are the staples of one's own certificates got, kept, written and taken away as they must be?"""
import calendar
import os
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import e2e  # pylint: disable=wrong-import-position
from own_certificates import OwnCertificates  # pylint: disable=wrong-import-position
import revocation  # pylint: disable=wrong-import-position


class StaplesTest(OwnCertificates):
    """posternd, and the lab's responder and CRL."""

    lab_flags = ("--revocation",)

    def states(self, server):
        """What `posternctl staples list` says, by name."""
        _, listed, err = server.ctl("staples", "list")
        self.assertTrue(listed, err)
        return {one["name"]: one for one in listed["staples"]}

    def state_of(self, server, name):
        return self.states(server)[name]


class ListTest(StaplesTest):
    """What becomes of each kind of certificate."""

    def test_every_certificate_is_as_the_table_says_o14(self):
        table = {one.name: one for one in revocation.load()}
        server = self.serve_staples(*map(self.certificate, table))
        states = e2e.until(lambda: self.settled(server), "nothing is PENDING")
        self.assertEqual({name: (one["source"], one["status"]) for name, one in states.items()},
                         {one.name: (one.source, one.status) for one in table.values()})
        self.assertEqual(server.ctl("staples", "list")[0], 1, "one is revoked")
        for name, one in states.items():
            self.assertEqual(one["lastError"], "", name)
            self.assertEqual(one["mustStaple"], table[name].must_staple)
            self.assertEqual(os.path.exists(self.output(name)),
                             (one["source"], one["status"]) == ("OCSP", "GOOD"), name)
        asked = {line.split()[1] for line in self.requests() if line.startswith("ocsp")}
        self.assertLessEqual({one.name for one in table.values() if one.ocsp}, asked)
        self.assertFalse({one.name for one in table.values() if not one.ocsp} & asked)

    def settled(self, server):
        states = self.states(server)
        return states if all(one["status"] != "PENDING" for one in states.values()) else None

    def test_openssl_says_good_of_the_file_that_is_written(self):
        self.serve_staples(self.issue("written", ocsp=True))
        e2e.until(lambda: os.path.exists(self.output("written")), "written")
        status, out, err = e2e.run(
            "openssl", "ocsp", "-respin", self.output("written"), "-issuer",
            self.authority.path("ca.pem"), "-cert", self.authority.path("written.pem"), "-CAfile",
            self.authority.path("ca.pem"))
        self.assertEqual(status, 0, err)
        self.assertIn("Response verify OK", out + err)
        self.assertIn(": good", out)

    def test_the_http_server_of_openssl_ocsp_is_understood_o13(self):
        certificate = self.issue("elsewhere")
        path = self.authority.path
        responder = subprocess.Popen(
            ["openssl", "ocsp", "-port", "0", "-index", path("index.txt"), "-CA", path("ca.pem"),
             "-rsigner", path("responder.pem"), "-rkey", path("responder.key"), "-ndays", "1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(e2e.end, responder)
        port = int(re.search(r":(\d+) PID=", responder.stdout.readline())[1])
        server = self.serve_staples({**certificate, "responder": f"http://127.0.0.1:{port}/"},
                                    other_port=port)
        e2e.until(lambda: self.state_of(server, "elsewhere")["status"] == "GOOD", "GOOD")
        self.assertFalse([line for line in self.requests() if "elsewhere" in line])


class RevokedTest(StaplesTest):
    """A certificate of one's own is revoked."""

    def test_its_staple_is_taken_away_with_the_next_refresh(self):
        server = self.serve_staples(self.issue("doomed", ocsp=True))
        e2e.until(lambda: os.path.exists(self.output("doomed")), "written")
        self.authority.revoke("doomed")
        status, refreshed, err = server.ctl("staples", "refresh", "doomed")
        self.assertEqual((status, err), (1, ""))
        self.assertEqual(refreshed["status"], "REVOKED")
        e2e.until(lambda: not os.path.exists(self.output("doomed")), "taken away")
        status, shown, _ = server.ctl("staples", "show", "doomed")
        self.assertEqual((status, shown["status"]), (1, "REVOKED"))
        self.assertEqual(shown["verdict"]["revocationReason"], 1)  # keyCompromise


class KeptTest(StaplesTest):
    """What was good outlives the process, and ends when it must."""

    def test_after_a_kill_amid_a_refresh_the_kept_staple_serves_without_a_question(self):
        server = self.serve_staples(self.issue("kept", ocsp=True))
        before = e2e.until(lambda: self.good(server, "kept"), "GOOD")
        with open(self.output("kept"), "rb") as file:
            staple = file.read()
        self.put("hold")
        refresh = subprocess.Popen(
            [e2e.POSTERNCTL, "--server", server.addresses[0], "staples", "refresh", "kept"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(refresh.wait)
        e2e.until(lambda: "ocsp kept held" in self.requests(), "asked")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(e2e.TIMEOUT)
        asked = self.requests()
        server.start(wait_ready=False)
        after = e2e.until(lambda: self.good(server, "kept"), "GOOD again")
        self.assertEqual(after["useUntil"], before["useUntil"])
        with open(self.output("kept"), "rb") as file:
            self.assertEqual(file.read(), staple)
        self.assertEqual(self.requests(), asked)

    def test_an_outage_longer_than_its_life_takes_the_staple_away(self):
        self.put("life", "8")
        server = self.serve_staples(self.issue("short", ocsp=True))
        state = e2e.until(lambda: self.good(server, "short"), "GOOD")
        self.put("outage")
        _, refreshed, err = server.ctl("staples", "refresh", "short")
        self.assertEqual((refreshed["status"], refreshed["failures"]), ("GOOD", 1), err)
        self.assertIn("503", refreshed["lastError"])
        self.assertTrue(os.path.exists(self.output("short")), "what was good still is")
        end = calendar.timegm(time.strptime(state["useUntil"][:19], "%Y-%m-%dT%H:%M:%S"))
        e2e.until(lambda: not os.path.exists(self.output("short")), "taken away")
        self.assertGreaterEqual(time.time(), end, "never before its end")
        e2e.until(lambda: self.state_of(server, "short")["status"] == "EXPIRED", "EXPIRED")

    def good(self, server, name):
        state = self.state_of(server, name)
        return state if state["status"] == "GOOD" and os.path.exists(self.output(name)) else None


if __name__ == "__main__":
    e2e.main()
