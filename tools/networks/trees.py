"""Tables: a random forest and boosted trees of scikit-learn, converted through ai.onnx.ml."""

import numpy as np
from skl2onnx import to_onnx
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.model_selection import train_test_split

from files import IR_VERSION, save, vector

SEED = 20250401
ROWS = 8
OPSETS = {"": 17, "ai.onnx.ml": 3}


def make():
    return [_classifier(), _regressor()]


def _classifier():
    table = load_breast_cancer()
    train, held_out, labels, truth = _split(table)
    forest = RandomForestClassifier(n_estimators=16, max_depth=6, random_state=SEED)
    forest.fit(train, labels)
    print("forest: held-out accuracy", round(forest.score(held_out, truth), 4))
    options = {"zipmap": False}
    model = _convert(forest, train, options)
    cases = []
    for rows in _batches(held_out):
        outputs = {
            "label": forest.predict(rows).astype(np.int64),
            "probabilities": forest.predict_proba(rows).astype(np.float32),
        }
        cases.append(({"X": rows}, outputs))
    name = "trees-classifier"
    return vector("a random forest of scikit-learn", save(name, model), cases)


def _regressor():
    table = load_diabetes()
    train, held_out, values, truth = _split(table)
    boosted = GradientBoostingRegressor(n_estimators=40, max_depth=3, random_state=SEED)
    boosted.fit(train, values)
    print("boosted trees: held-out R²", round(boosted.score(held_out, truth), 4))
    model = _convert(boosted, train, None)
    cases = [
        ({"X": rows}, {"variable": boosted.predict(rows).astype(np.float32).reshape(-1, 1)})
        for rows in _batches(held_out)
    ]
    return vector("boosted trees of scikit-learn", save("trees-regressor", model), cases)


def _split(table):
    return train_test_split(
        table.data.astype(np.float32), table.target, test_size=0.3, random_state=SEED
    )


def _batches(rows):
    return [rows[start : start + ROWS] for start in range(0, 3 * ROWS, ROWS)]


def _convert(estimator, rows, options):
    choices = None if options is None else {id(estimator): options}
    model = to_onnx(estimator, rows[:1], target_opset=OPSETS, options=choices)
    model.ir_version = IR_VERSION
    # A converter leaves the number of rows open; validators want it bounded, and it is fixed here.
    for value in [*model.graph.input, *model.graph.output]:
        dims = value.type.tensor_type.shape.dim
        if len(dims) > 0:
            dims[0].dim_value = ROWS
    return model
