"""Trains the quickstart's two classifiers, exports them to ONNX and writes golden requests and answers.

The answers come from scikit-learn, not from ONNX Runtime: they say what the models mean, and so they also check the
export. Argument: the root of the repository.
"""

import json
import pathlib
import sys

import numpy
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

root = pathlib.Path(sys.argv[1])
models = root / "config/quickstart/models"
golden = root / "Tests/InferenceServerTests/Golden"


def export(name, classifier, features, input_name):
    """Writes models/NAME/model.onnx: one FP32 input [batch, features]; outputs label and probabilities."""
    model = to_onnx(
        classifier,
        initial_types=[("features", FloatTensorType([None, features]))],
        options={id(classifier): {"zipmap": False}},
        target_opset={"": 18, "ai.onnx.ml": 3},
        name=name,
    )
    # The exporter takes identifiers only; clients of the iris tutorial send a tensor named `input-0`.
    model.graph.input[0].name = input_name
    for node in model.graph.node:
        node.input[:] = [input_name if name == "features" else name for name in node.input]
    del model.metadata_props[:]
    folder = models / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))


def write_golden(name, classifier, rows, input_name):
    """Writes Golden/NAME.json: V1 and V2 requests for `rows`, with scikit-learn's labels and probabilities."""
    labels = classifier.predict(rows)
    probabilities = classifier.predict_proba(rows)
    # Each number as short as it can be while it still means the same FP32.
    written = [[float(str(value)) for value in row] for row in rows]
    text = {
        "model": name,
        "v1": {"instances": written},
        "v2": {
            "id": "golden",
            "inputs": [
                {
                    "name": input_name,
                    "shape": list(rows.shape),
                    "datatype": "FP32",
                    "data": sum(written, []),
                }
            ],
        },
        "labels": labels.tolist(),
        "probabilities": numpy.round(probabilities, 9).tolist(),
    }
    golden.mkdir(parents=True, exist_ok=True)
    (golden / f"{name}.json").write_text(json.dumps(text) + "\n")


def make(name, classifier, data, input_name, rows):
    classifier.fit(data.data, data.target)
    accuracy = classifier.score(data.data, data.target)
    export(name, classifier, data.data.shape[1], input_name)
    write_golden(name, classifier, numpy.asarray(rows, dtype=numpy.float32), input_name)
    print(f"{name}: {accuracy:.3f} of the training data right")


iris = load_iris()
make(
    "iris",
    LogisticRegression(max_iter=1000),
    iris,
    "input-0",
    # The first two rows are those of KServe's first tutorial.
    [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6], *iris.data[::10].tolist()],
)

digits = load_digits()
make(
    "digits",
    make_pipeline(
        MinMaxScaler(),
        MLPClassifier(hidden_layer_sizes=(64, 32), max_iter=400, random_state=0),
    ),
    digits,
    "pixels",
    digits.data[:20].tolist(),
)
