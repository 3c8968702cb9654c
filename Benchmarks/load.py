"""A load generator for correctness rather than speed: every answer is compared with the right one."""
import asyncio
import time

BODY = '{"instances": [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}'
ANSWER = b'{"predictions":[1,1]}'


class Tally:
    def __init__(self):
        self.right = self.wrong = self.unanswered = 0
        self.errors = {}
        self.latencies = []

    def line(self):
        errors = ", ".join(f"{count} x {status}" for status, count in sorted(self.errors.items())) or "no error"
        ordered = sorted(self.latencies) or [0]
        p50, p99 = ordered[len(ordered) // 2] * 1e3, ordered[int(len(ordered) * 0.99)] * 1e3
        return (f"{self.right} right, {self.wrong} wrong, {self.unanswered} without answer, {errors}; "
                f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {ordered[-1] * 1e3:.1f} ms")


class Client:
    """One keep-alive connection."""

    def __init__(self, port, service, tally):
        self.port, self.service, self.tally = port, service, tally
        self.reader = self.writer = None

    async def ask(self, body=BODY, expected=ANSWER):
        began = time.perf_counter()
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.writer.write((f"POST /v1/models/{self.service}:predict HTTP/1.1\r\n"
                               f"host: {self.service}.default.localhost\r\ncontent-type: application/json\r\n"
                               f"content-length: {len(body)}\r\n\r\n{body}").encode())
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            status = int(head.split(" ", 2)[1])
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            data = await self.reader.readexactly(int(fields.get("content-length", 0)))
            if fields.get("connection") == "close":
                self.close()
        except (OSError, EOFError, asyncio.IncompleteReadError):
            self.tally.unanswered += 1
            self.close()
            await asyncio.sleep(0.005)
            return 0
        self.tally.latencies.append(time.perf_counter() - began)
        if status != 200:
            self.tally.errors[status] = self.tally.errors.get(status, 0) + 1
        elif data.strip() == expected:
            self.tally.right += 1
        else:
            self.tally.wrong += 1
        return status

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def clients(port, service, count, tally, until):
    """`count` clients that ask without pause until `until()`."""
    async def one():
        client = Client(port, service, tally)
        while not until():
            await client.ask()
        client.close()
    await asyncio.gather(*(one() for _ in range(count)))
