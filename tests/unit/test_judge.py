"""What the engine answers to right, wrong, half-finished and hostile candidates."""

import json
import statistics
import sys
import threading
import time
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.judge import attempts
from course_utils.judge.guard import Limits, run_guarded
from course_utils.judge.tasks import (
    Exercise,
    Guess,
    Mistake,
    Prediction,
    Question,
    Tolerance,
    name_tasks,
)
from notebooks.exercises import chapter_01, chapter_18
from tests.endurance.abuse import DONE, ENDLESS, candidate_for


def weighted_sum_reference(inputs, weights, bias):
    return inputs @ weights + bias


def exercise(**changes):
    settings = {
        "reference": weighted_sum_reference,
        "cases": lambda rng: [
            (rng.normal(size=shape), rng.normal(size=shape[1]), 0.5) for shape in ((4, 3), (3, 3))
        ],
        "mistakes": [Mistake("the bias is forgotten", lambda x, w, b: x @ w, "Add the bias.")],
        "hints": ["first", "second"],
        "limits": Limits(duration_s=2.5, memory_bytes=200_000_000, output_characters=5_000),
    }
    return Exercise("A sum", **{**settings, **changes})


def judge(candidate):
    return exercise().judge(candidate)


def test_stub_with_a_blank_is_not_started():
    def stub(inputs, weights, bias):
        """Say what it does."""
        ...

    assert judge(stub).status == "not started"


def test_blank_inside_a_longer_function_is_not_started():
    def half(inputs, weights, bias):
        total = ...
        return total + bias

    verdict = judge(half)
    assert verdict.status == "not started"
    assert "line 2" in verdict.sentence


def test_ellipsis_as_an_index_is_no_blank():
    def indexed(inputs, weights, bias):
        return (inputs * weights)[..., :].sum(axis=1) + bias

    assert judge(indexed).status == "right"


def test_right_function_comes_back_and_wrong_one_is_replaced():
    task = exercise()

    def mine(inputs, weights, bias):
        return bias + (inputs * weights).sum(axis=1)

    assert task.check(mine) is mine
    assert task.check(lambda inputs, weights, bias: bias) is weighted_sum_reference


def test_check_run_again_repeats_its_verdict(capsys):
    task = exercise()
    result = task.check(lambda inputs, weights, bias: inputs @ weights)
    first = capsys.readouterr().out
    assert task.check(result) is weighted_sum_reference
    assert capsys.readouterr().out == first


def test_reference_handed_in_directly_is_not_taken_for_the_learners(capsys):
    exercise().check(weighted_sum_reference)
    assert "our reference" in capsys.readouterr().out


def test_named_mistake_is_recognised():
    verdict = judge(lambda inputs, weights, bias: (inputs * weights).sum(1))
    assert verdict.name == "the bias is forgotten"
    assert "when the bias is forgotten. Add the bias." in verdict.sentence


def changes_inputs(inputs, weights, bias):
    inputs *= 2
    return inputs @ weights / 2 + bias


def generator(inputs, weights, bias):
    yield inputs @ weights + bias


async def coroutine(inputs, weights, bias):
    return inputs @ weights + bias


@pytest.mark.parametrize(("candidate", "expected"), [
    (lambda x, w, b: None, "returned None: is a `return` missing?"),
    (lambda x, w, b: "text", "returned a str, expected an array"),
    (lambda x, w, b: list(x @ w + b), "returned a list, expected an array"),
    (lambda x, w, b: float(b), "returned a single number, expected an array"),
    (lambda x, w, b: (x @ w + b)[:, None], "shape is `(4, 1)`, expected `(4,)`"),
    (lambda x, w, b: (x @ w + b).astype(np.float32), "dtype is `float32`, expected `float64`"),
    (lambda x, w, b: 3 * (x @ w + b), "every value is 3 times the expected one"),
    (lambda x, w, b: -(x @ w + b), "the sign is wrong everywhere"),
    (lambda x, w, b: x @ w + b + 2, "every value is 2 too large"),
    (lambda x, w, b: (x @ w + b) / len(x), "sum where a mean belongs"),
    (lambda x, w, b: (x @ w + b) * np.nan, "gives NaN at `[0]`"),
    (lambda x, w, b: (x @ w + b) / 0, "gives infinity"),
    (lambda x, w, b: x, "shape is `(4, 3)`"),
    (lambda x, w, b: x[:, 0], "values are wrong"),
    (changes_inputs, "changes its inputs; work on a copy"),
    (generator, "generator (it uses `yield`)"),
    (coroutine, "coroutine"),
    (DONE["ValueError"], "It raised `ValueError`"),
    (DONE["SystemExit"], "It raised `SystemExit`"),
    (DONE["KeyboardInterrupt"], "It raised `KeyboardInterrupt`"),
    (DONE["recursion without end"], "calls itself without end"),
    (lambda x, w: x @ w, "must take the arguments `(inputs, weights, bias)`"),
    (lambda x, w, b, c: x @ w, "must take the arguments `(inputs, weights, bias)`"),
    (42, "should be a function; it is a single number"),
    (None, "should be a function; it is None"),
])
def test_wrong_candidate_gets_one_clear_sentence(candidate, expected):
    verdict = judge(candidate)
    assert verdict.status == "finding"
    assert expected in verdict.sentence
    assert "\n" not in verdict.sentence


def test_transposed_result_is_called_transposed():
    task = exercise(
        reference=lambda x: x @ x.T @ np.triu(np.ones((len(x), len(x)))),
        cases=lambda rng: [(rng.normal(size=(3, 2)),)], mistakes=[],
    )
    verdict = task.judge(lambda x: (x @ x.T @ np.triu(np.ones((len(x), len(x))))).T)
    assert "transposed" in verdict.sentence


def test_first_differing_case_is_printed_with_its_arguments():
    detail = judge(lambda x, w, b: np.where(x @ w > 0, x @ w + b, 0.0)).detail
    for label in ("inputs:", "weights:", "bias:", "expected:", "yours:"):
        assert label in detail


def nested(x):
    return {"w": 2 * x, "parts": (x, [x + 1, x])}


@pytest.mark.parametrize(("change", "sentence", "expected", "yours"), [
    (lambda right, x: {**right, "w": -right["w"]},
     "under `'w'`: the sign is wrong everywhere", "array (3,) [2. 4. 6.]",
     "array (3,) [-2. -4. -6.]"),
    (lambda right, x: {**right, "parts": (x, [x + 1, x[:2]])},
     "under `'parts'`, value number 2, in it value number 2: its shape is `(2,)`, expected `(3,)`",
     "array (3,) [1. 2. 3.]", "array (2,) [1. 2.]"),
    (lambda right, x: {**right, "parts": (x, None)},
     "under `'parts'`, value number 2: it is None", "(array (3,) [2. 3. 4.], array (3,)", "None"),
    (lambda right, x: {**right, "parts": (x, x)},
     "under `'parts'`, value number 2: it is an array, expected a list", "(array", "array (3,)"),
    (lambda right, x: {"weights": right["w"], "parts": right["parts"]},
     "the numbers of `'w'` stand under `'weights'`", "('w', 'parts')", "('weights', 'parts')"),
    (lambda right, x: {"parts": right["parts"]},
     "the key `'w'` is missing", "('w', 'parts')", "('parts')"),
    (lambda right, x: {**right, "more": x}, "it has 3 keys, expected 2", "('w', 'parts')",
     "('w', 'parts', 'more')"),
])
def test_first_difference_is_shown_where_it_is(change, sentence, expected, yours):
    task = exercise(reference=nested, mistakes=[], cases=lambda rng: [(np.array([1.0, 2.0, 3.0]),)])
    verdict = task.judge(lambda x: change(nested(x), x))
    assert verdict.sentence == f"Not yet: {sentence}."
    inputs, wanted, given = verdict.detail.splitlines()
    assert inputs == "x:        array (3,) [1. 2. 3.]"
    assert wanted.startswith(f"expected: {expected}") and given.startswith(f"yours:    {yours}")


def test_long_array_is_shown_at_the_first_place_that_differs():
    task = exercise(reference=lambda x: x + 0.5, mistakes=[],
                    cases=lambda rng: [(np.arange(60.0).reshape(6, 10),)])
    verdict = task.judge(lambda x: np.where(x == 23, 7.0, x + 0.5))
    assert verdict.detail.splitlines() == [
        "x:        array (6, 10)", "first at: [2, 3]",
        "expected: 23.5   (in … 21.5, 22.5, 23.5, 24.5, 25.5 …)",
        "yours:    7   (in … 21.5, 22.5, 7, 24.5, 25.5 …)"]


@pytest.mark.parametrize("kind", [bool, np.int8, np.float16, np.complex64])
def test_long_array_of_any_numbers_is_shown(kind):
    task = exercise(reference=lambda count: np.zeros(count, kind), mistakes=[],
                    cases=lambda rng: [(30,)])
    verdict = task.judge(lambda count: (np.arange(count) == 2).astype(kind))
    assert verdict.sentence == "Not yet: the values are wrong."
    assert "first at: [2]" in verdict.detail


def test_long_list_is_shown_by_its_first_values():
    task = exercise(reference=lambda n: list(range(n)), mistakes=[], cases=lambda rng: [(20,)])
    verdict = task.judge(lambda n: list(range(n + 1)))
    assert "expected: (0, 1, 2, 3, 4, 5, 6, 7, … 20 in all)" in verdict.detail


def test_line_that_raised_is_quoted():
    def broken(inputs, weights, bias):
        total = inputs @ weights
        return total + unknown_name  # noqa: F821

    assert "return total + unknown_name" in judge(broken).sentence


def test_not_implemented_is_not_started_only_where_the_learner_says_so():
    def mine(inputs, weights, bias):
        raise NotImplementedError("later")

    def torchs(inputs, weights, bias):
        return nn.Module()(inputs)

    assert judge(mine).status == "not started"
    assert "It raised `NotImplementedError`" in judge(torchs).sentence


@pytest.mark.parametrize(("tolerance", "error"), [(1e-6, 1e-4), (0.02, 0.01)])
def test_right_up_to_rounding_in_another_dtype_is_a_matter_of_the_dtype(tolerance, error):
    task = exercise(mistakes=[], tolerance=Tolerance(relative=tolerance))
    verdict = task.judge(lambda x, w, b: ((1 + error) * (x @ w + b)).astype(np.float32))
    assert "the values are right but the dtype is `float32`" in verdict.sentence


def test_line_of_the_learners_is_quoted_when_a_library_raises():
    def broken(inputs, weights, bias):
        return json.loads("{" + str(bias))

    assert 'return json.loads("{" + str(bias))' in judge(broken).sentence


def test_line_of_the_standard_library_is_not_the_learners():
    def broken(inputs, weights, bias):
        return statistics.mean([])

    assert judge(broken).sentence.endswith("`return statistics.mean([])`")


def test_error_in_our_own_lines_is_not_shown_as_the_learners():
    verdict = chapter_01.nand_parameters.judge(((1.0,), 0.0))
    assert verdict.sentence.startswith("The check could not use it: two inputs need a list")


@pytest.mark.parametrize("make", [np.zeros, torch.zeros])
def test_result_counts_as_it_was_when_it_came_back(make):
    task = exercise(reference=lambda number: make(2) + number, mistakes=[],
                    cases=lambda rng: [(1.0,), (2.0,), (3.0,)])
    buffer = make(2)

    def reuses_its_array(number):
        buffer[:] = number
        return buffer

    assert task.judge(reuses_its_array).status == "right"


def test_half_precision_is_named_and_not_an_obstacle():
    task = exercise(reference=lambda number: torch.full((2,), number), mistakes=[],
                    cases=lambda rng: [(1.0,)])
    verdict = task.judge(lambda number: torch.full((2,), number).bfloat16())
    assert "the dtype is `torch.bfloat16`, expected `torch.float32`" in verdict.sentence


def allocates_at_once(*arguments):
    return np.ones((1_000_000, 1_000_000))


@pytest.mark.parametrize(("candidate", "expected"), [
    (ENDLESS["a loop"], "loop that never ends"),
    (ENDLESS["a loop that swallows errors"], "loop that never ends"),
    (lambda *arguments: time.sleep(6), "restart the kernel"),
    (ENDLESS["printing"], "printed without end"),
    (ENDLESS["memory"], "more and more memory"),
    pytest.param(allocates_at_once, "memory", marks=pytest.mark.skipif(
        sys.platform != "linux", reason="only Linux refuses one huge allocation")),
])
def test_hostile_candidate_is_stopped_and_named(candidate, expected, capfd):
    # A busy machine hands out memory slowly: what is waited for is the memory, not the time.
    patient = Limits(duration_s=7.5 if "memory" in expected else 2.0, memory_bytes=100_000_000,
                     output_characters=5_000)
    started = time.monotonic()
    task = exercise(limits=patient)
    verdict = task.judge(candidate_for(task, candidate))
    assert verdict.status == "finding"
    assert expected in verdict.sentence
    assert time.monotonic() - started < 10
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


def test_stopped_candidates_leave_no_thread_behind():
    before = threading.active_count()
    for kind in ("a loop", "printing"):
        judge(candidate_for(exercise(), ENDLESS[kind]))
    assert threading.active_count() <= before + 1  # the sleeping one of another test may still be


def test_printing_is_kept_for_the_learner_and_not_shown_raw(capsys):
    def talkative(inputs, weights, bias):
        print("shape", inputs.shape)
        return inputs[:, 0]

    verdict = judge(talkative)
    assert "printed: shape (4, 3)" in verdict.detail
    assert capsys.readouterr().out == ""


def test_warnings_of_a_candidate_do_not_reach_stderr(capfd):
    judge(lambda x, w, b: np.log(-np.abs(x @ w)))
    assert capfd.readouterr().err == ""


def test_value_exercise_is_observed_not_called():
    gate = Exercise(
        "A gate", (1.0, -1.5), lambda rng: [(0,), (1,), (2,)],
        [Mistake("it always fires", (0.0, 1.0), "Lower the bias.")], ["hint"],
        observe=lambda candidate, x: int(candidate[0] * x + candidate[1] >= 0),
    )
    assert gate.judge((2.0, -3.5)).status == "right"
    assert gate.judge((0.0, 0.0)).name == "it always fires"
    assert gate.judge((..., ...)).status == "not started"
    assert gate.judge((1.0,)).status == "finding"


def shown_by(capsys, function, *arguments):
    """The lines that a call shows."""
    function(*arguments)
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_hints_come_one_after_the_other_above_the_earlier_ones(capsys):
    task = exercise(example=">>> weighted_sum(x, w, 1.0)\narray([1.])")
    example = "`>>> weighted_sum(x, w, 1.0)`", "`array([1.])`"
    told = ["Hint 1 of 3. first", "Hint 2 of 3. A small example:", *example, "Hint 3 of 3. second"]
    mark = "› A sum: "
    assert shown_by(capsys, task.hint) == [mark + told[0]]
    code = [line.strip("`") for line in example]
    assert shown_by(capsys, task.hint) == [mark + told[1], *code, told[0]]
    assert shown_by(capsys, task.hint) == [mark + told[4], *told[:4]]
    for _ in range(2):
        first, *below = shown_by(capsys, task.hint)
        assert "no more hints; `exercises.A sum.solution()`" in first and below == told


def test_hint_is_read_again_by_its_number(capsys):
    task = exercise()
    assert shown_by(capsys, task.hint, 2)[0].endswith("Hint 2 of 2. second")
    assert shown_by(capsys, task.hint)[0].endswith("Hint 1 of 2. first")
    assert "no more hints" in shown_by(capsys, task.hint, 7)[0]


def test_whose_code_goes_on_is_said(capsys):
    task = exercise()
    goes_on = "Until it is right, the chapter goes on with our solution."
    assert task.whose == "our"
    for answer in (..., lambda inputs, weights, bias: bias):
        assert shown_by(capsys, task.check, answer)[-1] == goes_on
        assert task.whose == "our"
    mine = lambda inputs, weights, bias: bias + inputs @ weights  # noqa: E731
    assert goes_on not in shown_by(capsys, task.check, mine)
    assert task.whose == "your"


def test_task_knows_its_name_in_its_chapter(capsys, monkeypatch, tmp_path):
    task = exercise()
    assert name_tasks({"__name__": "notebooks.exercises.chapter_99", "total": task}) == [task]
    assert task.address == "chapter_99.total"
    monkeypatch.setenv("COURSE_PROGRESS_FILE", str(tmp_path / "progress.json"))
    task.check(...)
    assert attempts.read() == {}  # who has not begun has not tried
    assert "Stuck? Run `exercises.total.hint()`." in capsys.readouterr().out
    task.check(weighted_sum_reference)
    task.check(lambda inputs, weights, bias: bias)
    assert attempts.read() == {"chapter_99.total": {"solved": False, "tries": 1}}


def test_solution_shows_the_source_under_the_learners_name(capsys):
    exercise().solution()
    assert "def weighted_sum(inputs, weights, bias):" in capsys.readouterr().out


@pytest.fixture
def question():
    return Question("Which?", {"a": "this", "b": "that"}, "b",
                    {"a": "No, because.", "b": "Yes, because."}, ["think"])


@pytest.mark.parametrize(("answer", "status"), [
    (..., "not started"), ("b", "right"), (" B ", "right"), ("(b)", "right"), ("b.", "right"),
    ("b)", "right"), ("a", "mistake"), ("c", "finding"), (2, "finding"), (["b"], "finding"),
    ("", "finding"), (None, "finding"),
])
def test_question_judges_letters(question, answer, status):
    verdict = question.judge(answer)
    assert verdict.status == status
    if status == "finding":
        assert verdict.sentence == 'Write one letter, in quotes: `"a"`, `"b"`.'


def test_question_without_an_explanation_for_each_option_is_refused():
    with pytest.raises(ValueError, match="explanation"):
        Question("Which?", {"a": "this", "b": "that"}, "b", {"b": "Yes."}, ["think"])


def prediction(unit="", within=2.0, measured=10.0):
    return Prediction("How many?", unit, within, [
        Guess("far too many", lambda said, measured: said >= 100, "Too many.", 1000.0)
    ], "So it is.", measured, ["think"])


@pytest.mark.parametrize(("guess", "near"), [
    (10, "exactly right"), (11, "very close"), (6, "close"), (20, "close"), (21, "2.1 times"),
    (4.9, "less than half of it"), (0.09, "less than a hundredth of it"), (-10, "20 too low"),
    (0, "10 too low"), (1000, "100 times too high. Too many"), (1e300, "more than a million"),
])
def test_prediction_is_told_how_near_it_came_and_counts_as_done(guess, near):
    verdict = prediction().judge(guess)
    assert verdict.status == "done" and "✗" not in repr(verdict)
    assert f"measured 10: {near}" in verdict.sentence
    assert verdict.sentence.endswith("So it is.")
    assert verdict.name == ("far too many" if guess >= 100 else "")


@pytest.mark.parametrize(("guess", "measured", "near"), [
    (0, 0.0, "exactly right"), (0.1, 0.0, "0.1 too high"), (-6, -10.0, "close"),
    (6, -10.0, "16 too high"), (-21, -10.0, "2.1 times too high"), (98, 100.0, "2 too low"),
])
def test_prediction_of_zero_and_below_is_told_the_difference(guess, measured, near):
    verdict = prediction(within=1.001 if guess == 98 else 2.0).judge(guess, measured)
    assert verdict.sentence.endswith(f"measured {measured:g}: {near}. So it is.")


@pytest.mark.parametrize("guess", [
    30, 30.0, "30", "30 %", " 30% ", np.float32(30), np.int64(30), np.array(30.0),
    torch.tensor(30), torch.tensor(30.0, requires_grad=True), Fraction(30), Decimal("30"),
])
def test_prediction_is_understood_as_it_is_written(guess):
    assert prediction("%").judge(guess, 19.1).sentence.startswith("You said 30 %, measured 19.1 %")


@pytest.mark.parametrize(("guess", "unit", "measured", "said"), [
    (0.3, "%", 19.1, "0.3, read as 30 %"), ("0.3", "%", 19.1, "0.3, read as 30 %"),
    ("0.3 %", "%", 19.1, "0.3 %"), (0.3, "%", 0.5, "0.3 %"), (1, "%", 19.1, "1 %"),
    ("5 epochs", "epochs", 4, "5 epochs"), ("5 epoch", "epochs", 4, "5 epochs"),
    ("1,000", "", 4, "1,000"), ("199,210", "", 4, "199,210"), ("1e3", "", 4, "1,000"),
    (2.303, "", 4, "2.303"),
])
def test_prediction_reads_units_thousands_and_shares(guess, unit, measured, said):
    assert f"You said {said}, measured" in prediction(unit).judge(guess, measured).sentence


@pytest.mark.parametrize("guess", [
    "ten", "", "2,5", "1,00", "5 apples", "nan", float("nan"), float("inf"), 10**400, True, None,
    np.bool_(True), [3], np.ones(2), 1j, torch.tensor(1j), object(), int,
])
def test_prediction_that_is_no_number_is_told_what_to_write(guess):
    verdict = prediction("epochs").judge(guess)
    assert verdict.status == "finding"
    assert verdict.sentence == 'A prediction is one number, such as `30` or `"30 epochs"`.'


def test_prediction_left_open_is_not_started():
    assert prediction().judge(...).status == "not started"


def test_prediction_is_changed_once_and_stays_then(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS_FILE", str(tmp_path / "progress.json"))
    task = prediction("%")

    def told(guess):
        assert task.check(guess, 19.1) == 19.1
        return capsys.readouterr().out.partition("How many?: ")[2].partition(", measured")[0]

    assert "A prediction is one number" in told("ten")
    assert attempts.read()["How many?"]["solved"] is False
    assert [told(20), told("20 %")] == ["You said 20 %"] * 2
    assert [told(35), told(0.35)] == ["Changed once; it stays now. You said 35 %"] * 2
    stays = "Your prediction stays at 35 %: you have seen the measured value. You said 35 %"
    assert [told(20), told(19)] == [stays] * 2
    assert attempts.read()["How many?"]["solved"] is True


# --- a cell that runs while an explorer asks the learner's code in another thread ---------------

def test_what_a_running_cell_prints_is_let_through(capsys):
    printing, printed = threading.Event(), threading.Event()

    def cell():
        printing.wait(5)
        print("from the cell")
        print("and its warning", file=sys.stderr)
        printed.set()

    def candidate():
        print("from the candidate")
        printing.set()
        return printed.wait(5)

    thread = threading.Thread(target=cell)
    thread.start()
    outcome = run_guarded(candidate)
    thread.join()
    assert outcome.value and outcome.printed == "from the candidate\n"
    assert capsys.readouterr() == ("from the cell\n", "and its warning\n")


@pytest.mark.parametrize("seconds", [(0.2, 0.05), (0.05, 0.2)])
def test_two_guards_at_once_leave_the_process_as_it_was(seconds):
    def state():
        limit = None
        if sys.platform == "linux":
            import resource

            limit = resource.getrlimit(resource.RLIMIT_AS)
        return sys.stdout, sys.stderr, limit, list(warnings.filters)

    def guard(number):
        outcomes.append(run_guarded(lambda: time.sleep(seconds[number]) or number).value)

    before, outcomes = state(), []
    other = threading.Thread(target=guard, args=(0,))
    other.start()
    guard(1)
    other.join()
    assert sorted(outcomes) == [0, 1]
    assert state() == before


@pytest.mark.parametrize(("work", "words"), [
    (lambda: None, "did not come back within 0.3 s"),
    (lambda: print("x" * 1000), "printed too much"),
])
def test_a_model_that_never_ends_is_not_called_an_error_on_images(monkeypatch, work, words):
    class Endless(nn.Module):
        def forward(self, images):
            while True:
                work()

    limits = Limits(duration_s=0.3 if "come back" in words else 5, output_characters=5_000)
    monkeypatch.setattr("notebooks.exercises.trained_model.PROBING", limits)
    verdict = chapter_18.own_model.judge((Endless(), "a model of mine that took a loop"))
    assert verdict.status == "finding" and f"because it {words}" in verdict.sentence
