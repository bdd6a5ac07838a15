"""Each notebook's seconds and peak memory, from start to end, beside what its header promises."""

from __future__ import annotations

import statistics
from pathlib import Path

from tests.benchmarks.report import Row, Table
from tests.notebooks.book import header_figures, notebook_paths, read
from tests.notebooks.refresh_outputs import Cost, RefreshError, execute


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


def row_of(path: Path, costs: list[Cost]) -> Row:
    """Return a notebook's row, with its memory and its header's figures beside it."""
    promised = header_figures(read(path))
    row = Row(path.stem, [cost.duration_s for cost in costs])
    peak_gb = max(cost.peak_memory_gb for cost in costs)
    over = statistics.median(row.seconds) > promised.duration_s or peak_gb > promised.memory_gb
    row.remarks = (
        f"{peak_gb:.2f} GB at most; {'more than' * over or 'within'} its header's "
        f"{promised.duration_s:g} s and {promised.memory_gb:g} GB"
    )
    return row
