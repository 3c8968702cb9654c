"""As much of AMQP 0-9-1 as a benchmark needs: declare, publish with confirms, consume."""
import socket
import struct


def short_string(text):
    data = text.encode()
    return struct.pack("!B", len(data)) + data


def long_string(data):
    return struct.pack("!I", len(data)) + data


class Connection:
    def __init__(self, port, user="guest", password="guest", timeout=30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.stream = self.socket.makefile("rb", buffering=1 << 20)
        self.socket.sendall(b"AMQP\x00\x00\x09\x01")
        self.expect(10, 10)
        login = long_string(f"\0{user}\0{password}".encode())
        self.method(0, 10, 11, struct.pack("!I", 0) + short_string("PLAIN") + login + short_string("en_US"))
        tune = self.expect(10, 30)
        channels, size, _ = struct.unpack("!HIH", tune[:8])
        self.method(0, 10, 31, struct.pack("!HIH", channels, size, 0))
        self.method(0, 10, 40, short_string("/") + short_string("") + b"\0")
        self.expect(10, 41)
        self.method(1, 20, 10, short_string(""))
        self.expect(20, 11)

    def frame(self, kind, channel, payload):
        return struct.pack("!BHI", kind, channel, len(payload)) + payload + b"\xce"

    def method(self, channel, group, number, arguments=b""):
        self.socket.sendall(self.frame(1, channel, struct.pack("!HH", group, number) + arguments))

    def read(self):
        """The next frame: its kind and payload."""
        while True:
            head = self.stream.read(7)
            if len(head) < 7:
                raise ConnectionError("the broker closed the connection")
            kind, _, size = struct.unpack("!BHI", head)
            payload = self.stream.read(size + 1)
            if len(payload) < size + 1:
                raise ConnectionError("the broker closed the connection")
            if kind != 8:
                return kind, payload[:-1]

    def expect(self, group, number):
        kind, payload = self.read()
        found = struct.unpack("!HH", payload[:4])
        if kind != 1 or found != (group, number):
            raise ConnectionError(f"AMQP method {found} came, not {(group, number)}: {payload[4:200]!r}")
        return payload[4:]

    def declare(self, queue):
        """Makes a durable queue; returns how many messages wait in it."""
        self.method(1, 50, 10, struct.pack("!H", 0) + short_string(queue) + b"\x02" + struct.pack("!I", 0))
        answer = self.expect(50, 11)
        return struct.unpack("!I", answer[1 + answer[0]:5 + answer[0]])[0]

    def publish(self, queue, bodies):
        """Returns once the broker has confirmed all of them."""
        self.method(1, 85, 10, b"\0")
        self.expect(85, 11)
        head = struct.pack("!HHH", 60, 40, 0) + short_string("") + short_string(queue) + b"\0"
        sent = confirmed = 0
        while confirmed < len(bodies):
            piece = bodies[sent:sent + 500]
            data = bytearray()
            for body in piece:
                data += self.frame(1, 1, head)
                # Persistent: delivery mode 2.
                data += self.frame(2, 1, struct.pack("!HHQHB", 60, 0, len(body), 0x1000, 2))
                data += self.frame(3, 1, body)
            self.socket.sendall(data)
            sent += len(piece)
            while confirmed < sent:
                acknowledgement = self.expect(60, 80)
                tag, multiple = struct.unpack("!QB", acknowledgement[:9])
                confirmed = tag if multiple else confirmed + 1

    def consume(self, queue):
        """Bodies, as they come, without acknowledging them; ends with the connection."""
        arguments = struct.pack("!H", 0) + short_string(queue) + short_string("reader") + b"\x02" + struct.pack("!I", 0)
        self.method(1, 60, 20, arguments)
        self.expect(60, 21)
        while True:
            kind, payload = self.read()
            if kind != 1 or struct.unpack("!HH", payload[:4]) != (60, 60):
                continue
            _, header = self.read()
            size = struct.unpack("!Q", header[4:12])[0]
            body = b""
            while len(body) < size:
                body += self.read()[1]
            yield body

    def close(self):
        self.socket.close()
