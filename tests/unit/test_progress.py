"""Progress: seen where someone watches, nothing where nobody does, nothing left behind."""

import time

import nbformat
import torch
from nbclient import NotebookClient
from torch import nn

from course_utils import progress
from course_utils.progress import LiveCurve, progress_bar
from course_utils.reproducibility import generator
from course_utils.training import fit

TRAINING = """
import torch
from torch import nn
from course_utils.progress import progress_bar
from course_utils.reproducibility import generator
from course_utils.training import fit

inputs, labels = torch.randn(4000, 300), torch.randint(10, (4000,))
model = nn.Sequential(nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
print("before")
fit(model, (inputs, labels), optimizer=optimizer, epochs=3, batch_size=5,
    generator=generator(0), validation=(inputs, labels), live_curve=True)
for _ in progress_bar(range(100_000), description="counting"):
    pass
print("after")
"""
CURVE = """
from course_utils.progress import LiveCurve

try:
    with LiveCurve() as curve:
        for _ in range(100):
            curve.draw(training=[3.0, 2.0], validation=[3.0, 2.5])
        raise KeyboardInterrupt
except KeyboardInterrupt:
    pass
"""


def execute(source, watched):
    """Run a cell in a real kernel; return the cell and each message that showed something."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = NotebookClient(notebook, kernel_name="python3", timeout=120)
    shown = []
    process = client.process_message

    def listen(message, cell, index):
        if message["msg_type"] in ("stream", "display_data", "update_display_data"):
            shown.append(message["content"])
        return process(message, cell, index)

    client.process_message = listen
    with client.setup_kernel():
        client.kc.allow_stdin = watched  # what JupyterLab says to the kernel with each cell
        client.execute_cell(notebook.cells[0], 0)
    assert "widgets" not in notebook.metadata
    return notebook.cells[0], shown


def test_executed_notebook_stores_nothing_of_bar_and_curve():
    cell, shown = execute(TRAINING, watched=False)
    assert "".join(output["text"] for output in cell.outputs) == "before\nafter\n"
    assert all(output["name"] == "stdout" for output in cell.outputs)
    assert all("text" in content for content in shown)


def test_open_notebook_shows_bar_and_curve_without_flooding_and_leaves_nothing():
    started = time.monotonic()
    cell, shown = execute(TRAINING, watched=True)
    elapsed_s = time.monotonic() - started
    data = [content["data"] for content in shown if "data" in content]
    bars = [each["text/plain"] for each in data if "step/s" in each["text/plain"]]
    assert any(bar.startswith("training") and "loss" in bar for bar in bars)
    assert any(bar.startswith("counting") for bar in bars)
    assert any("image/png" in each for each in data)
    assert len(data) < 13 * elapsed_s + 10  # ten bars and two curves a second, and the ends
    assert [output for output in cell.outputs if output.get("name") == "stderr"] == []
    kept = [output["data"] for output in cell.outputs if output.output_type == "display_data"]
    assert kept and all(dict(each) == {"text/plain": ""} for each in kept)


def test_bar_is_silent_where_nobody_watches(capfd):
    assert list(progress_bar(range(5))) == [0, 1, 2, 3, 4]
    model = nn.Linear(4, 2)
    fit(
        model,
        (torch.randn(20, 4), torch.randint(2, (20,))),
        optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
        epochs=2,
        batch_size=5,
        generator=generator(0),
        live_curve=True,
    )
    assert capfd.readouterr() == ("", "")


def test_bar_in_a_terminal_is_removed_at_its_end(monkeypatch, capfd):
    monkeypatch.setattr(progress, "someone_watches", lambda: True)
    assert sum(progress_bar(range(1000), description="adding")) == 499_500
    written = capfd.readouterr().err
    assert "adding" in written
    assert written.split("\r")[-2].strip() == "" and written.count("\r") < 20


def test_live_curve_is_drawn_seldom_and_removed_also_after_an_error():
    cell, shown = execute(CURVE, watched=True)
    data = [content["data"] for content in shown if "data" in content]
    assert ["image/png" in each for each in data] == [True, False]
    assert dict(cell.outputs[0]["data"]) == {"text/plain": ""}


def test_live_curve_does_nothing_without_a_notebook():
    with LiveCurve() as curve:
        curve.draw(training=[1.0])
