"""2,000 requests at 200 concurrent against a service at zero, and the decisions that they lead to."""
import asyncio
import os
import time

from load import Client, Tally
from platform_under_test import platform
from services import iris

NEEDS = []


def run(options):
    with platform(options.program, {"iris": iris("iris", window="10s", maximum=8)}) as ours:
        ours.wait("the service is known", lambda: "default/iris" in ours.output())
        time.sleep(1)
        tally = Tally()
        began = time.perf_counter()
        asyncio.run(burst(ours.port, tally))
        print(f"   {time.perf_counter() - began:.2f} s: {tally.line()}")
        ours.wait("it is back at zero", lambda: "Back to zero" in ours.output(), 60)
        for line in ours.output().splitlines():
            if "default/iris" in line:
                print(f"   {line}")
        if tally.right != 2000:
            raise RuntimeError("not every request was answered rightly")


async def burst(port, tally):
    left = iter(range(2000))

    async def one():
        client = Client(port, "iris", tally)
        for _ in left:
            await client.ask()
        client.close()
    await asyncio.gather(*(one() for _ in range(200)))
