"""Progress that is seen while you wait, and gone afterwards: a bar, and a live loss curve.

Both show themselves only where someone watches, in a terminal or in a notebook that is open. A
notebook that a program executes stores nothing of them, and neither leaves anything behind.
"""

import io
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from course_utils.history import History

BAR_INTERVAL_S = 0.1
CURVE_INTERVAL_S = 0.5
CURVE_SHARE = 0.1  # of the running time, at most, goes into drawing
LINE_STYLES = ("-o", "--s", ":^", "-.v")  # never told apart by colour alone


def someone_watches() -> bool:
    """Return whether a person sees the output as it comes: an open notebook, or a terminal.

    A front end tells the kernel with each cell whether it could answer an `input()`. JupyterLab
    and Notebook can; the programs that execute notebooks (nbconvert, nbval, papermill) cannot.
    """
    kernel = _kernel()
    if kernel is None:
        return sys.stderr is not None and sys.stderr.isatty()
    return bool(getattr(kernel, "_allow_stdin", True))


def progress_bar(
    iterable: Iterable | None = None, *, total: int | None = None, description: str = ""
) -> tqdm:
    """Return a tqdm bar that is renewed at most ten times a second and removed at its end.

    Args:
        iterable: What to walk through, as in ``for batch in progress_bar(batches)``; without it,
            call ``update()`` once for each step, and ``close()``.
        total: Number of steps, where the iterable does not know it.
        description: Words in front of the bar.
    """
    kind = tqdm if _kernel() is None else _NotebookBar
    return kind(
        iterable,
        desc=description,
        total=total,
        mininterval=BAR_INTERVAL_S,
        leave=False,
        ncols=90,
        unit="step",
        disable=not someone_watches(),
    )


class LiveCurve:
    """A picture of growing curves under the running cell; use it in a ``with`` block.

    It redraws at most every half second, and never for more than a tenth of the time. The block's
    end removes it: draw the finished history in the next cell, where it is stored and described.
    """

    def __init__(self, xlabel: str = "epoch", ylabel: str = "loss") -> None:
        """Prepare the picture; nothing is shown before the first `draw`."""
        self._labels = {"xlabel": xlabel, "ylabel": ylabel}
        self._place = _Place() if _kernel() is not None and someone_watches() else None
        self._next_draw_s = 0.0

    def draw(self, **curves: Sequence[float]) -> None:
        """Show the curves, each named by its keyword, unless they were drawn just now."""
        started = time.monotonic()
        if self._place is not None and started >= self._next_draw_s:
            png = _picture(curves, self._labels)
            self._place.show({"image/png": png, "text/plain": "live curve"})
            duration_s = time.monotonic() - started
            self._next_draw_s = started + max(CURVE_INTERVAL_S, duration_s / CURVE_SHARE)

    def close(self) -> None:
        """Remove the picture."""
        if self._place is not None:
            self._place.clear()

    def __enter__(self) -> "LiveCurve":
        """Return the curve itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Remove the picture, also after an error."""
        self.close()


class TrainingProgress:
    """The bar and, if wanted, the curve of one training run; use it in a ``with`` block."""

    def __init__(self, steps: int, bar: bool, curve: bool) -> None:
        """Prepare a bar of so many steps, and a curve; either may be left out."""
        self._bar = progress_bar(total=steps, description="training") if bar else None
        self._curve = LiveCurve() if curve else None

    def each(self, batches: Iterable) -> Iterator:
        """Yield the batches and move the bar on after each."""
        for batch in batches:
            yield batch
            if self._bar is not None:
                self._bar.update()

    def epoch_done(self, history: "History") -> None:
        """Show the figures of the epoch just recorded."""
        if self._bar is not None:
            self._bar.set_postfix_str(f"loss {history.train_loss[-1]:.4f}", refresh=False)
        if self._curve is not None:
            curves = {"training": history.train_loss, "validation": history.validation_loss}
            self._curve.draw(**{name: values for name, values in curves.items() if values})

    def __enter__(self) -> "TrainingProgress":
        """Return the progress itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Remove the bar and the curve, also after an error."""
        if self._bar is not None:
            self._bar.close()
        if self._curve is not None:
            self._curve.close()


class _Place:
    """A place among a cell's outputs whose content can be replaced, and at last emptied."""

    def __init__(self) -> None:
        """Claim no place before there is something to show."""
        self._handle = None

    def show(self, bundle: dict[str, object]) -> None:
        """Show a MIME bundle in this place."""
        from IPython.display import display

        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def clear(self) -> None:
        """Leave nothing visible."""
        if self._handle is not None:
            self.show({"text/plain": ""})


class _NotebookBar(tqdm):
    """A text bar with a place of its own: as a stream it would be cut in two by any picture.

    tqdm's own notebook bar is a widget, whose state notebooks should not store.
    """

    def __init__(self, *arguments: object, **options: object) -> None:
        """Make a bar; see tqdm."""
        self._place = _Place()
        super().__init__(*arguments, file=io.StringIO(), ascii=False, **options)

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Show the bar, or the message; tqdm closes a bar with an empty one."""
        self._place.show({"text/plain": str(self) if msg is None else msg})


def _picture(curves: dict[str, Sequence[float]], labels: dict[str, str]) -> bytes:
    """Return the curves as a PNG; a Figure of its own, as pyplot would keep and show it."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(6, 3), layout="constrained")
    ax = figure.add_subplot()
    for (name, values), style in zip(curves.items(), LINE_STYLES, strict=False):
        ax.plot(range(1, len(values) + 1), values, style, markersize=4, label=name)
    ax.set(**labels)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80, facecolor="white")  # readable in a dark theme
    return buffer.getvalue()


def _kernel() -> object | None:
    """Return the Jupyter kernel this code runs in, or None."""
    ipython = sys.modules.get("IPython")  # in a kernel it has been imported; else do not wait
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None)
