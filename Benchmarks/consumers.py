"""Who takes from the queue in the benchmark of queues: the replicas of a platform, or servers started by hand."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time

from brokers import ROOT
from platform_under_test import free_port, platform

MODELS = str(ROOT / "config/quickstart/models")


@contextlib.contextmanager
def consumers(program, broker):
    by_hand = int(os.environ.get("PILOTLIGHT_QUEUE_REPLICAS", "0"))
    if by_hand:
        with ByHand(program, broker, by_hand) as ours:
            yield ours
    else:
        with platform(program, {"iris": service("iris", broker.block())}) as running:
            yield ByPlatform(running)


def service(name, block):
    """An InferenceService that takes its work from a queue."""
    queue = json.dumps(dict(block, target=500, maxBatch=64, cooldownPeriod=15))
    return f"""
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {{name: {name}}}
spec:
  predictor:
    minReplicas: 0
    maxReplicas: 8
    model:
      modelFormat: {{name: onnx}}
      storageUri: {MODELS}/iris
    queue: {queue}
"""


class ByPlatform:
    starts_at_zero = True
    most = 8

    def __init__(self, running):
        self.running = running

    def pods(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.running.admin, timeout=10)
        connection.request("GET", "/api/v1/namespaces/default/pods")
        return json.loads(connection.getresponse().read())["items"]

    def ready_ports(self, name="iris"):
        """Where the replicas of a service that are ready listen."""
        ports = []
        for pod in self.pods():
            conditions = {c["type"]: c["status"] for c in pod.get("status", {}).get("conditions", [])}
            if conditions.get("Ready") == "True" and pod["metadata"]["name"].startswith(f"{name}-predictor-"):
                ports.append(int(pod["metadata"]["annotations"]["pilotlight.dev/port"]))
        return ports

    def processes(self):
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != self.running.process.pid:
                with contextlib.suppress(OSError):
                    if f"{self.running.folder}/data/pods/".encode() in (entry / "cmdline").read_bytes():
                        found.append(int(entry.name))
        return found

    def drained(self):
        began = time.monotonic()
        self.running.wait("back at zero", lambda: not self.pods() and not self.processes(), 300)
        print(f"   back at 0 replicas {time.monotonic() - began:.0f} s after the last answer")


class ByHand:
    """So many servers, each started again when it dies."""
    starts_at_zero = False

    def __init__(self, program, broker, count):
        self.program, self.broker, self.most = program, broker, count
        self.servers, self.ending = {}, False

    def __enter__(self):
        self.log = tempfile.NamedTemporaryFile(prefix="pilotlight-consumers-", suffix=".log", delete=False)
        for _ in range(self.most):
            self.start(free_port())
        threading.Thread(target=self.watch, daemon=True).start()
        return self

    def start(self, port):
        queue = json.dumps(dict(self.broker.block(), maxBatch=64))
        self.servers[port] = subprocess.Popen(
            [self.program, "serve", "--name", "iris", "--model-dir", f"{MODELS}/iris", "--port", str(port),
             "--threads", "1"],
            env=dict(os.environ, PILOTLIGHT_QUEUE=queue), stdout=self.log, stderr=self.log)

    def watch(self):
        while not self.ending:
            for port, server in list(self.servers.items()):
                if server.poll() is not None and not self.ending:
                    self.start(port)
            time.sleep(0.1)

    def __exit__(self, *_):
        self.ending = True
        for server in self.servers.values():
            server.send_signal(signal.SIGTERM)
        statuses = []
        for server in self.servers.values():
            try:
                statuses.append(server.wait(timeout=40))
            except subprocess.TimeoutExpired:
                server.kill()
                statuses.append("hung")
        print(f"   on SIGTERM the consumers ended with {sorted(map(str, statuses))}")

    def ready_ports(self):
        return [port for port, server in list(self.servers.items()) if server.poll() is None]

    def processes(self):
        return [server.pid for server in self.servers.values() if server.poll() is None]

    def drained(self):
        pass


def start_up(port):
    """The replica's own phases in seconds, as its readiness probe tells them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/v2/health/ready")
    timing = connection.getresponse().getheader("server-timing") or ""
    return sum(float(value) for _, value in re.findall(r"(\w+);dur=([\d.]+)", timing)) / 1e3


def wait(condition, what, seconds, every=0.02):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {seconds} s: {what}")
        time.sleep(every)
