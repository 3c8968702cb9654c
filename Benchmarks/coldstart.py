"""What a cold start costs beyond the replica's own start-up.

Each run: the service is at zero, one request comes, and its answer's Server-Timing tells when the replica's process was
started and what its own phases took. The same program is also started by hand, without the platform, to the moment in
which it first answers its readiness probe: that is the replica's own start-up. The overhead of the platform is the
difference of the two, run by run.
"""
import http.client
import os
import re
import subprocess
import time

from platform_under_test import free_port, median, percentile, platform

NEEDS = []
HOST = "iris.default.localhost"
ROUNDS = 15

SERVICE = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: iris
  annotations:
    autoscaling.knative.dev/window: "6s"
spec:
  predictor:
    minReplicas: 0
    maxReplicas: 1
    model:
      modelFormat: {name: onnx}
      storageUri: MODELS/iris
"""


def run(options):
    models = os.path.abspath("config/quickstart/models")
    body = '{"instances": [[6.8, 2.8, 4.8, 1.4]]}'
    rounds = max(ROUNDS, options.rounds)
    with platform(options.program, {"iris": SERVICE.replace("MODELS", models)}) as ours:
        ours.wait("the service answers once", lambda: ours.request(HOST, "/v1/models/iris:predict", body)[0] == 200)
        overheads, totals, owns, alones = [], [], [], []
        for _ in range(rounds):
            ours.wait("it is at zero", lambda: replicas(ours) == 0, 60)
            alone = start_alone(options.program, models)
            began = time.perf_counter()
            status, fields, _ = ours.request(HOST, "/v1/models/iris:predict", body)
            total = (time.perf_counter() - began) * 1e3
            if status != 200 or fields.get("x-pilotlight-cold-start") != "true":
                raise RuntimeError(f"no cold start: {status} {fields}")
            phases = {n: float(v) for n, v in re.findall(r"([\w_]+);dur=([\d.]+)", fields["server-timing"])}
            own = sum(phases[name] for name in ("exec", "runtime", "load", "warmup", "listen") if name in phases)
            totals.append(total)
            owns.append(own)
            alones.append(alone)
            overheads.append(total - own)
    print(f"   {len(totals)} cold starts of the iris model, milliseconds      p50     p90     p99")
    row("request to answer", totals)
    row("the replica's own phases, as it measured them", owns)
    row("overhead: request to answer, less those", overheads)
    row("the same server started by hand until it is ready", alones)
    row("request to answer, less started by hand", [t - a for t, a in zip(totals, alones)])
    print("   budget: overhead of 10 ms at p99")


def row(name, values):
    print(f"   {name:55} {median(values):7.1f} {percentile(values, 0.9):7.1f} {percentile(values, 0.99):7.1f}")


def replicas(ours):
    pods = http.client.HTTPConnection("127.0.0.1", ours.admin, timeout=5)
    pods.request("GET", "/api/v1/namespaces/default/pods")
    import json
    return len(json.loads(pods.getresponse().read())["items"])


def start_alone(program, models):
    """Milliseconds from fork to the first 200 of the readiness probe."""
    port = free_port()
    environment = dict(os.environ, PORT=str(port))
    began = time.perf_counter()
    process = subprocess.Popen([program, "serve", "--name", "iris", "--model-dir", f"{models}/iris"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        while True:
            try:
                probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                probe.request("GET", "/v2/health/ready")
                if probe.getresponse().status == 200:
                    return (time.perf_counter() - began) * 1e3
            except OSError:
                pass
            time.sleep(0.001)
            if time.perf_counter() - began > 30:
                raise RuntimeError("the server does not become ready")
    finally:
        process.kill()
        process.wait()
