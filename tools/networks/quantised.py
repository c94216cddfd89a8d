"""The digits network in eight bits: weights int8 by channel, activations uint8, sums int32."""

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from onnx.reference import ReferenceEvaluator
from sklearn.datasets import load_digits

from digits_network import MODEL
from files import ROOT, build, reference_cases, save, vector

CALIBRATION_ROWS = 200
#: The reference implementation has no DequantizeLinear of older sets.
OPSET = 21
#: Rounding in another order may move an activation by one of its 256 steps.
ATOL = 0.02


def make():
    floats = onnx.load(ROOT / MODEL)
    weights = {entry.name: numpy_helper.to_array(entry) for entry in floats.graph.initializer}
    digits = load_digits()
    images = digits.images.reshape(-1, 64).astype(np.float32)
    scales = _scales(floats, images[:CALIBRATION_ROWS])
    model = _model(weights, scales)
    _compare(floats, model, images[-100:], digits.target[-100:])
    feeds = [{"image": images[row : row + 1]} for row in range(-6, -1)]
    path = save("quantised", model)
    cases = reference_cases(model, feeds)
    return [vector("the digits network quantised to int8", path, cases, rtol=0, atol=ATOL)]


def _scales(model, images):
    """Largest activation of each layer over the calibration digits, as a step of 255."""
    names = ["grid", "relu1", "relu2", "hidden", "scores"]
    extended = onnx.ModelProto()
    extended.CopyFrom(model)
    for name in names:
        extended.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    evaluator = ReferenceEvaluator(extended)
    largest = dict.fromkeys(names, 0.0)
    for image in images:
        for name, array in zip(names, evaluator.run(names, {"image": image[None]})):
            largest[name] = max(largest[name], float(np.max(np.abs(array))))
    return {name: np.array(value / 255, np.float32) for name, value in largest.items()}


def _by_channel(weight, axis):
    """Weights as int8 with one step for each slice along the axis."""
    others = tuple(index for index in range(weight.ndim) if index != axis)
    steps = np.max(np.abs(weight), axis=others, keepdims=True) / 127
    return np.rint(weight / steps).astype(np.int8), steps.reshape(-1).astype(np.float32)


def _model(w, s):
    c1, c1_steps = _by_channel(w["conv1.weight"], 0)
    c2, c2_steps = _by_channel(w["conv2.weight"], 0)
    d1, d1_steps = _by_channel(w["dense1.weight"], 1)
    d2, d2_steps = _by_channel(w["dense2.weight"], 1)
    one = d2_steps.max()
    d2 = np.rint(w["dense2.weight"] / one).astype(np.int8)
    constants = {
        "grid_shape": np.array([1, 1, 8, 8], np.int64),
        "zero_u8": np.array(0, np.uint8),
        "zero_i8": np.array(0, np.int8),
        "c1": c1, "c1_steps": c1_steps, "c1_zeros": np.zeros(len(c1_steps), np.int8),
        "c1_bias": np.rint(w["conv1.bias"] / (s["grid"] * c1_steps)).astype(np.int32),
        "c2": c2, "c2_steps": c2_steps, "c2_zeros": np.zeros(len(c2_steps), np.int8),
        "c2_bias": np.rint(w["conv2.bias"] / (s["relu1"] * c2_steps)).astype(np.int32),
        "d1": d1, "d1_scale": (s["relu2"] * d1_steps).astype(np.float32),
        "d1_bias": np.rint(w["dense1.bias"] / (s["relu2"] * d1_steps)).astype(np.int32),
        "d2": d2, "d2_step": np.array(one, np.float32), "d2_bias": w["dense2.bias"],
        "logit_step": np.array(2 * s["scores"], np.float32), "logit_zero": np.array(128, np.uint8),
        **{f"{name}_step": step for name, step in s.items()},
    }
    nodes = [
        ("Reshape", ["image", "grid_shape"], ["grid"], {}),
        ("QuantizeLinear", ["grid", "grid_step", "zero_u8"], ["q0"], {}),
        ("QLinearConv", ["q0", "grid_step", "zero_u8", "c1", "c1_steps", "c1_zeros", "relu1_step", "zero_u8", "c1_bias"], ["q1"], {"pads": [1, 1, 1, 1]}),
        ("QLinearConv", ["q1", "relu1_step", "zero_u8", "c2", "c2_steps", "c2_zeros", "relu2_step", "zero_u8", "c2_bias"], ["q2"], {"pads": [1, 1, 1, 1]}),
        ("MaxPool", ["q2"], ["pooled"], {"kernel_shape": [2, 2], "strides": [2, 2]}),
        ("Flatten", ["pooled"], ["flat"], {"axis": 1}),
        ("MatMulInteger", ["flat", "d1", "zero_u8", "zero_i8"], ["products"], {}),
        ("Add", ["products", "d1_bias"], ["sums"], {}),
        ("Cast", ["sums"], ["sums_float"], {"to": TensorProto.FLOAT}),
        ("Mul", ["sums_float", "d1_scale"], ["dense1"], {}),
        ("Relu", ["dense1"], ["hidden"], {}),
        ("QuantizeLinear", ["hidden", "hidden_step", "zero_u8"], ["q3"], {}),
        ("QLinearMatMul", ["q3", "hidden_step", "zero_u8", "d2", "d2_step", "zero_i8", "logit_step", "logit_zero"], ["q4"], {}),
        ("DequantizeLinear", ["q4", "logit_step", "logit_zero"], ["logits"], {}),
        ("Add", ["logits", "d2_bias"], ["scores"], {}),
        ("Softmax", ["scores"], ["probs"], {"axis": 1}),
    ]
    inputs = [("image", TensorProto.FLOAT, [1, 64])]
    outputs = [("probs", TensorProto.FLOAT, [1, 10])]
    return build("quantised", nodes, inputs, outputs, constants, opset=OPSET)


def _compare(floats, quantised, images, truth):
    evaluators = [ReferenceEvaluator(floats), ReferenceEvaluator(quantised)]
    found = [
        [int(np.argmax(evaluator.run(None, {"image": image[None]})[0])) for image in images]
        for evaluator in evaluators
    ]
    accuracies = [float(np.mean(np.array(labels) == truth)) for labels in found]
    print("quantised: accuracy of floats and of eight bits on 100 digits", accuracies)
