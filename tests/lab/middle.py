"""A man in the middle of SMTP: passes commands and replies on, but for STARTTLS.

    middle.py MODE LISTEN UPSTREAM CHAIN [MODE LISTEN UPSTREAM CHAIN]...

MODE is "strip", which takes STARTTLS out of what the server offers, or "swap", which
ends TLS itself, with the key and the certificates of the file CHAIN, and begins
another with the server. LISTEN and UPSTREAM are ADDRESS:PORT. It prints "listening".
"""
import socket
import ssl
import sys
import threading

_SECONDS = 60  # for one reply or command
# With these a client does not wait for each reply, as this does.
_NOT_PASSED_ON = (b"PIPELINING", b"CHUNKING", b"PIPECONNECT")


class _Side:
    """A connection, line by line."""

    def __init__(self, connection):
        connection.settimeout(_SECONDS)
        self.start(connection)

    def start(self, connection):
        self.connection = connection
        self.file = connection.makefile("rb")

    def line(self):
        line = self.file.readline(65536)
        if not line.endswith(b"\n"):
            raise ConnectionError("ended")
        return line

    def reply(self):
        lines = [self.line()]
        while lines[-1][3:4] == b"-":
            lines.append(self.line())
        return lines

    def send(self, *lines):
        self.connection.sendall(b"".join(lines))


def _without(keywords, reply):
    """The reply without these keywords of EHLO (RFC 5321, section 4.1.1.1)."""
    kept = reply[:1] + [line for line in reply[1:]
                        if (line[4:].upper().split() or [b""])[0] not in keywords]
    return [line[:3] + (b" " if line is kept[-1] else b"-") + line[4:] for line in kept]


class Middle:
    """One man in the middle; each connection has a thread."""

    def __init__(self, mode, listen, upstream, chain):
        self.mode = mode
        self.upstream = upstream
        self.context = None
        if mode == "swap":
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(chain)
        self.listener = socket.create_server(listen)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with connection, socket.create_connection(self.upstream, _SECONDS) as server:
                self._relay(_Side(connection), _Side(server))
        except (OSError, ConnectionError):  # one side is gone: so is the other
            pass

    def _relay(self, client, server):
        client.send(*server.reply())
        while True:
            command = client.line()
            verb = command.upper().strip()
            if verb == b"STARTTLS" and self.mode == "strip":
                client.send(b"502 5.5.1 Command not implemented\r\n")
                continue
            server.send(command)
            reply = server.reply()
            if verb.startswith(b"EHLO"):
                hidden = (*_NOT_PASSED_ON, *((b"STARTTLS",) if self.mode == "strip" else ()))
                reply = _without(hidden, reply)
            client.send(*reply)
            if verb == b"STARTTLS" and reply[0].startswith(b"220"):
                self._start_tls(client, server)
            elif verb == b"DATA" and reply[0].startswith(b"354"):
                self._pass_data(client, server)
            elif verb == b"QUIT":
                return

    def _start_tls(self, client, server):
        client.start(self.context.wrap_socket(client.connection, server_side=True))
        outward = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        outward.check_hostname = False
        outward.verify_mode = ssl.CERT_NONE
        server.start(outward.wrap_socket(server.connection))

    @staticmethod
    def _pass_data(client, server):
        line = b""
        while line != b".\r\n":
            line = client.line()
            server.send(line)
        client.send(*server.reply())


def _address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def main():
    words = sys.argv[1:]
    for mode, listen, upstream, chain in zip(*[iter(words)] * 4):
        Middle(mode, _address(listen), _address(upstream), chain)
    print("listening", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
