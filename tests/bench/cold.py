"""Answers that have to be looked up, beside libunbound alone and beside round trips."""
import socket
import statistics
import sys
import time

from table import Row

ROUNDS = 7
BATCHES = 4  # of 64 domains in flight; libunbound alone has 512 questions, where it is fastest
SIGNED, UNSIGNED = "bench-signed.test", "bench.test"
SIGNED_DOMAINS = 20000  # of the lab
_ROUND_DOMAINS = {SIGNED: 1000, UNSIGNED: 4000}
_HOSTS = {SIGNED: ("mx1,mx2", "--tlsa"), UNSIGNED: ("mx,mx2",)}
# ". SOA", without EDNS.
_QUERY = bytes.fromhex("01ab000000010000000000000000060001")


def _look_up(bench, address, zone, first, count, in_flight, load="stream"):
    connections = 2 if in_flight > 1 else 1
    result, = bench.run("policy_load", "once", f"--target=ours={address}", "--load", load,
                        "--zone", zone, "--first", first, "--count", count,
                        "--in-flight", in_flight, "--connections", connections)
    wrong = count - result["dane" if zone == SIGNED else "hosts"]
    if wrong:
        raise ValueError(f"{wrong} of {count} domains of {zone} have another verdict")
    return result


def throughput(bench, lab, address):
    """Rows for both zones; the name server answers at once."""
    rows = []
    for zone, what in ((UNSIGNED, "unsigned"), (SIGNED, "signed, with DANE")):
        count = _ROUND_DOMAINS[zone]
        ours, bare = [], []
        _look_up(bench, address, zone, 1, 50, 8)  # the zone's keys
        for number in range(ROUNDS):
            first = 1000 + number * count
            mine = _look_up(bench, address, zone, first, count, BATCHES, "batch")["domains_per_s"]
            result, = bench.run("bare_libunbound", "--dns", lab["LAB_DNS"], "--anchor",
                                lab["LAB_TRUST_ANCHOR"], "--zone", zone, "--hosts", *_HOSTS[zone],
                                "--first", first, "--count", count, "--in-flight", 512)
            if 100 * result["failed"] > result["questions"]:
                print(f"left out: libunbound alone lost {result['failed']} questions",
                      file=sys.stderr)
                continue
            ours.append(mine)
            bare.append(result["domains_per_s"])
        ratio = statistics.median(a / b for a, b in zip(ours, bare))
        speed = statistics.median(ours)
        rows.append(Row(f"cold, {what}: domains/s", f"{statistics.median(bare):,.0f}",
                        f"{speed:,.0f}", ratio, at_least=0.7))
        if zone == UNSIGNED:
            rows.append(Row("cold, unsigned: domains/s, absolute", "2,050", f"{speed:,.0f}",
                            speed, at_least=2050))
    return rows


def _round_trip(lab):
    """Seconds, the median of several."""
    host, port = lab["LAB_DNS"].split("@")
    times = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.connect((host, int(port)))
        udp.settimeout(5)
        for _ in range(31):
            begin = time.monotonic()
            udp.send(_QUERY)
            udp.recv(4096)
            times.append(time.monotonic() - begin)
    return statistics.median(times)


def latency(bench, lab, address):
    """Rows; `lab` delays every answer."""
    trip = _round_trip(lab)
    rows = []
    for zone, what, steps, in_flight in (
            (SIGNED, "signed: MX, addresses, TLSA", 3, 16),
            (UNSIGNED, "unsigned: MX, addresses", 2, 64)):
        _look_up(bench, address, zone, 1, 20, 4)  # the zone's keys
        alone = _look_up(bench, address, zone, 100, 100, 1, "unary")["p50_us"] / 1e6
        rows.append(Row(f"cold, {1000 * trip:.1f} ms a round trip, {what}: p50, ms",
                        f"{1000 * steps * trip:.1f}", f"{1000 * alone:.1f}",
                        alone / (steps * trip), at_most=1.15))
        many = _look_up(bench, address, zone, 1000, 40 * in_flight, in_flight)["domains_per_s"]
        rows.append(Row(f"the same, {in_flight} in flight: domains/s, beside {in_flight} / p50",
                        f"{in_flight / alone:,.0f}", f"{many:,.0f}", many * alone / in_flight,
                        at_least=0.85))
    return rows
