"""How nbval runs a cell here: as JupyterLab does, and noticing at once when the kernel dies."""

import time
from queue import Empty

from nbval.kernel import RunningKernel

POLL_S = 0.5


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
