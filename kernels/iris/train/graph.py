"""The trained network as an ONNX graph that evaluates several sub-networks on one flower."""

import pinned  # noqa: F401  (first: it fixes how numpy calculates)
import onnx
from onnx import TensorProto, helper, numpy_helper

from network import CLASSES, FEATURES, HIDDEN

SUBNETWORKS = 8
OPSET = 17
IR_VERSION = 8

NODES = [
    ("Gemm", ["measurements", "hidden.weight", "hidden.bias"], "entering", {}),
    ("Relu", ["entering"], "hidden", {}),
    ("Mul", ["hidden", "masks"], "masked", {}),
    ("Gemm", ["masked", "scores.weight", "scores.bias"], "scores", {}),
    ("Softmax", ["scores"], "probs", {"axis": 1}),
]


def model_bytes(parameters):
    """The serialised model; equal parameters give equal bytes."""
    nodes = [
        helper.make_node(operator, inputs, [output], name=output, **attributes)
        for operator, inputs, output, attributes in NODES
    ]
    graph = helper.make_graph(
        nodes,
        "iris",
        [_tensor("measurements", 1, FEATURES), _tensor("masks", SUBNETWORKS, HIDDEN)],
        [_tensor("probs", SUBNETWORKS, CLASSES)],
        [numpy_helper.from_array(parameters[name], name) for name in sorted(parameters)],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="kernels/iris"
    )
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def _tensor(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
