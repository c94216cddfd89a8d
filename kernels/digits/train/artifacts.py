"""What the training leaves besides the model: vectors, samples, the held-out part and its report."""

import hashlib
import json
import textwrap

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)

VECTORS_PER_DIGIT = 3
BASE_17 = "0123456789abcdefg"


def write_vectors(folder, images, labels, predictions):
    """The first held-out images of every digit that the model reads correctly."""
    _empty(folder)
    for digit in range(10):
        chosen = (labels == digit) & (predictions == digit)
        for number, image in enumerate(images[chosen][:VECTORS_PER_DIGIT], start=1):
            text = f'  "input": {{\n{_image(image, 4)}\n  }},\n  "expect": {{ "label": [{digit}] }}'
            (folder / f"digit-{digit}-{number}.json").write_text(f"{{\n{text}\n}}\n")


def write_samples(folder, images, labels):
    """The last held-out image of every digit, its true label in the file name."""
    _empty(folder)
    for digit in range(10):
        text = _image(images[labels == digit][-1], 2)
        (folder / f"digit-{digit}.json").write_text(f"{{\n{text}\n}}\n")


def write_heldout(path, images, labels, predictions):
    """The held-out part, a line an image: 64 base-17 figures, true label, the model's label."""
    rows = [
        f'    "{"".join(BASE_17[int(value)] for value in image)} {label} {predicted}"'
        for image, label, predicted in zip(images, labels, predictions, strict=True)
    ]
    path.write_text('{\n  "digits": [\n' + ",\n".join(rows) + "\n  ]\n}\n")


def write_report(path, model, parameters, confusion):
    """The figures the README quotes."""
    report = {
        "modelBytes": len(model),
        "modelSha256": hashlib.sha256(model).hexdigest(),
        "parameters": sum(value.size for value in parameters.values()),
        "heldOut": int(confusion.sum()),
        "correct": int(confusion.trace()),
    }
    rows = ",\n".join(f"    {json.dumps(row)}" for row in confusion.tolist())
    text = json.dumps(report, indent=2)[:-2] + ',\n  "confusion": [\n' + rows + "\n  ]\n}\n"
    path.write_text(text)


def write_plot(path, images, labels, predictions, confusion):
    """The confusion matrix beside one image of every digit and the first five misread ones."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 4.5))
    left.imshow(confusion, cmap="Blues", vmax=confusion.max() * 1.5)
    for row, column in zip(*confusion.nonzero(), strict=True):
        left.text(column, row, confusion[row, column], ha="center", va="center")
    left.set(xlabel="predicted", ylabel="true", xticks=range(10), yticks=range(10))
    left.set_title(f"{confusion.trace()} of {confusion.sum()} held-out digits are read correctly")
    right.axis("off")
    right.set_title("true → predicted")
    firsts = [(labels == digit).nonzero()[0][0] for digit in range(10)]
    misread = (labels != predictions).nonzero()[0][:5]
    for place, index in enumerate([*firsts, *misread]):
        cell = right.inset_axes([0.2 * (place % 5), 0.68 - 0.32 * (place // 5), 0.18, 0.2])
        cell.imshow(images[index].reshape(8, 8), cmap="gray_r")
        colour = "black" if labels[index] == predictions[index] else "red"
        cell.set_title(f"{labels[index]} → {predictions[index]}", fontsize=9, color=colour)
        cell.axis("off")
    figure.tight_layout()
    figure.savefig(path, dpi=80, metadata={"Software": None})


def _empty(folder):
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()


def _image(image, indent):
    """The field `image` in the layout of the project's formatter."""
    margin = " " * indent
    figures = textwrap.fill(
        ", ".join(str(int(value)) for value in image),
        width=100,
        initial_indent=margin + "  ",
        subsequent_indent=margin + "  ",
    )
    return f'{margin}"image": [\n{figures}\n{margin}]'
