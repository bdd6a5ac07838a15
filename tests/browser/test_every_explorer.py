"""What must hold for the page of every explorer, tried in a page without a kernel."""

from __future__ import annotations

import pytest

from course_utils.explorers.activation import Activation
from course_utils.explorers.bumps import Bumps
from course_utils.explorers.digit_pad import DigitPad
from course_utils.explorers.dropout_mask import DropoutMask
from course_utils.explorers.learning_rate import LearningRate
from course_utils.explorers.neuron import Neuron
from course_utils.explorers.playground import Playground
from course_utils.explorers.race import Race
from course_utils.explorers.shared.bundle import page_source
from course_utils.explorers.temperature import Temperature
from tests.browser.lab import CUT_OFF
from tests.browser.without_kernel import DARK, clean_page, open_explorer, settle


class PadAlone(DigitPad, page="digit_pad", needs_kernel=False):
    """The digit pad's page, which without a kernel draws and reads nothing."""


EXPLORERS = {
    "activation": lambda: Activation("ELU", "softplus"),
    "neuron": lambda: Neuron("XOR"),
    "learning_rate": LearningRate,
    "bumps": Bumps,
    "temperature": Temperature,
    "dropout_mask": DropoutMask,
    "race": Race,
    "playground": Playground,
    "digit_pad": lambda: PadAlone(lambda inputs: inputs[:, 400:410]),
}
CONTROLS = ".explorer-card :is(input, select, button, canvas[tabindex]):not([hidden] *)"


@pytest.fixture(params=EXPLORERS)
def explorer(request):
    return EXPLORERS[request.param]()


def test_its_joined_modules_are_a_module_that_a_widget_can_render(page, explorer):
    kind = page.evaluate(
        """async (source) => {
            const address = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
            return typeof (await import(address)).default.render;
        }""", page_source(explorer.page_name))
    assert kind == "function"


def test_it_draws_speaks_and_logs_nothing(page, explorer):
    open_explorer(page, explorer)
    sizes = page.eval_on_selector_all(
        ".explorer-card canvas",
        """all => all.map(one => new Set(new Uint32Array(one.getContext('2d').getImageData(
            0, 0, one.width, one.height).data.buffer)).size)""",
    )
    assert sizes and min(sizes) > 10
    page.wait_for_function("document.querySelector('.explorer-words').textContent.length > 30")


def test_every_control_has_a_name_and_is_reached_by_tab(page, explorer):
    open_explorer(page, explorer)
    tree = page.eval_on_selector_all(
        CONTROLS,
        """all => all.map(one => one.getAttribute('aria-label') || one.textContent
            || one.closest('label')?.textContent || '')""",
    )
    assert tree and all(name.strip() for name in tree), tree
    reached = set()
    for _ in range(len(tree) + 2):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(
            f"[...document.querySelectorAll({CONTROLS!r})].indexOf(document.activeElement)"
        ))
    assert set(range(len(tree))) <= reached


def test_each_slider_and_choice_answers_to_the_keyboard(page, explorer):
    open_explorer(page, explorer)
    for index in range(page.locator(".explorer-card input[type=range]").count()):
        slider = page.locator(".explorer-card input[type=range]").nth(index)
        only_one = slider.get_attribute("min") == slider.get_attribute("max")
        if only_one or not slider.is_visible():
            continue
        slider.focus()
        before = slider.input_value()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("End")
        after = slider.input_value()
        page.keyboard.press("Home")
        assert len({before, after, slider.input_value()}) >= 2
    page.wait_for_timeout(50)


@pytest.mark.parametrize("width", [900, 620, 460, 380])  # 380: half a laptop's page at 200 %
def test_nothing_is_cut_off_in_narrow_pages(page, explorer, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_explorer(page, explorer)
    assert page.evaluate(CUT_OFF) == []


PIXELS = """all => all.map(one => one.style.touchAction === 'none' ? one.toDataURL() : '')"""


def test_a_finger_drags_what_a_mouse_drags(browser, explorer):
    """At 200 % zoom (half the width, two pixels a point) with a touch screen."""
    screen = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    with clean_page(browser, **screen, has_touch=True) as page:
        open_explorer(page, explorer)
        before = page.eval_on_selector_all("canvas", PIXELS)
        hand = page.context.new_cdp_session(page)
        for index, pixels in enumerate(before):
            if not pixels:
                continue
            canvas = page.locator("canvas").nth(index)
            canvas.evaluate("one => one.scrollIntoView({block: 'center'})")
            top, box = page.evaluate("scrollY"), canvas.bounding_box()
            for kind, share in [("Start", 0.3), ("Move", 0.4), ("Move", 0.62), ("End", None)]:
                points = [] if share is None else [
                    {"x": box["x"] + share * box["width"], "y": box["y"] + share * box["height"]}]
                touch = {"type": f"touch{kind}", "touchPoints": points}
                hand.send("Input.dispatchTouchEvent", touch)
            settle(page)
            assert page.evaluate("scrollY") == top, "the page must not scroll under the finger"
        after = page.eval_on_selector_all("canvas", PIXELS)
        assert after != before or not any(before)


def test_dark_page_gives_light_ink(page, explorer):
    open_explorer(page, explorer, style=DARK)
    colors = page.evaluate("document.querySelector('.explorer-card').page.colors")
    assert colors["dark"] and colors["ink"] == "rgba(255, 255, 255, 0.92)"


def test_still_and_words_are_the_same_every_time_and_small(explorer):
    again = EXPLORERS[explorer.page_name]()
    html = explorer._repr_mimebundle_()[0]["text/html"]
    assert len(html) < 60_000
    assert explorer.describe() and "0x" not in explorer.describe()
    assert html == again._repr_mimebundle_()[0]["text/html"]
