"""What the training leaves besides the model: vectors, samples, the held-out part and its report."""

import hashlib
import json

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)

SPECIES = ("setosa", "versicolor", "virginica")
VECTORS_PER_SPECIES = 8


def write_vectors(folder, flowers, labels, certain):
    """Held-out flowers of every species whose label is right for every seed that was tried."""
    _empty(folder)
    for label, species in enumerate(SPECIES):
        chosen = flowers[certain & (labels == label)][:VECTORS_PER_SPECIES]
        if len(chosen) < VECTORS_PER_SPECIES:
            raise ValueError(f"only {len(chosen)} certain flowers of {species}")
        for number, flower in enumerate(chosen, start=1):
            name = f"{species}-{number}"
            vector = {
                "input": {"measurements": flower.tolist()},
                "seed": hashlib.sha256(f"kernels/iris/vectors/{name}".encode()).hexdigest(),
                "expect": {"label": [label]},
            }
            rows = ",\n".join(f"  {json.dumps(key)}: {_spaced(value)}" for key, value in vector.items())
            (folder / f"{name}.json").write_text(f"{{\n{rows}\n}}\n")


def write_samples(folder, flowers, labels, spread):
    """The least and the most doubtful held-out flower of every species."""
    _empty(folder)
    for label, species in enumerate(SPECIES):
        own = (labels == label).nonzero()[0]
        ranked = own[spread[own].argsort(kind="stable")]
        for name, index in ((species, ranked[0]), (f"{species}-doubtful", ranked[-1])):
            text = _spaced({"measurements": flowers[index].tolist()})
            (folder / f"{name}.json").write_text(text + "\n")


def write_heldout(path, flowers, labels, predictions):
    """A line a flower: four centimetres, true label, the label of the mean network."""
    rows = [
        f'    "{" ".join(str(value) for value in flower)} {label} {predicted}"'
        for flower, label, predicted in zip(flowers.tolist(), labels, predictions, strict=True)
    ]
    path.write_text('{\n  "flowers": [\n' + ",\n".join(rows) + "\n  ]\n}\n")


def write_report(path, model, parameters, confusion, simulated):
    """The figures the README quotes."""
    report = {
        "modelBytes": len(model),
        "modelSha256": hashlib.sha256(model).hexdigest(),
        "parameters": sum(value.size for value in parameters.values()),
        "heldOut": int(confusion.sum()),
        "correct": int(confusion.trace()),
        **simulated,
    }
    rows = ",\n".join(f"    {json.dumps(row)}" for row in confusion.tolist())
    text = json.dumps(report, indent=2)[:-2] + ',\n  "confusion": [\n' + rows + "\n  ]\n}\n"
    path.write_text(text)


def write_plot(path, flowers, labels, spread, confusion):
    """The confusion matrix beside the held-out flowers, the doubtful ones drawn larger."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 4.5))
    left.imshow(confusion, cmap="Blues", vmax=confusion.max() * 1.5)
    for row, column in zip(*confusion.nonzero(), strict=True):
        left.text(column, row, confusion[row, column], ha="center", va="center")
    left.set(xlabel="predicted", ylabel="true", xticks=range(3), yticks=range(3))
    left.set_xticklabels(SPECIES)
    left.set_yticklabels(SPECIES, rotation=90, va="center")
    left.set_title(f"mean network: {confusion.trace()} of {confusion.sum()} are right")
    for label, species in enumerate(SPECIES):
        own = labels == label
        sizes = 15 + 150 * spread[own]
        right.scatter(flowers[own, 2], flowers[own, 3], s=sizes, alpha=0.6, label=species)
    right.set(xlabel="petal length, cm", ylabel="petal width, cm")
    right.set_title("held-out flowers; size: spread of a member")
    right.legend(markerscale=0.7)
    figure.tight_layout()
    figure.savefig(path, dpi=80, metadata={"Software": None})


def _empty(folder):
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()


def _spaced(value):
    """JSON on one line with blanks inside braces, as the project's formatter has it."""
    if not isinstance(value, dict):
        return json.dumps(value)
    fields = ", ".join(f"{json.dumps(name)}: {_spaced(inner)}" for name, inner in value.items())
    return f"{{ {fields} }}"
