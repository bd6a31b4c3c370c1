"""What "openssl ocsp" answers, by the books of an Authority."""
import subprocess
import time

import commands

DAYS = 4  # until nextUpdate
MALFORMED, INTERNAL_ERROR = bytes.fromhex("30030a0101"), bytes.fromhex("30030a0102")
_GENERALIZED_TIME, _SEQUENCE, _OCTET_STRING, _BIT_STRING, _ENUMERATED = 0x18, 0x30, 4, 3, 10


def answer(authority, request, life=None):
    """The OCSP response to a request, both DER. With a life, in seconds, it ends then; openssl
    itself knows no less than minutes."""
    words = [commands.find("openssl"), "ocsp", "-index", authority.path("index.txt"), "-CA",
             authority.path("ca.pem"), "-rsigner", authority.path("responder.pem"), "-rkey",
             authority.path("responder.key"), "-ndays", str(DAYS), "-reqin", "/dev/stdin",
             "-respout", "/dev/stdout"]
    done = subprocess.run(words, input=request, capture_output=True, check=False)
    if not done.stdout:
        return MALFORMED if b"Error reading OCSP request" in done.stderr else INTERNAL_ERROR
    if life is None:
        return done.stdout
    return _shortened(done.stdout, authority.path("responder.key"), time.time() + life)


def _tlv(tag, contents):
    length = len(contents)
    if length < 128:
        return bytes((tag, length)) + contents
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + contents


def _elements(data):
    """The elements of a DER string, one after the other: tag, contents."""
    found = []
    while data:
        start, length = 2, data[1]
        if length & 0x80:
            start += length & 0x7f
            length = int.from_bytes(data[2:start], "big")
        found.append((data[0], data[start:start + length]))
        data = data[start + length:]
    return found


def _contents(data, *path):
    """The contents of the element that the path leads to, by the elements' numbers."""
    for number in path:
        data = _elements(data)[number][1]
    return data


def _with_next_update(data, text):
    """ResponseData (RFC 6960, section 4.2.1), its contents, with all its nextUpdate, [0], changed."""
    fields = _elements(data)
    for number, (tag, responses) in enumerate(fields):
        if tag != _SEQUENCE:
            continue
        singles = b""
        for _, single in _elements(responses):
            parts = [(part_tag, _tlv(_GENERALIZED_TIME, text) if part_tag == 0xa0 else part)
                     for part_tag, part in _elements(single)]
            singles += _tlv(_SEQUENCE, b"".join(_tlv(*part) for part in parts))
        fields[number] = (tag, singles)
    return b"".join(_tlv(*field) for field in fields)


def _shortened(response, key, end):
    """The response with another nextUpdate, signed again."""
    text = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(end)).encode()
    kind, basic = _elements(_contents(response, 0, 1, 0))
    tbs, algorithm, _, *certificates = _elements(_contents(basic[1], 0))
    data = _tlv(_SEQUENCE, _with_next_update(tbs[1], text))
    signature = subprocess.run([commands.find("openssl"), "dgst", "-sha256", "-sign", key],
                               input=data, capture_output=True, check=True).stdout
    basic = data + _tlv(*algorithm) + _tlv(_BIT_STRING, b"\0" + signature)
    basic += b"".join(_tlv(*one) for one in certificates)
    response_bytes = _tlv(_SEQUENCE, _tlv(*kind) + _tlv(_OCTET_STRING, _tlv(_SEQUENCE, basic)))
    return _tlv(_SEQUENCE, _tlv(_ENUMERATED, b"\0") + _tlv(0xa0, response_bytes))
