"""Writes ONNX's own node test cases, and trial models for each operator and element type.

Needs the packages `onnx` and `numpy`; see README.md. Usage:
    python export_cases.py shape-inputs.json folder
"""

import base64
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import onnx
import onnx.defs
from onnx import helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

# Newest operator sets that the pinned runtime loads, oldest that the profile covers.
NEWEST = {"": 26, "ai.onnx.ml": 4}
OLDEST = {"": 11, "ai.onnx.ml": 1}
# Element types of the sandbox, by their number of TensorProto.DataType.
TYPES = [1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13]
CASE_BYTES = 40_000
# Operators whose sums of products cancel: a difference counts against the largest element.
CANCELLING = {"DFT", "STFT"}


def schema_of(domain, operator, version):
    return onnx.defs.get_schema(operator, version, domain)


def versions_of(domain, operator):
    """Operator sets to try: each that changed the operator, the ones before, and the newest."""
    since = [
        s.since_version
        for s in onnx.defs.get_all_schemas_with_history()
        if (s.domain, s.name) == (domain, operator)
    ]
    newest, oldest = NEWEST[domain], OLDEST[domain]
    changes = {max(v, oldest) for v in since if v <= newest}
    before = {v - 1 for v in since if oldest < v <= newest and v - 1 >= min(since)}
    return sorted(changes | before | {newest}), min(since)


def fixed_inputs(graph, arrays, positions):
    """Turns inputs that decide shapes into constants, as exporters write them."""
    node = graph.node[0]
    names = {node.input[p] for p in positions if p < len(node.input)}
    kept = []
    for value, array in zip(list(graph.input), arrays):
        if value.name in names:
            graph.initializer.append(numpy_helper.from_array(np.asarray(array), value.name))
            graph.input.remove(value)
        else:
            kept.append((value, array))
    return kept


def stamp(model, domain, version):
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.ir_version = 10
    del copy.opset_import[:]
    copy.opset_import.append(helper.make_opsetid("", version if domain == "" else 17))
    if domain != "":
        copy.opset_import.append(helper.make_opsetid(domain, version))
    copy.producer_name = ""
    copy.doc_string = ""
    for key in ("producer_name", "doc_string"):
        copy.ClearField(key)
    return copy.SerializeToString()


def encode(value, array):
    array = np.asarray(array)
    return {
        "name": value.name,
        "type": value.type.tensor_type.elem_type,
        "dims": list(array.shape),
        "data": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
    }


def is_plain(value):
    kind = value.type.WhichOneof("value")
    return kind == "tensor_type" and value.type.tensor_type.elem_type in TYPES


def made_cases():
    """Cases of operators for which ONNX has no test: expected outputs are its reference's."""
    rng = np.random.default_rng(7)

    def case(name, operator, domain, inputs, outputs, expected=None, **attributes):
        names = [f"x{i}" for i in range(len(inputs))]
        node = helper.make_node(
            operator, names, [n for n, _ in outputs], domain=domain, **attributes
        )
        graph = helper.make_graph(
            [node],
            "made",
            [
                helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
                for n, a in zip(names, inputs)
            ],
            [helper.make_tensor_value_info(n, t, None) for n, t in outputs],
        )
        version = {"": 20, "ai.onnx.ml": 3}[domain]
        opsets = [helper.make_opsetid("", 20)]
        if domain:
            opsets.append(helper.make_opsetid(domain, version))
        model = helper.make_model(graph, ir_version=10, opset_imports=opsets)
        if expected is None:
            expected = ReferenceEvaluator(model).run(None, dict(zip(names, inputs)))
        return (f"made_{name}", model, inputs, expected)

    ml = "ai.onnx.ml"
    x = rng.standard_normal((4, 3)).astype(np.float32)
    tree = {
        "nodes_treeids": [0, 0, 0, 0, 0],
        "nodes_nodeids": [0, 1, 2, 3, 4],
        "nodes_featureids": [0, 0, 2, 0, 0],
        "nodes_values": [0.25, 0.0, -0.5, 0.0, 0.0],
        "nodes_hitrates": [1.0] * 5,
        "nodes_modes": ["BRANCH_LEQ", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"],
        "nodes_truenodeids": [1, 0, 3, 0, 0],
        "nodes_falsenodeids": [2, 0, 4, 0, 0],
        "nodes_missing_value_tracks_true": [0] * 5,
        "post_transform": "NONE",
    }
    leaves = {"treeids": [0, 0, 0], "nodeids": [1, 3, 4], "ids": [0, 1, 1]}
    support = rng.standard_normal((4, 3)).astype(np.float32)
    f32, i64 = 1, 7
    yield lambda: case("scaler", "Scaler", ml, [x], [("y", f32)], offset=[0.5, -1.0, 0.0], scale=[2.0, 0.5, 3.0])
    for norm in ("MAX", "L1", "L2"):
        yield lambda norm=norm: case(f"normalizer_{norm}", "Normalizer", ml, [np.abs(x)], [("y", f32)], norm=norm)
    nan = x.copy()
    nan[1, 1] = np.nan
    yield lambda: case("imputer", "Imputer", ml, [nan], [("y", f32)], imputed_value_floats=[1.0, 2.0, 3.0], replaced_value_float=float("nan"))
    yield lambda: case("imputer_int64", "Imputer", ml, [np.arange(6, dtype=np.int64).reshape(2, 3)], [("y", i64)], imputed_value_int64s=[7], replaced_value_int64=4)
    yield lambda: case("one_hot_encoder", "OneHotEncoder", ml, [np.array([2, 0, 9], np.int64)], [("y", f32)], cats_int64s=[0, 1, 2], zeros=1)
    yield lambda: case("label_encoder", "LabelEncoder", ml, [np.array([2, 0, 9], np.int64)], [("y", f32)], keys_int64s=[0, 2], values_floats=[0.5, 1.5], default_float=-1.0)
    yield lambda: case("label_encoder_int", "LabelEncoder", ml, [np.array([2.0, 0.0, 9.0], np.float32)], [("y", i64)], keys_floats=[0.0, 2.0], values_int64s=[5, 6], default_int64=-1)
    yield lambda: case("feature_vectorizer", "FeatureVectorizer", ml, [x, x[:, :2].copy()], [("y", f32)], inputdimensions=[3, 2])
    yield lambda: case("linear_regressor", "LinearRegressor", ml, [x], [("y", f32)], coefficients=[1.0, -2.0, 0.5, 0.25, 1.0, -1.0], intercepts=[0.5, -0.5], targets=2)
    yield lambda: case("linear_classifier", "LinearClassifier", ml, [x], [("y", i64), ("z", f32)], coefficients=[1.0, -2.0, 0.5, 0.25, 1.0, -1.0, 0.5, 0.5, 0.5], intercepts=[0.5, -0.5, 0.0], classlabels_ints=[0, 1, 2], post_transform="SOFTMAX")
    yield lambda: case("tree_regressor", "TreeEnsembleRegressor", ml, [x], [("y", f32)], n_targets=2, aggregate_function="SUM", target_weights=[1.5, -2.0, 0.25], **{f"target_{k}": v for k, v in leaves.items()}, **tree)
    yield lambda: case("tree_classifier", "TreeEnsembleClassifier", ml, [x], [("y", i64), ("z", f32)], classlabels_int64s=[0, 1, 2], class_weights=[1.0, 1.0, 1.0], class_treeids=[0, 0, 0], class_nodeids=[1, 3, 4], class_ids=[0, 1, 2], **tree)
    yield lambda: case("svm_regressor", "SVMRegressor", ml, [x], [("y", f32)], coefficients=[1.0, -0.5, 0.25, 2.0], support_vectors=support.ravel().tolist(), n_supports=4, rho=[0.5], kernel_type="RBF", kernel_params=[0.5, 0.0, 3.0], post_transform="NONE")
    yield lambda: case("svm_classifier", "SVMClassifier", ml, [x], [("y", i64), ("z", f32)], coefficients=[1.0, 0.5, -0.25, -2.0], support_vectors=support.ravel().tolist(), vectors_per_class=[2, 2], rho=[0.5], kernel_type="LINEAR", kernel_params=[0.0, 0.0, 0.0], classlabels_ints=[0, 1], post_transform="NONE", prob_a=[-0.5], prob_b=[0.1])
    image = rng.standard_normal((1, 2, 5, 5)).astype(np.float32)
    yield lambda: case("mish", "Mish", "", [x], [("y", f32)])
    yield lambda: case("cast_like", "CastLike", "", [x, np.zeros((1,), np.int64)], [("y", i64)])
    yield lambda: case("cast_like_float64", "CastLike", "", [np.arange(4, dtype=np.uint8), np.zeros((1,), np.float64)], [("y", 11)])
    norms = np.sqrt((image.astype(np.float64) ** 2).sum(axis=(2, 3), keepdims=True))
    yield lambda: case("global_lp_pool", "GlobalLpPool", "", [image], [("y", f32)], expected=[norms.astype(np.float32)], p=2)


def as_array(value):
    """Some tests give their tensors as messages."""
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value


def all_cases():
    for test in collect_testcases(None):
        if "_expanded" in test.name or len(test.model.graph.node) != 1:
            continue
        inputs, outputs = ([as_array(a) for a in side] for side in test.data_sets[0])
        yield test.name, test.model, inputs, outputs, test.rtol, test.atol
    for make in made_cases():
        try:
            name, model, inputs, outputs = make()
        except Exception as error:  # the reference lacks the operator
            print("not made:", type(error).__name__, str(error)[:100])
            continue
        for value, array in zip(model.graph.output, outputs):
            dims = value.type.tensor_type.shape.dim
            del dims[:]
            for extent in np.asarray(array).shape:
                dims.add().dim_value = extent
        yield name, model, inputs, outputs, 1e-5, 1e-6


def retyped(model, domain, operator, version, element_type):
    """The model with the type variable of the first input set to another element type."""
    node = model.graph.node[0]
    schema = schema_of(domain, operator, version)
    if not node.input or not schema.inputs:
        return None

    def formal(formals, position):
        return formals[min(position, len(formals) - 1)].type_str

    variable = formal(schema.inputs, 0)
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    names = {n for i, n in enumerate(node.input) if formal(schema.inputs, i) == variable}
    names |= {n for i, n in enumerate(node.output) if formal(schema.outputs, i) == variable}
    if copy.graph.input and node.input[0] not in {v.name for v in copy.graph.input}:
        return None
    for value in list(copy.graph.input) + list(copy.graph.output):
        if value.name in names:
            value.type.tensor_type.elem_type = element_type
    for tensor in copy.graph.initializer:
        if tensor.name in names:
            kind = helper.tensor_dtype_to_np_dtype(element_type)
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(kind), tensor.name))
    return copy


def main():
    shape_inputs = json.load(open(sys.argv[1], encoding="utf-8"))
    folder = sys.argv[2]
    os.makedirs(folder, exist_ok=True)
    cases = open(os.path.join(folder, "cases.jsonl"), "w", encoding="utf-8")
    trials = open(os.path.join(folder, "trials.jsonl"), "w", encoding="utf-8")
    tried = {}
    for name, model, inputs, outputs, rtol, atol in all_cases():
        node = model.graph.node[0]
        domain, operator = node.domain, node.op_type
        if domain not in NEWEST:
            continue
        versions, since = versions_of(domain, operator)
        values = list(model.graph.input) + list(model.graph.output)
        if since > NEWEST[domain]:
            continue
        positions = shape_inputs.get(operator, []) if domain == "" else []
        work = onnx.ModelProto()
        work.CopyFrom(model)
        kept = fixed_inputs(work.graph, inputs, positions)
        plain = all(is_plain(value) for value in values)
        if operator in CANCELLING and plain:
            atol = 1e-5 * max(float(np.abs(a).max()) for a in outputs)
        if plain and all(0 not in np.asarray(a).shape for _, a in kept):
            for version in versions:
                line = {
                    "name": name,
                    "operator": operator,
                    "domain": domain,
                    "version": version,
                    "rtol": rtol,
                    "atol": atol,
                    "model": base64.b64encode(stamp(work, domain, version)).decode(),
                    "inputs": [encode(v, a) for v, a in kept],
                    "outputs": [encode(v, a) for v, a in zip(model.graph.output, outputs)],
                }
                text = json.dumps(line, separators=(",", ":"))
                if len(text) <= CASE_BYTES:
                    cases.write(text + "\n")
        key = (domain, operator)
        tried[key] = tried.get(key, 0) + 1
        if tried[key] > 40:
            continue
        for version in versions:
            write_trial(trials, key, since, version, first_type(model), model)
        if tried[key] > 6:
            continue
        for version in versions:
            for element_type in TYPES:
                try:
                    trial = retyped(model, domain, operator, version, element_type)
                except Exception:
                    continue
                if trial is not None:
                    write_trial(trials, key, since, version, element_type, trial)


def first_type(model):
    """Element type of the first input of the node; null where it is no input of the graph."""
    names = {value.name: value.type.tensor_type.elem_type for value in model.graph.input}
    node = model.graph.node[0]
    found = names.get(node.input[0]) if node.input else None
    return found if found in TYPES else None


def write_trial(file, key, since, version, element_type, model):
    domain, operator = key
    line = {
        "operator": operator,
        "domain": domain,
        "since": max(since, OLDEST[domain]),
        "version": version,
        "type": element_type,
        "model": base64.b64encode(stamp(model, domain, version)).decode(),
    }
    file.write(json.dumps(line, separators=(",", ":")) + "\n")


main()
