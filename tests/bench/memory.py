"""What is remembered, and what that takes."""
import sys

from table import Row

DOMAINS = 1000000
BUDGET_MIB = 512
_CHUNK = 50000
_SAMPLE = 1000


def per_domain(bench, lab):
    """A row: bytes of a domain of two hosts beside those of its answer."""
    process, address = bench.posternd(lab)
    result, = bench.run("policy_load", "once", f"--target=ours={address}", "--zone",
                        "bench-signed.test", "--first", 1, "--count", _SAMPLE,
                        "--in-flight", 64, "--connections", 2)
    cache = bench.status(address)["policyCache"]
    process.stop()
    each = int(cache["bytes"]) / int(cache["entries"])
    answer = result["bytes"] / _SAMPLE
    return [Row("memory of a cached domain of two hosts, beside its answer's bytes: bytes",
                f"{answer:.0f} (answer)", f"{each:.0f} (all)", each - answer, at_most=600)]


def resident(bench, lab):
    """A row: the resident set after a million domains, beside the budget."""
    process, address = bench.posternd(lab, f"memory: {{budget: {BUDGET_MIB}MiB}}")
    for first in range(1, DOMAINS, _CHUNK):
        bench.run("policy_load", "once", f"--target=ours={address}", "--load", "batch", "--zone",
                  "bench.test", "--first", first, "--count", _CHUNK, "--in-flight", 4,
                  "--connections", 2)
        print(f"{first + _CHUNK - 1:,} domains, {process.memory('VmRSS') >> 20} MiB",
              file=sys.stderr, flush=True)
    cache = bench.status(address)["policyCache"]
    peak = process.memory("VmHWM") / (BUDGET_MIB << 20)
    process.stop()
    return [Row(f"resident set, at most, while {DOMAINS:,} domains are asked "
                f"({int(cache['entries']):,} are kept at the end): MiB, beside the budget",
                f"{BUDGET_MIB}", f"{peak * BUDGET_MIB:.0f}", peak, at_most=1.15)]


def allocations(bench):
    """Calls of malloc a request, by step."""
    return bench.run("allocations")[0]
