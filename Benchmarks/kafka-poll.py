"""What watching 1,000 consumer groups on one Kafka broker costs, with one client and with a client each."""
import os
import subprocess

from brokers import built

NEEDS = ["swift"]
# As `make bench` hands them on: other flags would mean building everything again.
FLAGS = os.environ.get("PILOTLIGHT_RELEASE_FLAGS", "-c release").split()


def run(options):
    environment = dict(os.environ, PILOTLIGHT_BENCHMARKS="1")
    for product in ["kafka-peer", "KafkaPollBenchmark"]:
        subprocess.run(["swift", "build", "--quiet", *FLAGS, "--product", product], check=True, env=environment)
    subprocess.run([built("KafkaPollBenchmark"), "--peer", built("kafka-peer")], check=True)
