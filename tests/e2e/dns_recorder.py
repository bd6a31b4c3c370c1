"""Stands between a resolver and a name server, and notes the questions that pass."""
import selectors
import socket
import threading

TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 15: "MX", 28: "AAAA", 39: "DNAME", 43: "DS",
         48: "DNSKEY", 52: "TLSA"}
_OCTETS = 65535


def question(packet):
    """Name, in lower case, and type of a query's question."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii", "backslashreplace"))
        at += 1 + packet[at]
    number = int.from_bytes(packet[at + 1:at + 3], "big")
    return ".".join(labels).lower(), TYPES.get(number, str(number))


class DnsRecorder:
    """Passes UDP and TCP on to `upstream`, (host, port), until close()."""

    def __init__(self, upstream):
        self.upstream = upstream
        self._questions = []
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._udp, self._tcp = self._listen()
        self._wake, wake = socket.socketpair()
        for listener, act in ((self._udp, self._take_query), (self._tcp, self._accept), (wake, None)):
            self._selector.register(listener, selectors.EVENT_READ, act)
        self.port = self._udp.getsockname()[1]
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def questions(self):
        """(name, type) in the order in which they were first asked over UDP; what comes over TCP
        was asked over UDP before."""
        with self._lock:
            return list(dict.fromkeys(self._questions))

    def close(self):
        self._wake.close()
        self._thread.join()

    @staticmethod
    def _listen():
        while True:
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.bind(("127.0.0.1", 0))
            try:
                return udp, socket.create_server(udp.getsockname())
            except OSError:  # taken for TCP
                udp.close()

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    for other in list(self._selector.get_map().values()):
                        other.fileobj.close()
                    self._selector.close()
                    return
                try:
                    key.data(key.fileobj)
                except OSError:  # one side is gone
                    self._drop(key.fileobj)

    def _drop(self, *sockets):
        for one in sockets:
            if one.fileno() >= 0 and one not in (self._udp, self._tcp):
                self._selector.unregister(one)
                one.close()

    def _take_query(self, _):
        packet, client = self._udp.recvfrom(_OCTETS)
        with self._lock:
            self._questions.append(question(packet))
        way = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        way.connect(self.upstream)
        way.send(packet)

        def answer(_):
            self._udp.sendto(way.recv(_OCTETS), client)
            self._drop(way)

        self._selector.register(way, selectors.EVENT_READ, answer)

    def _accept(self, _):
        client = self._tcp.accept()[0]
        server = socket.create_connection(self.upstream)

        def pump(source, target):
            data = source.recv(_OCTETS)
            if data:
                target.sendall(data)
            else:
                self._drop(source, target)

        self._selector.register(client, selectors.EVENT_READ, lambda one: pump(one, server))
        self._selector.register(server, selectors.EVENT_READ, lambda one: pump(one, client))
