"""A real JupyterLab and a real chromium for the browser tests and the explorer benchmark.

`running_lab` starts JupyterLab on a free port of the loopback device, with settings, workspaces
and notebooks in a temporary folder, and ends it. `Notebook` runs code in one open notebook and
records what went wrong in the page: console errors, and requests that would leave the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # without these chromium itself calls home
SETTINGS = {
    "apputils-extension/themes": {"theme": "JupyterLab Light"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}
OPEN = "[...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))"
PAINTED = "[...document.querySelectorAll('.explorer-card')].every(one => !one.page?.frame)"
SAVED = PAINTED.replace("frame", "saving")
CUT_OFF = """() => {
    const card = document.querySelector('.explorer-card');
    const edge = card.getBoundingClientRect().right + 1;
    const far = (one) => one.getBoundingClientRect().right > edge;
    return [...card.querySelectorAll('*')].filter(far).map((one) => one.outerHTML);
}"""


def missing() -> str:
    """Say what the browser tests lack here, or return an empty text."""
    if not Path(CHROMIUM).exists():
        return "chromium is not installed; Debian: apt-get install chromium"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "Playwright for Python is not installed; pip install playwright"
    return ""


class Lab:
    """The address of a running JupyterLab and the folder that it serves."""

    def __init__(self, process: subprocess.Popen, folder: Path, port: int, token: str) -> None:
        self.process, self.folder, self.token = process, folder, token
        self.address = f"http://127.0.0.1:{port}"

    def wait(self, seconds: float = 120) -> None:
        """Return when it answers; raise with its log when it does not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.address}/api?token={self.token}", timeout=2)
                return
            time.sleep(0.2)
        raise RuntimeError("JupyterLab did not start: " + (self.folder / "log").read_text()[-500:])


@contextlib.contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab in ``folder`` and end it afterwards."""
    for name, content in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", f"--port={port}",
        "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
    ]
    environment = dict(
        os.environ, JUPYTERLAB_SETTINGS_DIR=str(folder / "settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(folder / "workspaces"), OMP_NUM_THREADS="1",
    )
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            lab = Lab(process, folder, port, token)
            lab.wait()
            yield lab
        finally:
            process.terminate()
            process.wait(30)


@contextlib.contextmanager
def running_browser() -> Iterator[Any]:
    """Start chromium without a window and end it afterwards."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def settle(page: Any) -> None:
    """Wait until everything that was asked for up to now has been painted."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))")
    page.wait_for_function(PAINTED)


class Notebook:
    """One notebook with one code cell in a page of JupyterLab."""

    def __init__(
        self, lab: Lab, browser: Any, name: str = "explorers", *, cells: list | None = None,
        **options: Any,
    ) -> None:
        self.lab, self.errors, self.strays = lab, [], []
        cell = {"cell_type": "code", "id": "first", "metadata": {}, "outputs": [], "source": "",
                "execution_count": None}
        words = {"cell_type": "markdown", "id": "words", "metadata": {}, "source": "text\n\n" * 60}
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        content = {"cells": cells or [cell, words], "metadata": kernel}
        (lab.folder / f"{name}.ipynb").write_text(
            json.dumps({**content, "nbformat": 4, "nbformat_minor": 5})
        )
        options.setdefault("viewport", {"width": 1100, "height": 900})
        self.page = browser.new_page(**options)
        self.page.set_default_timeout(60_000)  # a crowded machine takes its time
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
        self.page.on("request", self._watch)
        self.page.goto(f"{lab.address}/doc/tree/{name}.ipynb?token={lab.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.wait_for_function(
            "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=60_000,
        )

    def _note(self, message: Any) -> None:
        # After a restart JupyterLab may ask the debugger of the kernel that is gone.
        if message.type == "error" and "debugger state" not in message.text:
            self.errors.append(message.text)

    def _watch(self, request: Any) -> None:
        local = (self.lab.address, "data:", "blob:", self.lab.address.replace("http", "ws"))
        if not request.url.startswith(local):
            self.strays.append(request.url)

    def start(self, code: str) -> None:
        """Put ``code`` into the cell and start it, without waiting."""
        self.page.evaluate(
            """code => {
                const notebook = jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = 0;
                notebook.widgets[0].model.sharedModel.setSource(code);
                jupyterapp.commands.execute('notebook:run-cell');
            }""",
            code,
        )

    def run(self, code: str, *, ready: str | None = ".jp-OutputArea .explorer-card canvas") -> None:
        """Run ``code`` in the cell; then wait until ``ready`` is there, if given."""
        self.start("")
        self.start(code)
        self.page.wait_for_function(f"!{OPEN}", timeout=60_000)
        if ready:
            self.page.wait_for_selector(ready, timeout=20_000)
            self.settle()

    def restart(self) -> None:
        """Restart the kernel, as JupyterLab's button does; the page stays."""
        self.page.evaluate(
            "jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        )
        self.page.wait_for_timeout(500)

    def close(self) -> None:
        """Close the page and end the kernel: both hold memory."""
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def settle(self) -> None:
        """Wait until everything asked for has been painted."""
        settle(self.page)

    def cut_off_at(self, width: int) -> list[str]:
        """Return what juts out of the explorer in a page of ``width`` points."""
        usual = self.page.viewport_size
        try:
            self.page.set_viewport_size({**usual, "width": width})
            self.page.wait_for_timeout(200)
            return self.page.evaluate(CUT_OFF)
        finally:
            self.page.set_viewport_size(usual)

    def outputs(self) -> str:
        """Return what the cell printed."""
        return self.page.locator(".jp-OutputArea-output pre").all_inner_texts()[-1].strip()

    def value(self, expression: str) -> str:
        """Evaluate an expression in the kernel, beside the cell, and return its text.

        What was changed in the page is in the kernel by then.
        """
        self.page.wait_for_function(SAVED)
        return self.page.evaluate(
            """async code => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({code: '', user_expressions: {value: code}});
                const reply = await future.done;
                const value = reply.content.user_expressions.value;
                return value.data ? value.data['text/plain'] : value.ename + ': ' + value.evalue;
            }""",
            expression,
        )
