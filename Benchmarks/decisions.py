"""Decisions of the autoscaler per second, with ten thousand services."""
import os
import subprocess

NEEDS = ["swift"]


def run(options):
    environment = dict(os.environ, PILOTLIGHT_BENCHMARKS="1")
    subprocess.run(["swift", "run", "--quiet", "-c", "release", "--scratch-path", ".build-benchmarks",
                    "AutoscalerBenchmark"], check=True, env=environment)
