"""handshake_bench.py BAZEL_BIN: measures, and writes docs/performance.md."""
import os
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import machine  # pylint: disable=wrong-import-position
import processes  # pylint: disable=wrong-import-position
import report  # pylint: disable=wrong-import-position
from table import Row  # pylint: disable=wrong-import-position

ROUNDS = 15
SECONDS = 0.4
# In flight, connections.
LOADS = [(1, 1), (8, 4), (64, 8)]
# The bar of each benchmark's time beside OpenSSL's.
VERDICTS = [("ee_", 0.7), ("ta", 1.15), ("pkix", 1.15)]
HOSTILE = 20


def verdicts(bench):
    """Rows of the verdicts that are worked out: ours beside OpenSSL's, then hostile ones."""
    times = bench.benchmark("handshake_benchmark")
    rows = []
    for name in sorted(name[len("ours/"):] for name in times if name.startswith("ours/")):
        ours, floor = times["ours/" + name], times["openssl/" + name]
        bar = next(bar for start, bar in VERDICTS if name.startswith(start))
        rows.append(Row(f"{name}: µs", f"{floor:.1f}", f"{ours:.1f}", ours / floor, at_most=bar))
    floor = times["ours/ta/ec"]
    worst = max((name for name in times if name.startswith("hostile/")), key=times.get)
    rows.append(Row(f"{worst}: µs", f"{floor:.1f}", f"{times[worst]:.1f}", times[worst] / floor,
                    at_most=HOSTILE))
    return rows


def remembered(bench, address):
    """Rows of the verdicts that are remembered."""
    floor = bench.serve("tests/bench/handshake_load", "--floor-for", address)
    rows = []
    for in_flight, connections in LOADS:
        samples = {"ours": [], "floor": []}
        for sample in bench.run("handshake_load", "--ours", address, "--floor", floor,
                                "--in-flight", in_flight, "--connections", connections,
                                "--rounds", ROUNDS, "--seconds", SECONDS):
            samples[sample["target"]].append(sample)
        for key, unit, bars in (("responses_per_s", "calls/s", {"at_least": 0.85}),
                                ("p99_us", "p99, µs", {})):
            middle = {name: statistics.median(sample[key] for sample in samples[name])
                      for name in samples}
            ratio = statistics.median(a[key] / b[key]
                                      for a, b in zip(samples["ours"], samples["floor"]))
            rows.append(Row(f"unary, {in_flight} in flight: {unit}", f"{middle['floor']:,.0f}",
                            f"{middle['ours']:,.0f}", ratio, **bars))
    return rows


def main():
    about = machine.describe()
    with tempfile.TemporaryDirectory() as folder, processes.Bench(sys.argv[1], folder) as bench:
        _, address = bench.posternd(bench.lab("lab"))
        sections = [("verdict", report.say(verdicts(bench))),
                    ("remembered", report.say(remembered(bench, address)))]
        report.write(report.DOCUMENT, "handshake", about, "tools/bench handshake", sections,
                     SECONDS, ROUNDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
