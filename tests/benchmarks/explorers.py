"""Explorers: from a slider's event to painted pixels in JupyterLab, beside ``interact``.

All are open in one notebook, and take turns: 40 moves of each in a round, five rounds by default.
The clock starts with the slider's event and stops after the frame that shows the new value: for
``interact`` when the new picture is decoded, for a kernel-driven explorer when the kernel's first
answer to that value is drawn. Then 500 events at once, and the time until the last one is shown.
Goals: closed form median under 20 ms; kernel-driven median under 40 ms and 95th percentile under
80 ms; the last of 500 events shown within 300 ms.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.report import Row, Table
from tests.browser.lab import Notebook, missing, running_browser, running_lab
from tests.browser.test_digit_pad import BURST as PEN_BURST
from tests.browser.test_learning_rate import BURST, SHOW, STATUS

MOVES = 40
INTERACT = "interact with matplotlib"
SETUP = """
import matplotlib.pyplot as plt, numpy as np
from torch import nn
from ipywidgets import FloatSlider, interact
from notebooks.exercises import chapter_04 as network, chapter_14 as optimizers
from course_utils.explorers.activation import Activation
from course_utils.explorers.bumps import Bumps
from course_utils.explorers.digit_pad import DigitPad
from course_utils.explorers.dropout_mask import DropoutMask
from course_utils.explorers.learning_rate import LearningRate
from course_utils.explorers.neuron import Neuron
from course_utils.explorers.race import Race
from course_utils.explorers.temperature import Temperature

xs = np.linspace(-6, 6, 400)
def draw(beta):
    fig, ax = plt.subplots(figsize=(7, 4))
    ax.plot(xs, 1 / (1 + np.exp(-beta * xs)))
    plt.show()
interact(draw, beta=FloatSlider(value=1, min=0, max=10, step=0.02))
trained = LearningRate(
    forward=network.forward_reference, backward=network.backward_reference,
    update=network.update_reference)
own_adam = Race("bent valley", own={"Adam": optimizers.adam_step_reference})
reader = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))
for explorer in (Activation(), Neuron(), LearningRate(), Bumps(), Temperature(), DropoutMask(),
                 Race("bent valley"), trained, own_adam, DigitPad(reader, start='empty pad')):
    display(explorer)
"""
CLOSED_FORM = {  # the order in which the cell shows them, and the slider that is moved
    "activation": "spread", "neuron": "b", "learning rate, the bowl": "learning_rate",
    "bumps": "units", "temperature": "temperature", "dropout mask": "rate",
    "optimizer race": "rate_adam",
}
DRIVEN = {  # likewise, after the others: those that ask the kernel
    "learning rate, XOR in the kernel": "learning_rate",
    "optimizer race, own step in the kernel": "rate_adam",
    "digit pad, a stroke": "",  # not a slider: the pen is moved
}
PAINTED = """
const painted = () => new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel();   // its message comes after the frame was painted
    channel.port1.onmessage = done;
    channel.port2.postMessage(null);
}));"""
MOVE_EXPLORER = PAINTED + """
const page = document.querySelectorAll('.explorer-card')[index].page;
const input = page.root.querySelector(`[data-key=${key}] input`);
const [low, high] = [Number(input.min), Number(input.max)], times = [];
for (let i = 0; i < moves; i++) {
    input.value = low + (high - low) * ((i * 0.381966) % 1);
    const heard = kernel ? new Promise(done => { page.answered = (content, buffers) => {
        page.heard(content, buffers);
        if ((content.rates ? content.rates[key] : content.rate) === page.get(key)) done();
    }; }) : null;
    const start = performance.now();
    input.dispatchEvent(new Event('input', {bubbles: true}));
    await heard;
    await painted();
    times.push(performance.now() - start);
}
return times;"""
MOVE_PEN = PAINTED + """
const page = document.querySelectorAll('.explorer-card')[index].page, times = [];
const canvas = page.root.querySelector("canvas[aria-label^='Pad']");
const press = key => canvas.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
const answer = () => new Promise(done => { page.answered = (content, buffers) => {
    page.heard(content, buffers);
    done();
}; });
const down = answer();
press(' ');
await down;
for (let i = 0; i < moves; i++) {
    const heard = answer(), start = performance.now();
    press(['ArrowLeft', 'ArrowDown', 'ArrowRight', 'ArrowUp'][Math.floor(i / 10) % 4]);
    await heard;
    await painted();
    times.push(performance.now() - start);
}
press(' ');
while (page.waitsForKernel) await painted();
return times;"""
MOVE_INTERACT = PAINTED + """
const home = document.querySelector('.widget-interact'), times = [];
const handle = home.querySelector('.noUi-handle');
const source = () => home.querySelector('.widget-output img')?.src;
for (let i = 0; i < moves; i++) {
    const before = source(), start = performance.now();
    handle.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
    while (!source() || source() === before) await new Promise(requestAnimationFrame);
    await home.querySelector('.widget-output img').decode();
    await painted();
    times.push(performance.now() - start);
}
return times;"""
KEEP = """() => { for (const card of document.querySelectorAll('.explorer-card'))
    card.page.heard = card.page.answered || (() => {}); }"""


def measure(repeats: int = 5) -> list[Table]:
    """Measure all explorers in one JupyterLab, by turns.

    Raises:
        RuntimeError: If chromium or Playwright is missing.
    """
    if missing():
        raise RuntimeError(f"The explorers cannot be measured: {missing()}.")
    rows = [Row(name) for name in (INTERACT, *CLOSED_FORM, *DRIVEN)]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_browser() as browser,
        running_lab(Path(folder)) as lab,
    ):
        notebook = Notebook(lab, browser, viewport={"width": 1100, "height": 900})
        notebook.run(SETUP)
        notebook.page.wait_for_function(
            f"document.querySelectorAll('.explorer-card').length === {len(rows) - 1}"
            " && document.querySelector('.widget-interact img')"
        )
        notebook.page.evaluate(KEEP)
        for _ in range(repeats):
            for index, row in enumerate(rows):
                row.seconds += _round(notebook, index)
        pen = Row("500 moves of the digit pad's pen", [_pen(notebook) for _ in range(repeats)])
        burst = Row("500 events on the XOR network", [_burst(notebook) for _ in range(repeats)])
    for row in rows:
        row.remarks = f"95th percentile {1000 * _percentile(row.seconds):.0f} ms"
    return [
        Table("Slider to painted pixels in JupyterLab", rows, _findings(rows)),
        Table("The last of 500 events at once, until it is shown (goal: 300 ms)", [burst, pen], []),
    ]


def _round(notebook: Notebook, index: int) -> list[float]:
    """Move one slider `MOVES` times and return the durations in seconds."""
    selector = ".widget-interact" if index == 0 else f".explorer-card >> nth={index - 1}"
    notebook.page.locator(selector).scroll_into_view_if_needed()
    if index == 0:
        body, values = MOVE_INTERACT, {"moves": MOVES}
    else:
        keys = [*CLOSED_FORM.values(), *DRIVEN.values()]
        values = {"moves": MOVES, "index": index - 1, "key": keys[index - 1],
                  "kernel": index > len(CLOSED_FORM)}
        body = MOVE_EXPLORER if values["key"] else MOVE_PEN
    names = ", ".join(values)
    times_ms = notebook.page.evaluate(f"async ({{{names}}}) => {{ {body} }}", values)
    return [time / 1000 for time in times_ms]


def _burst(notebook: Notebook) -> float:
    """Send 500 events to the learning-rate slider; seconds until the last value is shown."""
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(f"{STATUS}.includes('has learned XOR')")
    values = [-3 + (i % 200) / 100 for i in range(499)] + [0]
    _, wait_ms = notebook.page.evaluate(BURST, values)
    return wait_ms / 1000


def _pen(notebook: Notebook) -> float:
    """Send 500 moves to the digit pad, the last card; seconds until the last one is read."""
    notebook.page.locator(".explorer-card").last.scroll_into_view_if_needed()
    return notebook.page.evaluate(PEN_BURST)[1] / 1000


def _percentile(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _findings(rows: list[Row]) -> list[str]:
    medians_ms = {row.name: 1000 * statistics.median(row.seconds) for row in rows}
    highs_ms = {row.name: 1000 * _percentile(row.seconds) for row in rows}
    slowest = max(CLOSED_FORM, key=medians_ms.__getitem__)
    return [
        f"closed form: the slowest median is {medians_ms[slowest]:.0f} ms ({slowest}); "
        "goal: under 20 ms",
        *(f"{name}: median {medians_ms[name]:.0f} ms, 95th percentile {highs_ms[name]:.0f} ms; "
          "goals: under 40 and 80 ms" for name in DRIVEN),
    ]
