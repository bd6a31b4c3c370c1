"""The responder and the CRL of an Authority, over HTTP on a free port of 127.0.0.1.

    revocation_server.py FOLDER

It prints "listening PORT". What OCSP requests are answered with is the work of "openssl
ocsp"; its own HTTP server takes one connection at a time, from all addresses. Files in the
folder, which need not exist yet, are looked at with each request:

    outage        if it exists every reply is 503
    hold          while it exists OCSP requests wait
    life          OCSP responses end after so many seconds
    requests.log  a line for each reply: "ocsp NAME STATUS" or "crl - STATUS"; "ocsp NAME held"
                  for a request that waits
"""
import base64
import binascii
import hashlib
import http.server
import os
import re
import sys
import threading
import time
import urllib.parse

from authority import Authority
import ocsp_answer

_MAX_REQUEST = 65536


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    authority = None
    log_lock = threading.Lock()

    def _log(self, line):
        with self.log_lock, open(self.authority.path("requests.log"), "a", encoding="ascii") as log:
            log.write(f"{line}\n")

    def _reply(self, what, status, content_type="", body=b"", etag=""):
        self._log(f"{what} {status}")
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        if etag:
            self.send_header("ETag", etag)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _there_is(self, name):
        return os.path.exists(self.authority.path(name))

    def _ocsp(self, request):
        what = f"ocsp {self._name_in(request)}"
        if self._there_is("hold"):
            self._log(f"{what} held")
            while self._there_is("hold"):
                time.sleep(0.01)
        if self._there_is("outage"):
            return self._reply(what, 503)
        life = None
        if self._there_is("life"):
            with open(self.authority.path("life"), encoding="ascii") as file:
                life = int(file.read())
        return self._reply(what, 200, "application/ocsp-response",
                           ocsp_answer.answer(self.authority, request, life))

    def _name_in(self, request):
        """Whose serial number is in the request; "-" if nobody's."""
        with open(self.authority.path("index.txt"), encoding="ascii") as index:
            for line in index:
                serial, _, subject = line.rstrip("\n").split("\t")[3:6]
                if bytes.fromhex(serial) in request:
                    return re.sub(r"\W", "_", subject.removeprefix("/CN="))
        return "-"

    def _crl(self):
        if self._there_is("outage"):
            return self._reply("crl -", 503)
        with open(self.authority.path("ca.crl"), "rb") as file:
            crl = file.read()
        etag = f'"{hashlib.sha256(crl).hexdigest()}"'
        if self.headers.get("If-None-Match") == etag:
            return self._reply("crl -", 304, etag=etag)
        return self._reply("crl -", 200, "application/pkix-crl", crl, etag)

    def do_GET(self):  # pylint: disable=invalid-name
        if self.path == "/ca.crl":
            return self._crl()
        if self.path.startswith("/ocsp/"):
            try:
                return self._ocsp(base64.b64decode(urllib.parse.unquote(self.path[6:]),
                                                   validate=True))
            except binascii.Error:
                return self._reply("ocsp -", 400)
        return self._reply("other -", 404)

    def do_POST(self):  # pylint: disable=invalid-name
        length = int(self.headers.get("Content-Length", "0"))
        if self.path != "/ocsp" or length > _MAX_REQUEST:
            self.close_connection = True
            return self._reply("other -", 404)
        return self._ocsp(self.rfile.read(length))

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """What was asked is in requests.log."""


def main():
    _Handler.authority = Authority(sys.argv[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(f"listening {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
