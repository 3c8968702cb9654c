"""kill -9 of replicas and of the platform under load, and a full queue: nothing lost, nothing wrong, no orphan.

Not among the default benchmarks: make bench ARGS="chaos".
"""
import asyncio
import os
import pathlib
import random
import signal
import subprocess
import time

from load import BODY, Client, Tally, clients
from platform_under_test import platform
from services import iris

NEEDS = []


def run(options):
    service = iris("iris", window="10s", maximum=3, target=4, extra="containerConcurrency: 8")
    limited = iris("full", maximum=1, extra="containerConcurrency: 1").replace(
        "  annotations:", '  annotations:\n    pilotlight.dev/queue-capacity: "100"')
    with platform(options.program, {"iris": service, "full": limited}) as ours:
        ours.wait("the services are known", lambda: "default/full" in ours.output())
        time.sleep(1)
        asyncio.run(replicas(ours))
        asyncio.run(queue(ours))
        asyncio.run(whole(ours))


async def replicas(ours):
    tally, end = Tally(), time.monotonic() + 20
    load = asyncio.create_task(clients(ours.port, "iris", 24, tally, lambda: time.monotonic() > end))
    kills = 0
    while time.monotonic() < end - 2:
        await asyncio.sleep(1.5)
        victims = replica_processes(ours)
        if victims:
            os.kill(random.choice(victims), signal.SIGKILL)
            kills += 1
    await load
    print(f"   {kills} replicas killed under load of 24 clients: {tally.line()}")
    if tally.wrong or tally.unanswered or set(tally.errors) - {502}:
        raise RuntimeError("a request was lost or answered wrongly")


async def queue(ours):
    """300 requests at once for a queue of 100 in front of a service at zero."""
    tally = Tally()
    await asyncio.gather(*(Client(ours.port, "full", tally).ask() for _ in range(300)))
    print(f"   300 at once, queue of 100, at zero: {tally.line()}")
    if tally.wrong or tally.unanswered or tally.right + tally.errors.get(503, 0) != 300:
        raise RuntimeError("a request was lost or answered wrongly")


async def whole(ours):
    lost, recoveries, orphans = Tally(), [], 0
    for _ in range(5):
        tally, dead = Tally(), False
        load = asyncio.create_task(clients(ours.port, "iris", 16, tally, lambda: dead))
        await asyncio.sleep(1.5)
        ours.process.kill()
        ours.process.wait()
        dead = True
        await load
        lost.right += tally.right
        lost.wrong += tally.wrong
        await asyncio.sleep(0.5)
        orphans += len(replica_processes(ours))
        began = time.monotonic()
        restart(ours)
        while True:
            check = Tally()
            if await Client(ours.port, "iris", check).ask() == 200 and check.right:
                break
            await asyncio.sleep(0.01)
        recoveries.append(time.monotonic() - began)
    print(f"   platform killed 5 times under load: {lost.right} right and {lost.wrong} wrong answers before, "
          f"{orphans} orphans 0.5 s after, answering again {min(recoveries):.2f} to {max(recoveries):.2f} s after restart")
    if lost.wrong or orphans:
        raise RuntimeError("a wrong answer or an orphan")


def restart(ours):
    ours.process = subprocess.Popen(ours.process.args, stdout=open(pathlib.Path(ours.folder, "output"), "a"),
                                    stderr=subprocess.STDOUT, cwd=pathlib.Path(__file__).resolve().parent.parent)


def replica_processes(ours):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != ours.process.pid:
            try:
                if f"{ours.folder}/data/pods/".encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
