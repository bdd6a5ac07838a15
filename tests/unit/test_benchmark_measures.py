"""What the benchmarks measure, against work whose cost is known."""

from pathlib import Path

import torch

from tests.benchmarks.imports import import_once, module_names
from tests.benchmarks.notebooks import row_of
from tests.benchmarks.peak_memory import peak_memory_bytes
from tests.benchmarks.report import Row
from tests.benchmarks.sweeps import runs_of
from tests.notebooks.book import header_figures, notebook_paths, read
from tests.notebooks.refresh_outputs import Cost


def test_peak_memory_counts_what_was_given_back_again():
    def work():
        for _ in range(5):
            torch.ones(25_000_000)  # 100 MB

    assert 80e6 < peak_memory_bytes(work, torch.device("cpu")) < 300e6


def test_modules_without_tensors_bring_no_torch_in():
    names = [name for name in module_names() if name.endswith((".claims", ".figures", ".progress"))]
    assert len(names) >= 3
    for row in map(Row, names):
        import_once(row)
        assert row.remarks == "", row.name
        assert row.seconds[0] > 0


def test_a_notebook_over_its_header_is_said_to_be():
    path: Path = notebook_paths()[0]
    promised = header_figures(read(path))
    within = row_of(path, [Cost(promised.duration_s / 2, promised.memory_gb / 2)])
    slow = row_of(path, [Cost(promised.duration_s * 2, promised.memory_gb / 2)])
    large = row_of(path, [Cost(promised.duration_s / 2, promised.memory_gb * 2)])
    assert [("more than" in row.remarks) for row in (within, slow, large)] == [False, True, True]


def test_the_benchmarked_grid_has_as_many_different_runs_as_it_says():
    for models in (1, 8, 64, 512):
        assert len({(run.seed, run.learning_rate) for run in runs_of(models)}) == models
