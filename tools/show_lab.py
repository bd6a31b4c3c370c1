"""Asks about each of the lab's domains and shows the answers beside what they must be.

    show_lab.py DOMAINS.toml POSTERNCTL [ARGUMENT...]

Exit status 1 if an answer is not as the table says.
"""

import json
import re
import subprocess
import sys
import tomllib


def numbered(lines):
    """Yields the lines; one with [1-9] in it once for each number."""
    for line in lines:
        found = re.search(r"\[(\d+)-(\d+)\]", line)
        if not found:
            yield line
            continue
        for number in range(int(found[1]), int(found[2]) + 1):
            yield line.replace(found[0], str(number))


def expected(domain):
    """Returns the verdict, reason and hosts that the table demands; hosts may be None."""
    hosts = None
    if "hosts" in domain:
        hosts = sorted((int(w[0]), *w[1:5]) for w in map(str.split, numbered(domain["hosts"])))
    return domain["verdict"], domain["reason"], hosts


def ask(control, domain):
    """Returns the policy of the domain as posternctl shows it, or an error's text."""
    command = [*control, "--output", "json", "policy", domain.get("ask", domain["name"])]
    if "port" in domain:
        command += ["--port", str(domain["port"])]
    if "mode" in domain:
        command += ["--mode", domain["mode"]]
    if domain.get("relay"):
        command.append("--relay")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return done.stderr.strip() or f"no answer, status {done.returncode}"


def answered(policy):
    """Returns the same of an answer."""
    hosts = [
        (h["preference"], h["host"], h["verdict"], h["reason"], h["tlsaBaseDomain"] or "-")
        for h in policy["hosts"]
    ]
    return policy["verdict"], policy["reason"], hosts


def row(name, answer, shows):
    """Prints a domain, and under it its hosts."""
    verdict, reason, hosts = answer
    print(f"{name:<30} {verdict:<14} {reason:<22} {shows}")
    for preference, host, host_verdict, host_reason, _ in (hosts or [])[:4]:
        print(f"    {preference:>5} {host:<34} {host_verdict:<19} {host_reason}")
    if hosts and len(hosts) > 4:
        print(f"          and {len(hosts) - 4} more hosts")


def main():
    with open(sys.argv[1], "rb") as table:
        domains = tomllib.load(table)["domain"]
    differing = []
    for domain in domains:
        want = expected(domain)
        policy = ask(sys.argv[2:], domain)
        name = domain.get("ask", domain["name"])
        if isinstance(policy, str):
            print(f"{name:<30} {policy}")
            differing.append(name)
            continue
        got = answered(policy)
        row(name, got, domain["shows"])
        in_order = [h[0] for h in got[2]] == sorted(h[0] for h in got[2])
        if got[:2] != want[:2] or (want[2] is not None and (sorted(got[2]) != want[2] or not in_order)):
            print(f"    DIFFERS. Expected: {want[0]} {want[1]}")
            for host in want[2] or []:
                print("      ", *host)
            differing.append(name)
    print(f"\n{len(domains) - len(differing)} of {len(domains)} answers are as expected")
    if differing:
        print("not as expected:", ", ".join(differing))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
