"""Run a command with a time limit: one clear sentence when it fails, and no process left behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

GRACE_S = 5.0

# What a failed command may have written, and what that means; the first that fits is said.
CAUSES = (
    (r"EADDRINUSE|[Aa]ddress already in use|Only one usage of each socket address",
     "the port is taken by another program; choose another, or let torchrun find a free one "
     "with --standalone"),
    (r"can't open file|No module named",
     "a process could not start; look at the path of the script and the installed packages"),
    (r"[Tt]imed? ?out|DistStoreError",
     "a process waited in vain for another; do all of them make the same calls?"),
    (r"[Cc]onnection (closed|reset|refused)",
     "a process lost the connection to another, which had ended or died"),
    (r"Signal \d+ \(SIG", "a process crashed, or something else ended it"),
)
ERROR_LINE = re.compile(
    r"^(\[rank\d+\]: ?)?([\w.]*(Error|Exception)\b: .*|.*can't open file.*|[\w.]+: error: .*"
    r"|traceback *: Signal \d+ \(\w+\).*)$"
)


class CommandFailed(RuntimeError):
    """A command that failed, or took too long; the message says which, and why."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the sentence, without the lines of code above it."""
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class Finished:
    """What a command that ended well has left: its standard output, and how long it took."""

    output: str
    duration_s: float


def loopback_environment() -> dict[str, str]:
    """Return the environment in which torch's processes talk within this machine only.

    Without it gloo looks up the machine's own name to choose a network, which fails or hangs
    where nobody knows that name. Each process gets one thread, unless the caller has set
    OMP_NUM_THREADS; torchrun would do the same, with a warning. And after a restart the
    processes meet at a new port: at the old one, a newcomer may be given the address of a process
    that has died (torch 2.4 to 2.15 at least).
    """
    environment = {"OMP_NUM_THREADS": "1", **os.environ}
    environment["TORCH_DISABLE_SHARE_RDZV_TCP_STORE"] = "1"
    loopback = {"linux": "lo", "darwin": "lo0"}.get(sys.platform)
    if loopback in psutil.net_if_addrs():
        environment["GLOO_SOCKET_IFNAME"] = loopback
    if sys.platform == "win32":  # PyTorch is built without libuv there, and asks for it
        environment["USE_LIBUV"] = "0"
    return environment


def run_command(
    command: Sequence[str | Path],
    *,
    timeout_s: float,
    environment: Mapping[str, str] | None = None,
) -> Finished:
    """Run a command without a shell and wait for its end, or end it with all its children.

    Its temporary files go to a folder of its own, which is removed afterwards.

    Args:
        command: The program and its arguments.
        timeout_s: Seconds after which it is stopped.
        environment: Environment variables; by default those of this process.

    Raises:
        CommandFailed: If it could not start, ended with an error, or was stopped.
    """
    words, start = [str(word) for word in command], time.perf_counter()
    # On Windows a file that some process still holds cannot be removed, and may stay.
    with TemporaryDirectory(prefix="command_", ignore_cleanup_errors=True) as folder:
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        variables = {**(os.environ if environment is None else environment), **places}
        said, complained = Path(folder, "stdout.txt"), Path(folder, "stderr.txt")
        with open(said, "wb") as output, open(complained, "wb") as errors:
            code = _wait(words, timeout_s, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                         env=variables)
        if code != 0:
            text = complained.read_text(encoding="utf-8", errors="replace")
            raise CommandFailed(f"The command ended with code {code}: {explain(text)}.")
        output_text = said.read_text(encoding="utf-8", errors="replace")
    return Finished(output_text, time.perf_counter() - start)


def _wait(words: list[str], timeout_s: float, **options) -> int:
    """Start a command and return its exit code; leave nothing running, whatever happens."""
    try:
        process = subprocess.Popen(words, **options)
    except OSError as error:
        raise CommandFailed(f"The command could not start: {error}.") from error
    mark = options["env"]["TMPDIR"]
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        count = _end(process, mark)
        raise CommandFailed(
            f"The command did not end within {timeout_s:g} s and was stopped, with the "
            f"{count - 1} processes that it had started; run it again, or give it more time."
        ) from None
    finally:  # also when the kernel is interrupted
        _end(process, mark)


def _end(process: subprocess.Popen, mark: str) -> int:
    """End a process and all that it has started; return how many were still running."""
    family = set()
    if process.poll() is None:
        root = psutil.Process(process.pid)
        root.suspend()  # so that it starts no more while its children are counted
        family = {root, *root.children(recursive=True)}
    family |= _marked(mark)  # orphans, if it had died before its children
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait(GRACE_S)
    psutil.wait_procs(family, timeout=GRACE_S)
    return len(family)


def _marked(mark: str) -> set[psutil.Process]:
    """The processes whose temporary folder is this one: what the command has started."""
    found = set()
    for member in psutil.process_iter():
        with suppress(psutil.Error):
            if member.environ().get("TMPDIR") == mark:
                found.add(member)
    return found


def explain(errors: str) -> str:
    """Return why a command failed, in a few words, from what it wrote to standard error."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    causes = [line for line in lines if ERROR_LINE.match(line)]
    first = (causes or lines[-1:] or ["it said nothing"])[0]
    quoted = first if len(first) <= 160 else first[:159] + "…"
    for pattern, meaning in CAUSES:
        if re.search(pattern, "\n".join(causes)):
            return f"{meaning} ({quoted.rstrip('.')})"
    return quoted.rstrip(".")
