"""Work from a queue: 100,000 messages, replicas from 0 to 8 and back, consumers killed -9, the broker away.

Not among the default benchmarks: make bench ARGS="queue". With PILOTLIGHT_QUEUE_MESSAGES, PILOTLIGHT_QUEUE_OUTAGE
(seconds, 0 for none) and PILOTLIGHT_QUEUE_BROKERS (kafka,rabbitmq) it is shorter; PILOTLIGHT_QUEUE_KILL_EVERY sets the
seconds between two kills; with PILOTLIGHT_QUEUE_REPLICAS=4 the consumers are so many servers started by hand instead of
a platform's replicas. PILOTLIGHT_BENCH_TRACE=1 shows how it goes on.
"""
import contextlib
import os
import random
import signal
import subprocess
import threading
import time

from brokers import KINDS
from consumers import consumers, wait

NEEDS = ["kcat", "rabbitmq-server"]
TRACES = bool(os.environ.get("PILOTLIGHT_BENCH_TRACE"))


def run(options):
    messages = int(os.environ.get("PILOTLIGHT_QUEUE_MESSAGES", "100000"))
    outage = float(os.environ.get("PILOTLIGHT_QUEUE_OUTAGE", "120"))
    wanted = os.environ.get("PILOTLIGHT_QUEUE_BROKERS", "kafka,rabbitmq").split(",")
    for name in wanted:
        kind = KINDS[name]
        print(f"   -- {kind.name}", flush=True)
        with kind() as broker, consumers(options.program, broker) as ours:
            killing(ours, broker, messages)
            ours.drained()
            if outage > 0:
                away(ours, broker, messages // 4, outage)
                ours.drained()


def killing(ours, broker, messages):
    """From zero to the most replicas and through all messages, while consumers are killed."""
    if ours.starts_at_zero:
        time.sleep(5)
        if ours.processes():
            raise RuntimeError("a replica runs although the queue is empty")
    numbers = range(1, messages + 1)
    began, kills = time.monotonic(), 0
    sender = Sender(broker, numbers)
    watch = Watch(ours, broker, numbers)
    kill_every = float(os.environ.get("PILOTLIGHT_QUEUE_KILL_EVERY", broker.kill_every))
    next_kill = began + kill_every
    while broker.answers.missing(numbers):
        if time.monotonic() - began > 1800:
            raise RuntimeError(f"{broker.answers.missing(numbers)} of {messages} messages have no answer")
        processes = ours.processes()
        if time.monotonic() > next_kill and processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(processes), signal.SIGKILL)
                kills += 1
            next_kill = time.monotonic() + kill_every
        watch.look()
        time.sleep(0.2)
    seconds = time.monotonic() - began
    sender.join()
    duplicates = broker.answers.duplicates(numbers)
    print(f"   {messages} messages, a consumer killed -9 every {kill_every:.0f} s, {kills} in all: all answered in "
          f"{seconds:.0f} s, {messages / seconds:.0f} a second, {duplicates} answers twice "
          f"({duplicates / messages:.2%})")
    print(f"   replicas from 0 to {watch.most} that were ready at once" +
          (f", {ours.most} of them {watch.most_after:.1f} s after the first message" if watch.most >= ours.most else ""),
          flush=True)
    if watch.most < ours.most:
        raise RuntimeError(f"at most {watch.most} replicas were ready at once, and not {ours.most}")


def away(ours, broker, messages, seconds):
    """The broker goes away under load and comes back."""
    numbers = range(1_000_000, 1_000_000 + messages)
    sender = Sender(broker, numbers)
    wait(lambda: broker.answers.missing(numbers) < messages * 2 / 3, "the first answers", 300)
    before = len(ours.processes())
    broker.stop()
    watch = Watch(ours, broker, numbers)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        watch.look()
        time.sleep(0.5)
    missing = broker.answers.missing(numbers)
    broker.start()
    began = time.monotonic()
    wait(lambda: broker.answers.missing(numbers) < max(1, missing), "answers after the outage", 300)
    again = time.monotonic() - began
    wait(lambda: broker.answers.missing(numbers) == 0, "all answers after the outage", 900)
    sender.join()
    print(f"   broker away for {seconds:.0f} s under load with {missing} of {messages} messages unanswered, {before} "
          f"replicas before and {watch.fewest} to {watch.most} of them ready during it: answering again {again:.1f} s "
          f"after its return, all answered {time.monotonic() - began:.0f} s after, "
          f"{broker.answers.duplicates(numbers)} twice, {sender.repeated} of which may have been sent twice", flush=True)


class Watch:
    """How many replicas there are, now and at most."""

    def __init__(self, ours, broker, numbers):
        self.ours, self.broker, self.numbers = ours, broker, numbers
        self.began, self.most, self.most_after, self.fewest, self.traced = time.monotonic(), 0, 0.0, 1_000_000, 0.0

    def look(self):
        after = time.monotonic() - self.began
        ready = len(self.ours.ready_ports())
        if ready > self.most:
            self.most, self.most_after = ready, after
        self.fewest = min(self.fewest, ready)
        if TRACES and after >= self.traced + 5:
            self.traced = after
            print(f"      {after:5.0f} s: {ready} ready, {len(self.ours.processes())} processes, "
                  f"{self.broker.answers.missing(self.numbers)} unanswered", flush=True)


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
