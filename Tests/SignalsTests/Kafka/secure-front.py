"""A listener with TLS and SASL in front of a Kafka broker that knows neither, for tests of the client.

It answers what comes before the authentication itself, and hands on everything behind it, with the broker's port
replaced by its own in what the broker says of itself.

usage: secure-front.py PORT BROKER-PORT CERTIFICATE KEY; the user is "u" with the password "p", the token "the-token"
"""
import base64
import hashlib
import hmac
import os
import socket
import ssl
import struct
import sys
import threading

USERS = {"u": "p"}
TOKEN = "the-token"
SCRAM = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
MECHANISMS = ["PLAIN", "OAUTHBEARER", *SCRAM]
API_VERSIONS, SASL_HANDSHAKE, SASL_AUTHENTICATE = 18, 17, 36
UNSUPPORTED_VERSION, UNSUPPORTED_MECHANISM, AUTHENTICATION_FAILED = 35, 33, 58


def receive(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def receive_frame(connection):
    return receive(connection, struct.unpack(">i", receive(connection, 4))[0])


def send_frame(connection, data):
    connection.sendall(struct.pack(">i", len(data)) + data)


def conversation(mechanism):
    """Takes what the client sends; gives the answer to it, and whether that was the last."""
    token = yield
    if mechanism == "PLAIN":
        _, user, password = token.decode().split("\0")
        if USERS.get(user) != password:
            raise PermissionError("wrong user or password")
        yield b"", True
    elif mechanism == "OAUTHBEARER":
        if f"auth=Bearer {TOKEN}\x01" not in token.decode():
            raise PermissionError("wrong token")
        yield b"", True
    else:
        digest = SCRAM[mechanism]
        bare = token.decode()[3:]
        fields = dict(field.split("=", 1) for field in bare.split(","))
        salt, rounds = os.urandom(16), 4096
        nonce = fields["r"] + base64.b64encode(os.urandom(12)).decode()
        first = f"r={nonce},s={base64.b64encode(salt).decode()},i={rounds}"
        final = (yield first.encode(), False).decode()
        without, proof = final.rsplit(",p=", 1)
        salted = hashlib.pbkdf2_hmac(digest, USERS.get(fields["n"], "").encode(), salt, rounds)
        text = f"{bare},{first},{without}".encode()
        client = hmac.new(salted, b"Client Key", digest).digest()
        signature = hmac.new(hashlib.new(digest, client).digest(), text, digest).digest()
        if bytes(a ^ b for a, b in zip(client, signature)) != base64.b64decode(proof):
            raise PermissionError("wrong user or password")
        server = hmac.new(salted, b"Server Key", digest).digest()
        yield b"v=" + base64.b64encode(hmac.new(server, text, digest).digest()), True


def authenticate(client, broker):
    state = None
    while True:
        request = receive_frame(client)
        key, version, number = struct.unpack(">hhi", request[:8])
        body = request[10 + max(0, struct.unpack(">h", request[8:10])[0]):]
        head = struct.pack(">i", number)
        if key == API_VERSIONS and version > 0:
            send_frame(client, head + struct.pack(">hihhh", UNSUPPORTED_VERSION, 1, API_VERSIONS, 0, 0))
        elif key == API_VERSIONS:
            send_frame(broker, request)
            answer = receive_frame(broker)
            error, count = struct.unpack(">hi", answer[4:10])
            more = struct.pack(">hhhhhh", SASL_HANDSHAKE, 0, 1, SASL_AUTHENTICATE, 0, 1)
            send_frame(client, answer[:4] + struct.pack(">hi", error, count + 2) + answer[10:] + more)
        elif key == SASL_HANDSHAKE:
            mechanism = body[2:2 + struct.unpack(">h", body[:2])[0]].decode()
            names = b"".join(struct.pack(">h", len(name)) + name.encode() for name in MECHANISMS)
            error = 0 if mechanism in MECHANISMS else UNSUPPORTED_MECHANISM
            send_frame(client, head + struct.pack(">hi", error, len(MECHANISMS)) + names)
            state = conversation(mechanism)
            next(state)
        elif key == SASL_AUTHENTICATE:
            lifetime = struct.pack(">q", 0) if version else b""
            try:
                answer, is_last = state.send(body[4:4 + struct.unpack(">i", body[:4])[0]])
            except PermissionError as error:
                words = str(error).encode()
                refusal = struct.pack(">hh", AUTHENTICATION_FAILED, len(words)) + words + struct.pack(">i", 0)
                send_frame(client, head + refusal + lifetime)
                raise
            send_frame(client, head + struct.pack(">hhi", 0, -1, len(answer)) + answer + lifetime)
            if is_last:
                return
        else:
            raise PermissionError(f"request {key} before the authentication")


def pass_on(client, broker):
    try:
        while data := client.recv(65536):
            broker.sendall(data)
    except OSError:
        pass
    broker.close()


def serve(connection, context, port, broker_port):
    try:
        client = context.wrap_socket(connection, server_side=True)
        broker = socket.create_connection(("127.0.0.1", broker_port))
        authenticate(client, broker)
        threading.Thread(target=pass_on, args=(client, broker), daemon=True).start()
        theirs, ours = (b"127.0.0.1" + struct.pack(">i", number) for number in (broker_port, port))
        while True:
            send_frame(client, receive_frame(broker).replace(theirs, ours))
    except (OSError, EOFError):
        connection.close()


def main():
    port, broker_port = int(sys.argv[1]), int(sys.argv[2])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, context, port, broker_port), daemon=True).start()


main()
