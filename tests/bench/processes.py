"""Starts and stops what is measured: the lab, posternd and the floors."""
import contextlib
import json
import os
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH_ZONES = ("bench.test", "bench-signed.test")
_START_SECONDS = 120


class BenchError(Exception):
    """What went wrong, for people."""


class Process:
    """A program that runs until stop()."""

    def __init__(self, words, log):
        self.words, self.log = words, log
        with open(log, "wb") as out:
            self.child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def wait_for(self, found):
        """Returns the first true found()."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and self.child.poll() is None:
            result = found()
            if result:
                return result
            time.sleep(0.05)
        with open(self.log, encoding="utf-8", errors="replace") as file:
            raise BenchError(f"{self.words[0]} did not start: {file.read()[-1000:]}")

    def read_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def memory(self, key):
        """A line of /proc/PID/status, in bytes."""
        with open(f"/proc/{self.child.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(key + ":"):
                    return int(line.split()[1]) * 1024
        raise BenchError(f"no {key} in /proc")

    def stop(self):
        self.child.terminate()
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Bench:
    """Where the programs are, and what runs. A context manager."""

    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self._stack = contextlib.ExitStack()
        self._count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    def path(self, target):
        return os.path.join(self.binaries, target)

    def start(self, *words):
        self._count += 1
        log = os.path.join(self.folder, f"{self._count}.log")
        process = Process(words, log)
        self._stack.callback(process.stop)
        return process

    def lab(self, name, *flags):
        """Returns the lab's lab.env as a dict."""
        folder = os.path.join(self.folder, name)
        process = self.start(os.path.join(HERE, "../lab/lab"), "up", "--dir", folder,
                             "--faulty-nameserver", self.path("tests/lab/faulty_nameserver"),
                             *flags)
        process.wait_for(lambda: "lab ready" in process.read_log())
        with open(os.path.join(folder, "lab.env"), encoding="utf-8") as file:
            return dict(line.strip().split("=", 1) for line in file)

    def posternd(self, lab, extra=""):
        """Returns the process and its address. The bench's zones are delegated, as zones are."""
        self._count += 1
        config, ready = (os.path.join(self.folder, f"{self._count}.{end}")
                         for end in ("yaml", "ready"))
        with open(lab["LAB_CONFIG"], encoding="utf-8") as file:
            lines = file.read()
        for zone in BENCH_ZONES:
            lines += f'    - {{zone: "{zone}", addresses: ["{lab["LAB_DNS"]}"]}}\n'
        lines += f'listen: {{addresses: ["localhost:0"]}}\n{extra}\n'
        with open(config, "w", encoding="utf-8") as file:
            file.write(lines)
        process = self.start(self.path("server/posternd"), "--config", config,
                             "--ready-file", ready)
        process.wait_for(lambda: os.path.exists(ready))
        with open(ready, encoding="utf-8") as file:
            address = file.readline().strip()
        process.wait_for(lambda: self.status(address)["resolver"]["validation"] == "VALIDATING")
        return process, address

    def serve(self, program, *words):
        """Starts a server that prints its port; returns its address."""
        process = self.start(self.path(program), *words)
        process.wait_for(lambda: "listening" in process.read_log())
        return "localhost:" + process.read_log().split()[1]

    def floor(self, copied, domain, *flags):
        return self.serve("tests/bench/floor_server", "--copy", copied, "--domain", domain, *flags)

    def benchmark(self, program):
        """The median microseconds of each benchmark of a program."""
        text = self._run(self.path("tests/bench/" + program), "--benchmark_format=json",
                         "--benchmark_repetitions=5", "--benchmark_min_time=0.1",
                         "--benchmark_report_aggregates_only=true",
                         "--benchmark_enable_random_interleaving=true")
        return {run["run_name"]: run["cpu_time"] for run in json.loads(text)["benchmarks"]
                if run["aggregate_name"] == "median"}

    def status(self, address):
        return json.loads(self._run(self.path("client/posternctl/posternctl"), "--server", address,
                                    "--output", "json", "status", statuses=(0, 75)))

    def run(self, program, *words):
        """Returns the JSON objects that a program of the bench prints."""
        text = self._run(self.path("tests/bench/" + program), *map(str, words))
        return [json.loads(line) for line in text.splitlines()]

    @staticmethod
    def _run(*words, statuses=(0,)):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode not in statuses:
            raise BenchError(f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout
