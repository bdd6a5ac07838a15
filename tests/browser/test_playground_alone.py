"""The playground's page with answers from this process: every item, narrow pages, and fingers."""

from __future__ import annotations

import pytest

from course_utils.explorers.playground import Playground
from notebooks.exercises import chapter_04 as chapter
from tests.browser.without_kernel import clean_page, move, open_explorer, settle, words

CARD = "document.querySelector('.explorer-card')"
NETWORK, PLANE, CHART = (f"canvas[aria-label^='{name}']" for name in (
    "The network", "The plane", "Loss of training"))
PAINT = "one => one.toDataURL()"


def own_playground(**changed):
    return Playground(**{
        "forward": chapter.forward_reference, "backward": chapter.backward_reference,
        "update": chapter.update_reference, **changed})


def rest(page):
    """Wait until the kernel's part has nothing more to say, and it is painted."""
    page.wait_for_function(f"!{CARD}.page.waitsForKernel && !{CARD}.page.frame")


@pytest.fixture
def playground(page):
    explorer = Playground(layers=[3, 2])
    open_explorer(page, explorer)
    rest(page)
    return explorer


# --- item by item: what the well-known browser playground has ---------------------------------

@pytest.mark.parametrize(("label", "value", "name", "expected"), [
    ("data", "two clouds", "dataset", "two clouds"),
    ("data", "circles", "dataset", "circles"), ("data", "moons", "dataset", "moons"),
    ("data", "spirals", "dataset", "spirals"), ("activation", "ReLU", "activation", "ReLU"),
    ("activation", "logistic", "activation", "logistic"),
    ("activation", "linear", "activation", "linear"),
    ("regularisation", "L1", "regularisation", "L1"),
    ("regularisation", "L2", "regularisation", "L2"),
])
def test_choices_reach_the_run_and_change_what_is_learned(
    page, playground, label, value, name, expected
):
    page.get_by_role("button", name="Step", exact=True).click()
    rest(page)
    before = playground.run.moment.train_loss
    page.get_by_label(label, exact=True).select_option(value)
    if label == "regularisation":
        move(page, "strength", 0.1)
    rest(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    rest(page)
    page.get_by_role("button", name="Step", exact=True).click()
    rest(page)
    assert getattr(playground.run.settings, name) == expected
    assert playground.run.moment.step == 1 and playground.run.moment.train_loss != before


@pytest.mark.parametrize(("key", "value", "name", "expected"), [
    ("noise", 0.8, "noise", 0.8), ("test_share", 0.6, "test_share", 0.6), ("seed", 7, "seed", 7),
    ("learning_rate", -2, "learning_rate", 0.01), ("batch_size", 25, "batch_size", 25),
])
def test_sliders_reach_the_run(page, playground, key, value, name, expected):
    move(page, key, value)
    rest(page)
    assert getattr(playground.run.settings, name) == expected


def test_noise_seed_and_split_redraw_the_data(page, playground):
    pictures = [page.locator(PLANE).evaluate(PAINT)]
    for key, value in [("noise", 0.8), ("test_share", 0.6), ("seed", 7)]:
        move(page, key, value)
        rest(page)
        pictures.append(page.locator(PLANE).evaluate(PAINT))
    assert len(set(pictures)) == 4


def test_every_feature_can_be_an_input_and_the_last_one_stays(page, playground):
    boxes = page.locator("[data-feature]")
    for index in range(2, boxes.count()):
        boxes.nth(index).check()
    rest(page)
    assert playground.run.sizes == (7, 3, 2, 1)
    for index in range(1, boxes.count()):
        boxes.nth(index).uncheck()
    rest(page)
    assert playground.run.sizes == (1, 3, 2, 1) and boxes.first.is_disabled()


def test_test_data_and_two_colours_are_only_painted(page, playground):
    before = page.locator(PLANE).evaluate(PAINT)
    for label in ("show test data", "two colours only"):
        page.get_by_label(label).check()
        settle(page)
        after = page.locator(PLANE).evaluate(PAINT)
        assert after != before
        before = after
    assert playground.run.moment.step == 0


def test_hovering_shows_a_unit_large_and_an_edge_s_weight(page, playground):
    box, large = page.locator(NETWORK).bounding_box(), page.locator(PLANE).evaluate(PAINT)
    net = page.locator(NETWORK).evaluate(PAINT)
    page.mouse.move(box["x"] + 88, box["y"] + box["height"] / 2 - 15)  # the first input
    settle(page)
    assert page.locator(PLANE).evaluate(PAINT) != large
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    settle(page)
    assert page.locator(PLANE).evaluate(PAINT) == large
    shown = set()
    for share in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + share * box["height"])
        settle(page)
        shown.add(page.locator(NETWORK).evaluate(PAINT))
    assert len(shown - {net}) >= 2


def test_losses_of_both_parts_epoch_and_play(page, playground):
    page.get_by_role("button", name="▶ Play").click()
    page.wait_for_function(f"{CARD}.page.playFrames > 12")
    page.get_by_role("button", name="❚❚ Pause").click()
    rest(page)
    label = page.locator(CHART).get_attribute("aria-label")
    moment = playground.run.moment
    assert f"step {moment.step}," in label and moment.step > 50
    assert "training loss" in label and "test loss" in label
    said = words(page)
    assert "on the training data" in said and "of the test samples are on the right side" in said


# --- the learner's functions -----------------------------------------------------------------

def test_with_the_learner_s_functions_the_one_layer_is_said(page):
    open_explorer(page, own_playground())
    rest(page)
    assert "one hidden layer" in page.locator(".explorer-controls").inner_text()
    assert page.get_by_role("slider", name="hidden layers").count() == 0
    assert page.get_by_role("slider", name="hidden units").count() == 1


# --- narrow pages and fingers ----------------------------------------------------------------

def test_a_finger_chooses_units_and_samples_and_goes_back_in_time(browser):
    screen = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    with clean_page(browser, **screen, has_touch=True) as page:
        explorer = Playground(layers=[3], speed=1)
        open_explorer(page, explorer)
        for _ in range(4):
            page.get_by_role("button", name="Step", exact=True).tap()
            rest(page)
        box = page.locator(NETWORK).bounding_box()
        page.locator(NETWORK).tap(position={"x": 88, "y": box["height"] / 2 - 16})
        rest(page)
        assert "is chosen" in page.locator(NETWORK).get_attribute("aria-label")
        page.locator(CHART).tap(position={"x": 48, "y": 80})
        rest(page)
        assert explorer.run.moment.step == 0
        x1, x2 = explorer.run.points[0]
        size = page.locator(PLANE).evaluate("one => [one.clientWidth, one.clientHeight]")
        side = min(size[0] - 30, size[1] - 60)
        page.locator(PLANE).tap(position={
            "x": 26 + side * (x1 + 3) / 6, "y": 24 + side * (3 - x2) / 6})
        rest(page)
        page.wait_for_function(f"{CARD}.innerText.includes('gradient of weights_1')")


def test_a_finger_that_goes_down_over_the_pictures_scrolls_the_page(browser):
    screen = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    with clean_page(browser, **screen, has_touch=True) as page:
        open_explorer(page, Playground())
        rest(page)
        page.locator(NETWORK).evaluate("one => one.scrollIntoView({block: 'center'})")
        top, hand = page.evaluate("scrollY"), page.context.new_cdp_session(page)
        for kind, y in [("Start", 300), ("Move", 260), ("Move", 200), ("Move", 120), ("End", None)]:
            points = [] if y is None else [{"x": 300, "y": y}]
            hand.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
            page.wait_for_timeout(30)
        page.wait_for_function(f"scrollY > {top} + 60")


@pytest.mark.parametrize(("before", "clicks", "rate", "expected"), [
    (0, ["Step"] * 5 + ["Reset"], None, 0),  # steps that wait are not taken after it
    (2, ["Step", "Reset"], 0.5, 0),  # another setting does not replace a Reset that waits
    (0, ["Step", "Reset", "Step"], None, 1),
])
def test_a_reset_comes_through_when_the_hand_is_quicker_than_the_kernel(
    page, playground, monkeypatch, before, clicks, rate, expected
):
    monkeypatch.setattr("course_utils.explorers.playground.TRAINING_S", 0)
    for _ in range(before):
        page.get_by_role("button", name="Step", exact=True).click()
        rest(page)
    page.evaluate(
        """([clicks, rate]) => {
            const buttons = [...document.querySelectorAll('.explorer-card button')];
            for (const name of clicks) buttons.find(one => one.textContent === name).click();
            const input = document.querySelector('[data-key=learning_rate] input');
            if (rate !== null) input.value = Math.log10(rate);
            if (rate !== null) input.dispatchEvent(new Event('input', {bubbles: true}));
        }""", [clicks, rate])
    rest(page)
    assert playground.run.moment.step == expected


@pytest.mark.parametrize("seconds_a_frame", [0, 10])
def test_no_step_is_lost_when_the_hand_is_quicker_than_the_kernel(
    page, playground, monkeypatch, seconds_a_frame
):
    monkeypatch.setattr("course_utils.explorers.playground.TRAINING_S", seconds_a_frame)
    button = page.get_by_role("button", name="Step", exact=True)
    button.evaluate("one => { for (let i = 0; i < 5; i++) one.click(); }")
    rest(page)
    assert playground.run.moment.step == 5
