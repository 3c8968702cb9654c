"""Work from a queue: 100,000 messages, replicas from 0 to 8 and back, consumers killed -9, the broker away.

Not among the default benchmarks: make bench ARGS="queue". With PILOTLIGHT_QUEUE_MESSAGES, PILOTLIGHT_QUEUE_OUTAGE
(seconds) and PILOTLIGHT_QUEUE_BROKERS (kafka,rabbitmq) it is shorter; with PILOTLIGHT_QUEUE_REPLICAS=4 the consumers are
so many servers started by hand instead of a platform's replicas.
"""
import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import tempfile
import threading
import time

from brokers import ROOT, Kafka, RabbitMQ
from platform_under_test import free_port, platform

NEEDS = ["kcat", "rabbitmq-server"]
MODELS = str(ROOT / "config/quickstart/models")


def run(options):
    messages = int(os.environ.get("PILOTLIGHT_QUEUE_MESSAGES", "100000"))
    outage = float(os.environ.get("PILOTLIGHT_QUEUE_OUTAGE", "120"))
    wanted = os.environ.get("PILOTLIGHT_QUEUE_BROKERS", "kafka,rabbitmq").split(",")
    for name, kind in (("kafka", Kafka), ("rabbitmq", RabbitMQ)):
        if name not in wanted:
            continue
        print(f"   -- {kind.name}")
        with kind() as broker, consumers(options.program, broker) as ours:
            first_message(ours, broker)
            killing(ours, broker, messages)
            away(ours, broker, messages // 4, outage)
            ours.drained()


# The consumers

@contextlib.contextmanager
def consumers(program, broker):
    by_hand = int(os.environ.get("PILOTLIGHT_QUEUE_REPLICAS", "0"))
    if by_hand:
        with ByHand(program, broker, by_hand) as ours:
            yield ours
    else:
        with platform(program, {"iris": manifest(broker)}) as running:
            yield ByPlatform(running)


def manifest(broker):
    queue = json.dumps(dict(broker.block, target=1000, maxBatch=64, cooldownPeriod=5))
    return f"""
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {{name: iris}}
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
    def __init__(self, running):
        self.running = running

    def pods(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.running.admin, timeout=10)
        connection.request("GET", "/api/v1/namespaces/default/pods")
        return json.loads(connection.getresponse().read())["items"]

    def ready_ports(self):
        ports = []
        for pod in self.pods():
            conditions = {c["type"]: c["status"] for c in pod.get("status", {}).get("conditions", [])}
            if conditions.get("Ready") == "True":
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
        self.running.wait("back at zero", lambda: not self.pods(), 300)
        print(f"   back at zero replicas {time.monotonic() - began:.0f} s after the last answer")

    starts_at_zero = True


class ByHand:
    """So many servers, each started again when it dies."""
    starts_at_zero = False

    def __init__(self, program, broker, count):
        self.program, self.broker, self.count = program, broker, count
        self.servers, self.ending = {}, False

    def __enter__(self):
        self.log = tempfile.NamedTemporaryFile(prefix="pilotlight-consumers-", suffix=".log", delete=False)
        for _ in range(self.count):
            self.start(free_port())
        threading.Thread(target=self.watch, daemon=True).start()
        return self

    def start(self, port):
        queue = json.dumps(dict(self.broker.block, maxBatch=64))
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
        return list(self.servers)

    def processes(self):
        return [server.pid for server in self.servers.values() if server.poll() is None]

    def drained(self):
        pass


# What is measured

def first_message(ours, broker):
    """From the first message in an empty queue to the first replica ready, less that replica's own start-up."""
    if not ours.starts_at_zero:
        return
    time.sleep(5)
    if ours.processes():
        raise RuntimeError("a replica runs although the queue is empty")
    broker.send([0])
    began = time.monotonic()
    wait(lambda: ours.ready_ports(), "a replica", 60)
    ready = time.monotonic() - began
    own = start_up(ours.ready_ports()[0])
    wait(lambda: broker.answers.missing([0]) == 0, "the first answer", 60)
    print(f"   first message to first replica ready {ready:.2f} s, less its own start-up {ready - own:.2f} s; "
          f"to its answer {time.monotonic() - began:.2f} s")


def start_up(port):
    """The replica's own phases in seconds, as its readiness probe tells them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/v2/health/ready")
    timing = connection.getresponse().getheader("server-timing") or ""
    return sum(float(value) for _, value in re.findall(r"(\w+);dur=([\d.]+)", timing)) / 1e3


def killing(ours, broker, messages):
    numbers = range(1, messages + 1)
    began, kills, most = time.monotonic(), 0, 0
    sender = Sender(broker, numbers)
    kill_every = float(os.environ.get("PILOTLIGHT_QUEUE_KILL_EVERY", broker.kill_every))
    next_kill = began + kill_every
    while broker.answers.missing(numbers):
        if time.monotonic() - began > 1800:
            raise RuntimeError(f"{broker.answers.missing(numbers)} of {messages} messages have no answer")
        processes = ours.processes()
        most = max(most, len(processes))
        if time.monotonic() > next_kill and processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(processes), signal.SIGKILL)
                kills += 1
            next_kill = time.monotonic() + kill_every
        time.sleep(0.2)
    seconds = time.monotonic() - began
    sender.join()
    duplicates = broker.answers.duplicates(numbers)
    print(f"   {messages} messages, {kills} consumers killed -9, at most {most} at once: all answered in {seconds:.0f} s, "
          f"{messages / seconds:.0f} a second, {duplicates} answers twice ({duplicates / messages:.2%})")


def away(ours, broker, messages, seconds):
    """The broker goes away under load and comes back."""
    numbers = range(1_000_000, 1_000_000 + messages)
    sender = Sender(broker, numbers)
    wait(lambda: broker.answers.missing(numbers) < messages * 2 / 3, "the first answers", 300)
    before = len(ours.processes())
    broker.stop()
    time.sleep(seconds)
    missing = broker.answers.missing(numbers)
    during = len(ours.processes())
    broker.start()
    began = time.monotonic()
    wait(lambda: broker.answers.missing(numbers) < max(1, missing), "answers after the outage", 300)
    again = time.monotonic() - began
    wait(lambda: broker.answers.missing(numbers) == 0, "all answers after the outage", 900)
    sender.join()
    print(f"   broker away for {seconds:.0f} s under load with {missing} of {messages} messages unanswered, {before} "
          f"replicas before and {during} during it: answering again {again:.1f} s after its return, all answered "
          f"{time.monotonic() - began:.0f} s after, {broker.answers.duplicates(numbers)} twice, "
          f"{sender.repeated} of which may have been sent twice")


class Sender(threading.Thread):
    """Sends messages in pieces, each again until the broker has taken it."""
    PIECE = 1000

    def __init__(self, broker, numbers):
        super().__init__(daemon=True)
        self.broker, self.numbers, self.repeated = broker, list(numbers), 0
        self.start()

    def run(self):
        for start in range(0, len(self.numbers), self.PIECE):
            piece = self.numbers[start:start + self.PIECE]
            is_repeated = False
            while True:
                try:
                    self.broker.send(piece)
                    break
                except (OSError, subprocess.CalledProcessError):
                    self.repeated += 0 if is_repeated else len(piece)
                    is_repeated = True
                    time.sleep(0.5)


def wait(condition, what, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {seconds} s: {what}")
        time.sleep(0.02)
