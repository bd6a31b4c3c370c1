"""Shows what became of the lab's certificates beside what must become of them.

    show_staples.py REVOCATION.toml POSTERNCTL [ARGUMENT...]

Exit status 1 if a certificate is not as the table says.
"""

import json
import subprocess
import sys
import time
import tomllib

SECONDS = 20  # until each certificate has been asked about


def listed(control):
    """Returns the certificates by name, or an error's text."""
    command = [*control, "--output", "json", "staples", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return {one["name"]: one for one in json.loads(done.stdout)["staples"]}
    except json.JSONDecodeError:
        return done.stderr.strip() or f"no answer, status {done.returncode}"


def settled(control):
    """Returns the same, once nothing is pending, or too long."""
    until = time.monotonic() + SECONDS
    while True:
        staples = listed(control)
        if isinstance(staples, str) or time.monotonic() > until:
            return staples
        if all(one["status"] != "PENDING" for one in staples.values()):
            return staples
        time.sleep(0.1)


def row(name, staple, shows):
    """Prints a certificate."""
    until = (staple.get("useUntil") or "-")[:16].replace("T", " ")
    print(f"{name:<16} {staple['source']:<6} {staple['status']:<14} {until:<18} {shows}")


def main():
    with open(sys.argv[1], "rb") as table:
        certificates = tomllib.load(table)["certificate"]
    staples = settled(sys.argv[2:])
    if isinstance(staples, str):
        print(staples)
        return 1
    differing = []
    for one in certificates:
        name = one["name"]
        want = one["source"], one["status"]
        found = staples.get(name, {"source": "-", "status": "-", "lastError": "not in the list"})
        row(name, found, one["shows"])
        if (found["source"], found["status"]) != want:
            print(f"    DIFFERS. Expected: {' '.join(want)}. {found['lastError']}")
            differing.append(name)
    good = len(certificates) - len(differing)
    print(f"\n{good} of {len(certificates)} certificates are as expected")
    if differing:
        print("not as expected:", ", ".join(differing))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
