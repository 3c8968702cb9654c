#!/usr/bin/env python3
"""A scaling policy for `pilotlight simulate`: as many replicas as the requests there are need, kept for two minutes.

Reads one JSON object a line and answers each with one line. docs/policies.md has the protocol.
"""
import json
import math
import sys

KEEP_SECONDS = 120.0
targets = {}
needed_until = {}


def decide(question):
    service = question["service"]
    requests = question["waiting"] + question["inFlight"]
    needed = math.ceil(requests / targets[service])
    now = question["now"]
    peak, until = needed_until.get(service, (0, 0.0))
    if needed >= peak or now >= until:
        peak, until = needed, now + KEEP_SECONDS
    needed_until[service] = (peak, until)
    answer = {"actions": [], "reason": f"{requests} requests need {needed} replicas"}
    if peak != question["desired"]:
        answer["actions"].append({"setReplicas": peak})
    # Nothing to do before the peak is over, unless something happens.
    answer["askAfter"] = max(until - now, 0.1) if peak > needed else None
    return answer


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "hello":
        for service in message["services"]:
            targets[service["service"]] = service["target"]
        reply = {"type": "hello", "name": "queue follower"}
    else:
        reply = decide(message)
    print(json.dumps(reply), flush=True)
