"""How nbval runs a cell here: as JupyterLab does, and noticing at once when the kernel dies.

A DeprecationWarning or FutureWarning of a cell, or of the package, is an error: it would be one
with the next release.
"""

import os
import time
from queue import Empty

from nbval.kernel import RunningKernel

from tests.notebooks.book import ROOT

POLL_S = 0.5


def strict_warnings() -> str:
    """The value of PYTHONWARNINGS for kernels; Python asks there for the full names of modules."""
    paths = [*ROOT.glob("course_utils/**/*.py"), *ROOT.glob("notebooks/exercises/*.py")]
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
             for path in sorted(paths)]
    names = [name.removesuffix(".__init__") for name in names]
    return ",".join(f"error::{kind}:{name}" for name in ["__main__", *names]
                    for kind in ("DeprecationWarning", "FutureWarning"))


os.environ.setdefault("PYTHONWARNINGS", strict_warnings())  # inherited by the kernels


def _execute_as_jupyterlab_does(kernel, cell_input, allow_stdin=None):
    """Run a cell with history, without which a trailing ``;`` does not silence its value."""
    return kernel.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


def _await_reply_of_a_living_kernel(kernel, msg_id, timeout=None):
    """Wait for a cell's end; nbval alone would wait for a dead kernel until the time-out.

    Raises:
        queue.Empty: If the cell takes longer than ``timeout`` seconds, as nbval expects.
        RuntimeError: If the kernel died.
    """
    deadline = time.monotonic() + (timeout or float("inf"))
    while time.monotonic() < deadline:
        try:
            message = kernel.get_message("shell", timeout=min(POLL_S, timeout or POLL_S))
        except Empty:
            if not kernel.is_alive():
                raise RuntimeError("this cell killed the kernel") from None
            continue
        if message["parent_header"].get("msg_id") == msg_id:
            if message["content"]["status"] == "aborted":
                raise RuntimeError("the kernel refused to run this cell")
            return
    raise Empty


RunningKernel.execute_cell_input = _execute_as_jupyterlab_does
RunningKernel.await_reply = _await_reply_of_a_living_kernel
