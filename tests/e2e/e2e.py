"""The real programs together: the lab, posternd, posternctl."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "lab"))

from harness import Lab  # pylint: disable=wrong-import-position

TIMEOUT = 60  # seconds; for what ought to take few


def program(path):
    """A program, from a test's runfiles or from where Bazel builds it."""
    for place in (ROOT, os.path.join(ROOT, "bazel-bin")):
        if os.access(os.path.join(place, path), os.X_OK):
            return os.path.join(place, path)
    raise FileNotFoundError(f"{path}: build it first")


POSTERND = program("server/posternd")
POSTERNCTL = program("client/posternctl/posternctl")
GRPC_CALL = program("tests/e2e/grpc_call")


def folder():
    """A new one with a short path, for sockets."""
    return tempfile.mkdtemp(prefix="postern", dir="/tmp")


def until(condition, what):
    """Waits until the condition holds, and returns what it returned then."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"in {TIMEOUT} s not: {what}")


def run(*command):
    """Runs a program to its end: status, standard output, standard error."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout, done.stderr


class Server:
    """A posternd that runs; ended by close()."""

    def __init__(self, config, wait_ready=True):
        self.dir = folder()
        self.config = os.path.join(self.dir, "posternd.yaml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(config)
        self.start(wait_ready)

    def start(self, wait_ready=True):
        ready = os.path.join(self.dir, "ready")
        if os.path.exists(ready):
            os.unlink(ready)
        with open(os.path.join(self.dir, "log"), "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [POSTERND, "--config", self.config, "--ready-file", ready], stderr=log)
        until(lambda: os.path.exists(ready) or self.process.poll() is not None, "served")
        if self.process.poll() is not None:
            raise RuntimeError(self.log())
        with open(ready, encoding="utf-8") as file:
            self.addresses = file.read().split()
        if wait_ready:
            until(lambda: self.health() == 1, "SERVING")

    def log(self):
        with open(os.path.join(self.dir, "log"), encoding="utf-8") as file:
            return file.read()

    def ctl(self, *arguments):
        """posternctl: status, the JSON document or None, standard error."""
        status, out, err = run(POSTERNCTL, "--server", self.addresses[0], "--output", "json",
                               *arguments)
        return status, json.loads(out) if out else None, err

    def policy(self, *arguments):
        return self.ctl("policy", *arguments)[1]

    def call(self, method, request=b""):
        """One call with bytes: status code, response."""
        status, out, err = run(GRPC_CALL, self.addresses[0], method, request.hex())
        assert status == 0, err
        code, _, response = out.strip().partition(" ")
        return int(code), bytes.fromhex(response)

    def health(self, service=""):
        """1 SERVING, 2 NOT_SERVING (grpc.health.v1), 0 without an answer."""
        name = service.encode()
        code, response = self.call("/grpc.health.v1.Health/Check",
                                   b"\x0a" + bytes([len(name)]) + name if name else b"")
        return response[1] if code == 0 and response else 0

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(TIMEOUT)


class EndToEndTest(unittest.TestCase):
    """A lab for all tests of the class."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)

    def config(self, more="", listen='addresses: ["127.0.0.1:0"]'):
        with open(self.lab.env["LAB_CONFIG"], encoding="utf-8") as file:
            resolver = file.read()
        return f"listen: {{{listen}}}\n{resolver}\n{more}\n"

    def serve(self, more="", wait_ready=True, resolver_more=""):
        config = self.config(more)
        if resolver_more:
            config = config.replace("resolver:\n", f"resolver:\n{resolver_more}\n", 1)
        server = Server(config, wait_ready)
        self.addCleanup(server.close)
        return server

    def rules(self, *rules):
        """The name server errs by these rules for the rest of the test."""
        with open(self.lab.env["LAB_RULES"], encoding="utf-8") as file:
            before = file.read().splitlines()
        self.lab.set_rules(*before, *rules)
        self.addCleanup(self.lab.set_rules, *before)


class XmlResult(unittest.TextTestResult):
    """Notes each case, and each part that failed, for Bazel's test.xml."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.suite = xml.etree.ElementTree.Element("testsuite", name="e2e")

    def note(self, test, error=None):
        case = xml.etree.ElementTree.SubElement(self.suite, "testcase", name=str(test),
                                                status="run")
        if error:
            xml.etree.ElementTree.SubElement(case, "failure").text = str(error[1])

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.note(subtest, err)


def main():
    """Runs the tests of the program's main module."""
    outcome = unittest.main(testRunner=unittest.TextTestRunner(resultclass=XmlResult),
                            exit=False).result
    if path := os.environ.get("XML_OUTPUT_FILE"):
        xml.etree.ElementTree.ElementTree(outcome.suite).write(path)
    sys.exit(not outcome.wasSuccessful())
