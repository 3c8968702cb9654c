"""A small HTTP server with good and bad manners, for tests of the client.

Arguments: `tcp`, `tls CERTIFICATE KEY` or `unix PATH`. Prints the port it listens on (0 for a Unix socket), then serves
until its standard input ends.
"""

import http.server
import json
import os
import socketserver
import ssl
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

sent = 0
stalled = 0
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def address_string(self):
        return "client"

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_any(self):
        global sent, stalled
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if url.path == "/echo":
            connection = self.client_address[1] if isinstance(self.client_address, tuple) else 0
            self.answer(200, json.dumps({
                "method": self.command, "path": self.path, "headers": list(self.headers.items()),
                "body": body.hex(), "connection": connection,
            }).encode(), [("X-Twice", "a"), ("X-Twice", "b"), ("X-Empty", "")])
        elif url.path.startswith("/status/"):
            self.answer(int(url.path.rsplit("/", 1)[1]), b"said so")
        elif url.path == "/redirect":
            self.answer(302, b"elsewhere", [("Location", query["to"])])
        elif url.path == "/slow":
            time.sleep(float(query["seconds"]))
            self.answer(200, b"late")
        elif url.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for number in range(int(query["count"])):
                piece = f"chunk {number}\n".encode()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
            self.wfile.write(b"0\r\nX-Trailer: late\r\n\r\n")
        elif url.path == "/big":
            size = int(query["bytes"])
            self.send_response(200)
            self.send_header("Content-Length", str(size))
            self.end_headers()
            with lock:
                sent = 0
            piece = bytes(range(256)) * 64
            while size > 0:
                self.wfile.write(piece[:size])
                with lock:
                    sent += min(len(piece), size)
                size -= len(piece)
        elif url.path == "/sent":
            self.answer(200, str(sent).encode())
        elif url.path == "/stall":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"begun")
            with lock:
                stalled += 1
            # Ends when the client goes away.
            while self.connection.recv(1):
                pass
            with lock:
                stalled -= 1
            self.close_connection = True
        elif url.path == "/stalled":
            self.answer(200, str(stalled).encode())
        elif url.path == "/truncated":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"only this")
            self.close_connection = True
        elif url.path == "/garbage":
            self.wfile.write(b"\x00\x01 this is no HTTP\r\n\r\n")
            self.close_connection = True
        elif url.path == "/flood":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(20000):
                self.wfile.write(b"x-header-%d: %s\r\n" % (number, b"v" * 80))
            self.wfile.write(b"\r\n")
            self.close_connection = True
        elif url.path == "/interim":
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\n")
            self.answer(200, b"final", [("X-Final", "1")])
        elif url.path == "/silent":
            self.close_connection = True
        else:
            self.answer(404, b"no such path")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def main():
    kind = sys.argv[1]
    if kind == "unix":
        Handler.disable_nagle_algorithm = False
        server = UnixServer(sys.argv[2], Handler)
        port = 0
    else:
        server = Server(("127.0.0.1", 0), Handler)
        port = server.server_address[1]
    if kind == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


main()
