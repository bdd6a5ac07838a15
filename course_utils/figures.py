"""Show a figure together with a text that says what it shows."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARPNESS = 1.6  # pixels of the file for each pixel of the page, for screens that have them


def show(fig: Figure, *, describe: str) -> None:
    """Display a figure with its description, and close it.

    The description is the image's alternative text, its text form where no image can be shown,
    and a folded line below the image, because JupyterLab passes no alternative text on.

    Args:
        fig: The figure to show; it is closed afterwards and cannot be changed any more.
        describe: One to three sentences: what a reader who cannot see it should know.

    Raises:
        ValueError: If the description is too short to describe anything.
    """
    if len(describe.split()) < 6:
        raise ValueError("show() needs describe=... with at least one whole sentence.")
    import matplotlib.pyplot as plt
    from IPython.display import display

    describe = " ".join(describe.split())
    png, width = _png(fig)
    plt.close(fig)
    # JupyterLab lays a light card behind the image in its dark theme.
    about = {"alt": describe, "width": width, "needs_background": "light"}
    display({"image/png": png, "text/plain": f"Figure: {describe}"},
            metadata={"image/png": about}, raw=True)
    folded = ("<details><summary><small>This figure in words</small></summary>"
              f"<small>{escape(describe)}</small></details>")
    display({"text/html": folded, "text/plain": ""}, raw=True)


def _png(fig: Figure) -> tuple[bytes, int]:
    """The figure as PNG bytes, and the width in pixels that it should have on the page."""
    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=SHARPNESS * 100, bbox_inches="tight",
                pil_kwargs={"optimize": True})
    content = file.getvalue()
    width = int.from_bytes(content[16:20], "big")  # from the PNG header
    return content, round(width / SHARPNESS)
