"""What the training leaves besides the models: test vectors, samples and the report."""

import hashlib
import json

# Prompts of the vectors with the number of tokens to add. The last one is made of tokens of one sign
# each: the longest that a prompt can be for the network, and longer than what it remembers.
PROMPTS = {
    "first-witch": ("First Witch:\n", 64),
    "juliet-1": ("JULIET:\nO Romeo, Romeo", 24),
    "juliet-2": ("JULIET:\nO Romeo, Romeo", 24),
    "king": ("KING HENRY V:\nOnce more unto the breach, dear friends,", 32),
    "line-end": ("\n", 16),
    "one": ("To be, or not to", 1),
    "question": ("HAMLET:\nTo be, or not to be: that is the question:\n", 40),
    "rare-signs": ("QZ" * 64, 64),
}
SAMPLES = {
    "love": ("ROMEO:\nBut soft, what light", 64),
    "storm": ("PROSPERO:\nThe storm", 64),
    "throne": ("RICHARD:\nMy kingdom for", 48),
}


def write_vectors(folder, writer):
    """Prompts, seeds of their own, and the texts that the writer gives."""
    _empty(folder)
    for name, (prompt, count) in PROMPTS.items():
        seed = hashlib.sha256(f"kernels/shakespeare/vectors/{name}".encode()).digest()
        vector = {
            "input": {"prompt": prompt, "tokens": [count]},
            "seed": seed.hex(),
            "expect": {"text": writer.write(prompt, count, seed)},
        }
        rows = ",\n".join(f"  {json.dumps(key)}: {_spaced(value)}" for key, value in vector.items())
        (folder / f"{name}.json").write_text(f"{{\n{rows}\n}}\n")


def write_samples(folder):
    """Inputs to try."""
    _empty(folder)
    for name, (prompt, count) in SAMPLES.items():
        text = _spaced({"prompt": prompt, "tokens": [count]})
        (folder / f"{name}.json").write_text(text + "\n")


def write_report(path, files, figures):
    """The figures the README quotes."""
    model, vocabulary = files
    report = {
        "modelBytes": len(model),
        "modelSha256": hashlib.sha256(model).hexdigest(),
        "vocabularyBytes": len(vocabulary),
        "vocabularySha256": hashlib.sha256(vocabulary).hexdigest(),
        **figures,
    }
    path.write_text(json.dumps(report, indent=2) + "\n")


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
