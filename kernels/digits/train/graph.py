"""The trained network as an ONNX graph, built node by node."""

import pinned  # noqa: F401  (first: it fixes how numpy calculates)
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from network import CHANNELS, CLASSES, KERNEL, POOLED

OPSET = 17
IR_VERSION = 8

NODES = [
    ("Reshape", ["image", "grid_shape"], "grid", {}),
    ("Conv", ["grid", "conv1.weight", "conv1.bias"], "conv1", {"pads": [1, 1, 1, 1]}),
    ("Relu", ["conv1"], "relu1", {}),
    ("Conv", ["relu1", "conv2.weight", "conv2.bias"], "conv2", {"pads": [1, 1, 1, 1]}),
    ("Relu", ["conv2"], "relu2", {}),
    ("MaxPool", ["relu2"], "pooled", {"kernel_shape": [2, 2], "strides": [2, 2]}),
    ("Flatten", ["pooled"], "flat", {"axis": 1}),
    ("Gemm", ["flat", "dense1.weight", "dense1.bias"], "dense1", {}),
    ("Relu", ["dense1"], "hidden", {}),
    ("Gemm", ["hidden", "dense2.weight", "dense2.bias"], "scores", {}),
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
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 64])],
        [helper.make_tensor_value_info("probs", TensorProto.FLOAT, [1, CLASSES])],
        _initialisers(parameters),
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="kernels/digits"
    )
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def _initialisers(parameters):
    """Weights in the layout of ONNX: channels come before rows and columns."""
    arrays = dict(parameters)
    arrays["conv1.weight"] = _conv_weight(parameters["conv1.weight"])
    arrays["conv2.weight"] = _conv_weight(parameters["conv2.weight"])
    arrays["dense1.weight"] = _flattened_weight(parameters["dense1.weight"])
    arrays["grid_shape"] = np.array([1, 1, 8, 8], np.int64)
    return [
        numpy_helper.from_array(np.ascontiguousarray(arrays[name]), name) for name in sorted(arrays)
    ]


def _conv_weight(weight):
    """[row * column * channel in, channel out] as [channel out, channel in, row, column]."""
    return weight.reshape(KERNEL, KERNEL, -1, weight.shape[1]).transpose(3, 2, 0, 1)


def _flattened_weight(weight):
    """The first dense layer reads pixels channel by channel instead of pixel by pixel."""
    split = weight.reshape(POOLED, POOLED, CHANNELS[1], -1)
    return split.transpose(2, 0, 1, 3).reshape(weight.shape)
