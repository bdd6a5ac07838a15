"""Run notebooks from top to bottom in a fresh kernel and store their outputs, normalised.

    python -m tests.notebooks.refresh_outputs                              all notebooks
    python -m tests.notebooks.refresh_outputs notebooks/04_backprop_xor_numpy.ipynb
    python -m tests.notebooks.refresh_outputs --check                      run, but store nothing

The outputs are those of a learner who has solved nothing yet; of each explorer a photograph is
stored (stills.py), which takes chromium. The minutes in the header are counted anew (minutes.py).
A notebook that raises, or that writes to stderr, is reported and left as it was.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tests.browser.lab import missing
from tests.notebooks.book import NOTEBOOKS, ROOT, notebook_paths, read, where
from tests.notebooks.minutes import with_estimates
from tests.notebooks.normalise import normalise

CELL_TIMEOUT_S = 120
SAMPLE_EVERY_S = 0.1
TAKE_STILLS = "import tests.notebooks.stills as stills; stills.install(); del stills"


class RefreshError(RuntimeError):
    """A notebook whose outputs cannot be stored; the message says which cell and why."""


@dataclass
class Cost:
    """What one execution of a notebook took."""

    duration_s: float = 0.0
    peak_memory_gb: float = 0.0


def execute(path: Path, with_stills: bool = False) -> tuple[nbformat.NotebookNode, Cost]:
    """Run a notebook in a fresh kernel; return it with its new outputs, and what that cost.

    Args:
        path: The notebook.
        with_stills: Whether the explorers are photographed; chromium then counts as a cost, too.

    Raises:
        RefreshError: If a cell raises, takes too long, kills the kernel, writes to stderr, or
            shows an explorer of which there is no still.
    """
    book, cost = read(path), Cost()
    client = NotebookClient(
        book,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},  # as JupyterLab does
    )
    start = time.perf_counter()
    try:
        with (
            _no_progress_yet(),
            client.setup_kernel(stderr=DEVNULL),
            _measured_memory(client, cost),
        ):
            if with_stills:
                client.kc.execute(TAKE_STILLS, silent=True)
            for position, cell in enumerate(book.cells):
                _execute_cell(client, cell, position)
                if with_stills:
                    _demand_stills(cell, position)
    finally:
        cost.duration_s = time.perf_counter() - start
    return normalise(with_estimates(book)), cost


def _execute_cell(client: NotebookClient, cell: dict, position: int) -> None:
    """Run one cell; turn whatever goes wrong into one sentence that names the cell."""
    try:
        client.execute_cell(cell, position)
    except CellTimeoutError as error:
        raise RefreshError(f"{where(position, cell)} took over {CELL_TIMEOUT_S} s") from error
    except DeadKernelError as error:
        raise RefreshError(f"{where(position, cell)} killed the kernel") from error
    except CellExecutionError as error:
        raise RefreshError(f"{where(position, cell)} raised:\n{error}") from error
    for output in cell.get("outputs", []):
        if output.get("name") == "stderr":
            raise RefreshError(f"{where(position, cell)} wrote to stderr: {output['text'][:300]}")


def _demand_stills(cell: dict, position: int) -> None:
    for output in cell.get("outputs", []):
        html = output.get("data", {}).get("text/html", "")
        if 'class="course-explorer"' in html and 'class="course-still"' not in html:
            raise RefreshError(f"{where(position, cell)} shows an explorer without a still")


@contextmanager
def _no_progress_yet():
    """Give the kernel an empty progress file, whatever the person at this machine has solved."""
    before = os.environ.get("COURSE_PROGRESS_FILE")
    with tempfile.TemporaryDirectory(prefix="course_progress_") as folder:
        os.environ["COURSE_PROGRESS_FILE"] = str(Path(folder) / "progress.json")
        try:
            yield
        finally:
            del os.environ["COURSE_PROGRESS_FILE"]
            if before is not None:
                os.environ["COURSE_PROGRESS_FILE"] = before


@contextmanager
def _measured_memory(client: NotebookClient, cost: Cost):
    """Sample the memory of the kernel and its children from a thread, and keep the peak."""
    kernel, stop = psutil.Process(client.km.provisioner.pid), threading.Event()

    def sample():
        ended = False
        while not ended:
            cost.peak_memory_gb = max(cost.peak_memory_gb, _memory_gb(kernel))
            ended = stop.wait(SAMPLE_EVERY_S)

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield
    finally:
        stop.set()
        sampler.join()


def _memory_gb(kernel: psutil.Process) -> float:
    """Memory of a process and of what its children do not share with it, in GB (10^9 bytes)."""
    try:
        total, children = kernel.memory_info().rss, kernel.children(recursive=True)
    except psutil.Error:
        return 0.0
    for child in children:
        try:
            total += child.memory_full_info().uss
        except psutil.Error:  # it ended meanwhile
            continue
    return total / 1e9


def store(book: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook through a temporary file and a rename: all of it, or nothing."""
    text = nbformat.writes(book).rstrip("\n") + "\n"
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".refresh_", suffix=".tmp")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _find(name: str) -> Path:
    """A notebook given by its path from here or from the project's root."""
    for candidate in (Path(name), ROOT / name, NOTEBOOKS / name):
        if candidate.is_file():
            return candidate.resolve()
    raise SystemExit(f"No notebook {name!r} here or in {ROOT}; give the path of an .ipynb file.")


def main() -> int:
    """Refresh the notebooks named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", help="paths; without any, all notebooks")
    parser.add_argument("--check", action="store_true", help="run them, but store nothing")
    arguments = parser.parse_args()
    if missing() and not arguments.check:
        raise SystemExit(f"The stills of the explorers need a browser: {missing()}.")
    failures = 0
    for path in [_find(name) for name in arguments.notebooks] or notebook_paths():
        try:
            book, cost = execute(path, with_stills=not arguments.check)
        except RefreshError as error:
            failures += 1
            print(f"{path.name}: NOT stored: {error}", file=sys.stderr, flush=True)
            continue
        if not arguments.check:
            store(book, path)
        print(f"{path.name}: {cost.duration_s:.1f} s, {cost.peak_memory_gb:.2f} GB", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
