"""Brokers for the benchmark of queues, in processes of their own: Kafka as librdkafka plays it, and RabbitMQ itself."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import amqp
from platform_under_test import free_port

ROOT = pathlib.Path(__file__).resolve().parent.parent
IDENTITY = re.compile(rb'"id":"(\d+)"')


def request(number):
    """A V2 request whose id is a number."""
    return (b'{"id":"%d","inputs":[{"name":"input-0","shape":[1,4],"datatype":"FP32","data":[6.8,2.8,4.8,%d.4]}]}'
            % (number, number % 7))


class Answers:
    """How often each id was answered."""

    def __init__(self):
        self.counts, self.lock, self.first = {}, threading.Lock(), None

    def add(self, body):
        found = IDENTITY.search(body)
        if found is None:
            return
        with self.lock:
            number = int(found.group(1))
            self.counts[number] = self.counts.get(number, 0) + 1

    def missing(self, numbers):
        with self.lock:
            return sum(number not in self.counts for number in numbers)

    def duplicates(self, numbers):
        with self.lock:
            return sum(self.counts.get(number, 1) - 1 for number in numbers)


def built(product):
    """A program of ours that `make bench` builds besides Pilotlight itself."""
    found = [path for path in (ROOT / ".build/release" / product, ROOT / ".build/debug" / product) if path.exists()]
    if not found:
        raise RuntimeError(f"{product} is not built: swift build --product {product}")
    return str(found[0])


class Kafka:
    name = "Kafka (librdkafka's cluster in a process of its own)"
    # A group waits for a dead member until its session is over, six seconds here. Killed more often than that, it would
    # do nothing but wait.
    kill_every = 10

    def __init__(self, queues=("requests",), partitions=16):
        self.queues, self.partitions = queues, partitions

    def __enter__(self):
        # The cluster keeps about five megabytes of a partition, which is why there are many.
        topics = [f"{queue}:{self.partitions}:1" for queue in self.queues] + ["results:16:1", "failed:1:1"]
        self.peer = subprocess.Popen([built("kafka-peer"), "--brokers", "1", "--topics", *topics],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.servers = json.loads(self.peer.stdout.readline())["bootstrapServers"]
        self.answers, self.reading, self.reader = Answers(), True, None
        threading.Thread(target=self.read, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.reading = False
        if self.reader:
            self.reader.kill()
        self.peer.stdin.close()
        self.peer.wait()

    def read(self):
        """kcat gives up when all brokers are away, and begins again at the beginning."""
        seen = set()
        while self.reading:
            self.reader = subprocess.Popen(["kcat", "-C", "-u", "-q", "-b", self.servers, "-t", "results", "-o",
                                            "beginning", "-f", "%p/%o %s\\n"], stdout=subprocess.PIPE,
                                           stderr=subprocess.DEVNULL)
            for line in self.reader.stdout:
                place, _, body = line.partition(b" ")
                if place not in seen:
                    seen.add(place)
                    self.answers.add(body)
            time.sleep(0.2)

    @property
    def port(self):
        return int(self.servers.rsplit(":", 1)[1])

    def block(self, queue="requests"):
        return {"kafka": {"bootstrapServers": self.servers, "topic": queue, "consumerGroup": f"scorer-of-{queue}",
                          "resultTopic": "results", "deadLetterTopic": "failed", "sessionTimeoutSeconds": 6}}

    def trigger(self, queue):
        """As a ScaledObject has it."""
        return {"type": "kafka", "metadata": {"bootstrapServers": self.servers, "topic": queue,
                                              "consumerGroup": f"scorer-of-{queue}", "lagThreshold": "500"}}

    def send(self, numbers, queue="requests"):
        lines = b"\n".join(request(number) for number in numbers) + b"\n"
        # Each to a partition of its own choice: what goes to the same one for a while is more than the cluster keeps.
        subprocess.run(["kcat", "-P", "-b", self.servers, "-t", queue, "-X", "message.timeout.ms=5000", "-X",
                        "sticky.partitioning.linger.ms=0"],
                       input=lines, check=True, stderr=subprocess.DEVNULL)

    def stop(self):
        self.command("down 1")

    def start(self):
        self.command("up 1")

    def command(self, line):
        self.peer.stdin.write(line + "\n")
        self.peer.stdin.flush()
        self.peer.stdout.readline()


class RabbitMQ:
    name = "RabbitMQ"
    kill_every = 3

    def __init__(self, queues=("requests",)):
        self.queues = queues

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pilotlight-rabbit-")
        self.port, self.distribution, self.mapper = free_port(), free_port(), free_port()
        self.answers = Answers()
        self.process, self.reading = None, False
        try:
            self.start()
            connection = amqp.Connection(self.port)
            for queue in (*self.queues, "results", "failed"):
                connection.declare(queue)
            connection.close()
        except BaseException:
            self.__exit__()
            raise
        self.reading = True
        threading.Thread(target=self.read, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.reading = False
        self.stop()
        subprocess.run(["epmd", "-port", str(self.mapper), "-kill"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        self.folder.cleanup()

    def read(self):
        while self.reading:
            with contextlib.suppress(OSError):
                for body in amqp.Connection(self.port, timeout=None).consume("results"):
                    self.answers.add(body)
            time.sleep(0.2)

    @property
    def address(self):
        return f"amqp://guest:guest@127.0.0.1:{self.port}"

    def block(self, queue="requests"):
        return {"rabbitmq": {"uri": self.address, "queue": queue, "resultQueue": "results",
                             "deadLetterQueue": "failed"}}

    def trigger(self, queue):
        """As a ScaledObject has it."""
        return {"type": "rabbitmq", "metadata": {"host": self.address, "queueName": queue, "mode": "QueueLength",
                                                 "value": "500"}}

    def send(self, numbers, queue="requests"):
        connection = amqp.Connection(self.port)
        connection.publish(queue, [request(number) for number in numbers])
        connection.close()

    def start(self):
        folder = self.folder.name
        pathlib.Path(folder, "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nloopback_users = none\nlog.file.level = warning\n")
        pathlib.Path(folder, "enabled_plugins").write_text("[].")
        environment = dict(
            os.environ, RABBITMQ_NODENAME=f"pilotlight{self.port}@localhost",
            RABBITMQ_CONFIG_FILE=f"{folder}/rabbitmq.conf", RABBITMQ_ENABLED_PLUGINS_FILE=f"{folder}/enabled_plugins",
            RABBITMQ_MNESIA_BASE=f"{folder}/mnesia", RABBITMQ_LOG_BASE=f"{folder}/log", HOME=folder,
            RABBITMQ_DIST_PORT=str(self.distribution), RUNNING_UNDER_SYSTEMD="true", ERL_EPMD_ADDRESS="127.0.0.1",
            ERL_EPMD_PORT=str(self.mapper),
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +sbwt none")
        program = "/usr/lib/rabbitmq/bin/rabbitmq-server"
        if not os.access(program, os.X_OK):
            program = shutil.which("rabbitmq-server")
        self.process = subprocess.Popen([program], env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                return amqp.Connection(self.port).close()
            time.sleep(0.1)
        raise RuntimeError("RabbitMQ does not start")

    def stop(self):
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


KINDS = {"kafka": Kafka, "rabbitmq": RabbitMQ}
