"""The playground in JupyterLab: training frames, history, trouble, keyboard and two views."""

from __future__ import annotations

import time

import pytest

from course_utils.explorers.playground import Playground
from tests.browser.without_kernel import pure

SHOW = """
from course_utils.explorers.playground import Playground
from notebooks.exercises.chapter_04 import (
    forward_reference as forward, backward_reference as backward, update_reference as update)
{}
playground = Playground(forward=forward, backward=backward, update=update)
playground"""
COURSE = """
from course_utils.explorers.playground import Playground
playground = Playground({})
playground"""
CARD = "document.querySelector('.explorer-card')"
STATUS = f"{CARD}.querySelector('p[role=status]').textContent"
NOTICE = f"{CARD}.querySelector('.explorer-notice').textContent"
VERDICT = f"{CARD}.querySelector('.explorer-verdict').textContent"
CHART = "canvas[aria-label^='Loss of training']"
NETWORK = "canvas[aria-label^='The network']"
PLANE = "canvas[aria-label^='The plane']"
BURST = """async () => {
    const page = document.querySelector('.explorer-card').page, send = page.model.send;
    const input = document.querySelector('[data-key=learning_rate] input');
    let sent = 0;
    page.model.send = request => { if (request.do) sent += 1; send.call(page.model, request); };
    for (let i = 0; i < 500; i++) {
        input.value = i === 499 ? 0.5 : -3 + (i % 300) / 100;
        input.dispatchEvent(new Event('input', {bubbles: true}));
        if (i % 10 === 9) await new Promise(resolve => setTimeout(resolve, 0));
    }
    const start = performance.now();
    while (page.waitsForKernel && performance.now() - start < 5000)
        await new Promise(requestAnimationFrame);
    page.model.send = send;
    return [sent, performance.now() - start];
}"""


def wait(notebook, condition, timeout=20_000):
    notebook.page.wait_for_function(condition, timeout=timeout)


def rest(notebook):
    """Wait until the kernel has nothing more to answer, and it is painted."""
    wait(notebook, f"!{CARD}.page.waitsForKernel && !{CARD}.page.frame")


def open_course(notebook, options=""):
    notebook.run(COURSE.format(options))
    wait(notebook, f"{STATUS}.startsWith('Step 0')")


def press(notebook, name):
    notebook.page.get_by_role("button", name=name, exact=True).first.click()


def frames(notebook):
    return notebook.page.evaluate(f"{CARD}.page.playFrames")


def label(notebook, canvas):
    return notebook.page.locator(canvas).first.get_attribute("aria-label")


def learned(notebook):
    return int(label(notebook, CHART).split("step ")[1].split(",")[0])


def test_places_are_where_they_should_be(page):
    assert pure(page, "playground", "pure.places([2, 3, 1]).map(one => [one.weights, one.bias])") \
        == [[0, 6], [9, 12]]
    assert pure(page, "playground", "pure.places([2, 3, 1])[0].weight(1, 2)") == 5


def test_without_a_kernel_there_are_words(page):
    html = Playground().page_without_kernel()
    page.set_content(f"<!doctype html><body>{html}</body>")
    assert "learns the set XOR cloud" in page.inner_text(".course-explorer")
    assert page.locator("script").count() == 0


def test_play_learns_pause_holds_step_takes_one_and_reset_starts_again(notebook):
    open_course(notebook)
    press(notebook, "▶ Play")
    wait(notebook, f"/loss 0[.]0[0-9]+ on the training/.test({STATUS})", 60_000)
    press(notebook, "❚❚ Pause")
    rest(notebook)
    step = learned(notebook)
    notebook.page.wait_for_timeout(300)
    assert learned(notebook) == step > 50
    press(notebook, "Step")
    wait(notebook, f"{STATUS}.startsWith('Step {step + 1}:')")
    press(notebook, "Reset")
    wait(notebook, f"{STATUS}.startsWith('Step 0:')")


def test_history_is_scrubbed_and_branched_by_keyboard_alone(notebook):
    open_course(notebook, "speed=20")
    for step in (1, 2, 3):
        notebook.page.get_by_role("button", name="Step", exact=True).focus()
        notebook.page.keyboard.press("Enter")
        wait(notebook, f"{STATUS}.startsWith('Step {step}:')")
    notebook.page.locator(CHART).focus()
    notebook.page.keyboard.press("ArrowLeft")
    wait(notebook, f"{STATUS}.startsWith('Step 2:')")
    notebook.page.get_by_role("slider", name="back in time").focus()
    notebook.page.keyboard.press("ArrowLeft")
    wait(notebook, f"{STATUS}.startsWith('Step 1:')")
    notebook.page.locator("[data-key=learning_rate] input").focus()
    notebook.page.keyboard.press("End")
    notebook.page.get_by_role("button", name="Step", exact=True).focus()
    notebook.page.keyboard.press("Space")
    wait(notebook, f"{STATUS}.startsWith('Step 2:')")
    assert notebook.value("len(playground.run.branches)") == "1"
    rates = "[one.learning_rate for one in playground.run.moments]"
    assert notebook.value(f"{rates} == [0.1, 0.1, 10.0]") == "True"


def test_units_and_samples_are_chosen_by_keyboard_and_show_numbers(notebook):
    notebook.run(SHOW.format(""))
    wait(notebook, f"{STATUS}.startsWith('Step 0')")
    notebook.page.locator(NETWORK).focus()
    notebook.page.keyboard.press("ArrowRight")
    notebook.page.keyboard.press("ArrowDown")
    notebook.settle()
    assert "hidden unit 2 is chosen" in label(notebook, NETWORK)
    notebook.page.get_by_label("weight from input x₁").fill("1.5")
    notebook.page.keyboard.press("Tab")
    rest(notebook)
    assert notebook.value("playground.run.moment.parameters['weights_1'][0, 1]") \
        in ("1.5", "np.float64(1.5)")
    notebook.page.locator(PLANE).focus()
    notebook.page.keyboard.press("ArrowRight")
    wait(notebook, f"{CARD}.innerText.includes('delta of layer 1 (gradient of bias_1)')")
    rows = notebook.page.locator(".explorer-table").last.inner_text()
    assert "h_relu\t(1, 4)" in rows and "gradient of weights_1\t(2, 4)" in rows
    notebook.page.keyboard.press("Escape")
    wait(notebook, f"!{CARD}.innerText.includes('delta of layer 1')")


def test_depth_width_features_and_data_start_a_new_network(notebook):
    open_course(notebook)
    for name, key, sizes in [("hidden layers", "End", "2-4-2-4-4-1"),
                             ("hidden layers", "Home", "2-1"),
                             ("hidden layers", "ArrowRight", "2-4-1"),
                             ("units in layer 1", "End", "2-8-1")]:
        notebook.page.get_by_role("slider", name=name).focus()
        notebook.page.keyboard.press(key)
        wait(notebook, f"document.querySelector(\"{NETWORK}\").ariaLabel.includes('{sizes} ')")
    notebook.page.get_by_label("sin x₁").check()
    wait(notebook, f"document.querySelector(\"{NETWORK}\").ariaLabel.includes('3-8-1 ')")
    notebook.page.get_by_label("data", exact=True).select_option("spirals")
    rest(notebook)
    assert notebook.value("playground.run.settings.dataset") == "'spirals'"


def test_a_wrong_gradient_is_marked_and_named(notebook):
    notebook.run(SHOW.format(
        "right = backward\ndef backward(*a):\n    g = right(*a)\n"
        "    return {**g, 'weights_1': -g['weights_1']}"
    ))
    wait(notebook, f"{VERDICT}.startsWith('✕')")
    assert "weights_1 (8 of 8: the sign is turned)" in notebook.page.evaluate(VERDICT)
    wait(notebook, f"{STATUS}.includes('the sign is turned')")
    red = """canvas => { const [r, g, b] = [0xe4, 0x25, 0x36], d = canvas.getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height).data; let count = 0;
        for (let i = 0; i < d.length; i += 4)
            count += d[i] === r && d[i + 1] === g && d[i + 2] === b;
        return count; }"""
    assert notebook.page.locator(NETWORK).evaluate(red) > 100
    notebook.run(SHOW.format(""))
    wait(notebook, f"{VERDICT}.startsWith('✓')")
    assert notebook.page.locator(NETWORK).evaluate(red) == 0


@pytest.mark.parametrize(("function", "sentence"), [
    ("def forward(inputs, parameters):\n    return 1 / 0", "It stopped. ZeroDivisionError"),
    ("def forward(inputs, parameters):\n    raise SystemExit(3)", "It stopped. SystemExit: 3"),
    ("def forward(inputs, parameters):\n    return {'y_pred': inputs[:, :1] * float('nan')}",
     "It stopped. FloatingPointError: forward returned values that are not finite"),
    ("def backward(*a):\n    return {n: g.T for n, g in a[2].items()}",
     "It stopped. ValueError: backward returned weights_1 of shape (4, 2), but"),
    ("def forward(inputs, parameters):\n    import time; time.sleep(5)\n    return inputs[:, :1]",
     "It stopped. Your functions did not come back within 3 s"),
    ("def update(*a):\n    while True: pass",
     "It stopped. Your functions did not come back within 3 s"),
])
def test_trouble_in_the_learners_function_is_one_sentence(notebook, function, sentence):
    notebook.run(SHOW.format(function))
    if "while" in function:
        press(notebook, "Step")
    wait(notebook, f"{NOTICE}.startsWith({sentence!r})")
    if "not come back" not in sentence:
        press(notebook, "▶ Play")
        wait(notebook, f"{CARD}.querySelector('button').textContent.includes('Play')")
    notebook.run("'still here'", ready=None)
    assert notebook.outputs() == "'still here'"


def test_a_rate_that_explodes_is_said_and_the_past_is_still_there(notebook):
    open_course(notebook, "learning_rate=10.0, speed=50")
    press(notebook, "▶ Play")
    wait(notebook, f"{NOTICE}.includes('the learning rate 10 is too large')")
    notebook.page.locator(CHART).focus()
    notebook.page.keyboard.press("Home")
    wait(notebook, f"{STATUS}.startsWith('Step 0:') && !{NOTICE}")


def test_of_500_events_the_last_wins_and_few_questions_are_sent(notebook):
    open_course(notebook)
    sent, _ = notebook.page.evaluate(BURST)
    assert sent <= 60
    assert notebook.value("playground.run.settings.learning_rate") == "3.16"


def test_two_views_show_one_run(notebook):
    notebook.run(COURSE.format("") + "\ndisplay(playground)\ndisplay(playground)\nNone")
    press(notebook, "Step")
    press(notebook, "Step")
    wait(notebook, "[...document.querySelectorAll('.explorer-card p[role=status]')]"
                   ".filter(one => one.textContent.startsWith('Step 2:')).length === 2")


def test_a_rerun_ends_the_old_run_and_scrolling_away_harms_nothing(notebook):
    open_course(notebook)
    press(notebook, "▶ Play")
    notebook.page.wait_for_timeout(400)
    notebook.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 1e6")
    notebook.page.wait_for_timeout(400)
    notebook.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
    before = frames(notebook)
    wait(notebook, f"{CARD}.page.playFrames > {before}")
    open_course(notebook)
    assert learned(notebook) == 0


def test_reduced_motion_paints_few_frames_a_second(notebook):
    notebook.page.emulate_media(reduced_motion="reduce")
    try:
        open_course(notebook)
        wait(notebook, f"{VERDICT}.startsWith('✓')")
        press(notebook, "▶ Play")
        before, started = frames(notebook), time.monotonic()
        notebook.page.wait_for_timeout(2000)
        assert 0 < frames(notebook) - before <= 3 * (time.monotonic() - started)
        press(notebook, "❚❚ Pause")
    finally:
        notebook.page.emulate_media(reduced_motion="no-preference")


def test_after_a_restart_it_says_why_it_waits_and_runs_again(notebook):
    open_course(notebook)
    notebook.restart()
    press(notebook, "▶ Play")
    wait(notebook, f"{NOTICE}.includes('run')")
    notebook.page.locator(NETWORK).focus()
    notebook.page.keyboard.press("ArrowRight")
    notebook.settle()
    assert "is chosen" in label(notebook, NETWORK)
    open_course(notebook)
    press(notebook, "Step")
    wait(notebook, f"{STATUS}.startsWith('Step 1:')")
