"""Starts `pilotlight up` with given services in a folder of its own, and ends it with everything it started."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Platform:
    def __init__(self, process, port, admin, folder):
        self.process, self.port, self.admin, self.folder = process, port, admin, folder

    def request(self, host, path="/", body=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        connection.request("POST" if body is not None else "GET", path, body=body, headers={"host": host})
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response.status, dict((k.lower(), v) for k, v in response.getheaders()), data

    def status(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=10)
        connection.request("GET", "/api/status")
        return json.loads(connection.getresponse().read())

    def metric(self, name):
        """A metric's samples, added up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=10)
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)

    def wait(self, what, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, ValueError, KeyError, http.client.HTTPException):
                if condition():
                    return
            if self.process.poll() is not None:
                raise RuntimeError("the platform ended: " + self.output())
            time.sleep(0.02)
        raise RuntimeError(f"not within {seconds} s: {what}\n" + self.output())

    def whole_output(self):
        return pathlib.Path(self.folder, "output").read_text()

    def output(self):
        return self.whole_output()[-20_000:]

    def cpu_seconds(self):
        """CPU time of all threads of the platform's own process, replicas excluded."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def rss_bytes(self):
        return rss_bytes(self.process.pid)


def rss_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def cpu_seconds(pid):
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


@contextlib.contextmanager
def platform(program, manifests, arguments=()):
    with tempfile.TemporaryDirectory(prefix="pilotlight-bench-") as folder:
        services = pathlib.Path(folder, "services")
        services.mkdir()
        for name, text in manifests.items():
            (services / f"{name}.yaml").write_text(text)
        port, admin = free_port(), free_port()
        output = open(pathlib.Path(folder, "output"), "w")
        process = subprocess.Popen(
            [program, "up", str(services), "--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin}",
             "--data-dir", f"{folder}/data", *arguments],
            stdout=output, stderr=subprocess.STDOUT, cwd=pathlib.Path(__file__).resolve().parent.parent)
        running = Platform(process, port, admin, folder)
        try:
            running.wait("the platform listens", lambda: running.status() is not None)
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            output.close()


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
