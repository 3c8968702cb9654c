"""Events a second and core of the simulator, beside SimPy on the same M/M/c queue; a day of services; memory."""
import os
import re
import statistics
import subprocess
import sys

NEEDS = ["swift", "python3"]
SIZES = (10, 100, 1000)
CUSTOMERS, PEER_CUSTOMERS = 2_000_000, 30_000
NAMES = {
    "simpy": "SimPy",
    "kernel": "events alone",
    "model": "whole model, replicas fixed",
    "autoscaled": "whole model, autoscaler in the loop",
}

# The same queue as Benchmarks/SimulatorBenchmark: Poisson arrivals, exponential service, 90 % load, first come first
# served. Counted are arrivals and departures, as on our side, though SimPy works on six events of its own a customer.
PEER = r'''
import random, sys, time, resource
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
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"simpy {simpy.__version__} events={2 * customers} cpu_s={seconds} events_per_s={2 * customers / seconds} "
      f"peak_kib={peak} wq={sum(waits) / len(waits)}")
'''


def measure(command, environment=None):
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:3])} failed: {(done.stderr or done.stdout).strip()[-400:]}")
    line = done.stdout.strip().splitlines()[-1]
    return {name: float(value) for name, value in re.findall(r"(\w+)=([-\d.e+]+)", line)}


def erlang_wait(servers):
    """The mean wait of M/M/c at 90 % load with services of one second, in seconds (Erlang C)."""
    load = 0.9 * servers
    blocked = 1.0
    for busy in range(1, servers + 1):
        blocked = load * blocked / (busy + load * blocked)
    waits = servers * blocked / (servers - load * (1 - blocked))
    return waits / (servers - load)


def build():
    environment = dict(os.environ, PILOTLIGHT_BENCHMARKS="1", PILOTLIGHT_ROOMS="SimulatorBenchmark")
    scratch = ".build-benchmarks"
    # With the runtime linked in, as the program is: calling it through a table costs a few per cent.
    command = ["swift", "build", "--quiet", "-c", "release", "--static-swift-stdlib", "--scratch-path", scratch,
               "--product", "SimulatorBenchmark"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"swift build failed: {(done.stderr + done.stdout).strip()[-800:]}")
    return f"{scratch}/release/SimulatorBenchmark"


def queues(program, rounds, has_peer):
    print(f"   M/M/c at 90 % load: million arrivals and departures a second of CPU time, median of {rounds} rounds in turn")
    for servers in SIZES:
        found = {name: [] for name in NAMES if has_peer or name != "simpy"}
        for _ in range(rounds):
            for name, results in found.items():
                if name == "simpy":
                    results.append(measure([sys.executable, "-c", PEER, str(servers), str(PEER_CUSTOMERS)]))
                else:
                    results.append(measure([program, name, str(servers), str(CUSTOMERS)]))
        rates = {name: statistics.median(result["events_per_s"] for result in results)
                 for name, results in found.items()}
        for name, rate in rates.items():
            last = found[name][-1]
            ratio = f"{rate / rates['simpy']:6.0f} times SimPy" if has_peer and name != "simpy" else " " * 18
            wait = f"mean wait {last['wq']:.4g} s" + (f", exact {erlang_wait(servers):.4g}" if name == "kernel" else "")
            wait = "" if name == "autoscaled" else wait
            print(f"   c={servers:<5} {NAMES[name]:<36} {rate / 1e6:7.2f} {ratio} {last['peak_kib'] / 1024:5.0f} MiB  {wait}")


def days(program):
    figures = measure([program, "idle", "10000"])
    print(f"   10,000 idle services for a day: {figures['cpu_s']:.2f} s of CPU, {figures['peak_kib'] / 1024:.0f} MiB")
    trace = os.environ.get("PILOTLIGHT_FUNCTION_TRACE")
    if not trace:
        print("   a day of functions: not measured; set PILOTLIGHT_FUNCTION_TRACE to a table of calls per minute, such as\n"
              "   1000_inv.csv of vhive-serverless/invitro")
        return
    for policy in ("per-request", "pilotlight", "knative"):
        figures = measure([program, "functions", trace, policy])
        looks = f", {figures['made_up'] / 1e6:.1f} M of them looks made up for" if figures.get("made_up") else ""
        print(f"   a day of functions, {figures['calls'] / 1e6:.1f} M calls, policy {policy}: {figures['cpu_s']:.1f} s of CPU, "
              f"{figures['events'] / 1e6:.1f} M events{looks}, {figures['peak_kib'] / 1024:.0f} MiB")


def run(options):
    has_peer = subprocess.run([sys.executable, "-c", "import simpy"], capture_output=True).returncode == 0
    missing = f"   SimPy is not installed, so nothing stands beside ours: {sys.executable} -m pip install simpy"
    if not has_peer:
        print(missing)
    program = build()
    queues(program, options.rounds, has_peer)
    for line in subprocess.run([program, "reproducible"], check=True, capture_output=True, text=True).stdout.splitlines():
        verdict, rest = line.split(" ", 1)
        name = rest.split(" [")[0]
        print(f"   SHA-256 of {name}, on one thread and on two, twice: {verdict}")
    days(program)
    if not has_peer:
        print(missing)
