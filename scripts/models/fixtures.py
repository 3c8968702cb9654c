"""Writes the small ONNX models of the tests: one identity a datatype, and one model for each odd shape of interface.

Argument: the folder to write to.
"""

import pathlib
import sys

from onnx import TensorProto, checker, helper

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)

# The protocol's names of ONNX's element types.
DATATYPES = {
    "BOOL": TensorProto.BOOL,
    "UINT8": TensorProto.UINT8,
    "UINT16": TensorProto.UINT16,
    "UINT32": TensorProto.UINT32,
    "UINT64": TensorProto.UINT64,
    "INT8": TensorProto.INT8,
    "INT16": TensorProto.INT16,
    "INT32": TensorProto.INT32,
    "INT64": TensorProto.INT64,
    "FP16": TensorProto.FLOAT16,
    "BF16": TensorProto.BFLOAT16,
    "FP32": TensorProto.FLOAT,
    "FP64": TensorProto.DOUBLE,
    "BYTES": TensorProto.STRING,
}


def save(name, nodes, inputs, outputs):
    graph = helper.make_graph(nodes, name, inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9, producer_name="")
    checker.check_model(model, full_check=True)
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def tensor(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


for datatype, kind in DATATYPES.items():
    save(
        f"identity-{datatype.lower()}",
        [helper.make_node("Identity", ["x"], ["y"])],
        [tensor("x", kind, ["batch", 2])],
        [tensor("y", kind, ["batch", 2])],
    )

# Any number of dimensions but fixed rank three, to see nested lists in and out.
save(
    "identity-cube",
    [helper.make_node("Identity", ["x"], ["y"])],
    [tensor("x", TensorProto.FLOAT, ["a", "b", "c"])],
    [tensor("y", TensorProto.FLOAT, ["a", "b", "c"])],
)

# A tensor without dimensions.
save(
    "scalar",
    [helper.make_node("Neg", ["x"], ["y"])],
    [tensor("x", TensorProto.FLOAT, [])],
    [tensor("y", TensorProto.FLOAT, [])],
)

# Two inputs of different types, two outputs.
save(
    "two-inputs",
    [
        helper.make_node("Cast", ["count"], ["count_f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["price", "count_f"], ["total"]),
        helper.make_node("Neg", ["count"], ["returned"]),
    ],
    [tensor("price", TensorProto.FLOAT, ["batch", 2]), tensor("count", TensorProto.INT64, ["batch", 2])],
    [tensor("total", TensorProto.FLOAT, ["batch", 2]), tensor("returned", TensorProto.INT64, ["batch", 2])],
)

# An output that is no tensor, as exporters make unless told not to.
save(
    "sequence-output",
    [helper.make_node("SequenceConstruct", ["x"], ["y"])],
    [tensor("x", TensorProto.FLOAT, ["batch", 2])],
    [helper.make_tensor_sequence_value_info("y", TensorProto.FLOAT, ["batch", 2])],
)

# Accepted by every check before it runs, and fails in it: the reshape takes six elements and nothing else.
save(
    "fails-at-run-time",
    [
        helper.make_node("Constant", [], ["shape"], value=helper.make_tensor("s", TensorProto.INT64, [2], [2, 3])),
        helper.make_node("Reshape", ["x", "shape"], ["y"]),
    ],
    [tensor("x", TensorProto.FLOAT, ["n"])],
    [tensor("y", TensorProto.FLOAT, [2, 3])],
)
