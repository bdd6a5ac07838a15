"""The activation explorer, and with it the pattern of all explorers, as a learner uses it."""

from __future__ import annotations

import time

import nbformat
import pytest

from course_utils.explorers.activation import Activation
from tests.browser.lab import Notebook
from tests.notebooks.stills import still

SHOW = """from course_utils.explorers.activation import Activation
explorer = Activation({})
explorer"""
SATURATED = ".explorer-table tbody tr:first-child td:nth-child(2)"
PAINTED = """selector => {
    const canvas = document.querySelector(selector), pen = canvas.getContext('2d');
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    return new Set(new Uint32Array(pixels.buffer)).size;
}"""
MOVE = """([key, value]) => {
    const input = document.querySelector(`[data-key=${key}] input`);
    input.value = value;
    input.dispatchEvent(new Event('input', {bubbles: true}));
}"""


def move(notebook, key, value):
    notebook.page.evaluate(MOVE, [key, value])
    notebook.settle()


def saturated(notebook):
    return notebook.page.locator(SATURATED).first.inner_text()


def test_it_is_drawn_and_says_what_it_shows(notebook):
    notebook.run(SHOW.format("spread=3.0"))
    assert notebook.page.evaluate(PAINTED, ".explorer-card canvas") > 20
    assert saturated(notebook) == "23 %"
    notebook.page.wait_for_function(
        "document.querySelector('.explorer-words').textContent.includes('23\\u00a0% of the inputs')"
    )


def test_moving_a_slider_changes_picture_number_and_python(notebook):
    notebook.run(SHOW.format("spread=3.0"))
    move(notebook, "spread", 5)
    assert saturated(notebook) == "47 %"
    assert notebook.value("explorer.spread") == "5.0"


def test_python_can_move_the_slider(notebook):
    notebook.run(SHOW.format(""))
    notebook.value("explorer.set_trait('spread', 4.0)")
    notebook.page.wait_for_function(
        "document.querySelector('[data-key=spread] output').textContent === '4.0'"
    )
    notebook.settle()
    assert saturated(notebook) == "36 %"


def test_running_the_cell_again_leaves_one_working_explorer(notebook):
    for _ in range(3):
        notebook.run(SHOW.format(""))
    assert notebook.page.locator(".jp-OutputArea .explorer-card").count() == 1
    move(notebook, "spread", 5)
    assert saturated(notebook) == "47 %"


def test_a_slider_moved_while_a_cell_runs_answers_at_once(notebook):
    notebook.run(SHOW.format("") + "\nimport time\ndisplay(explorer)\ntime.sleep(0.01)")
    notebook.start("import time\ndisplay(explorer)\ntime.sleep(2)\nprint('cell ended')")
    notebook.page.wait_for_selector(".jp-OutputArea .explorer-card canvas")
    notebook.settle()
    move(notebook, "spread", 5)
    assert saturated(notebook) == "47 %"
    assert "cell ended" not in notebook.page.inner_text(".jp-OutputArea")
    notebook.page.get_by_text("cell ended").last.wait_for()
    assert notebook.value("explorer.spread") == "5.0"


def test_two_views_move_together(notebook):
    notebook.run(SHOW.format("") + "\ndisplay(explorer)\ndisplay(explorer)\nNone")
    notebook.page.wait_for_function("document.querySelectorAll('.explorer-card').length === 2")
    move(notebook, "spread", 5)
    assert notebook.page.locator(SATURATED).all_inner_texts() == ["47 %", "47 %"]


def test_scrolling_away_and_back_keeps_it_alive(notebook):
    notebook.run(SHOW.format(""))
    scroll = "top => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, top)"
    for top in (100_000, 0, 100_000, 0):
        notebook.page.evaluate(scroll, top)
        notebook.page.wait_for_timeout(100)
    assert notebook.page.evaluate(PAINTED, ".explorer-card canvas") > 20
    move(notebook, "spread", 5)
    assert saturated(notebook) == "47 %"


def test_of_500_events_at_once_the_last_wins_with_few_frames(notebook):
    notebook.run(SHOW.format(""))
    frames = notebook.page.evaluate(
        """async () => {
            const page = document.querySelector('.explorer-card').page;
            const input = document.querySelector('[data-key=spread] input');
            let saves = 0;
            const drawnBefore = page.framesDrawn;
            const save = page.model.save_changes;
            page.model.save_changes = () => { saves += 1; save(); };
            for (let i = 0; i < 500; i++) {
                input.value = i === 499 ? 5 : 0.1 + (i % 40) / 10;
                input.dispatchEvent(new Event('input', {bubbles: true}));
                if (i % 10 === 9) await new Promise(resolve => setTimeout(resolve, 0));
            }
            const cell = document.querySelector('.explorer-table tbody td');
            while (cell.textContent !== '47 %') await new Promise(requestAnimationFrame);
            page.model.save_changes = save;
            return Math.max(saves, page.framesDrawn - drawnBefore);
        }"""
    )
    assert frames <= 60
    end = time.monotonic() + 3
    while notebook.value("explorer.spread") != "5.0" and time.monotonic() < end:
        time.sleep(0.05)
    assert notebook.value("explorer.spread") == "5.0"


def test_the_keyboard_alone_reaches_and_moves_everything(notebook):
    notebook.run(SHOW.format("'logistic', 'ReLU'"))
    notebook.page.evaluate("document.querySelector('.explorer-card select').focus()")
    focus = """() => { const one = document.activeElement;
        return one.getAttribute('aria-label') || one.innerText || one.parentElement.innerText; }"""
    reached = []
    for _ in range(8):
        reached.append(notebook.page.evaluate(focus).split(".")[0])
        notebook.page.keyboard.press("Tab")
    assert reached == [
        "Function", "steepness β", "Compare with", "mean of the inputs", "spread of the inputs",
        "show derivative", "Let inputs flow", "Function, derivative and inputs",
    ]
    notebook.page.locator("[data-key=spread] input").focus()
    before = saturated(notebook)
    for _ in range(10):
        notebook.page.keyboard.press("ArrowRight")
    notebook.settle()
    assert saturated(notebook) != before
    notebook.page.locator(".explorer-canvas").focus()
    notebook.page.keyboard.press("Home")
    notebook.settle()
    assert "at x = −6.00" in notebook.page.get_attribute(".explorer-canvas", "aria-label")
    assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == 2  # no shortcut acted


def test_tab_from_the_cell_arrives_in_the_explorer(notebook):
    notebook.run(SHOW.format(""))
    notebook.page.locator(".jp-Notebook .jp-Cell").first.focus()
    inside = "!!document.activeElement.closest('.explorer-card')"
    for _ in range(40):
        notebook.page.keyboard.press("Tab")
        if notebook.page.evaluate(inside):
            return
    pytest.fail("Tab never reached the explorer")


def test_everything_has_a_name_for_a_screen_reader(notebook):
    notebook.run(SHOW.format("'ELU', 'softplus'"))
    for role, name in [
        ("combobox", "Function"), ("slider", "spread of the inputs"), ("button", "Let inputs flow"),
        ("checkbox", "show derivative"), ("region", "What does an activation function do"),
    ]:
        assert notebook.page.get_by_role(role, name=name).count() == 1, name
    assert notebook.page.get_attribute(".explorer-words", "aria-live") == "polite"


def test_the_dark_theme_is_followed_at_once(notebook):
    notebook.run(SHOW.format(""))
    switch = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"
    colors = """() => { const page = document.querySelector('.explorer-card').page;
        return [page.colors.dark, page.colors.ink]; }"""
    try:
        notebook.page.evaluate(switch, "JupyterLab Dark")
        notebook.page.wait_for_function(
            "document.querySelector('.explorer-card').page.colors.dark", timeout=5000
        )
        assert notebook.page.evaluate(colors) == [True, "rgba(255, 255, 255, 0.92)"]
        # JupyterLab trips over its own splash screen when the theme changes twice in a moment.
        notebook.page.wait_for_selector("#jupyterlab-splash", state="detached")
    finally:
        notebook.page.evaluate(switch, "JupyterLab Light")
    notebook.page.wait_for_function(
        "!document.querySelector('.explorer-card').page.colors.dark", timeout=5000
    )
    notebook.page.wait_for_selector("#jupyterlab-splash", state="detached")


@pytest.mark.parametrize("width", [1100, 700, 550])  # 550 is 1100 at 200 % zoom
def test_narrow_pages_and_zoom_cut_nothing_off(notebook, width):
    notebook.run(SHOW.format("'leaky ReLU', 'softplus'"))
    assert notebook.cut_off_at(width) == []


def test_reduced_motion_shows_the_end_without_the_way(notebook):
    notebook.run(SHOW.format(""))
    frames = "document.querySelector('.explorer-card').page.framesDrawn"
    notebook.page.emulate_media(reduced_motion="reduce")
    try:
        before = notebook.page.evaluate(frames)
        notebook.page.get_by_role("button", name="Let inputs flow").click()
        notebook.page.wait_for_function(f"{frames} > {before}")
        notebook.page.wait_for_timeout(200)
        assert notebook.page.evaluate(frames) - before <= 3
    finally:
        notebook.page.emulate_media(reduced_motion="no-preference")


def test_the_learners_function_is_drawn_and_compared(notebook):
    code = "import math\ndef mine(x):\n    return 1 / (1 + math.exp(-2 * x))\n"
    notebook.run(code + SHOW.format("own=mine"))
    notebook.page.wait_for_function(
        "document.querySelector('.explorer-words').textContent.includes('mine differs most at')"
    )
    move(notebook, "first_parameter", 0.30103)  # beta = 2
    notebook.page.wait_for_function(
        "document.querySelector('.explorer-words').textContent.includes('mine agrees with it')"
    )


@pytest.mark.parametrize(("body", "sentence"), [
    ("return x / 0", "mine could not be drawn: ZeroDivisionError: float division by zero"),
    ("return x - x + float('nan')", "mine is nan at x = -6.00 and not finite at 241 of 241"),
])
def test_a_failing_function_is_said_in_one_sentence(notebook, body, sentence):
    notebook.run(f"def mine(x):\n    x = float(x)\n    {body}\n" + SHOW.format("own=mine"))
    assert notebook.page.locator(".explorer-notice").inner_text().startswith(sentence)


def test_a_stored_notebook_that_nobody_ran_shows_the_still(lab, browser, monkeypatch):
    monkeypatch.setattr(Activation, "still", still)
    data, _ = Activation()._repr_mimebundle_()
    del data["application/vnd.jupyter.widget-view+json"]  # as the stored notebooks of the course
    output = nbformat.v4.new_output("execute_result", data, execution_count=1)
    cell = nbformat.v4.new_code_cell("show()", outputs=[output], execution_count=1)
    notebook = Notebook(lab, browser, "stored", cells=[cell])
    picture = notebook.page.wait_for_selector(".jp-OutputArea img")
    assert picture.get_attribute("alt").startswith("logistic, β = 1: 2\u00a0% of the inputs")
    assert picture.evaluate("image => image.naturalWidth") == 760
    assert not notebook.errors and not notebook.strays
    notebook.close()


def test_after_a_kernel_restart_the_page_stays_usable(notebook):
    notebook.run(SHOW.format(""))
    notebook.restart()
    move(notebook, "spread", 5)
    assert saturated(notebook) == "47 %"
    notebook.run(SHOW.format("spread=3.0"))
    assert saturated(notebook) == "23 %"
