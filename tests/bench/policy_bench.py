"""policy_bench.py BAZEL_BIN [--all]: measures, and writes docs/performance.md."""
import os
import platform
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cached  # pylint: disable=wrong-import-position
import cold  # pylint: disable=wrong-import-position
import memory  # pylint: disable=wrong-import-position
import processes  # pylint: disable=wrong-import-position
import report  # pylint: disable=wrong-import-position

HERE = os.path.dirname(os.path.abspath(__file__))
DELAY_MS = 20


def machine():
    """Name and value of what the figures depend on."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    packages = ("libgrpc++-dev", "libprotobuf-dev", "libabsl-dev", "libunbound8", "nsd")
    versions = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages],
                              capture_output=True, text=True, check=True).stdout.split("\n")
    return [("processor", f"{os.cpu_count()} cores, {model}"), ("kernel", platform.release()),
            ("load before", "%.1f, %.1f, %.1f" % os.getloadavg()),
            ("libraries", ", ".join(sorted(filter(None, versions))))]


def say(rows):
    for row in rows:
        print(row.markdown(), flush=True)
    return rows


def main():
    binaries, everything = sys.argv[1], "--all" in sys.argv[2:]
    about = machine()
    with tempfile.TemporaryDirectory() as folder, processes.Bench(binaries, folder) as bench:
        lab = bench.lab("near", "--bench-domains", str(cold.SIGNED_DOMAINS))
        sections = []
        server, address = bench.posternd(lab)
        cold_rows = say(cold.throughput(bench, lab, address))
        sections.append(("cached", say(cached.measure(bench, address))))
        server.stop()
        far = bench.lab("far", "--bench-domains", "2000", "--delay", str(DELAY_MS))
        server, address = bench.posternd(far)
        cold_rows += say(cold.latency(bench, far, address))
        server.stop()
        sections.append(("cold", cold_rows))
        memory_rows = say(memory.per_domain(bench, lab))
        sections.append(("memory", memory_rows))
        allocations = memory.allocations(bench)
        document = os.path.join(HERE, "../../docs/performance.md")
        report.write(document, about, sections, allocations, "tools/bench policy")
        if everything:
            memory_rows += say(memory.resident(bench, lab))
            report.write(document, about, sections, allocations, "tools/bench policy --all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
