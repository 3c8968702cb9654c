"""Events a second and core of the simulator, beside SimPy on the same M/M/c queue; a day of services; memory."""
import os
import re
import statistics
import subprocess
import sys
import time

NEEDS = ["swift", "python3"]

PEER = r'''
import random, sys, time
import simpy
servers, customers = int(sys.argv[1]), int(sys.argv[2])
rate = 0.9 * servers
random.seed(1)
environment = simpy.Environment()
counter = simpy.Resource(environment, capacity=servers)
waits = []

def customer():
    arrived = environment.now
    with counter.request() as place:
        yield place
        waits.append(environment.now - arrived)
        yield environment.timeout(random.expovariate(1.0))

def source():
    for _ in range(customers):
        yield environment.timeout(random.expovariate(rate))
        environment.process(customer())

environment.process(source())
start = time.process_time()
environment.run()
seconds = time.process_time() - start
print(f"simpy events={2 * customers} cpu_s={seconds} events_per_s={2 * customers / seconds} wq={sum(waits) / len(waits)}")
'''


def measure(command, environment=None):
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    line = output.strip().splitlines()[-1]
    return {name: float(value) for name, value in re.findall(r"(\w+)=([-\d.e+]+)", line)}, line


def run(options):
    environment = dict(os.environ, PILOTLIGHT_BENCHMARKS="1", PILOTLIGHT_ROOMS="SimulatorBenchmark")
    scratch = ".build-benchmarks"
    subprocess.run(["swift", "build", "--quiet", "-c", "release", "--scratch-path", scratch, "--product",
                    "SimulatorBenchmark"], check=True, env=environment)
    program = f"{scratch}/release/SimulatorBenchmark"
    has_peer = subprocess.run([sys.executable, "-c", "import simpy"], capture_output=True).returncode == 0
    if not has_peer:
        print("   SimPy is not installed (pip install simpy): measuring without the peer")
    print("   M/M/c at 90 % load, arrivals and departures a second of CPU time, median of the rounds")
    for servers in (10, 100, 1000):
        rates = {"simpy": [], "kernel": [], "model": [], "autoscaled": []}
        for _ in range(options.rounds):
            if has_peer:
                rates["simpy"].append(measure([sys.executable, "-c", PEER, str(servers), "30000"])[0]["events_per_s"])
            for mode in ("kernel", "model", "autoscaled"):
                rates[mode].append(measure([program, mode, str(servers), "2000000"])[0]["events_per_s"])
        medians = {name: statistics.median(values) for name, values in rates.items() if values}
        peer = medians.get("simpy")
        for name, rate in medians.items():
            ratio = f", {rate / peer:.0f} times SimPy" if peer and name != "simpy" else ""
            print(f"   c={servers:<5} {name:<11} {rate / 1e6:7.2f} M events/s{ratio}")
    start = time.monotonic()
    figures, _ = measure([program, "idle", "10000"])
    print(f"   10,000 idle services for a day: {figures['cpu_s']:.2f} s of CPU, {figures['peak_kib'] / 1024:.0f} MiB")
    trace = os.environ.get("PILOTLIGHT_FUNCTION_TRACE")
    if trace:
        for policy in ("per-request", "pilotlight"):
            figures, _ = measure([program, "functions", trace, policy])
            print(f"   {figures['calls'] / 1e6:.1f} M calls in a day, {policy}: {figures['cpu_s']:.1f} s of CPU, "
                  f"{figures['events_per_s'] / 1e6:.1f} M events/s, {figures['peak_kib'] / 1024:.0f} MiB")
    else:
        print("   set PILOTLIGHT_FUNCTION_TRACE to a table of calls per minute to measure a day of functions")
    print(f"   took {time.monotonic() - start:.0f} s for the last two")
