"""Messages through a server with batches, beside ONNX Runtime called directly on the same model, in one run."""
import array
import os
import pathlib
import random
import subprocess
import tempfile

from brokers import ROOT, RabbitMQ

NEEDS = ["swift"]
SCRATCH = ".build-benchmarks"
# A row costs about 1.9 million multiplications.
LAYERS = [784, 1024, 1024, 10]


def run(options):
    environment = dict(os.environ, PILOTLIGHT_BENCHMARKS="1", PILOTLIGHT_ROOMS="ConsumptionBenchmark")
    subprocess.run(["swift", "build", "--quiet", "-c", "release", "--scratch-path", SCRATCH, "--product",
                    "ConsumptionBenchmark", "-Xswiftc", "-enforce-exclusivity=unchecked", "-Xswiftc",
                    "-cross-module-optimization"], check=True, env=environment)
    with tempfile.TemporaryDirectory(prefix="pilotlight-consumption-") as folder:
        heavier = pathlib.Path(folder) / "network.onnx"
        heavier.write_bytes(network(LAYERS))
        command = [f"{SCRATCH}/release/ConsumptionBenchmark", "--rounds", str(options.rounds), "--seconds",
                   str(options.seconds), "--model", str(ROOT / "config/quickstart/models/iris/model.onnx"), "--model",
                   str(heavier)]
        if os.environ.get("PILOTLIGHT_CONSUMPTION_RABBITMQ"):
            with RabbitMQ() as broker:
                subprocess.run(command + ["--rabbitmq", f"amqp://guest:guest@127.0.0.1:{broker.port}"], check=True)
        else:
            subprocess.run(command, check=True)
            print("   PILOTLIGHT_CONSUMPTION_RABBITMQ=1 measures with RabbitMQ too")


# A network of dense layers in ONNX's format, which is protobuf; by hand, so that nothing has to be installed.

def network(layers):
    draw = random.Random(1)
    nodes, weights, current = [], [], "x"
    for index, (width, height) in enumerate(zip(layers, layers[1:])):
        name, last = f"w{index}", index == len(layers) - 2
        values = array.array("f", (draw.uniform(-0.05, 0.05) for _ in range(width * height)))
        weights.append(number(1, width) + number(1, height) + number(2, 1) + field(8, name) + field(9, values.tobytes()))
        nodes.append(node("MatMul", [current, name], "y" if last else f"m{index}"))
        current = f"m{index}"
        if not last:
            nodes.append(node("Relu", [current], f"r{index}"))
            current = f"r{index}"
    graph = b"".join(field(1, each) for each in nodes) + field(2, "network") + b"".join(field(5, each) for each in weights)
    graph += field(11, value("x", layers[0])) + field(12, value("y", layers[-1]))
    return number(1, 9) + field(7, graph) + field(8, field(1, "") + number(2, 18))


def node(operator, inputs, output):
    return b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operator)


def value(name, width):
    """A tensor of floats with any number of rows."""
    shape = field(1, field(2, "rows")) + field(1, number(1, width))
    return field(1, name) + field(2, field(1, number(1, 1) + field(2, shape)))


def field(tag, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(tag << 3 | 2) + varint(len(content)) + content


def number(tag, content):
    return varint(tag << 3) + varint(content)


def varint(rest):
    encoded = bytearray()
    while rest > 127:
        encoded.append(rest & 127 | 128)
        rest >>= 7
    return bytes(encoded + bytes([rest]))
