"""Memory per waiting request, with ten thousand of them held for a service at zero."""
import http.client
import re
import resource
import socket

from platform_under_test import platform

NEEDS = []
HOST = "never.default.localhost"
COUNT = 10_000

SERVICE = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: never
  annotations:
    pilotlight.dev/queue-capacity: "20000"
spec:
  predictor:
    minReplicas: 0
    maxReplicas: 1
    containers:
      - name: kserve-container
        image: local/process
        command: [sleep, "3600"]
        resources: {limits: {cpu: "1"}}
"""


def run(options):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    with platform(options.program, {"never": SERVICE}) as ours:
        request = (f"POST /v1/models/never:predict HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\n"
                   f"content-length: 37\r\nuser-agent: bench\r\naccept: */*\r\n\r\n"
                   '{"instances": [[6.8, 2.8, 4.8, 1.4]]}').encode()
        ours.wait("the route is known", lambda: routed(ours, request))
        hold(ours, request, 100)  # what is allocated once
        base = ours.rss_bytes()
        sockets = hold(ours, request, COUNT)
        ours.wait("all wait", lambda: waiting(ours) >= COUNT)
        held = ours.rss_bytes()
        print(f"   {COUNT} waiting: {(held - base) / COUNT / 1024:.2f} KiB each "
              f"(process {base / 2**20:.1f} MiB before, {held / 2**20:.1f} MiB with them); budget 4 KiB")
        for connection in sockets:
            connection.close()


def hold(ours, request, count):
    sockets = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", ours.port))
        connection.sendall(request)
        sockets.append(connection)
    return sockets


def routed(ours, request):
    with socket.create_connection(("127.0.0.1", ours.port)) as connection:
        connection.sendall(request)
        connection.settimeout(0.2)
        try:
            return b"404" not in connection.recv(100)
        except TimeoutError:
            return True


def waiting(ours):
    connection = http.client.HTTPConnection("127.0.0.1", ours.admin, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    return sum(float(n) for n in re.findall(r"^pilotlight_activator_queue_depth\{.*\} (\S+)$", text, re.M))
