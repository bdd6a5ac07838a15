"""The digit pad in JupyterLab: drawing by mouse, finger and keys, both images, and trouble."""

from __future__ import annotations

import json

import pytest

from course_utils.explorers.digit_pad import DigitPad
from tests.browser.without_kernel import clean_page, open_explorer, pure

SETUP = """
import torch
from torch import nn
from course_utils.datasets import load_mnist
from course_utils.explorers.digit_pad import DigitPad
images, labels = load_mnist("test")
means = torch.stack([images[labels == digit].mean(dim=0) for digit in range(10)])

def model(inputs):                     # the digit whose mean image is nearest
    return inputs @ means.T - (means**2).sum(dim=1) / 2
"""
SHOW = SETUP + "{}\npad = DigitPad(model{})\npad"
CARD = "document.querySelector('.explorer-card')"
STATUS = f"{CARD}.querySelector('.explorer-words').textContent"
NOTICE = f"{CARD}.querySelector('.explorer-notice').textContent"
PAD = "canvas[aria-label^='Pad to draw']"
CENTRED = "canvas[aria-label*='image centred by mass']"
DRAWN = "canvas[aria-label*='image as drawn']"
LENGTH = f"{CARD}.page.get('drawing').length"
BURST = """async () => {
    const page = [...document.querySelectorAll('.explorer-card')].pop().page;
    const send = page.model.send;
    const canvas = page.root.querySelector("canvas[aria-label^='Pad']");
    const press = key => canvas.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
    let sent = 0;
    page.model.send = request => { if ('strokes' in request) sent += 1; send(request); };
    press(' ');
    for (let i = 0; i < 500; i++) {
        press(['ArrowLeft', 'ArrowDown', 'ArrowRight', 'ArrowUp'][Math.floor(i / 12) % 4]);
        if (i % 10 === 9) await new Promise(resolve => setTimeout(resolve, 0));
    }
    const start = performance.now();
    while (page.waitsForKernel && performance.now() - start < 5000)
        await new Promise(requestAnimationFrame);
    press(' ');
    page.model.send = send;
    return [sent, performance.now() - start];
}"""


def wait(notebook, condition, timeout=20_000):
    notebook.page.wait_for_function(condition, timeout=timeout)


def show(notebook, change="", options=""):
    notebook.run(SHOW.format(change, options))
    wait(notebook, f"{STATUS}.includes('reads') || {NOTICE}")


def label(notebook, canvas):
    return notebook.page.locator(canvas).first.get_attribute("aria-label")


def stroke(notebook, *points):
    """Draw with the mouse, in the pad's units from 0 to 280."""
    box = notebook.page.locator(PAD).first.bounding_box()
    pixels = [(box["x"] + x * box["width"] / 280, box["y"] + y * box["height"] / 280)
              for x, y in points]
    notebook.page.mouse.move(*pixels[0])
    notebook.page.mouse.down()
    for pixel in pixels[1:]:
        notebook.page.mouse.move(*pixel, steps=8)
    notebook.page.mouse.up()


def test_the_image_that_the_network_gets_is_shown_and_read(notebook):
    show(notebook, options=", start='7'")
    assert notebook.page.evaluate(STATUS).startswith("Centred by mass it reads 7, ")
    assert notebook.page.get_attribute(".explorer-words", "aria-live") == "polite"
    for canvas in (CENTRED, DRAWN):
        assert ": reads 7, " in label(notebook, canvas) and "; then " in label(notebook, canvas)
    assert notebook.value("bool(abs(pad.image() - images[labels == 7][:1]).max() < 1e-6)") == "True"


def test_a_digit_drawn_small_in_the_corner_is_read_only_when_centred(notebook):
    show(notebook, options=", start='empty pad'")
    stroke(notebook, (15, 15), (60, 15), (35, 90))
    wait(notebook, f"{STATUS}.startsWith('Centred by mass it reads 7')")
    assert "reads 7" not in label(notebook, DRAWN)
    assert notebook.value("len(pad.drawing)") == "2"
    notebook.page.get_by_label("centre by mass, as MNIST does").uncheck()
    wait(notebook, f"{STATUS}.startsWith('As drawn it reads')")
    assert notebook.value("pad.image().reshape(28, 28)[14:].max().item() < 0") == "True"


def test_the_page_draws_what_the_kernel_draws(notebook):
    show(notebook, options=", start='empty pad'")
    notebook.page.get_by_label("centre by mass, as MNIST does").uncheck()
    stroke(notebook, (60, 70), (200, 90), (90, 230))
    wait(notebook, f"{STATUS}.startsWith('As drawn it reads')")
    notebook.page.evaluate("document.activeElement.blur()")
    notebook.settle()
    there = notebook.page.evaluate(
        """selector => { const canvas = document.querySelector(selector), image = [];
            const cell = canvas.width / 28, pen = canvas.getContext('2d');
            for (let i = 0; i < 784; i++) {
                const corner = [(i % 28) * cell, Math.floor(i / 28) * cell];
                const pixels = pen.getImageData(...corner, cell, cell).data;
                const white = pixels.filter((_, k) => k % 4 === 0);
                image.push(white.reduce((sum, one) => sum + one, 0) / white.length);
            }
            return image; }""",
        PAD)
    brightness = "(pad.image() * 0.3081 + 0.1307).mul(255).round().int()[0].tolist()"
    here = json.loads(notebook.value(brightness))
    far = [abs(a - b) for a, b in zip(there, here, strict=True)]
    assert sum(here) > 10_000 and sum(far) < 0.03 * sum(here) and max(far) < 30


def test_undo_and_clear_go_back_and_forth(notebook):
    show(notebook, options=", start='3'")
    stroke(notebook, (20, 20), (60, 60))
    stroke(notebook, (200, 20), (240, 60))
    wait(notebook, f"{LENGTH} === 3")
    notebook.page.get_by_role("button", name="Undo").click()
    wait(notebook, f"{LENGTH} === 2")
    notebook.page.get_by_role("button", name="Clear").click()
    wait(notebook, f"{STATUS}.startsWith('The pad is empty, and the network answers all the same')")
    notebook.page.get_by_role("button", name="Undo").click()
    wait(notebook, f"{LENGTH} === 2 && {CARD}.page.get('start') === '3'")
    for _ in range(3):
        notebook.page.get_by_role("button", name="Undo").click()
    wait(notebook, f"{STATUS}.startsWith('The pad is empty')")


def test_a_digit_is_drawn_undone_and_cleared_by_keyboard_alone(notebook):
    show(notebook, options=", start='empty pad'")
    notebook.page.evaluate(f"{CARD}.querySelector('select').focus()")
    for _ in range(8):
        if notebook.page.evaluate("document.activeElement.matches('canvas')"):
            break
        notebook.page.keyboard.press("Tab")
    press = notebook.page.keyboard.press
    for _ in range(2):
        press("Shift+ArrowUp")
    press(" ")
    for _ in range(4):
        press("Shift+ArrowDown")
    wait(notebook, f"{STATUS}.startsWith('Pen down at column 15, row 23 of 28. Centred by mass it "
                   "reads 1')")
    assert "pen down at column 15, row 23" in label(notebook, PAD)
    press(" ")
    wait(notebook, f"{LENGTH} === 2")
    press("ArrowLeft")
    wait(notebook, f"{STATUS}.startsWith('Pen up at column 14')")
    assert notebook.page.evaluate(LENGTH) == 2
    press("u")
    wait(notebook, f"{LENGTH} === 1")
    press("Enter")
    press("PageUp")
    press("Tab")  # leaving the pad lifts the pen and keeps the stroke
    wait(notebook, f"{LENGTH} === 2")
    press("Shift+Tab")
    press("Delete")
    wait(notebook, f"{STATUS}.includes('The pad is empty')")
    assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == 2  # no shortcut acted


def test_a_finger_draws_and_a_second_one_does_not(notebook):
    show(notebook, options=", start='empty pad'")
    box = notebook.page.locator(PAD).first.bounding_box()
    session = notebook.page.context.new_cdp_session(notebook.page)

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [
            {"x": box["x"] + x, "y": box["y"] + y, "id": number} for number, x, y in points]})

    touch("touchStart", (0, 140, 40))
    touch("touchStart", (0, 140, 40), (1, 20, 20))
    for y in range(50, 240, 10):
        touch("touchMove", (0, 140, y), (1, 20, 20))
    touch("touchEnd")
    wait(notebook, f"{LENGTH} === 2 && {STATUS}.startsWith('Centred by mass it reads 1')")
    assert notebook.page.evaluate(f"Math.min(...{CARD}.page.get('drawing')[1].points)") >= 38


def test_of_500_events_the_last_is_shown_and_few_questions_are_sent(notebook):
    show(notebook, options=", start='empty pad'")
    sent, _ = notebook.page.evaluate(BURST)
    assert 0 < sent <= 60
    notebook.settle()
    shown = notebook.page.evaluate(f"{CARD}.page.get('drawing')[1].points.length")
    assert shown > 300
    wait(notebook, f"!{CARD}.page.waitsForKernel")
    kernel = "[len(one['points']) for one in pad._picture.strokes]"
    assert notebook.value(kernel) == f"[{shown}]"


@pytest.mark.parametrize(("change", "sentence"), [
    ("def model(inputs): raise KeyError('weights')", "Your model stopped: KeyError: 'weights'"),
    ("def model(inputs): raise SystemExit(3)", "Your model stopped: SystemExit: 3"),
    ("def model(inputs): return inputs[:, :5]", "Your model returned shape (1, 5) for one image"),
    ("def model(inputs): return None", "Your model returned NoneType, but ten logits"),
    ("def model(inputs): return inputs[:, :10] * float('nan')",
     "Your model returned 10 of 10 logits that are not finite"),
    ("def model(inputs):\n    import time; time.sleep(1.2); return inputs[:, :10]",
     "Your model took 1.2 s for one image"),
])
def test_trouble_in_the_model_is_one_sentence_and_the_images_stay(notebook, change, sentence):
    show(notebook, change, ", start='empty pad'")
    wait(notebook, f"{NOTICE}.startsWith({sentence!r})")
    stroke(notebook, (60, 60), (200, 200))
    wait(notebook, f"{LENGTH} === 2 && !{CARD}.page.waitsForKernel")
    notebook.settle()
    assert sentence in notebook.page.evaluate(NOTICE)
    white = """selector => { const canvas = document.querySelector(selector);
        const pixels = canvas.getContext('2d').getImageData(20, 30, 130, 130).data;
        return pixels.some((value, i) => i % 4 === 0 && value > 250); }"""
    assert notebook.page.evaluate(white, DRAWN)


def test_a_model_of_five_seconds_leaves_the_pad_free(notebook):
    notebook.run(SHOW.format(
        "def model(inputs):\n    import time; time.sleep(slow); return inputs[:, :10]\nslow = 0",
        ", start='empty pad'"))
    wait(notebook, f"{STATUS}.includes('reads')")
    notebook.page.evaluate(
        "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        ".requestExecute({code: 'slow = 5'}).done")
    stroke(notebook, (60, 60), (200, 60))
    wait(notebook, f"{NOTICE}.startsWith('Waiting for the kernel (1 s)')")
    stroke(notebook, (200, 60), (100, 240))
    assert notebook.page.evaluate(LENGTH) == 3
    wait(notebook, f"{NOTICE}.startsWith('Your model took 5.')", 30_000)
    wait(notebook, f"!{CARD}.page.waitsForKernel", 30_000)
    assert notebook.value("len(pad._picture.strokes)") == "2"


def test_drawing_while_a_cell_runs_is_kept_and_read(notebook):
    show(notebook, options=", start='empty pad'")
    notebook.start("import time\nprint('begun')\ndisplay(pad)\ntime.sleep(2.5)\nprint('ended')")
    notebook.page.get_by_text("begun").last.wait_for()
    notebook.page.wait_for_selector(f".jp-OutputArea {PAD}")
    notebook.settle()
    stroke(notebook, (140, 40), (140, 240))
    assert notebook.page.evaluate(LENGTH) == 2
    assert "ended" not in notebook.page.inner_text(".jp-OutputArea")
    notebook.page.get_by_text("ended").last.wait_for()
    wait(notebook, f"{STATUS}.startsWith('Centred by mass it reads 1')")
    assert notebook.page.locator(".explorer-notice").first.is_hidden()


def test_two_views_show_one_drawing_and_running_again_leaves_one(notebook):
    show(notebook, options=", start='empty pad'")
    notebook.run(SHOW.format("", ", start='empty pad'") + "\ndisplay(pad)\ndisplay(pad)\nNone")
    wait(notebook, "document.querySelectorAll('.explorer-card').length === 2")
    stroke(notebook, (140, 40), (140, 240))
    wait(notebook, "[...document.querySelectorAll('.explorer-words')]"
                   ".filter(one => one.textContent.includes('mass it reads 1')).length === 2")
    for _ in range(2):
        show(notebook)
    assert notebook.page.locator(".jp-OutputArea .explorer-card").count() == 1


def test_scrolling_away_and_back_keeps_the_drawing(notebook):
    show(notebook, options=", start='empty pad'")
    stroke(notebook, (140, 40), (140, 240))
    wait(notebook, f"{STATUS}.includes('it reads 1')")
    for top in (100_000, 0, 100_000, 0):
        notebook.page.evaluate(
            "top => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, top)", top)
        notebook.page.wait_for_timeout(100)
    assert notebook.page.evaluate(LENGTH) == 2 and ": reads 1" in label(notebook, CENTRED)
    stroke(notebook, (40, 40), (60, 60))
    wait(notebook, f"{LENGTH} === 3")


def test_python_can_change_the_drawing(notebook):
    show(notebook, options=", start='empty pad'")
    notebook.value("pad.set_trait('drawing', [{'start': '2'}])")
    wait(notebook, f"{STATUS}.startsWith('Centred by mass it reads 2')")


@pytest.mark.parametrize("width", [1100, 550])  # 550 is 1100 at 200 % zoom
def test_narrow_pages_and_zoom_cut_nothing_off(notebook, width):
    show(notebook)
    assert notebook.cut_off_at(width) == []


def test_after_a_restart_the_pad_draws_on_and_says_why_nothing_is_read(notebook):
    show(notebook, options=", start='empty pad'")
    notebook.restart()
    stroke(notebook, (140, 40), (140, 240))
    assert notebook.page.evaluate(LENGTH) == 2
    wait(notebook, f"{NOTICE}.includes('this cell has to run again')")
    show(notebook, options=", start='empty pad'")
    stroke(notebook, (140, 40), (140, 240))
    wait(notebook, f"{STATUS}.includes('it reads 1')")


def test_undo_keeps_one_older_start_and_points_keep_their_distance(page):
    steps = "[{start: '1'}, {points: [0, 0], width: 24}]"
    assert pure(page, "digit_pad", f"pure.startAgain({steps}, '2')") == [
        {"start": "1"}, {"points": [0, 0], "width": 24}, {"start": "2"}]
    twice = f"pure.startAgain(pure.startAgain({steps}, '2'), '3')"
    assert pure(page, "digit_pad", twice) == [{"start": "2"}, {"start": "3"}]
    assert pure(page, "digit_pad", f"pure.undone({twice})") == [{"start": "2"}]
    assert pure(page, "digit_pad", "pure.undone([{start: '1'}])") == [{"start": "empty pad"}]
    assert pure(page, "digit_pad", f"pure.present({steps}).strokes.length") == 1
    assert pure(page, "digit_pad", "pure.longer([10, 10], 12, 11)") == [10, 10]
    assert pure(page, "digit_pad", "pure.longer([10, 10], 12, 400)") == [10, 10, 12, 280]


def test_without_a_kernel_there_are_words(page):
    html = DigitPad(lambda inputs: inputs[:, :10]).page_without_kernel()
    page.set_content(f"<!doctype html><body>{html}</body>")
    assert "MNIST's test digit 7" in page.inner_text("body")
    assert page.locator("script").count() == 0


def test_a_page_without_kernel_says_what_it_needs(browser):
    class Alone(DigitPad, page="digit_pad", needs_kernel=False):
        pass

    with clean_page(browser) as page:
        open_explorer(page, Alone(lambda inputs: inputs[:, :10]))
        assert "needs a running kernel" in page.inner_text(".explorer-notice")
