"""Run a learner's code so that it can neither hang, flood nor kill the kernel."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import io
import os
import sys
import sysconfig
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import psutil

KEPT_CHARACTERS = 2_000
POLL_S = 0.02
GRACE_S = 2.0
# Parts of the names of files in which no line is the learner's: libraries, this package, exercises.
# (sys.prefix is no help: under a virtual environment the standard library lies elsewhere.)
NOT_THEIRS = ("site-packages", "dist-packages", sysconfig.get_path("stdlib"),
              os.path.realpath(sysconfig.get_path("stdlib")), "<frozen ", "course_utils",
              os.path.join("notebooks", "exercises"))
# Standard output, warnings and the address space belong to the whole process, and explorers answer
# in another thread than cells: two guards at once would put back each other's settings.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Limits:
    """What a candidate may use: seconds, bytes of additional memory, characters printed."""

    duration_s: float = 5.0
    memory_bytes: int = 1_000_000_000
    output_characters: int = 100_000


@dataclass
class Outcome:
    """What happened when a function ran: its value, or why there is none."""

    value: object = None
    error: BaseException | None = None
    error_line: tuple[int, str] | None = None
    printed: str = ""
    stopped: str = ""  # or the limit that was passed: "time", "memory" or "output"
    still_running: bool = False

    @property
    def raised(self) -> str:
        """The error as Python prints it, "ValueError: no"; "" when there was none."""
        if self.error is None:
            return ""
        try:
            message = str(self.error)[:300].strip()
        except Exception:  # a learner's own kind of error may not know its words
            message = ""
        name = type(self.error).__name__
        return f"{name}: {message}" if message else name


# What the learner's code did when it was stopped, as a sentence goes on from "it".
WHY_STOPPED = {
    "time": "did not come back within {duration_s:g} s", "memory": "took too much memory",
    "output": "printed too much",
}


class Stopped(BaseException):
    """Raised inside the learner's code when a limit is reached; not an `Exception`, so that
    an `except Exception` does not swallow it."""


def run_guarded(function: Callable[[], object], limits: Limits | None = None) -> Outcome:
    """Call ``function()`` in a thread of its own and come back, whatever it does.

    The calling thread watches the clock and the memory, and raises `Stopped` inside the worker
    when a limit is passed. Code that never returns to the interpreter (a sleep, a C loop)
    cannot be interrupted that way: it is left behind in its daemon thread, and
    ``still_running`` says so.

    Args:
        function: Takes nothing; may return, raise, exit, print, recurse or loop for ever.
        limits: Seconds, bytes and characters allowed; the defaults suit an exercise.

    Returns:
        An `Outcome`. ``stopped`` is "", "time", "memory" or "output".

    Raises:
        KeyboardInterrupt: Only when the learner interrupts the kernel.
    """
    limits = limits or Limits()
    outcome = Outcome()
    writer = _LimitedWriter(limits.output_characters)
    worker = threading.Thread(target=_call, args=(function, outcome), daemon=True)
    while not _one_at_a_time.acquire(timeout=POLL_S):  # so it can be interrupted, and stopped
        pass
    try:
        with _quiet(writer), _address_space(2 * limits.memory_bytes):
            worker.start()
            outcome.stopped = _watch(worker, limits)
            if outcome.stopped:
                outcome.still_running = not _stop(worker)
    finally:
        _one_at_a_time.release()
    outcome.printed = writer.getvalue()
    if writer.overflowed:
        outcome.stopped = "output"
    elif not outcome.stopped and isinstance(outcome.error, MemoryError):
        outcome.stopped = "memory"
    if outcome.stopped == "memory":
        gc.collect()
    return outcome


def _call(function: Callable[[], object], outcome: Outcome) -> None:
    with contextlib.suppress(Stopped):  # a second one may arrive while the first is handled
        try:
            with np.errstate(all="ignore"):
                outcome.value = function()
        except BaseException as error:  # SystemExit and KeyboardInterrupt must not get out either
            outcome.error_line = _line_of(error)
            # The frames hold the learner's arrays alive; the message is all that is needed.
            outcome.error = error.with_traceback(None)
            error.__context__ = error.__cause__ = None


def _line_of(error: BaseException) -> tuple[int, str] | None:
    """The deepest line of the learner's own code (not of a library) that was running."""
    frames = list(traceback.walk_tb(error.__traceback__))[-50:]
    lines = traceback.StackSummary.extract(iter(frames))
    own = [line for line in lines if not any(place in line.filename for place in NOT_THEIRS)]
    return (own[-1].lineno or 0, own[-1].line or "") if own else None


def _watch(worker: threading.Thread, limits: Limits) -> str:
    """Wait for the worker; the name of the limit it passed, or ""."""
    process = psutil.Process()
    memory_allowed = process.memory_info().rss + limits.memory_bytes
    deadline = time.monotonic() + limits.duration_s
    try:
        while time.monotonic() < deadline:
            worker.join(POLL_S)
            if not worker.is_alive():
                return ""
            if process.memory_info().rss > memory_allowed:
                return "memory"
    except KeyboardInterrupt:
        _stop(worker)
        raise
    return "time"


def _stop(worker: threading.Thread) -> bool:
    """Raise `Stopped` in the worker until it ends; False when it does not end."""
    deadline = time.monotonic() + GRACE_S
    while worker.is_alive() and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident or 0), ctypes.py_object(Stopped)
        )
        worker.join(5 * POLL_S)
    return not worker.is_alive()


@dataclass
class _LimitedWriter(io.TextIOBase):
    """A stdout that keeps the first characters and raises `Stopped` after too many."""

    limit: int
    overflowed: bool = False
    _count: int = 0
    _kept: list[str] = field(default_factory=list)

    def write(self, text: str) -> int:
        if self._count < KEPT_CHARACTERS:
            self._kept.append(text[: KEPT_CHARACTERS - self._count])
        self._count += len(text)
        if self._count > self.limit:
            self.overflowed = True
            raise Stopped
        return len(text)

    def getvalue(self) -> str:
        return "".join(self._kept)


class _Routed:
    """A stream that lets through what threads print that were there before, such as a running
    cell; what newer threads print, the learner's, goes to ``writer``."""

    def __init__(self, stream: io.TextIOBase, writer: _LimitedWriter) -> None:
        self._stream, self._writer = stream, writer
        self._earlier = set(threading.enumerate())

    def write(self, text: str) -> int:
        earlier = threading.current_thread() in self._earlier
        return (self._stream if earlier else self._writer).write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _quiet(writer: _LimitedWriter) -> Iterator[None]:
    """Send what is printed to ``writer``, and keep warnings out of the notebook."""
    output, errors = _Routed(sys.stdout, writer), _Routed(sys.stderr, writer)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield


@contextlib.contextmanager
def _address_space(additional_bytes: int) -> Iterator[None]:
    """Let one huge allocation fail as a MemoryError instead of summoning the system's killer.

    Only where the operating system offers it, and not beside CUDA, which reserves far more
    address space than it uses.
    """
    torch = sys.modules.get("torch")
    if sys.platform != "linux" or (torch is not None and torch.cuda.is_available()):
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = psutil.Process().memory_info().vms + additional_bytes
    if soft != resource.RLIM_INFINITY:
        allowed = min(allowed, soft)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
