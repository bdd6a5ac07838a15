"""What each notebook was last measured to take, against what its own header promises."""

import pytest

from tests.benchmarks.notebooks import STORED, NotebookRow, is_over, stored_rows
from tests.notebooks.book import HeaderFigures, header_figures, notebook_paths, read

RECORD = (
    "on a quiet machine run  python -m tests.benchmarks notebooks --repeats 3 "
    f"--json {STORED.relative_to(STORED.parents[3]).as_posix()}"
)


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_notebook_takes_no_more_than_its_header_says(path):
    row = stored_rows().get(path.stem)
    assert row is not None, f"{path.stem} was never measured: {RECORD}"
    promised = header_figures(read(path))
    assert not is_over(row, promised), (
        f"{path.stem} took {min(row.seconds):.1f} to {max(row.seconds):.1f} s and "
        f"{row.peak_memory_gb:.2f} GB, but its header says {promised.duration_s:g} s and "
        f"{promised.memory_gb:g} GB: make it cheaper, or correct the header; then {RECORD}"
    )


@pytest.mark.parametrize(
    ("seconds", "memory_gb", "over"),
    [([9, 10, 30], 1.0, False), ([9, 11, 30], 1.0, True), ([1, 1, 1], 1.1, True)],
)
def test_too_slow_and_too_large_are_seen(seconds, memory_gb, over):
    row = NotebookRow("sample", seconds, peak_memory_gb=memory_gb)
    assert is_over(row, HeaderFigures(30, 60, duration_s=10, memory_gb=1.0)) == over
