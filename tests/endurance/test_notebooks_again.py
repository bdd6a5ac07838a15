"""Notebooks run again: each cell twice, the whole notebook twice, elsewhere, and solved."""

import os
import subprocess
import sys

import nbformat
import pytest

from tests.endurance.notebook_runs import (
    code_of,
    different_texts,
    failures,
    run,
    solved,
    unwritable_home,
)
from tests.notebooks.book import NOTEBOOKS, cells, notebook_paths
from tests.notebooks.normalise import normalise

every_notebook = pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)


@every_notebook
def test_notebook_run_again_in_its_kernel_says_the_same(path):
    stored = code_of(path)
    ran = run([*stored, *stored], OMP_NUM_THREADS="1")  # by nbclient
    assert not failures(ran), failures(ran)
    assert not (different := different_texts(stored * 2, ran)), different


@every_notebook
def test_two_threads_papermill_and_a_home_that_cannot_be_written_say_the_same(path, tmp_path):
    pytest.importorskip("papermill", reason="papermill is not here: pip install -e '.[dev]'")
    environment = {
        **os.environ,
        **unwritable_home(tmp_path),
        "OMP_NUM_THREADS": "2",
        "OMP_WAIT_POLICY": "PASSIVE",  # on a busy machine threads that wait in a loop take minutes
        "COURSE_PROGRESS_FILE": str(tmp_path / "progress.json"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path),  # papermill's own need, not the notebook's
    }
    result = tmp_path / path.name
    command = [sys.executable, "-m", "papermill", str(path), str(result)]
    command += ["--cwd", str(NOTEBOOKS), "--no-progress-bar", "--kernel", "python3"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    elsewhere = [cell for _, cell in cells(normalise(nbformat.read(result, 4)), "code")]
    assert not (different := different_texts(code_of(path), elsewhere)), different


@every_notebook
def test_each_cell_may_be_run_twice_in_place(path):
    ran = run([cell for cell in code_of(path) for _ in range(2)], OMP_NUM_THREADS="1")
    assert not failures(ran), failures(ran)


@every_notebook
def test_solved_notebook_runs_and_every_verdict_is_right(path):
    ran = run(solved(path), OMP_NUM_THREADS="1")
    assert not failures(ran), failures(ran)
    verdicts = [
        output["data"]["text/plain"]
        for cell in ran
        if ".check(" in cell["source"]
        for output in cell["outputs"]
        if "<div" in output.get("data", {}).get("text/html", "")
    ]
    wrong = [verdict for verdict in verdicts if not verdict.startswith(("✓", "●"))]
    assert verdicts and not wrong, wrong
