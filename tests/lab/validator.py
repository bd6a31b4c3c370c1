"""libunbound, for the lab's own test: asks the lab and validates (unbound.h)."""
import ctypes
import os
import struct
import time

TYPES = {"A": 1, "SOA": 6, "CNAME": 5, "MX": 15, "AAAA": 28, "TLSA": 52}

_RRSIG = 46


class _Result(ctypes.Structure):
    _fields_ = [
        ("qname", ctypes.c_char_p), ("qtype", ctypes.c_int), ("qclass", ctypes.c_int),
        ("data", ctypes.c_void_p), ("len", ctypes.POINTER(ctypes.c_int)),
        ("canonname", ctypes.c_char_p), ("rcode", ctypes.c_int),
        ("answer_packet", ctypes.c_void_p), ("answer_len", ctypes.c_int),
        ("havedata", ctypes.c_int), ("nxdomain", ctypes.c_int), ("secure", ctypes.c_int),
        ("bogus", ctypes.c_int), ("why_bogus", ctypes.c_char_p),
        ("was_ratelimited", ctypes.c_int), ("ttl", ctypes.c_int),
    ]


def _after_name(packet, at):
    while packet[at] != 0:
        if packet[at] >= 0xc0:
            return at + 2
        at += packet[at] + 1
    return at + 1


def _signature_seconds(packet):
    """For how long the signatures in the answer section still hold (RFC 4034, section 3.1.5).

    libunbound 1.17.1 does not cut the TTL that it reports to it."""
    if not packet:
        return []
    seconds = []
    at = _after_name(packet, 12) + 4
    for _ in range(struct.unpack_from("!H", packet, 6)[0]):
        at = _after_name(packet, at)
        rr_type, _, _, length = struct.unpack_from("!HHIH", packet, at)
        if rr_type == _RRSIG:
            seconds.append(struct.unpack_from("!I", packet, at + 10 + 8)[0] - int(time.time()))
        at += 10 + length
    return seconds


class Answer:
    """What libunbound made of a question."""

    def __init__(self, result):
        if result.bogus:
            self.state = "BOGUS"
        elif result.rcode not in (0, 3):
            self.state = "FAILED"
        else:
            self.state = "SECURE" if result.secure else "INSECURE"
        self.found = bool(result.havedata) and not result.bogus
        self.nxdomain = bool(result.nxdomain)
        self.packet = ctypes.string_at(result.answer_packet, max(result.answer_len, 0)) \
            if result.answer_packet else b""
        self.canonical = (result.canonname or b"").decode().rstrip(".")
        self.why = (result.why_bogus or b"").decode()
        self.ttl = min([result.ttl, *_signature_seconds(self.packet)])

    def __repr__(self):
        return f"{self.state} found={self.found} nxdomain={self.nxdomain} {self.why}"


class Validator:
    """A resolver with the lab's trust anchor; it remembers what it was told."""

    def __init__(self, folder, anchor, stubs):
        lib = self._lib = ctypes.CDLL("libunbound.so.8")
        lib.ub_ctx_create.restype = ctypes.c_void_p
        lib.ub_strerror.restype = ctypes.c_char_p
        lib.ub_resolve_free.argtypes = [ctypes.POINTER(_Result)]
        lib.ub_resolve.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int,
                                   ctypes.POINTER(ctypes.POINTER(_Result))]
        lines = ["server:", "do-not-query-localhost: no", 'local-zone: "test." nodefault',
                 f'trust-anchor-file: "{anchor}"', 'root-hints: ""', "outbound-msg-retry: 2"]
        for zone, (host, port) in stubs:
            lines += ["stub-zone:", f'name: "{zone}"', f"stub-addr: {host}@{port}"]
        path = os.path.join(folder, "unbound.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        self._ctx = ctypes.c_void_p(lib.ub_ctx_create())
        self._check(lib.ub_ctx_config(self._ctx, path.encode()))

    def _check(self, error):
        if error != 0:
            raise RuntimeError(self._lib.ub_strerror(error).decode())

    def ask(self, name, rr_type):
        result = ctypes.POINTER(_Result)()
        self._check(self._lib.ub_resolve(self._ctx, name.encode(), TYPES[rr_type], 1,
                                         ctypes.byref(result)))
        try:
            return Answer(result.contents)
        finally:
            self._lib.ub_resolve_free(result)

    def close(self):
        self._lib.ub_ctx_delete(self._ctx)
