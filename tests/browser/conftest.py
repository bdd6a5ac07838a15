"""Fixtures of the browser tests; they are skipped, and say why, where no browser is at hand."""

from __future__ import annotations

import pytest

from tests.browser.lab import Notebook, missing, running_browser, running_lab
from tests.browser.without_kernel import clean_page


@pytest.fixture(scope="package")
def browser():
    """A chromium without a window, for all tests of this folder: starting it takes seconds."""
    if missing():
        pytest.skip(f"The explorers were not tested in a browser: {missing()}.")
    with running_browser() as chromium:
        yield chromium


@pytest.fixture
def page(browser):
    """A page that may load nothing from anywhere, and must log no error."""
    with clean_page(browser) as page:
        yield page


@pytest.fixture(scope="package")
def lab(browser, tmp_path_factory):
    """One JupyterLab for all tests."""
    with running_lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="module")
def shared_notebook(lab, browser):
    """One open notebook for all tests of a module: page and kernel take seconds to start."""
    notebook = Notebook(lab, browser)
    yield notebook
    notebook.close()


@pytest.fixture
def notebook(shared_notebook):
    """The open notebook; afterwards the page must be clean."""
    shared_notebook.errors.clear()
    shared_notebook.strays.clear()
    yield shared_notebook
    assert not shared_notebook.errors, "errors in the browser's console"
    assert not shared_notebook.strays, "requests that left the machine"
