"""The learning-rate explorer: closed form in the page, the learner's network in the kernel."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.explorers.learning_rate import LearningRate
from tests.browser.without_kernel import move, open_explorer, pure, words

SHOW = """
from course_utils.explorers.learning_rate import LearningRate
from notebooks.exercises.chapter_04 import (
    forward_reference as forward, backward_reference as backward, update_reference as update)
{}
explorer = LearningRate(forward=forward, backward=backward, update=update)
explorer"""
STATUS = "document.querySelector('.explorer-words').textContent"
NOTICE = "document.querySelector('.explorer-notice').textContent"
BURST = """async values => {
    const input = document.querySelector('[data-key=learning_rate] input');
    const page = document.querySelector('.explorer-card').page, send = page.model.send;
    let sent = 0;
    page.model.send = request => { sent += 1; send(request); };
    for (const [i, value] of values.entries()) {
        input.value = value;
        input.dispatchEvent(new Event('input', {bubbles: true}));
        if (i % 10 === 9) await new Promise(resolve => setTimeout(resolve, 0));
    }
    const start = performance.now();
    while (!page.root.querySelector('canvas[aria-label$=": diverging"]')
            && performance.now() - start < 5000) await new Promise(requestAnimationFrame);
    page.model.send = send;
    return [sent, performance.now() - start];
}"""


@pytest.mark.parametrize(("rate", "name"), [
    (0.001, "too small"), (0.08, "good"), (0.15, "oscillating"), (0.2, "at the limit"),
    (0.21, "diverging"),
])
def test_the_path_goes_down_the_gradient_and_its_name_says_how(page, rate, name):
    assert pure(page, "learning_rate", f"pure.regime({rate}, 10, 2, 40)") == name
    there = pure(page, "learning_rate", f"pure.descent([0.7, -0.3], {rate}, 10, 2, 40)")
    curvatures, points = np.array([10.0, 2.0]), [np.array([0.7, -0.3])]
    for _ in range(40):
        points.append(points[-1] - rate * curvatures * points[-1])
    np.testing.assert_allclose(there, points)
    losses, steep = [curvatures @ point**2 / 2 for point in points], [x for x, _ in points]
    jumps = all(a * b < 0 for a, b in zip(steep, steep[1:], strict=False))
    assert jumps == (name in ("oscillating", "at the limit", "diverging"))
    assert (losses[-1] > losses[0]) == (name == "diverging")
    assert (losses[-1] < 0.05 * losses[0]) == (name in ("good", "oscillating"))


def test_each_kind_of_rate_is_named_while_the_slider_moves(page):
    open_explorer(page, LearningRate())
    for power, name in [(-3, "too small"), (-1.3, "good"), (-0.8, "oscillating"),
                        (-0.7, "at the limit"), (-0.3, "diverging")]:
        move(page, "learning_rate", power)
        assert f": {name};" in words(page)


def test_an_answer_to_someone_elses_or_an_old_question_is_dropped(page):
    open_explorer(page, LearningRate())
    page.evaluate(
        """() => { const page = document.querySelector('.explorer-card').page;
            page.kernel.inFlight = 'mine 2';
            for (const sequence of ['mine 1', 'other 2', undefined])
                page.kernel.receive({sequence, failure: 'old'}, []); }"""
    )
    assert page.locator(".explorer-notice").is_hidden()
    page.evaluate(
        """() => document.querySelector('.explorer-card').page.kernel.receive(
            {sequence: 'mine 2', failure: 'new'}, [])"""
    )
    assert page.inner_text(".explorer-notice") == "It stopped. new"


def test_the_learners_network_is_trained_at_the_sliders_rate(notebook):
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(f"{STATUS}.includes('has learned XOR')")
    notebook.page.locator("[data-key=learning_rate] input").focus()
    notebook.page.keyboard.press("End")
    notebook.page.wait_for_function(f"{STATUS}.includes('has exploded')")
    assert notebook.value("explorer.learning_rate") == "1.0"


def test_of_500_events_the_last_wins_and_few_questions_are_sent(notebook):
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(f"{STATUS}.includes('has learned XOR')")
    values = [-3 + (i % 200) / 100 for i in range(499)] + [0]
    sent, _ = notebook.page.evaluate(BURST, values)
    assert sent <= 60
    notebook.page.wait_for_function(f"{STATUS}.includes('has exploded')")


def test_two_views_train_one_network(notebook):
    notebook.run(SHOW.format("") + "\ndisplay(explorer)\ndisplay(explorer)\nNone")
    learned = (
        "[...document.querySelectorAll('.explorer-words')]"
        ".filter(one => one.textContent.includes('{}')).length === 2"
    )
    notebook.page.wait_for_function(learned.format("has learned XOR"))
    notebook.page.locator("[data-key=learning_rate] input").first.fill("0")
    notebook.page.wait_for_function(learned.format("has exploded"))


@pytest.mark.parametrize(("function", "sentence"), [
    ("def backward(inputs, targets, parameters):\n    return {'weights_1': 0}",
     "It stopped. KeyError: 'bias_1'"),
    ("def forward(inputs, parameters):\n    raise SystemError('no more')",
     "It stopped. SystemError: no more"),
    ("def forward(inputs, parameters):\n    raise SystemExit(3)", "It stopped. SystemExit: 3"),
    ("def forward(inputs, parameters):\n    return None", "It stopped. "),
    ("def forward(inputs, parameters):\n    import time; time.sleep(1.2); return inputs[:, :1]",
     "It stopped. TimeoutError: one step of your functions took 1."),
    ("def update(*a):\n    while True: pass",
     "It stopped. Your functions did not come back within 3 s"),
])
def test_trouble_in_the_learners_function_is_one_sentence(notebook, function, sentence):
    notebook.run(SHOW.format(function))
    notebook.page.wait_for_function(f"{NOTICE}.startsWith({sentence!r})".replace('"', '"'))
    notebook.page.locator("[data-key=learning_rate] input").focus()
    notebook.page.keyboard.press("End")  # the bowl goes on
    notebook.page.wait_for_function(f"{STATUS}.includes('diverging')")


def test_not_a_number_is_drawn_as_divergence(notebook):
    notebook.run(SHOW.format(
        "def forward(inputs, parameters):\n    return inputs[:, :1] * float('nan')"
    ))
    notebook.page.wait_for_function(f"{STATUS}.includes('has exploded')")


def test_after_a_failure_no_words_say_that_it_trains(notebook):
    notebook.run(SHOW.format("def forward(inputs, parameters):\n    return {'out': inputs}"))
    notebook.page.wait_for_function(f"{NOTICE}.includes('\"y_pred\" has to be there')")
    notebook.page.wait_for_function(f"{STATUS}.includes('The XOR network has stopped')")


def test_after_a_restart_the_bowl_goes_on_and_the_network_says_why_not(notebook):
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(f"{STATUS}.includes('has learned XOR')")
    notebook.restart()
    notebook.page.locator("[data-key=learning_rate] input").focus()
    notebook.page.keyboard.press("End")
    notebook.page.wait_for_function(f"{STATUS}.includes('diverging')")
    notebook.page.wait_for_function(f"{NOTICE}.includes('run')")
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(f"{STATUS}.includes('has learned XOR')")


def test_without_a_kernel_the_bowl_moves_and_the_network_says_what_it_needs(page):
    def never(*_):
        raise AssertionError("nothing may run while a page is exported")

    open_explorer(page, LearningRate(forward=never, backward=never, update=never))
    assert "needs a running kernel" in page.inner_text(".explorer-notice")
    move(page, "learning_rate", 0)
    assert "diverging" in words(page)
