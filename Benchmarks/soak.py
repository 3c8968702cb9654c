"""Ten minutes of load that rises, falls, bursts and pauses, on three services at once.

Not among the default benchmarks: make bench ARGS="soak". --seconds sets the length (600).
"""
import asyncio
import collections
import math
import re
import time

from load import Client, Tally
from platform_under_test import platform
from services import iris

NEEDS = []


def shape_wave(t):
    """Rises and falls every two minutes."""
    return 2 + 14 * (1 - math.cos(t / 120 * 2 * math.pi)) / 2


def shape_bursts(t):
    """Ten seconds of a burst each minute, little in between."""
    return 30 if t % 60 < 10 else 1


def shape_pauses(t):
    """A minute and a half of steady load, then a minute and a half of nothing."""
    return 6 if t % 180 < 90 else 0


SHAPES = {"wave": shape_wave, "bursts": shape_bursts, "pauses": shape_pauses}


def run(options):
    length = options.seconds if options.seconds > 30 else 600
    services = {name: iris(name, window="20s", maximum=4, target=8) for name in SHAPES}
    with platform(options.program, services) as ours:
        ours.wait("the services are known", lambda: all(f"default/{name}" in ours.output() for name in SHAPES))
        time.sleep(1)
        tallies = {name: Tally() for name in SHAPES}
        asyncio.run(everything(ours, tallies, length))
        for name, tally in tallies.items():
            steps = scales(ours.whole_output(), name)
            turns = sum(1 for (a, b), (c, d) in zip(steps, steps[1:]) if (b - a) * (d - c) < 0)
            print(f"   {name:8} {tally.line()}")
            print(f"            replicas {' '.join(f'{a}>{b}' for a, b in steps)}; changes of direction {turns}")
        if any(t.wrong or t.unanswered or t.errors for t in tallies.values()):
            raise RuntimeError("there were errors")


def scales(output, name):
    steps = re.findall(rf"default/{name}\s+(?:Scaled from (\d+) to (\d+)|Back to zero from (\d+))", output)
    return [(int(a or c), int(b or 0)) for a, b, c in steps]


async def everything(ours, tallies, length):
    began = time.monotonic()
    await asyncio.gather(*(service(ours.port, name, SHAPES[name], tallies[name], began, length) for name in SHAPES))


async def service(port, name, shape, tally, began, length):
    """Keeps as many clients busy as the shape says; each asks, thinks for 20 ms, asks again."""
    active = collections.deque()

    async def one(stop):
        client = Client(port, name, tally)
        while not stop.is_set():
            await client.ask()
            await asyncio.sleep(0.02)
        client.close()

    while (t := time.monotonic() - began) < length:
        wanted = round(shape(t))
        while len(active) < wanted:
            stop = asyncio.Event()
            active.append((stop, asyncio.create_task(one(stop))))
        while len(active) > wanted:
            stop, task = active.popleft()
            stop.set()
        await asyncio.sleep(0.25)
    for stop, _ in active:
        stop.set()
    await asyncio.gather(*(task for _, task in active))
