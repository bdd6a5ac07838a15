"""Each notebook's seconds and peak memory, from start to end, beside what its header promises.

A test compares the stored result with the headers. On a quiet machine it is recorded by

    python -m tests.benchmarks notebooks --repeats 3 --json tests/benchmarks/results/notebooks.json
"""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.report import Row, Table
from tests.notebooks.book import HeaderFigures, header_figures, notebook_paths, read
from tests.notebooks.refresh_outputs import Cost, RefreshError, execute

STORED = Path(__file__).parent / "results" / "notebooks.json"


@dataclass
class NotebookRow(Row):
    """One notebook.

    Attributes:
        peak_memory_gb: The most memory that any of the runs took, in 10^9 bytes.
    """

    peak_memory_gb: float = 0.0


class NotebookTable(Table):
    """A table of duration and memory for each notebook."""

    def __str__(self) -> str:
        """Return it as text, in reading order."""
        heads = f"{'':40s}{'median':>10s}{'fastest':>10s}{'slowest':>10s}"
        lines = [self.title, heads]
        for row in self.rows:
            times = (statistics.median(row.seconds), min(row.seconds), max(row.seconds))
            cells = "".join(f"{seconds:8.1f} s" for seconds in times)
            lines.append(f"{row.name:40s}{cells}  {row.remarks}")
        return "\n".join([*lines, *self.findings])


def measure(repeats: int) -> list[Table]:
    """Execute every notebook in a fresh kernel; nothing is stored. At most 3 repeats."""
    table = NotebookTable("Each notebook, in a fresh kernel, with no exercise solved")
    for path in notebook_paths():
        try:
            costs = [execute(path)[1] for _ in range(min(repeats, 3))]
        except RefreshError as error:
            table.findings.append(f"{path.stem} did not run to its end: {error}")
            continue
        table.rows.append(row_of(path, costs))
        if "more than" in table.rows[-1].remarks:
            table.findings.append(f"{path.stem} takes more than its header says")
    total_s = sum(statistics.median(row.seconds) for row in table.rows)
    table.findings.append(f"all notebooks together: {total_s:.0f} s")
    return [table]


def row_of(path: Path, costs: list[Cost]) -> NotebookRow:
    """Return a notebook's row, with its header's figures beside it."""
    promised = header_figures(read(path))
    row = NotebookRow(
        path.stem,
        [cost.duration_s for cost in costs],
        peak_memory_gb=max(cost.peak_memory_gb for cost in costs),
    )
    row.remarks = (
        f"{row.peak_memory_gb:.2f} GB at most; {'more than' * is_over(row, promised) or 'within'} "
        f"its header's {promised.duration_s:g} s and {promised.memory_gb:g} GB"
    )
    return row


def is_over(row: NotebookRow, promised: HeaderFigures) -> bool:
    """Whether a notebook takes more time or memory than its header says."""
    too_slow = statistics.median(row.seconds) > promised.duration_s
    return too_slow or row.peak_memory_gb > promised.memory_gb


def stored_rows(path: Path = STORED) -> dict[str, NotebookRow]:
    """Return the rows of a stored result by the notebook's name."""
    document = json.loads(path.read_text(encoding="utf-8"))
    rows = [row for table in document["results"]["notebooks"] for row in table["rows"]]
    return {row["name"]: NotebookRow(**row) for row in rows}
