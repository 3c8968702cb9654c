"""CPU per proxied request and latency, beside HAProxy and nginx in front of the same backend.

The activator runs with everything on, inside `pilotlight up`: routing, admission, least-loaded choice, header
rewriting, deadlines, meters, reports to the autoscaler, and every other role in the same process. One event loop each,
keep-alive connections, a 256-byte answer from nginx.
"""
import contextlib
import pathlib
import re
import subprocess
import tempfile
import time

from platform_under_test import cpu_seconds, free_port, median, platform

NEEDS = ["haproxy", "nginx", "wrk"]
HOST = "echo.default.localhost"

BACKEND = """
daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log /dev/null;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port} reuseport; location / {{ return 200 "{body}"; }} }}
}}
"""

NGINX_PROXY = """
daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log /dev/null;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;
  client_body_temp_path {folder}/p1; proxy_temp_path {folder}/p2; fastcgi_temp_path {folder}/p3;
  uwsgi_temp_path {folder}/p4; scgi_temp_path {folder}/p5;
  upstream backend {{ server 127.0.0.1:{backend}; keepalive 256; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $host;
    }}
  }}
}}
"""

HAPROXY = """
global
  nbthread 1
  maxconn 4000
defaults
  mode http
  timeout connect 3s
  timeout client 75s
  timeout server 300s
  timeout queue 600s
  timeout http-request 15s
  option forwardfor
  http-reuse always
frontend f
  bind 127.0.0.1:{port}
  acl known hdr(host) -i echo.default.localhost
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  use_backend b if known
backend b
  balance leastconn
  server s1 127.0.0.1:{backend}
"""

SERVICE = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: echo
spec:
  predictor:
    minReplicas: 1
    maxReplicas: 1
    containers:
      - name: kserve-container
        image: local/process
        command: [sh, -c]
        args: ['sed "s/PORT/$PORT/" {template} > {folder}/replica.conf && exec nginx -c {folder}/replica.conf']
        resources: {{limits: {{cpu: "1"}}}}
"""


def run(options):
    with tempfile.TemporaryDirectory(prefix="pilotlight-peers-") as folder, contextlib.ExitStack() as stack:
        body = "x" * 256
        template = pathlib.Path(folder, "template.conf")
        template.write_text(BACKEND.format(folder=folder, name="replica", port="PORT", body=body))
        service = SERVICE.format(template=template, folder=folder)
        ours = stack.enter_context(platform(options.program, {"echo": service}, ["--loops", "1"]))
        ours.wait("our backend answers", lambda: ours.request(HOST)[0] == 200)
        backend = free_port()
        start(stack, ["nginx", "-c", write(folder, "backend", BACKEND, port=backend, body=body)], backend)
        ports = {"haproxy": free_port(), "nginx": free_port()}
        haproxy = start(stack, ["haproxy", "-f", write(folder, "haproxy", HAPROXY, port=ports["haproxy"],
                                                       backend=backend)], ports["haproxy"])
        nginx = start(stack, ["nginx", "-c", write(folder, "proxy", NGINX_PROXY, port=ports["nginx"],
                                                   backend=backend)], ports["nginx"])
        sides = {
            "pilotlight": (ours.port, lambda: ours.cpu_seconds()),
            "haproxy": (ports["haproxy"], lambda: cpu_seconds(haproxy.pid)),
            "nginx": (ports["nginx"], lambda: cpu_seconds(worker(nginx.pid))),
        }
        for name, (port, _) in sides.items():
            load(port, 1, 64)
        for title, connections, get in [("GET, 64 connections", 64, True), ("POST of 128 bytes, 64 connections", 64, False),
                                        ("GET, 1 connection", 1, True)]:
            compare(title, sides, options, connections, get, folder)


def compare(title, sides, options, connections, get, folder):
    script = None
    if not get:
        script = str(pathlib.Path(folder, "post.lua"))
        pathlib.Path(script).write_text(
            'wrk.method = "POST"\nwrk.body = string.rep("x", 128)\nwrk.headers["content-type"] = "application/json"\n')
    rounds = {name: [] for name in sides}
    for _ in range(options.rounds):
        for name, (port, cpu) in sides.items():
            before = cpu()
            result = load(port, options.seconds, connections, script)
            rounds[name].append((cpu() - before, result))
    print(f"   {title}; {options.rounds} interleaved rounds of {options.seconds} s, medians")
    print(f"   {'proxy':12} {'CPU us/request':>15} {'x haproxy':>10} {'requests/s':>11} {'p50 us':>8} {'p99 us':>8} {'errors':>7}")
    cost = {name: [cpu / result["requests"] * 1e6 for cpu, result in values] for name, values in rounds.items()}
    for name, values in rounds.items():
        ratio = median([own / peer for own, peer in zip(cost[name], cost["haproxy"])])
        results = [result for _, result in values]
        print(f"   {name:12} {median(cost[name]):15.2f} {ratio:10.2f} {median([r['rate'] for r in results]):11.0f} "
              f"{median([r['p50'] for r in results]):8.0f} {median([r['p99'] for r in results]):8.0f} "
              f"{sum(r['errors'] for r in results):7}")


def load(port, seconds, connections, script=None):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", f"Host: {HOST}"]
    if script:
        command += ["-s", script]
    text = subprocess.run(command + [f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True).stdout
    errors = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
    errors += sum(sum(map(int, m)) for m in re.findall(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text))
    if re.search(r"\b0 requests in", text):
        raise RuntimeError(f"no request was answered on port {port}: {text}")
    return {
        "requests": int(re.search(r"(\d+) requests in", text).group(1)),
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
        "p50": microseconds(re.search(r"^\s+50%\s+(\S+)", text, re.M).group(1)),
        "p99": microseconds(re.search(r"^\s+99%\s+(\S+)", text, re.M).group(1)),
        "errors": errors,
    }


def microseconds(text):
    number, unit = re.match(r"(-?[\d.na]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 1, "ms": 1e3, "s": 1e6, "m": 6e7}[unit]


def write(folder, name, template, **values):
    path = pathlib.Path(folder, f"{name}.conf")
    path.write_text(template.format(folder=folder, name=name, **values))
    return str(path)


def start(stack, command, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(lambda: (process.terminate(), process.wait()))
    deadline = time.monotonic() + 10
    import socket
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return process
        time.sleep(0.05)
    raise RuntimeError(f"{command[0]} does not listen on {port}")


def worker(master):
    """nginx works in a child of the process that was started."""
    return int(pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])
