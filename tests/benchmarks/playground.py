"""Playground: training frames a second, and from its slider to painted pixels, in JupyterLab.

Each playground plays ten steps a frame, sixty frames a round; a run's duration is that of one
frame, from the question to the kernel to the painted picture. Then two sliders of the paused one
are moved: the learning rate, which changes no picture, and the noise, for which the kernel draws
new data, starts a new network and computes all pictures. Goals: at least 15 frames a second with a
2-8-8-1 network; slider median under 40 ms and 95th percentile under 80 ms.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.report import Row, Table
from tests.browser.lab import Notebook, missing, running_browser, running_lab

FRAMES, MOVES = 60, 40
SETUP = """
from notebooks.exercises import chapter_04 as network
from course_utils.explorers.playground import Playground
display(Playground(layers=[8, 8]))
display(Playground(
    forward=network.forward_reference, backward=network.backward_reference,
    update=network.update_reference, layers=[8]))
"""
NAMES = ("2-8-8-1, the course's network", "2-8-1, chapter 04's functions")
SLIDERS = {"learning_rate": "Learning-rate", "noise": "Noise"}
PAINTED = """
const page = document.querySelectorAll('.explorer-card')[index].page, times = [];
const painted = () => new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel();   // its message comes after the frame was painted
    channel.port1.onmessage = done;
    channel.port2.postMessage(null);
}));"""
PLAY = PAINTED + """
page.root.querySelector('button').click();
let before = page.playFrames, last = performance.now();
while (times.length < frames) {
    if (page.notice.textContent.startsWith("It stopped")) throw new Error(page.notice.textContent);
    await painted();
    if (page.playFrames === before) continue;
    for (let i = before; i < page.playFrames; i++)
        times.push((performance.now() - last) / (page.playFrames - before));
    before = page.playFrames;
    last = performance.now();
}
page.root.querySelector('button').click();
return times.slice(0, frames);"""
MOVE = PAINTED + """
const input = page.root.querySelector(`[data-key=${key}] input`);
const [low, high] = key === 'noise' ? [0, 1] : [-3, -2];
while (page.waitsForKernel) await painted();
for (let i = 0; i < moves; i++) {
    input.value = low + (high - low) * ((i * 0.381966) % 1);
    const before = page.playFrames, start = performance.now();
    input.dispatchEvent(new Event('input', {bubbles: true}));
    while (page.playFrames === before) await new Promise(done => setTimeout(done, 1));
    await painted();
    times.push(performance.now() - start);
    while (page.waitsForKernel) await painted();
}
return times;"""


def measure(repeats: int = 5) -> list[Table]:
    """Measure both playgrounds by turns in one JupyterLab.

    Raises:
        RuntimeError: If chromium or Playwright is missing.
    """
    if missing():
        raise RuntimeError(f"The playground cannot be measured: {missing()}.")
    frames = [Row(name) for name in NAMES]
    moves = {key: [Row(name) for name in NAMES] for key in SLIDERS}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_browser() as browser,
        running_lab(Path(folder)) as lab,
    ):
        notebook = Notebook(lab, browser, viewport={"width": 1100, "height": 900})
        notebook.run(SETUP)
        notebook.page.wait_for_timeout(2000)
        for _ in range(repeats):
            for index in range(len(NAMES)):
                notebook.page.locator(f".explorer-card >> nth={index}").scroll_into_view_if_needed()
                values = {"index": index, "frames": FRAMES, "moves": MOVES}
                frames[index].seconds += _run(notebook, PLAY, values)
                for key, rows in moves.items():
                    rows[index].seconds += _run(notebook, MOVE, {**values, "key": key})
    for row in frames:
        row.remarks = f"{1 / statistics.fmean(row.seconds):.1f} frames a second"
    for row in [row for rows in moves.values() for row in rows]:
        row.remarks = f"95th percentile {1000 * statistics.quantiles(row.seconds, n=20)[-1]:.0f} ms"
    return [
        Table("A training frame of the playground, goal: 15 a second", frames),
        *(Table(f"{name} slider of the paused playground to painted pixels", moves[key])
          for key, name in SLIDERS.items()),
    ]


def _run(notebook: Notebook, body: str, values: dict) -> list[float]:
    names = ", ".join(values)
    times_ms = notebook.page.evaluate(f"async ({{{names}}}) => {{ {body} }}", values)
    return [time / 1000 for time in times_ms]
