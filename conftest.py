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

from nbval.kernel import RunningKernel  # noqa: E402  (after the threads are set)


def _execute_as_jupyterlab_does(kernel, cell_input, allow_stdin=None):
    """Run a cell with history, without which a trailing ``;`` does not silence its value."""
    return kernel.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


RunningKernel.execute_cell_input = _execute_as_jupyterlab_does
