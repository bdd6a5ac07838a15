"""The one form in which notebooks are stored, so that a diff shows what changed."""

import copy
import hashlib

from tests.notebooks.book import is_folded

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def normalise(book: dict) -> dict:
    """Return a copy of a notebook in its stored form.

    No widget state, no timing, no version of Python, the kernel named python3, outputs merged as
    a reader sees them, and cell ids that follow from the content.
    """
    book = copy.deepcopy(book)
    book["metadata"] = type(book["metadata"])(
        kernelspec=dict(KERNELSPEC), language_info={"name": "python"}
    )
    for cell, identifier in zip(book["cells"], _identifiers(book["cells"]), strict=True):
        cell["id"] = identifier
        kept_tags = cell["metadata"].get("tags")
        cell["metadata"].clear()
        if kept_tags:
            cell["metadata"]["tags"] = kept_tags
        if is_folded(cell):
            cell["metadata"]["jupyter"] = {"source_hidden": True}  # what JupyterLab obeys
        if cell["cell_type"] == "code":
            cell["outputs"] = _merge_streams([_without_live_view(o) for o in cell["outputs"]])
    return book


def _identifiers(cells: list[dict]) -> list[str]:
    """Cell ids from the content, so that an inserted cell leaves its neighbours' ids alone."""
    identifiers: list[str] = []
    for cell in cells:
        content = f"{cell['cell_type']}\n{cell['source']}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:8]
        copies = sum(known.startswith(digest) for known in identifiers)
        identifiers.append(f"{digest}-{copies + 1}" if copies else digest)
    return identifiers


def _without_live_view(output: dict) -> dict:
    """Drop the reference to a widget that is gone, where the output has a still to show instead.

    Without its model a stored view reads "Error displaying widget: model not found", and it hides
    the still. Running the cell brings the live widget back.
    """
    data = output.get("data", {})
    if WIDGET_VIEW in data and any(kind.startswith(("image/", "text/html")) for kind in data):
        del data[WIDGET_VIEW]
    return output


def _merge_streams(outputs: list[dict]) -> list[dict]:
    """Join neighbouring pieces of one stream: how printed text is cut into messages is chance."""
    merged: list[dict] = []
    for output in outputs:
        previous = merged[-1] if merged else {}
        if output["output_type"] == "stream" and output["name"] == previous.get("name"):
            previous["text"] += output["text"]
        else:
            merged.append(output)
    for output in merged:
        if output["output_type"] == "stream":
            output["text"] = _as_a_terminal_shows(output["text"])
    return merged


def _as_a_terminal_shows(text: str) -> str:
    """Keep of each line what follows its last carriage return: the state a bar ended in."""
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
