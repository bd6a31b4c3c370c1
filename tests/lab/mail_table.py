"""Reads mail.toml: the lab's mail hosts, and the deliveries that are right."""
import dataclasses
import json

from table import LabError, Zone, tomllib

SERVERS = ("postfix", "exim")
CERTIFICATES = ("root", "intermediate", "good", "expired", "other_name", "self_signed",
                "other_root", "swapped", "revocation_ca", "ocsp", "must_staple", "crl")
MIDDLES = ("", "strip", "swap")


@dataclasses.dataclass
class MailHost:
    """An MX host, how it serves, and what a worker must find."""
    name: str
    server: str  # one of SERVERS
    address: str  # in the DNS
    serves_at: str  # where the server listens: `address`, or behind the man in the middle
    middle: str
    chain: list
    tlsa: list
    policy: str
    policy_reason: str
    handshake: str
    handshake_reason: str


@dataclasses.dataclass
class Scenario:
    """A delivery, and how it must end."""
    name: str
    server: str
    shows: str
    rules: list
    domain: str
    mode: str
    delivered: bool
    unsigned: bool
    hosts: list
    port: int = 0
    inbox: str = ""

    @property
    def has_own_domain(self):
        return self.domain.startswith(self.name + ".")

    def as_dict(self):
        return dataclasses.asdict(self)


_SCENARIO_KEYS = {"name", "shows", "rules", "domain", "mode", "unsigned", "delivered", "hosts"}
_HOST_KEYS = {"chain", "tlsa", "middle", "policy", "handshake"}


def _check(entry):
    where = f"mail.toml: {entry.get('name')}"
    hosts = entry.get("hosts", [])
    for keys, allowed in [(entry, _SCENARIO_KEYS), *((host, _HOST_KEYS) for host in hosts)]:
        if unknown := set(keys) - allowed:
            raise LabError(f"{where}: unknown key {sorted(unknown)}")
    for host in hosts:
        if unknown := set(host.get("chain", [])) - set(CERTIFICATES):
            raise LabError(f"{where}: unknown certificate {sorted(unknown)}")
        if host.get("middle", "") not in MIDDLES:
            raise LabError(f"{where}: middle is one of {', '.join(MIDDLES[1:])}")


def _two_words(text):
    first, _, second = text.partition(" ")
    return first, second


class _Addresses:
    """Hands out loopback addresses: 127.1.1.0/24 for Postfix, 127.1.2.0/24 for Exim, and
    ten above that for what is behind a man in the middle."""

    def __init__(self):
        self.used = 0

    def next(self, server, middle):
        self.used += 1
        number = SERVERS.index(server) + 1
        address = f"127.1.{number}.{self.used}"
        return address, f"127.1.{number + 10}.{self.used}" if middle else address


def _host(name, server, entry, addresses):
    address, serves_at = addresses.next(server, entry.get("middle"))
    policy, handshake = _two_words(entry["policy"]), _two_words(entry["handshake"])
    return MailHost(name, server, address, serves_at, entry.get("middle", ""),
                    entry.get("chain", []), entry.get("tlsa", []), *policy, *handshake)


def _seen_otherwise(host, entry):
    """The same host, asked about in another way."""
    policy, handshake = _two_words(entry["policy"]), _two_words(entry["handshake"])
    return dataclasses.replace(host, policy=policy[0], policy_reason=policy[1],
                               handshake=handshake[0], handshake_reason=handshake[1])


def _load_server(server, entries):
    addresses = _Addresses()
    scenarios = {}
    for entry in entries:
        unsigned = entry.get("unsigned", False)
        zone = f"{server}-unsigned.test" if unsigned else f"{server}.test"
        domain = f"{entry.get('domain', entry['name'])}.{zone}"
        if "domain" in entry:
            hosts = [_seen_otherwise(host, expected) for host, expected in
                     zip(scenarios[entry["domain"]].hosts, entry["hosts"], strict=True)]
        else:
            hosts = [_host(f"mx{number}.{domain}", server, host, addresses)
                     for number, host in enumerate(entry["hosts"], 1)]
        scenarios[entry["name"]] = Scenario(
            entry["name"], server, entry["shows"], entry["rules"], domain, entry.get("mode", ""),
            entry["delivered"], unsigned, hosts)
    return list(scenarios.values())


def load(path):
    """Returns the scenarios: each at each server."""
    with open(path, "rb") as file:
        try:
            entries = tomllib.load(file)["scenario"]
            for entry in entries:
                _check(entry)
            return [one for server in SERVERS for one in _load_server(server, entries)]
        except tomllib.TOMLDecodeError as error:
            raise LabError(f"{path}: {error}") from None
        except KeyError as error:
            raise LabError(f"{path}: there is no {error}") from None


def load_json(path):
    """Returns the scenarios as a lab that runs has written them, with port and inbox."""
    with open(path, encoding="utf-8") as file:
        scenarios = [Scenario(**entry) for entry in json.load(file)]
    for scenario in scenarios:
        scenario.hosts = [MailHost(**host) for host in scenario.hosts]
    return scenarios


def served_hosts(scenarios):
    """The hosts that exist: a scenario that has another's domain, has its hosts too."""
    return [host for scenario in scenarios if scenario.has_own_domain for host in scenario.hosts]


def add_zones(zones, scenarios, port):
    """Adds the zones of the scenarios, with TLSA records for the port."""
    for scenario in scenarios:
        if not scenario.has_own_domain:
            continue
        name = scenario.domain.split(".", 1)[1]
        zone = zones.setdefault(name, Zone(name, "unsigned" if scenario.unsigned else "signed"))
        for preference, host in enumerate(scenario.hosts, 1):
            zone.records += [f"{scenario.domain}. MX {preference}0 {host.name}.",
                             f"{host.name}. A {host.address}"]
            zone.records += [f"_{port}._tcp.{host.name}. TLSA {record}" for record in host.tlsa]
