"""revocation_bench.py BAZEL_BIN: measures, and writes docs/performance.md."""
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


def staples(bench):
    """Rows of staples that are judged: ours beside OpenSSL's, then with the chain, then hostile."""
    times = bench.benchmark("revocation_benchmark")
    rows = []
    for name in sorted(name[len("ours/"):] for name in times if name.startswith("ours/")):
        floor = times["openssl/" + name]
        for label, bars in (("ours", {"at_most": 1.4}), ("ours_with_chain", {})):
            ours = times[f"{label}/{name}"]
            what = name if label == "ours" else name + ", with the chain"
            rows.append(Row(f"{what}: µs", f"{floor:.1f}", f"{ours:.1f}", ours / floor, **bars))
    floor = times["ours/issuer/ec"]
    for name in sorted(name for name in times if name.startswith("hostile/")):
        rows.append(Row(f"{name}: µs", f"{floor:.1f}", f"{times[name]:.1f}", times[name] / floor))
    return rows


def crls(bench):
    """Rows of CRLs. The benchmarks have their own units."""
    times = bench.benchmark("crl_benchmark")
    rows = []
    for entries in (100000, 1000000):
        floor, ours = times[f"OpensslRead/{entries}"], times[f"OursRead/{entries}"]
        rows.append(Row(f"read and verify {entries:,} entries: ms", f"{floor:.1f}", f"{ours:.1f}",
                        ours / floor, at_most=1.5))
        floor, ours = times[f"OpensslFind/{entries}"], times[f"OursFind/{entries}"]
        rows.append(Row(f"look up in {entries:,} entries: ns", f"{floor:.0f}", f"{ours:.0f}", ours,
                        at_most=1000))
    for chain, what in ((1, "check"), (0, "check, with the chain")):
        ours = times[f"OursCheck/chain_verified:{chain}"]
        rows.append(Row(f"{what}: µs", "", f"{ours:.1f}", ours))
    return rows


def served(bench):
    """Rows of staples that are kept and of verdicts that are remembered, over gRPC."""
    ours, floor = (bench.serve("tests/bench/revocation_load", "--serve", what)
                   for what in ("ours", "floor"))
    rows = []
    for method, name in (("GetStaple", "GetStaple"), ("CheckStaple", "CheckStaple, remembered")):
        for in_flight, connections in LOADS:
            samples = {"ours": [], "floor": []}
            for sample in bench.run("revocation_load", "--ours", ours, "--floor", floor,
                                    "--method", method, "--in-flight", in_flight,
                                    "--connections", connections, "--rounds", ROUNDS,
                                    "--seconds", SECONDS):
                samples[sample["target"]].append(sample)
            for key, unit, bars in (("responses_per_s", "calls/s", {"at_least": 0.85}),
                                    ("p99_us", "p99, µs", {})):
                middle = {target: statistics.median(sample[key] for sample in samples[target])
                          for target in samples}
                ratio = statistics.median(a[key] / b[key]
                                          for a, b in zip(samples["ours"], samples["floor"]))
                rows.append(Row(f"{name}, {in_flight} in flight: {unit}",
                                f"{middle['floor']:,.0f}", f"{middle['ours']:,.0f}", ratio, **bars))
    return rows


def main():
    about = machine.describe()
    with tempfile.TemporaryDirectory() as folder, processes.Bench(sys.argv[1], folder) as bench:
        sections = [("staple", report.say(staples(bench))), ("crl", report.say(crls(bench))),
                    ("served", report.say(served(bench)))]
        report.write(report.DOCUMENT, "revocation", about, "tools/bench revocation", sections,
                     SECONDS, ROUNDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
