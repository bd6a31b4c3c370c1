"""Writes docs/performance.md."""

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
}

_ALLOCATION_NOTES = {
    "parse": "the request: one message a thread is used again",
    "convert": "the name in its normal form, where it is longer than the 15 bytes that a string holds in itself",
    "lookup": "the key is built in a buffer of the thread; the entry is counted, not copied",
    "encode": "the slice that gRPC sends, and gRPC's byte buffer around it",
    "encode_batch": "for 64 answers: one slice for all, the byte buffer, and two lists of results",
    "encode_stream": "for 64 answers: one slice for all, and two lists of results",
}


def _allocations(counts):
    lines = ["## Allocations of an answer from the cache", "",
             "Calls of malloc in our code, by step; gRPC's own are not counted. An answer to a unary call takes "
             f"{sum(counts[step] for step in ('parse', 'convert', 'lookup', 'encode')):g}.", "",
             "| Step | Calls | What for |", "|---|---|---|"]
    lines += [f"| {step} | {count:g} | {_ALLOCATION_NOTES[step]} |" for step, count in counts.items()]
    return lines


def write(path, machine, sections, allocations, command):
    import cached  # pylint: disable=import-outside-toplevel
    rows = [row for _, section in sections for row in section if row.bar()]
    missed = [row.name for row in rows if not row.met()]
    lines = ["# Performance", "",
             f"Written by `{command}`; do not edit. Ratios of one run count, absolute figures are of this machine.",
             f"{len(rows) - len(missed)} of {len(rows)} bars are met. What a bar that is missed is bound by:",
             "[performance_notes.md](performance_notes.md).", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in machine]
    for key, section in sections:
        title, text = _TITLES[key]
        lines += ["", f"## {title}", "",
                  text.format(seconds=cached.SECONDS, rounds=cached.ROUNDS), "",
                  "| | Floor | Ours | Ratio or value | Bar | | Beside |", "|---|---|---|---|---|---|---|"]
        lines += [row.markdown() for row in section]
    lines += ["", *_allocations(allocations), ""]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
