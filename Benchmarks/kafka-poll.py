"""What watching 1,000 consumer groups on one Kafka broker costs, with one client and with a client each."""
import os
import subprocess

NEEDS = ["swift"]
SCRATCH = ".build-benchmarks"


def run(options):
    environment = dict(os.environ, PILOTLIGHT_BENCHMARKS="1", PILOTLIGHT_ROOMS="KafkaPollBenchmark,kafka-peer")
    build = ["swift", "build", "--quiet", "-c", "release", "--scratch-path", SCRATCH]
    for product in ["kafka-peer", "KafkaPollBenchmark"]:
        subprocess.run(build + ["--product", product], check=True, env=environment)
    subprocess.run([f"{SCRATCH}/release/KafkaPollBenchmark", "--peer", f"{SCRATCH}/release/kafka-peer"], check=True)
