"""What holds for every test run: threads, the learner's own files, how notebooks run."""

import os
import tempfile
from pathlib import Path

# Two workers with two OpenMP threads each on two cores run ten times slower than with one each.
# Set before torch is imported, and inherited by the workers and by the kernels they start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A test run must neither read nor write the progress of whoever starts it.
if "PYTEST_XDIST_WORKER" not in os.environ:  # workers inherit it from the process that starts them
    _scratch = tempfile.TemporaryDirectory(prefix="course_progress_")  # removed when pytest ends
    os.environ["COURSE_PROGRESS_FILE"] = str(Path(_scratch.name) / "progress.json")


def pytest_configure(config):
    """Let every comparison of stored outputs look past what may differ between two runs."""
    config.option.nbval_sanitize_with = str(Path(__file__).parent / "tests/notebooks/sanitize.cfg")


def pytest_xdist_make_scheduler(config, log):
    """Keep each file on one worker, and the browser tests on one: they share one JupyterLab."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            path = nodeid.split("::")[0]
            return "tests/browser" if path.startswith("tests/browser/") else path

    return Scheduling(config, log)


# Only now, as nbval's kernels inherit what stands above.
pytest_plugins = ["tests.notebooks.kernel"]
