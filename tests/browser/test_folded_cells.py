"""A folded cell in JupyterLab: its caption is seen, its code is one click away."""

from __future__ import annotations

from tests.browser.lab import Notebook
from tests.notebooks.book import NOTEBOOKS, is_folded, read

CHAPTER = NOTEBOOKS / "01_single_neuron.ipynb"


def test_folded_cell_shows_its_caption_and_opens_with_one_click(lab, browser):
    cell = next(cell for cell in read(CHAPTER)["cells"] if is_folded(cell))
    caption, first_line = cell["source"].splitlines()[:2]
    notebook = Notebook(lab, browser, "folds", cells=[cell])
    page = notebook.page
    folded = page.wait_for_selector(".jp-InputPlaceholder")
    assert caption in folded.text_content()
    assert not page.query_selector(".cm-content")
    assert page.query_selector(".jp-OutputArea-output img")

    folded.click()

    page.wait_for_selector(".cm-content")
    assert first_line in page.text_content(".cm-content")
    assert not page.query_selector(".jp-InputPlaceholder")
    assert not notebook.errors
    notebook.close()
