"""The optimizer race: the page against torch.optim, what hands do there, the learner's own step."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.explorers.race import Race
from course_utils.explorers.race.steps import RULES, TorchWalk, pair
from course_utils.explorers.race.surfaces import SURFACES
from tests.browser.without_kernel import clean_page, move, open_explorer, pure, settle, words

STATE = "key => document.querySelector('.explorer-card').page.get(key)"
SHOW = """
from course_utils.explorers.race import Race
from notebooks.exercises.chapter_14 import adam_step_reference, momentum_step_reference
def adam_step(w, g, state, learning_rate=0.001):
    return adam_step_reference(w, g, state, learning_rate)
{}
explorer = Race("bent valley", own={{"Adam": adam_step}})
explorer"""
VERDICT = "document.querySelector('.explorer-verdicts').textContent"
NOTICE = "document.querySelector('.explorer-notice').textContent"
STATUS = "document.querySelector('.explorer-words').textContent"
EQUAL = f"{VERDICT}.startsWith('Your adam_step equals torch.optim.Adam in all 100 steps')"
SLIDE = """([key, value]) => {
    const input = document.querySelector(`[data-key=${key}] input`);
    input.value = value;
    input.dispatchEvent(new Event('input', {bubbles: true}));
}"""


def table(page, rule, column):
    rows = page.locator(".explorer-race tbody tr")
    return rows.nth(list(RULES).index(rule)).locator("td, th").nth(column).inner_text()


def own_becomes(notebook, words):
    """Wait until Adam's row says ``words`` of the learner's step: the table is painted a frame
    after the sentence is written."""
    notebook.page.wait_for_function(
        "words => document.querySelectorAll('.explorer-race tbody tr')[5].cells[3].textContent"
        " === words", arg=words,
    )


# ---- the page without a kernel ---------------------------------------------------------------


SLOPES = """((f, x, y, h) => [f(x + h, y) - f(x - h, y), f(x, y + h) - f(x, y - h)]
    .map(rise => rise / (2 * h)))(pure.SURFACES['{}'].value, {}, {}, 1e-5)"""


@pytest.mark.parametrize("name", SURFACES)
def test_page_and_python_have_the_gradients_of_the_same_surface(page, name):
    surface, here = SURFACES[name], f"pure.SURFACES['{name}']"
    for x, y in [(-1.3, 0.7), (0.4, -0.9), (2.0, 1.5)]:
        measured = pure(page, "race", SLOPES.format(name, x, y))
        assert measured == pytest.approx(surface.gradient(x, y), abs=1e-5)
        there = pure(page, "race", f"{here}.gradient({x}, {y})")
        assert there == pytest.approx(surface.gradient(x, y), rel=1e-12, abs=1e-12)
    (low, high), (bottom, top), start = pure(page, "race", f"(s => [s.x, s.y, s.start])({here})")
    assert start == list(surface.start)
    assert low < start[0] < high and bottom < start[1] < top
    heights = pure(page, "race", f"{here}.goals.map(goal => {here}.value(...goal))")
    assert heights == [0] * len(heights)
    places = [[x / 5, y / 5] for x in range(-24, 13) for y in range(-24, 13)]
    assert pure(page, "race", f"{places}.every(place => {here}.value(...place) >= 0)")


@pytest.mark.parametrize("rule", RULES)
def test_the_rules_of_the_page_are_those_of_torch(page, rule):
    for name, surface in SURFACES.items():
        rate = 0.3 * surface.rates[rule]
        call = f"pure.path('{rule}', '{name}', {list(surface.start)}, {rate}, 40)"
        walk, expected = TorchWalk(rule, surface.start, rate), [surface.start]
        for _ in range(40):
            expected.append(walk.step(pair(surface.gradient(*expected[-1]))))
        there = pure(page, "race", call)
        np.testing.assert_allclose(there, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", SURFACES)
def test_the_best_rates_of_python_are_what_the_page_finds(page, name):
    surface = SURFACES[name]
    there = pure(page, "race", f"pure.bestRates('{name}', {list(surface.start)}, 100)")
    assert there == pytest.approx(dict(surface.rates), rel=0.5)  # two neighbours may be as good


def test_a_contour_of_a_plane_is_a_line(page):
    pieces = pure(page, "race", "pure.contour([0, 1, 2, 0, 1, 2, 0, 1, 2], 3, 3, 0.5)")
    assert pieces == [[0.5, 0, 0.5, 1], [0.5, 1, 0.5, 2]]


def test_divergence_is_named_with_its_step(page):
    open_explorer(page, Race())
    move(page, "rate_sgd", -1)  # 0.1, five times the limit
    assert "SGD diverges: from step 2 on its loss is over 100 times" in words(page)
    assert table(page, "sgd", 2) == "diverged, step 2"
    assert "SGD diverges" not in words(page).split("Lowest is")[1].split(".")[0]


def test_rules_are_switched_on_and_off_and_rates_are_their_own(page):
    open_explorer(page, Race())
    assert "AdamW" not in words(page) and table(page, "adamw", 2) == ""
    page.locator("[data-key=show_adamw] input").check()
    settle(page)
    assert "AdamW" in words(page) and table(page, "adamw", 2)
    before = table(page, "momentum", 2)
    move(page, "rate_adam", -3)
    assert table(page, "momentum", 2) == before
    for rule in RULES:
        page.locator(f"[data-key=show_{rule}] input").set_checked(False)
    settle(page)
    assert words(page) == "No rule is switched on."


def test_the_start_follows_mouse_and_arrow_keys_and_stays_in_the_picture(page):
    open_explorer(page, Race())
    canvas = page.locator("canvas").first
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    settle(page)
    x, y = page.evaluate(STATE, "start")
    assert -2.2 < x < -0.8 and -0.5 < y < 0.6
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    settle(page)
    assert page.evaluate(STATE, "start") == pytest.approx([x + 0.05, y + 0.01])
    for _ in range(60):
        page.keyboard.press("ArrowUp")
    settle(page)
    assert page.evaluate(STATE, "start")[1] == 1.3
    assert "start at" in canvas.get_attribute("aria-label")


def test_another_surface_brings_its_start_and_rates(page):
    open_explorer(page, Race())
    page.locator("[data-key=surface] select").select_option("plateau")
    settle(page)
    assert page.evaluate(STATE, "start") == [-2.4, 1]
    assert page.evaluate(STATE, "rate_rmsprop") == SURFACES["plateau"].rates["rmsprop"]
    assert 'the surface "plateau"' in words(page)


def test_play_pause_step_and_scrub(page):
    open_explorer(page, Race())
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.explorer-card').page.get('step') > 3")
    page.get_by_role("button", name="Pause").click()
    settle(page)
    here = page.evaluate(STATE, "step")
    page.wait_for_timeout(250)
    assert page.evaluate(STATE, "step") == here < 100
    page.get_by_role("button", name="one step on").click()
    page.get_by_role("button", name="one step on").click()
    page.get_by_role("button", name="one step back").click()
    settle(page)
    assert page.evaluate(STATE, "step") == here + 1
    move(page, "step", 0)
    assert table(page, "sgd", 2) == table(page, "adam", 2) == "58"
    page.locator("canvas").nth(1).focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert page.evaluate(STATE, "step") == 99


def test_play_goes_to_the_end_at_once_for_those_who_want_no_motion(browser):
    with clean_page(browser) as page:
        page.emulate_media(reduced_motion="reduce")
        open_explorer(page, Race(step=0))
        page.get_by_role("button", name="Play").click()
        settle(page)
        assert page.evaluate(STATE, "step") == 100


def test_on_the_ridge_of_the_saddle_all_stay_and_beside_it_all_leave(page):
    for rule, rate in SURFACES["saddle"].rates.items():
        ridge = pure(page, "race", f"pure.path('{rule}', 'saddle', [-1.6, 0], {rate}, 100)")
        assert all(y == 0 for _, y in ridge)
        beside = pure(page, "race", f"pure.path('{rule}', 'saddle', [-1.6, 0.01], {rate}, 100)")
        assert beside[-1][1] == pytest.approx(1, abs=0.1)


def test_without_a_kernel_the_rules_race_and_the_own_step_says_what_it_needs(page):
    def never(*_, **__):
        raise AssertionError("nothing may run while a page is exported")

    open_explorer(page, Race("ravine", own={"Adam": never}))
    assert "needs a running kernel" in page.inner_text(".explorer-notice")
    assert table(page, "adam", 3) == "needs a kernel"
    move(page, "rate_sgd", -1)
    assert "SGD diverges" in words(page)


# ---- in JupyterLab, with the learner's step ----------------------------------------------------


def test_a_right_step_is_equal_to_torchs(notebook):
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(EQUAL)
    own_becomes(notebook, "✓ as torch")
    assert table(notebook.page, "sgd", 3) == ""
    notebook.page.evaluate(SLIDE, ["rate_adam", 0])
    notebook.settle()
    own_becomes(notebook, "✓ as torch")
    assert notebook.page.evaluate(f"() => {EQUAL}")
    assert notebook.value("explorer.rate_adam") == "1.0"
    assert notebook.value("explorer.runs['adam'][1].rate") == "1.0"


FROM_THE_SEVENTH = """
def adam_step(w, g, state, learning_rate=0.001):
    count = state.get("count", 0) + 1
    w, inner = adam_step_reference(w, g, state.get("inner", {}),
                                   learning_rate * (1.5 if count >= 7 else 1))
    return w, {"count": count, "inner": inner}"""


def test_the_first_differing_step_is_named_and_marked(notebook):
    notebook.run(SHOW.format(FROM_THE_SEVENTH))
    notebook.page.wait_for_function(
        f"{VERDICT}.includes('Your adam_step differs from torch.optim.Adam first at step 7: it')"
    )
    own_becomes(notebook, "✗ differs, step 7")
    red = """() => { const canvas = document.querySelector('.explorer-card canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let count = 0;
        for (let i = 0; i < data.length; i += 4)
            count += data[i] === 228 && data[i + 1] === 37 && data[i + 2] === 54;
        return count; }"""
    notebook.page.locator("[data-key=show_rmsprop] input").uncheck()  # its path is red, too
    notebook.settle()
    marked = notebook.page.evaluate(red)
    notebook.page.evaluate(SLIDE, ["step", 6])  # before the step in which they part
    notebook.settle()
    assert marked > 20 and notebook.page.evaluate(red) == 0


def test_of_500_events_the_last_wins_with_few_questions_and_frames(notebook):
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(EQUAL)
    sent, saved = notebook.page.evaluate(
        """async () => {
            const page = document.querySelector('.explorer-card').page, model = page.model;
            const input = document.querySelector('[data-key=rate_adam] input');
            const [send, save] = [model.send, model.save_changes];
            let sent = 0, saved = 0;
            model.send = (request, ...rest) => {
                sent += Boolean(request.rates);
                send(request, ...rest);
            };
            model.save_changes = () => { saved += 1; save(); };
            for (let i = 0; i < 500; i++) {
                input.value = i === 499 ? -2 : -3 + (i % 300) / 100;
                input.dispatchEvent(new Event('input', {bubbles: true}));
                if (i % 10 === 9) await new Promise(resolve => setTimeout(resolve, 0));
            }
            const cell = document.querySelectorAll('.explorer-race tbody tr')[5].cells[3];
            while (cell.textContent !== '✓ as torch') await new Promise(requestAnimationFrame);
            Object.assign(model, {send, save_changes: save});
            return [sent, saved];
        }"""
    )
    assert sent <= 60 and saved <= 60
    assert notebook.value("explorer.rate_adam") == "0.01"
    assert notebook.value("explorer.runs['adam'][1].rate") == "0.01"


def test_running_again_two_views_and_a_slider_while_a_cell_runs(notebook):
    notebook.run(SHOW.format(""))
    notebook.run(SHOW.format("") + "\ndisplay(explorer)\ndisplay(explorer)\nNone")
    both = (
        "[...document.querySelectorAll('.explorer-verdicts')]"
        ".filter(one => one.textContent.includes('in all 100 steps')).length === 2"
    )
    notebook.page.wait_for_function(both)
    notebook.start("import time\ndisplay(explorer)\ntime.sleep(2)\nprint('cell ended')")
    notebook.page.wait_for_function("document.querySelectorAll('.explorer-card').length === 1")
    notebook.page.wait_for_selector(".jp-OutputArea .explorer-card canvas")
    notebook.page.evaluate(SLIDE, ["rate_sgd", 0])
    notebook.page.wait_for_function(f"{STATUS}.includes('SGD diverges')")
    assert "cell ended" not in notebook.page.inner_text(".jp-OutputArea")
    notebook.page.get_by_text("cell ended").last.wait_for()
    notebook.page.wait_for_function(EQUAL)
    scroll = "top => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, top)"
    for top in (100_000, 0, 100_000, 0):
        notebook.page.evaluate(scroll, top)
        notebook.page.wait_for_timeout(100)
    notebook.page.evaluate(SLIDE, ["rate_sgd", -2])
    notebook.page.wait_for_function(f"!{STATUS}.includes('SGD diverges')")


@pytest.mark.parametrize(("body", "sentence"), [
    ("raise RuntimeError('no more')", "Your adam_step stopped: RuntimeError: no more."),
    ("raise SystemExit(3)", "Your adam_step stopped: SystemExit: 3."),
    ("return w", "Your adam_step stopped: ValueError: it returned Tensor, but two things"),
    ("import time; time.sleep(5)", "Your adam_step stopped: TimeoutError: one step took 5.0 s"),
])
def test_trouble_in_the_learners_step_is_one_sentence(notebook, body, sentence):
    function = f"def adam_step(w, g, state, learning_rate=0.001):\n    {body}"
    notebook.run(SHOW.format(function))
    notebook.page.wait_for_function(f"{NOTICE}.startsWith({sentence!r})")
    notebook.page.evaluate(SLIDE, ["rate_sgd", 0])  # the race goes on
    notebook.page.wait_for_function(f"{STATUS}.includes('SGD diverges')")
    own_becomes(notebook, "stopped")


def test_not_a_number_differs_at_its_step(notebook):
    notebook.run(SHOW.format(
        "def adam_step(w, g, state, learning_rate=0.001):\n    return w * float('nan'), state"
    ))
    notebook.page.wait_for_function(f"{VERDICT}.includes('at step 1: it goes to (nan, nan)')")
    own_becomes(notebook, "✗ differs, step 1")


def test_after_a_restart_the_race_goes_on_and_the_own_step_says_why_not(notebook):
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(EQUAL)
    notebook.restart()
    notebook.page.evaluate(SLIDE, ["rate_sgd", 0])
    notebook.page.wait_for_function(f"{STATUS}.includes('SGD diverges')")
    notebook.page.evaluate(SLIDE, ["rate_adam", 0])
    notebook.page.wait_for_function(f"{NOTICE}.includes('run')")
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(EQUAL)


@pytest.mark.parametrize("width", [1100, 550])  # 550 is 1100 at 200 % zoom
def test_narrow_pages_and_zoom_cut_nothing_off(notebook, width):
    notebook.run(SHOW.format(""))
    notebook.page.wait_for_function(EQUAL)
    assert notebook.cut_off_at(width) == []
