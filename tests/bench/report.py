"""Writes docs/performance.md."""
import os

_PARTS = {"policy": "Domain policies", "handshake": "Handshake verdicts",
          "revocation": "Staples and CRLs"}

DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/performance.md")

_TITLES = {
    "cached": ("Answers from the cache", """\
The floor is a gRPC service of the same messages that does nothing: the callback API with pooled generated messages, filled
once with the answer that posternd gave for `d1.bench-signed.test` (two hosts with DANE). It runs with posternd's limits and
is asked by the same client. The last column is our ratio to a second floor that sends bytes which were serialized once, and
does not even read the question: what gRPC itself costs. The bars are held against the first. Rounds of {seconds} s
alternate between the servers, {rounds} of each; ratios are medians of each round's ratio, other figures medians. The client
shares the machine with the server, and sends requests that are serialized already."""),
    "cold": ("Answers that are looked up", """\
The name server is the lab's, on the same machine. The floor is libunbound alone (tests/bench/bare_libunbound.cc): the same
contexts, options and threads, asked all names at once, of the same domains, nothing made of the answers. Every round asks
about domains that were not asked before; the zone's keys are known. Further down every answer of the name server is held back;
the floor there is the chain of round trips that the rules force, and, for many lookups at once, what that many lookups of
the time of one alone would make. Name servers over the network are farther away than that, and do not share the processors."""),
    "memory": ("Memory", """\
The bytes of a domain are those that the cache counts: the entry, its key, its trace, its place in the table and what the
allocator adds. The resident set is the kernel's, at its peak, with one budget for the verdict cache and libunbound's
caches together."""),
    "verdict": ("Verdicts that are worked out", """\
Google Benchmark, one thread, no server. The floor is OpenSSL's own `X509_verify_cert` with DANE, or with the anchor in its
store, for the same bytes; reading the certificates is in both. Chains are of a leaf, an intermediate and a root, `lone` is a leaf alone.
The floor of a hostile row is the ordinary DANE-TA verdict of that kind; the row is the dearest of those that bounds allow."""),
    "remembered": ("Verdicts that are remembered", """\
The floor is a gRPC service of the same messages that does nothing: the callback API with pooled generated messages, filled once
with the answer that posternd gave for one of the questions. {rounds} rounds of {seconds} s alternate between the servers."""),
    "staple": ("Staples that are judged", """\
Google Benchmark, one thread, no server. The floor is OpenSSL's `d2i_OCSP_RESPONSE` and `OCSP_basic_verify` for the same bytes,
which do not verify that the issuer signed the certificate: the rows with the chain, which do, have no bar. The floor of a
hostile row is the ordinary verdict by the issuer."""),
    "crl": ("CRLs", """\
Google Benchmark, one thread. The floor is OpenSSL's `d2i_X509_CRL` and `X509_CRL_verify`, and its lookup; a lookup of ours is
held against a microsecond. `tests/server/core/revocation` holds the 40 bytes an entry."""),
    "served": ("Staples that are kept, and verdicts that are remembered", """\
RevocationService over 256 certificates, with posternd's limits. The floor is a gRPC service of the same messages that does
nothing: the callback API with pooled generated messages, filled once with an answer of the service. {rounds} rounds of
{seconds} s alternate between the servers."""),
}

_ALLOCATION_NOTES = {
    "parse": "the request: one message a thread is used again",
    "convert": "the name in its normal form, where it is longer than the 15 bytes that a string holds in itself",
    "lookup": "the key is built in a buffer of the thread; the entry is counted, not copied",
    "encode": "the slice that gRPC sends, and gRPC's byte buffer around it",
    "encode_batch": "for 64 answers: one slice for all, the byte buffer, and two lists of results",
    "encode_stream": "for 64 answers: one slice for all, and two lists of results",
}


def say(rows):
    """Prints rows as they are measured, and returns them."""
    for row in rows:
        print(row.markdown(), flush=True)
    return rows


def _allocations(counts):
    lines = ["### Allocations of an answer from the cache", "",
             "Calls of malloc in our code, by step; gRPC's own are not counted. An answer to a unary call takes "
             f"{sum(counts[step] for step in ('parse', 'convert', 'lookup', 'encode')):g}.", "",
             "| Step | Calls | What for |", "|---|---|---|"]
    lines += [f"| {step} | {count:g} | {_ALLOCATION_NOTES[step]} |" for step, count in counts.items()]
    return lines


def _part_lines(machine, command, sections, seconds, rounds):
    lines = [f"Written by `{command}`.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in machine]
    for key, section in sections:
        title, text = _TITLES[key]
        lines += ["", f"### {title}", "", text.format(seconds=seconds, rounds=rounds), "",
                  "| | Floor | Ours | Ratio or value | Bar | | Beside |", "|---|---|---|---|---|---|---|"]
        lines += [row.markdown() for row in section]
    return lines


def _read_parts(path):
    """The text of each part that the document has."""
    parts = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            pieces = file.read().split("<!-- part ")[1:]
        for piece in pieces:
            name, text = piece.split(" -->\n", 1)
            parts[name] = text.strip("\n")
    return parts


def write(path, part, machine, command, sections, seconds, rounds, allocations=None):
    """Writes one part of the document anew; the others stay."""
    lines = [f"## {_PARTS[part]}", "", *_part_lines(machine, command, sections, seconds, rounds)]
    if allocations:
        lines += ["", *_allocations(allocations)]
    parts = _read_parts(path)
    parts[part] = "\n".join(lines)
    # "| met |" and "| **not met** |" are the cells of rows that have a bar.
    text = "".join(parts.values())
    met, missed = text.count("| met |"), text.count("| **not met** |")
    head = ["# Performance", "",
            "Written by `tools/bench`, each part by its own run; do not edit. Ratios of one run count, absolute figures are of that machine.",
            f"{met} of {met + missed} bars are met. What stands behind the figures: [performance_notes.md](performance_notes.md)."]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(head) + "\n")
        for name in _PARTS:
            if name in parts:
                file.write(f"\n<!-- part {name} -->\n{parts[name]}\n")
