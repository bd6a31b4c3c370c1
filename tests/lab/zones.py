"""Writes and signs the zones (RFC 4034, RFC 5155 with neither salt nor iterations)."""
import glob
import os
import re
import string
import time

import commands
from table import LabError, Zone

HOUR, DAY = 3600, 86400
SYNTHETIC_ZONE = "bench.test"  # delegated without DS; the misbehaving name server answers for it
BENCH_ZONE = "bench-signed.test"
_ALGORITHM = "ECDSAP256SHA256"
_NS = "ns.test."


def bench_zone(count):
    """A signed zone of `count` domains, two MX hosts each, with A and TLSA."""
    zone = Zone(BENCH_ZONE)
    for number in range(1, count + 1):
        domain = f"d{number}"
        for preference, host in ((10, f"mx1.{domain}"), (20, f"mx2.{domain}")):
            zone.records += [f"{domain} MX {preference} {host}", f"{host} A 192.0.2.1",
                             f"_25._tcp.{host} TLSA 3 1 1 $EE"]
    return zone


class Signer:
    """Writes zones, signed, into a folder; each has its own key."""

    def __init__(self, folder, words):
        self.folder = folder
        self.words = words
        self.keygen = commands.find("ldns-keygen")
        self.signzone = commands.find("ldns-signzone")
        os.makedirs(folder, exist_ok=True)
        for old in glob.glob(os.path.join(folder, "*")):
            os.unlink(old)

    def path(self, zone_name):
        return os.path.join(self.folder, (zone_name or "root") + ".zone")

    def _new_key(self, zone_name):
        key = commands.run(self.keygen, "-a", _ALGORITHM, "-k", zone_name + ".", cwd=self.folder)
        return os.path.join(self.folder, key.strip())

    def _text(self, zone):
        try:
            records = string.Template("\n".join(zone.records)).substitute(self.words)
        except (KeyError, ValueError) as error:
            raise LabError(f"domains.toml: {zone.name}: unknown word {error}") from None
        return (f"$ORIGIN {zone.name}.\n$TTL 3600\n"
                f"@ SOA {_NS} hostmaster.test. 1 3600 600 86400 {zone.soa_minimum}\n"
                f"{records}\n")

    def write(self, zone):
        """Writes a zone. Returns the records of its delegation and its key's path, if it has one."""
        plain = self.path(zone.name) + ".plain"
        with open(plain, "w", encoding="ascii") as file:
            file.write(self._text(zone))
        delegation = [f"{zone.name}. NS {_NS}"]
        if zone.signing in ("unsigned", "unknown-algorithm"):
            os.replace(plain, self.path(zone.name))
            if zone.signing == "unknown-algorithm":
                delegation.append(f"{zone.name}. DS 12345 250 2 {'ab' * 32}")
            return delegation, None
        key = self._new_key(zone.name)
        self._sign(zone, plain, key)
        if zone.signing != "island":
            trusted = self._new_key(zone.name) if zone.signing == "wrong-ds" else key
            with open(trusted + ".ds", encoding="ascii") as file:
                delegation.append(file.read().strip())
        return delegation, key

    def _sign(self, zone, plain, key):
        now = int(time.time())
        start, end = now - HOUR, now + 30 * DAY
        if zone.signing == "expired":
            start, end = now - 60 * DAY, now - 30 * DAY
        elif zone.signing == "short":
            end = now + HOUR
        commands.run(self.signzone, "-n", "-t", "0", "-i", str(start), "-e", str(end),
                     "-o", zone.name + ".", "-f", self.path(zone.name), plain, key)
        if zone.alter or zone.damage:
            self._spoil(zone)

    def _spoil(self, zone):
        def full(owner):
            return f"{zone.name}." if owner == "@" else f"{owner}.{zone.name}."

        with open(self.path(zone.name), encoding="ascii") as file:
            lines = file.read().splitlines()
        for record in zone.alter:
            owner, rr_type, rdata = record.split(maxsplit=2)
            start = re.compile(rf"{re.escape(full(owner))}\t\d+\tIN\t{rr_type}\t")
            kept = [line for line in lines if not start.match(line)]
            if len(kept) == len(lines):
                raise LabError(f"domains.toml: {zone.name}: nothing to alter for {record!r}")
            lines = kept + [f"{full(owner)}\t3600\tIN\t{rr_type}\t{rdata}"]
        for record in zone.damage:
            owner, rr_type = record.split()
            signature = re.compile(rf"({re.escape(full(owner))}\t\d+\tIN\tRRSIG\t{rr_type} .* )(\S)(\S+)$")
            damaged = [signature.sub(lambda m: m[1] + ("A" if m[2] != "A" else "B") + m[3], line)
                       for line in lines]
            if damaged == lines:
                raise LabError(f"domains.toml: {zone.name}: no signature to damage for {record!r}")
            lines = damaged
        with open(self.path(zone.name), "w", encoding="ascii") as file:
            file.write("\n".join([f"$ORIGIN {zone.name}.", *lines, ""]))


# Only the root has NS records at its apex; the other zones have theirs in the
# parent, where the DS records need them. All are served by one name server, on a
# port that no NS record can name: a resolver that asked for them (unbound does,
# looking for a DS record) would turn to their address at port 53.
def write_all(folder, zones, words, pool):
    """Writes all zones, test and the root. Returns (zone name, path) pairs and the root's key."""
    signer = Signer(folder, words)
    test = zones["test"]
    children = [zone for zone in zones.values() if zone is not test]
    # Children first: their DS records belong into the parent.
    for delegation, _ in pool.map(signer.write, children):
        test.records += delegation
    test.records += ["ns A 127.0.0.1", f"{SYNTHETIC_ZONE}. NS {_NS}"]
    delegation, _ = signer.write(test)
    root = Zone("", records=[f"@ NS {_NS}", *delegation])
    _, key = signer.write(root)
    names = [zone.name for zone in (*children, test, root)]
    return [(name, signer.path(name)) for name in names], key
