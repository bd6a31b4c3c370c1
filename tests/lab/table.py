"""Reads domains.toml: the lab's zones, its questions and the answers that are right."""
import dataclasses
import re

try:
    import tomllib
except ImportError:
    raise SystemExit("lab: wants Python 3.11 or later (Debian 12: apt-get install python3)") from None


class LabError(Exception):
    """Something that the user can mend; the text says how."""


SIGNINGS = ("signed", "unsigned", "island", "expired", "short", "wrong-ds", "unknown-algorithm")
_RANGE = re.compile(r"\[(\d+)-(\d+)\]")


def expand(line):
    """Repeats a line with a [1-9] in it, with each number in place of every [1-9]."""
    ranges = set(_RANGE.findall(line))
    if not ranges:
        return [line]
    if len(ranges) > 1:
        raise LabError(f"domains.toml: two different ranges in {line!r}")
    low, high = ranges.pop()
    return [_RANGE.sub(str(number), line) for number in range(int(low), int(high) + 1)]


def expand_text(text):
    return [line for raw in text.splitlines() if raw.strip() for line in expand(raw)]


@dataclasses.dataclass
class Zone:
    """A zone as it is to be served."""
    name: str
    signing: str = "signed"
    records: list = dataclasses.field(default_factory=list)
    alter: list = dataclasses.field(default_factory=list)
    damage: list = dataclasses.field(default_factory=list)
    faults: list = dataclasses.field(default_factory=list)
    soa_minimum: int = 300


@dataclasses.dataclass
class Host:
    """The answer that is right for one host."""
    preference: int
    host: str
    verdict: str
    reason: str
    base: str
    reference_identifiers: list | None

    @staticmethod
    def parse(line):
        words = line.split()
        refs = None
        if len(words) == 6 and words[5].startswith("refs="):
            refs = words.pop()[len("refs="):].split(",")
        if len(words) != 5:
            raise LabError(f"domains.toml: not PREFERENCE HOST VERDICT REASON BASE: {line!r}")
        preference, host, verdict, reason, base = words
        return Host(int(preference), host, verdict, reason, "" if base == "-" else base, refs)


@dataclasses.dataclass
class Domain:
    """A question and the answer that is right."""
    name: str
    shows: str
    rules: list
    verdict: str
    reason: str
    hosts: list | None = None
    ask: str = ""
    port: int = 25
    relay: bool = False
    mode: str = ""
    mx_secure: bool = True
    expanded: str = ""
    ttl_max: int | None = None
    omitted: int = 0

    def as_dict(self):
        return dataclasses.asdict(self)

    def question_text(self):
        """The question as posternctl's command line has it."""
        words = [self.ask or self.name]
        if self.port != 25:
            words.append(f"--port {self.port}")
        if self.mode:
            words.append(f"--mode {self.mode}")
        if self.relay:
            words.append("--relay")
        return " ".join(words)


_ZONE_KEYS = {"name", "signing", "zone", "alter", "damage", "faults", "soa_minimum", "in_zone",
              "in_test"}
_DOMAIN_KEYS = {field.name for field in dataclasses.fields(Domain)}


def _absolute(rule, domain):
    """Makes the name of a fault rule, `@`, relative or absolute, absolute."""
    name, rest = rule.split(maxsplit=1)
    if name == "@":
        name = domain
    elif name == "*.@":
        name = f"*.{domain}"
    elif not name.endswith("."):
        name = f"{name}.{domain}"
    return f"{name.rstrip('.')} {rest}"


def _add_zone(zones, entry):
    if "in_test" in entry:
        zones["test"].records += expand_text(entry["in_test"])
    if "zone" in entry:
        name = entry.get("in_zone", entry["name"])
        zone = zones.setdefault(name, Zone(name))
        zone.records += expand_text(entry["zone"])
        zone.signing = entry.get("signing", zone.signing)
        zone.soa_minimum = entry.get("soa_minimum", zone.soa_minimum)
        for key in ("alter", "damage"):
            getattr(zone, key).extend(entry.get(key, []))
        zone.faults += [_absolute(rule, name) for rule in entry.get("faults", [])]
        if zone.signing not in SIGNINGS:
            raise LabError(f"domains.toml: {name}: signing is one of {', '.join(SIGNINGS)}")


def load(path):
    """Returns the zones by name, test among them, and the list of domains."""
    with open(path, "rb") as file:
        try:
            tables = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise LabError(f"{path}: {error}") from None
    zones = {"test": Zone("test")}
    domains = []
    for entry in tables.get("zone", []) + tables.get("domain", []):
        unknown = set(entry) - _ZONE_KEYS - _DOMAIN_KEYS
        if unknown or "name" not in entry:
            raise LabError(f"domains.toml: {entry.get('name')}: unknown key {sorted(unknown)}")
        _add_zone(zones, entry)
    for entry in tables.get("domain", []):
        fields = {key: value for key, value in entry.items() if key in _DOMAIN_KEYS}
        if "hosts" in fields:
            fields["hosts"] = [Host.parse(one) for line in fields["hosts"] for one in expand(line)]
        try:
            domains.append(Domain(**fields))
        except TypeError as error:
            raise LabError(f"domains.toml: {entry['name']}: {error}") from None
    return zones, domains
