"""Queues in quiet: from the first message to the first replica, and what it costs to look at up to 1,000 of them.

Not among the default benchmarks: make bench ARGS="queue-quiet". PILOTLIGHT_QUEUE_BROKERS (kafka,rabbitmq),
PILOTLIGHT_QUEUE_TRIALS (9) and PILOTLIGHT_QUEUE_OBJECTS (0,1,100,1000) make it shorter, PILOTLIGHT_QUEUE_SECONDS (60)
says for how long polling is measured.
"""
import json
import os
import random
import re
import subprocess
import time

from brokers import KINDS
from consumers import ByPlatform, service, start_up, wait
from platform_under_test import median, platform

NEEDS = ["kcat", "rabbitmq-server", "ss"]
# By then nothing has moved for so long that triggers are asked at their slowest pace.
QUIET = 30


def run(options):
    wanted = os.environ.get("PILOTLIGHT_QUEUE_BROKERS", "kafka,rabbitmq").split(",")
    trials = int(os.environ.get("PILOTLIGHT_QUEUE_TRIALS", "9"))
    counts = [int(count) for count in os.environ.get("PILOTLIGHT_QUEUE_OBJECTS", "0,1,100,1000").split(",") if count]
    for name in wanted:
        print(f"   -- {KINDS[name].name}", flush=True)
        if trials:
            first_messages(options.program, KINDS[name], trials)
        for count in counts:
            polling(options.program, KINDS[name], count)


def first_messages(program, kind, trials):
    """Every trial is a service of its own, so that each queue has been quiet for long."""
    names = [f"s{trial}" for trial in range(trials)]
    with kind(queues=names) as broker:
        manifests = {name: service(name, broker.block(name)) for name in names}
        with platform(program, manifests) as running:
            ours = ByPlatform(running)
            time.sleep(QUIET)
            if ours.processes():
                raise RuntimeError("a replica runs although the queues are empty")
            seconds = [first_message(ours, broker, number, name) for number, name in enumerate(names)]
    print(f"   first message in an empty queue to first replica ready, less the replica's own start-up: median "
          f"{median([notice for notice, _ in seconds]):.2f} s, {min(seconds)[0]:.2f} to {max(seconds)[0]:.2f} s, "
          f"{trials} trials; to its answer {median([answer for _, answer in seconds]):.2f} s", flush=True)


def first_message(ours, broker, number, queue):
    # The moment of a message has nothing to do with that of a look.
    time.sleep(random.uniform(1, 8))
    broker.send([number], queue)
    began = time.monotonic()
    wait(lambda: ours.ready_ports(queue), "a replica", 60)
    ready = time.monotonic() - began
    own = start_up(ours.ready_ports(queue)[0])
    wait(lambda: broker.answers.missing([number]) == 0, "the first answer", 60)
    return ready - own, time.monotonic() - began


def polling(program, kind, count):
    """What so many ScaledObjects on one broker cost while nothing happens."""
    seconds = float(os.environ.get("PILOTLIGHT_QUEUE_SECONDS", "60"))
    names = [f"q{number}" for number in range(count)]
    with kind(queues=names, **({"partitions": 1} if kind.__name__ == "Kafka" else {})) as broker:
        objects = "---\n".join(scaled_object(name, broker.trigger(name)) for name in names)
        with platform(program, {"objects": objects}) as running:
            time.sleep(QUIET)
            wait(lambda: len(queue_objects(running)) == count, f"{count} ScaledObjects", 120, every=1)
            wait(lambda: all(entry.get("ready") for entry in queue_objects(running)), "all are read", 120, every=1)
            time.sleep(15)
            began, cpu, looks = time.monotonic(), running.cpu_seconds(), polls(running)
            sent = segments(running.process.pid, broker.port)
            time.sleep(seconds)
            lasted = time.monotonic() - began
            cpu, looks = running.cpu_seconds() - cpu, polls(running) - looks
            after = segments(running.process.pid, broker.port)
            requests = sum(after[key] - sent.get(key, 0) for key in after)
            print(f"   {count:5} ScaledObjects: {looks / lasted:6.1f} looks a second, {len(after)} connections to the "
                  f"broker, {requests / lasted:6.1f} segments sent a second, {1e3 * cpu / lasted:6.2f} ms CPU a second "
                  f"({3600 * cpu / lasted:.1f} s an hour), {running.rss_bytes() >> 20} MiB", flush=True)


def scaled_object(name, trigger):
    spec = {"scaleTargetRef": {"name": name}, "minReplicaCount": 0, "triggers": [trigger]}
    container = {"name": "worker", "image": "busybox", "command": ["sleep", "3600"]}
    deployment = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {"replicas": 0, "selector": {"matchLabels": {"app": name}},
                 "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}}}
    scaled = {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": name}, "spec": spec}
    return json.dumps(deployment) + "\n---\n" + json.dumps(scaled) + "\n"


def queue_objects(running):
    return running.status()["scaledObjects"]


def polls(running):
    return running.metric("pilotlight_autoscaler_trigger_latency_seconds_count")


def segments(process, port):
    """Segments with data that a process has sent to a port, by connection."""
    text = subprocess.run(["ss", "-tniOp", "state", "established", f"dport = :{port}"], capture_output=True, text=True,
                          check=True).stdout
    found = {}
    for line in text.splitlines():
        if f"pid={process}," in line:
            source = re.search(r"\S+:\d+", line)
            sent = re.search(r"data_segs_out:(\d+)", line)
            found[source.group(0)] = int(sent.group(1)) if sent else 0
    return found
