"""The real programs together: the lab, posternd, posternctl."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "lab"))

from harness import Lab  # pylint: disable=wrong-import-position
from xml_result import XmlResult  # pylint: disable=wrong-import-position

TIMEOUT = 60  # seconds; for what ought to take few
SERVING, NOT_SERVING = 1, 2  # grpc.health.v1
POLICY_SERVICE = "postern.v1.PolicyService"
# Of the configuration's resolver: no deadline that passes while a test runs.
PATIENT = "  question_deadline: 1m\n  lookup_deadline: 1m"


def program(path):
    """A program, from a test's runfiles or from where Bazel builds it."""
    for place in (ROOT, os.path.join(ROOT, "bazel-bin")):
        if os.access(os.path.join(place, path), os.X_OK):
            return os.path.join(place, path)
    raise FileNotFoundError(f"{path}: build it first")


POSTERND = program("server/posternd")
POSTERNCTL = program("client/posternctl/posternctl")
GRPC_CALL = program("tests/e2e/grpc_call")


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
    """A posternd in a folder of its own; runs from start() to close()."""

    def __init__(self, folder, config):
        self.dir = folder
        self.process = None
        self.config = os.path.join(self.dir, "posternd.yaml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(config)

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
            until(lambda: self.health() == SERVING, "SERVING")

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

    def stream(self, method, *messages, keep_open=False):
        """A stream of these messages: the process of grpc_call."""
        flags = ["--open"] if keep_open else []
        return subprocess.Popen(
            [GRPC_CALL, "--stream", *flags, self.addresses[0], method,
             *(message.hex() for message in messages)], stdout=subprocess.PIPE, text=True)

    def in_flight(self):
        """How many questions are being answered."""
        return self.ctl("status")[1]["questionsInFlight"]

    def health(self, service=""):
        """SERVING, NOT_SERVING, or 0 without an answer."""
        name = service.encode()
        code, response = self.call("/grpc.health.v1.Health/Check",
                                   b"\x0a" + bytes([len(name)]) + name if name else b"")
        return response[1] if code == 0 and response else 0

    def close(self):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(TIMEOUT)


class ProgramTest(unittest.TestCase):
    """What needs folders and files."""

    def folder(self):
        """A new one with a short path, for sockets; gone after the test."""
        path = tempfile.mkdtemp(prefix="postern", dir="/tmp")
        self.addCleanup(shutil.rmtree, path)
        return path

    def write(self, text):
        """The path of a new configuration file."""
        path = os.path.join(self.folder(), "posternd.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


class EndToEndTest(ProgramTest):
    """With a lab, one for all the tests of the program."""

    lab = None
    lab_flags = ()  # of the program's first class

    @classmethod
    def setUpClass(cls):
        if EndToEndTest.lab is None:
            lab = EndToEndTest.lab = Lab(*cls.lab_flags)
            unittest.addModuleCleanup(shutil.rmtree, lab.folder)
            unittest.addModuleCleanup(lab.close)

    @classmethod
    def config(cls, more="", listen='addresses: ["127.0.0.1:0"]', dns_port=None):
        with open(cls.lab.env["LAB_CONFIG"], encoding="utf-8") as file:
            resolver = file.read()
        if dns_port:
            resolver = resolver.replace(f"@{cls.lab.dns[1]}", f"@{dns_port}")
        return f"listen: {{{listen}}}\n{resolver}\n{more}\n"

    def serve(self, more="", wait_ready=True, resolver_more="", **config):
        """A server that runs to the end of the test."""
        text = self.config(more, **config)
        if resolver_more:
            text = text.replace("resolver:\n", f"resolver:\n{resolver_more}\n", 1)
        server = Server(self.folder(), text)
        self.addCleanup(server.close)
        server.start(wait_ready)
        return server

    def rules(self, *rules):
        """The name server errs by these rules for the rest of the test, or until what is returned
        is called."""
        with open(self.lab.env["LAB_RULES"], encoding="utf-8") as file:
            before = file.read().splitlines()
        stack = contextlib.ExitStack()
        stack.callback(self.lab.set_rules, *before)
        self.addCleanup(stack.close)
        self.lab.set_rules(*before, *rules)
        return stack.close

    def asking(self, server, *arguments):
        """A posternctl whose question is under way at the server."""
        under_way = server.in_flight()
        process = subprocess.Popen(
            [POSTERNCTL, "--server", server.addresses[0], "--timeout", f"{TIMEOUT}s", "policy",
             *arguments], stdout=subprocess.PIPE, text=True)
        self.addCleanup(end, process)
        until(lambda: server.in_flight() == under_way + 1, "asked")
        return process


def end(process):
    """Ends a program, and closes its pipe."""
    process.kill()
    process.communicate()


def main():
    """Runs the tests of the program's main module."""
    outcome = unittest.main(testRunner=unittest.TextTestRunner(resultclass=XmlResult),
                            exit=False).result
    if path := os.environ.get("XML_OUTPUT_FILE"):
        outcome.write(path)
    sys.exit(not outcome.wasSuccessful())
