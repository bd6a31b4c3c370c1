"""Cached answers, beside those of services that do nothing."""
import statistics

from table import Row

ROUNDS = 15
SECONDS = 0.4
DOMAINS = 1024
ZONE = "bench-signed.test"
# Name, load, domains a message, messages in flight, connections, bar of the throughput,
# bar of p99.
UNARY = "unary, 64 in flight"
BATCH = "batch of 64, 8 in flight"
STREAM = "stream, 64 questions a message, 8 messages in flight"
CASES = [
    ("unary, 1 in flight", "unary", 1, 1, 1, 0.85, 1.3),
    ("unary, 8 in flight", "unary", 1, 8, 4, 0.85, 1.3),
    (UNARY, "unary", 1, 64, 8, 0.85, 1.3),
    (BATCH, "batch", 64, 8, 4, 0.8, None),
    (STREAM, "stream", 64, 8, 4, 0.8, None),
    ("stream, a question a message, 512 in flight", "stream", 1, 512, 4, 0.8, None),
]


def _ratio(samples, of, to, key):
    """The median of the rounds' ratios."""
    return statistics.median(a[key] / b[key] for a, b in zip(samples[of], samples[to]))


def _median(samples, name, key):
    return statistics.median(sample[key] for sample in samples[name])


def measure(bench, address):
    """Returns rows, and domains/s of each case of ours."""
    targets = {"ours": address, "floor": bench.floor(address, "d1." + ZONE),
               "bytes": bench.floor(address, "d1." + ZONE, "--raw")}
    rows, speeds = [], {}
    for name, load, domains, in_flight, connections, bar, p99_bar in CASES:
        samples = {target: [] for target in targets}
        words = [f"--target={target}={where}" for target, where in targets.items()]
        for sample in bench.run("policy_load", "compare", *words, "--load", load, "--zone", ZONE,
                                "--count", DOMAINS, "--in-flight", in_flight, "--connections",
                                connections, "--questions", domains, "--rounds", ROUNDS, "--seconds", SECONDS):
            samples[sample["target"]].append(sample)
        speeds[name] = {target: domains * _median(samples, target, "responses_per_s")
                        for target in targets}
        unit = "calls/s" if load == "unary" else "domains/s"
        rows.append(Row(f"{name}: {unit}", f"{speeds[name]['floor']:,.0f}",
                        f"{speeds[name]['ours']:,.0f}",
                        _ratio(samples, "ours", "floor", "responses_per_s"), at_least=bar,
                        beside=f"{_ratio(samples, 'ours', 'bytes', 'responses_per_s'):.2f}"))
        rows.append(Row(f"{name}: p99, µs", f"{_median(samples, 'floor', 'p99_us'):,.0f}",
                        f"{_median(samples, 'ours', 'p99_us'):,.0f}",
                        _ratio(samples, "ours", "floor", "p99_us"), at_most=p99_bar,
                        beside=f"{_ratio(samples, 'ours', 'bytes', 'p99_us'):.2f}"))
    unary = speeds[UNARY]
    for name in (BATCH, STREAM):
        floors = speeds[name]["floor"] / unary["floor"], speeds[name]["bytes"] / unary["bytes"]
        rows.append(Row(f"{name}, beside {UNARY}", f"{floors[0]:.1f} times",
                        f"{speeds[name]['ours'] / unary['ours']:.1f} times",
                        speeds[name]["ours"] / unary["ours"], at_least=5,
                        beside=f"floor of bytes: {floors[1]:.1f} times"))
    return rows
