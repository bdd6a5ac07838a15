"""Import time of each module of course_utils in a fresh process, and whether it brings torch in.

The first row imports nothing. A module that can do without torch should: torch takes seconds, and
an exercise or an explorer waits for them.
"""

from __future__ import annotations

import pkgutil
import statistics
import subprocess
import sys

import course_utils
from tests.benchmarks.report import Row, Table

NOTHING = "nothing (Python itself)"
PROGRAM = """
import sys, time
started, cpu_started = time.perf_counter(), time.process_time()
{statement}
print(time.perf_counter() - started, time.process_time() - cpu_started, "torch" in sys.modules)
"""


class ImportTable(Table):
    """A table of one duration for each module."""

    def __str__(self) -> str:
        """Return it as text, slowest first."""
        heads = f"{'':45s}{'median':>10s}{'fastest':>10s}{'slowest':>10s}{'cpu time':>10s}"
        lines = [self.title, heads]
        for row in sorted(self.rows, key=lambda row: -statistics.median(row.seconds)):
            times = (statistics.median(row.seconds), min(row.seconds), max(row.seconds))
            cells = (*times, statistics.median(row.cpu_seconds))
            lines.append(
                f"{row.name:45s}" + "".join(f"{s:8.3f} s" for s in cells) + f"  {row.remarks}"
            )
        return "\n".join([*lines, *self.findings])


def measure(repeats: int) -> list[Table]:
    """Import every module in a process of its own, so many times, by turns."""
    rows = [Row(NOTHING)] + [Row(name) for name in module_names()]
    for _ in range(repeats):
        for row in rows:
            import_once(row)
    with_torch = sum(row.remarks == "with torch" for row in rows)
    table = ImportTable("Import of each module, in a fresh process", rows)
    table.findings.append(f"{with_torch} of {len(rows) - 1} modules bring torch in")
    return [table]


def module_names() -> list[str]:
    """Return the names of all modules of the package."""
    found = pkgutil.walk_packages(course_utils.__path__, "course_utils.")
    return sorted(module.name for module in found)


def import_once(row: Row) -> None:
    """Import a row's module in a fresh process and add what that took."""
    statement = "pass" if row.name == NOTHING else f"import {row.name}"
    program = PROGRAM.format(statement=statement)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    seconds, cpu_seconds, with_torch = done.stdout.split()
    row.seconds.append(float(seconds))
    row.cpu_seconds.append(float(cpu_seconds))
    row.remarks = "with torch" if with_torch == "True" else ""
