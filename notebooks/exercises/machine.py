"""A readable report of the machine: what the course needs, what is there, what to do if not."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from notebooks.exercises.tables import LEFT, Column, Table

SUPPORTED_PYTHON = ((3, 10), (3, 14))
MEMORY_GB = 2
PACKAGES = ("numpy", "matplotlib", "jupyterlab", "ipywidgets", "anywidget", "tqdm")


@dataclass(frozen=True)
class Row:
    """One line of the report.

    Attributes:
        what: What was looked at.
        found: What was found, in a few words.
        good: Whether the course runs with it.
        advice: What to do when it does not; "" when it does.
    """

    what: str
    found: str
    good: bool
    advice: str = ""


class MachineReport(Table):
    """All checks, as text and as a table."""

    def __init__(self, checks: list[Row]) -> None:
        super().__init__(
            [Column(""), Column("What", LEFT, bold=True), Column("Found", LEFT),
             Column("What to do", LEFT)],
            [("✓" if row.good else "✗", row.what, row.found, row.advice) for row in checks],
            _line,
        )

    @property
    def good(self) -> bool:
        """Whether all is well."""
        return all(mark == "✓" for mark, *_ in self.rows)


def _line(mark: str, what: str, found: str, advice: str) -> str:
    return f"{mark} {what:<16} {found}" + (f"\n  -> {advice}" if advice else "")


def report() -> MachineReport:
    """Look at Python, the packages, the device, the data and the progress file."""
    checks = (_python, _packages, _torch, _device, _memory, _mnist, _fashion_mnist, _progress)
    return MachineReport([_guarded(check) for check in checks])


def _guarded(check: Callable[[], Row]) -> Row:
    """A check that breaks is a row that says so, not a broken notebook."""
    try:
        return check()
    except Exception as error:
        name = check.__name__.strip("_").replace("_", " ")
        return Row(name, f"{type(error).__name__}: {error}", False,
                   "Install the requirements again: pip install -r requirements.txt")


def _python() -> Row:
    low, high = SUPPORTED_PYTHON
    found = f"{platform.python_version()} on {platform.system()} ({platform.machine()})"
    good = low <= sys.version_info[:2] < high
    return Row("Python", found, good,
               "" if good else "Make an environment with Python 3.10, 3.11, 3.12 or 3.13.")


def _packages() -> Row:
    missing = []
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    advice = f"Missing: {', '.join(missing)}. Run pip install -r requirements.txt."
    return Row("Packages", ", ".join(found), not missing, advice if missing else "")


def _torch() -> Row:
    import torch

    try:
        import torchvision
    except (ImportError, RuntimeError) as error:
        return Row("PyTorch", f"torch {torch.__version__}, torchvision fails: {error}", False,
                   "torch and torchvision do not match; install both in one command: "
                   "pip install --force-reinstall torch torchvision")
    return Row("PyTorch", f"torch {torch.__version__}, torchvision {torchvision.__version__}", True)


def _device() -> Row:
    import torch

    from course_utils.reproducibility import choose_device, cpu_cores

    device = choose_device()
    name = {"cuda": lambda: f"NVIDIA GPU: {torch.cuda.get_device_name()}",
            "mps": lambda: "Apple GPU (mps)", "cpu": lambda: "CPU"}[device.type]()
    return Row("Device", f"{name}; {cpu_cores()} CPU cores, {torch.get_num_threads()} threads",
               True)


def _memory() -> Row:
    free = psutil.virtual_memory().available / 1e9
    return Row("Memory", f"{free:.1f} GB free", free >= MEMORY_GB,
               "" if free >= MEMORY_GB else "Close other programs; a chapter needs up to 2 GB.")


def _mnist() -> Row:
    from course_utils.datasets import load_mnist

    return _data_row("MNIST", load_mnist)


def _fashion_mnist() -> Row:
    from course_utils.datasets import load_fashion_mnist

    return _data_row("FashionMNIST", load_fashion_mnist)


def _data_row(name: str, load: Callable) -> Row:
    """Load both halves, which verifies every byte; the loader's error says what to do."""
    from course_utils.archives import DataFileError

    try:
        train, test = (len(load(split)[1]) for split in ("train", "test"))
    except DataFileError as error:
        return Row(name, "missing or damaged", False, str(error))
    return Row(name, f"{train:,} training and {test:,} test images, every byte verified", True)


def _progress() -> Row:
    from course_utils.judge.attempts import progress_file

    path = Path(progress_file())
    writable = os.access(path.parent, os.W_OK)  # it is replaced by a new file beside it
    return Row("Progress file", "can be written" if writable else "cannot be written", True,
               "" if writable else "The course works, but forgets which exercises you solved.")
