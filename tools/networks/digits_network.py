"""The convolutional network of the sample kernel digits, on digits that it was not trained on."""

import json

import numpy as np
import onnx

from files import ROOT, reference_cases, vector

MODEL = "kernels/digits/model.onnx"


def make():
    folder = ROOT / "kernels" / "digits" / "vectors"
    images = [json.loads(path.read_text())["input"] for path in sorted(folder.glob("*-1.json"))]
    feeds = [{"image": np.array(entry["image"], np.float32).reshape(1, 64)} for entry in images]
    model = onnx.load(ROOT / MODEL)
    return [vector("digits, a convolutional network", MODEL, reference_cases(model, feeds))]
