"""What all benchmarks share: timing by turns, a table, and a file with the machine's name."""

import gc
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from course_utils.reproducibility import cpu_cores


@dataclass
class Row:
    """One side of a comparison: its name and how long each run took.

    Attributes:
        name: What ran.
        seconds: Wall-clock duration of each run.
        cpu_seconds: Processor time of each run, all threads together; what other programs do
            on a busy machine hardly touches it.
        remarks: Anything else worth a word.
    """

    name: str
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    remarks: str = ""


@dataclass
class Table:
    """Several rows measured by turns in one run; ratios are against the first row."""

    title: str
    rows: list[Row] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the table as text: medians, spread, and how many times as fast as row one."""
        first = self.rows[0]
        heads = ["median", "fastest", "slowest", "times as fast (spread)"]
        with_cpu = all(row.cpu_seconds for row in self.rows)
        lines = [self.title, _line("", heads + ["cpu time", "times as fast"] * with_cpu)]
        for row in self.rows:
            times = (statistics.median(row.seconds), min(row.seconds), max(row.seconds))
            cells = [f"{seconds:.4f} s" for seconds in times]
            cells.append(
                "{:.2f} ({:.2f} to {:.2f})".format(*times_as_fast(first.seconds, row.seconds))
            )
            if with_cpu:
                ratio = times_as_fast(first.cpu_seconds, row.cpu_seconds)[0]
                cells += [f"{statistics.median(row.cpu_seconds):.4f} s", f"{ratio:.2f}"]
            lines.append(f"{_line(row.name, cells)}  {row.remarks}".rstrip())
        return "\n".join([*lines, *self.findings])


def _line(name: str, cells: list[str]) -> str:
    """Return a line of a table, with the cells in columns."""
    return f"{name:42s}" + "".join(
        f"{cell:>{width}s}" for cell, width in zip(cells, (11, 11, 11, 26, 12, 15), strict=False)
    )


def times_as_fast(slow: list[float], fast: list[float]) -> tuple[float, float, float]:
    """Return the median, the least and the largest ratio of two sides, round by round.

    Neighbours are compared, so that a machine that grows busy harms both sides of a ratio alike.
    """
    ratios = [one / other for one, other in zip(slow, fast, strict=True)]
    return statistics.median(ratios), min(ratios), max(ratios)


def time_by_turns(
    sides: dict[str, Callable[[], object]], repeats: int, synchronize: Callable[[], None] = int
) -> list[Row]:
    """Run each side once to warm up, then all of them by turns, and time every run.

    By turns, because a machine slows down and recovers while it measures: then the ratio of
    neighbours still tells the truth.

    Args:
        sides: What to run, by name.
        repeats: How many rounds are timed.
        synchronize: Waits for the device; a GPU answers before it is done.
    """
    rows = [Row(name) for name in sides]
    for _ in range(repeats + 1):
        for row, side in zip(rows, sides.values(), strict=True):
            gc.collect()
            synchronize()
            started, cpu_started = time.perf_counter(), time.process_time()
            side()
            synchronize()
            row.seconds.append(time.perf_counter() - started)
            row.cpu_seconds.append(time.process_time() - cpu_started)
    for row in rows:
        del row.seconds[0], row.cpu_seconds[0]  # the warm-up
    return rows


def machine() -> dict[str, str]:
    """Return what a reader must know of this machine to judge the numbers."""
    busy = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    about = {
        "machine": platform.node(),
        "processor": _processor(),
        "cores": str(cpu_cores()),
        "threads": str(torch.get_num_threads()),
        "load at start": busy,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
    if torch.cuda.is_available():
        about["gpu"] = torch.cuda.get_device_name()
    return about


def _processor() -> str:
    """Return the processor's name, which Linux keeps in a file of its own."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def write_json(path: Path, about: dict[str, str], results: dict[str, list[Table]]) -> None:
    """Write the machine and every single duration to a JSON file."""
    tables = {name: [asdict(table) for table in found] for name, found in results.items()}
    path.write_text(as_json({"machine": about, "results": tables}) + "\n", encoding="utf-8")


def as_json(value: object, indent: str = "") -> str:
    """Return a value as JSON, with a line of its own for each row of a table."""
    if not isinstance(value, dict | list) or not value or "seconds" in value:
        return json.dumps(value)
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {as_json(part, f'{indent} ')}"
                 for name, part in value.items()]
    else:
        parts = [as_json(part, f"{indent} ") for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines = f",\n{indent} ".join(parts)
    return f"{opening}\n{indent} {lines}\n{indent}{closing}"
