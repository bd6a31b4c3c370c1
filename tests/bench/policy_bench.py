"""policy_bench.py BAZEL_BIN [--all]: measures, and writes docs/performance.md."""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cached  # pylint: disable=wrong-import-position
import cold  # pylint: disable=wrong-import-position
import machine  # pylint: disable=wrong-import-position
import memory  # pylint: disable=wrong-import-position
import processes  # pylint: disable=wrong-import-position
import report  # pylint: disable=wrong-import-position

DELAY_MS = 20


def main():
    binaries, everything = sys.argv[1], "--all" in sys.argv[2:]
    about = machine.describe()
    with tempfile.TemporaryDirectory() as folder, processes.Bench(binaries, folder) as bench:
        lab = bench.lab("near", "--bench-domains", str(cold.SIGNED_DOMAINS))
        sections = []
        server, address = bench.posternd(lab)
        cold_rows = report.say(cold.throughput(bench, lab, address))
        sections.append(("cached", report.say(cached.measure(bench, address))))
        server.stop()
        far = bench.lab("far", "--bench-domains", "2000", "--delay", str(DELAY_MS))
        server, address = bench.posternd(far)
        cold_rows += report.say(cold.latency(bench, far, address))
        server.stop()
        sections.append(("cold", cold_rows))
        memory_rows = report.say(memory.per_domain(bench, lab))
        sections.append(("memory", memory_rows))
        allocations = memory.allocations(bench)
        command = "tools/bench policy"
        if everything:
            memory_rows += report.say(memory.resident(bench, lab))
            command += " --all"
        report.write(report.DOCUMENT, "policy", about, command, sections, cached.SECONDS,
                     cached.ROUNDS, allocations)
    return 0


if __name__ == "__main__":
    sys.exit(main())
