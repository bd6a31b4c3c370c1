"""What the figures depend on."""
import os
import platform
import subprocess

_PACKAGES = ("libgrpc++-dev", "libprotobuf-dev", "libabsl-dev", "libssl-dev", "libunbound8", "nsd")


def describe():
    """Name and value of each."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    versions = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *_PACKAGES],
                              capture_output=True, text=True, check=True).stdout.split("\n")
    return [("processor", f"{os.cpu_count()} cores, {model}"), ("kernel", platform.release()),
            ("load before", "%.1f, %.1f, %.1f" % os.getloadavg()),
            ("libraries", ", ".join(sorted(filter(None, versions))))]
