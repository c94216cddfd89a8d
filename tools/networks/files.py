"""Writes networks and their vectors in the form that sandbox/conformance/networkVector.ts reads."""

import base64
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "sandbox" / "conformance" / "networks"
OPSET = 17
IR_VERSION = 8


def build(name, nodes, inputs, outputs, weights, metadata=None, opset=OPSET):
    """A checked model of nodes (operator, inputs, outputs, attributes)."""
    graph = helper.make_graph(
        [
            helper.make_node(operator, ins, outs, name=outs[0], **attributes)
            for operator, ins, outs, attributes in nodes
        ],
        name,
        [helper.make_tensor_value_info(n, t, d) for n, t, d in inputs],
        [helper.make_tensor_value_info(n, t, d) for n, t, d in outputs],
        [numpy_helper.from_array(np.ascontiguousarray(w), n) for n, w in sorted(weights.items())],
    )
    opset_imports = [helper.make_opsetid("", opset)]
    model = helper.make_model(graph, opset_imports=opset_imports, producer_name="tools/networks")
    model.ir_version = IR_VERSION if opset < 21 else 10
    helper.set_model_props(model, metadata or {})
    onnx.checker.check_model(model, full_check=True)
    return model


def save(name, model):
    """Writes the model and gives its path from the root of the project."""
    path = FOLDER / f"{name}.onnx"
    path.write_bytes(model.SerializeToString(deterministic=True))
    return str(path.relative_to(ROOT))


def reference(model, feeds):
    """What ONNX's reference implementation, which is written in numpy, gives for the inputs."""
    return ReferenceEvaluator(model).run(None, feeds)


def vector(name, path, cases, rtol=1e-4, atol=1e-5):
    """A vector; cases are pairs of named arrays, inputs and outputs in the model's order."""
    return {
        "name": name,
        "model": path,
        "rtol": rtol,
        "atol": atol,
        "cases": [{"inputs": _tensors(ins), "outputs": _tensors(outs)} for ins, outs in cases],
    }


def reference_cases(model, feeds):
    """Cases of which the reference implementation gives the outputs."""
    names = [output.name for output in model.graph.output]
    return [(feed, dict(zip(names, reference(model, feed)))) for feed in feeds]


def write(vectors):
    """Writes all vectors, one in a line."""
    lines = [json.dumps(entry, separators=(",", ":")) for entry in vectors]
    (FOLDER / "networks.jsonl").write_text("\n".join(lines) + "\n")


def _tensors(arrays):
    return [
        {
            "name": name,
            "type": helper.np_dtype_to_tensor_dtype(np.asarray(array).dtype),
            "dims": list(np.asarray(array).shape),
            "data": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
        }
        for name, array in arrays.items()
    ]
