"""Exercises of chapter 14: optimizers."""

from __future__ import annotations

import copy

import torch

from course_utils.judge.compare import difference
from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks

# A case is (start, gradients, settings): the settings of each step, one dict a step.


def walk(step, start, gradients, settings):
    """Take one step for each gradient, handing the state on; where each one leads.

    A step returns new things: what it does to the old state is looked at, too.
    """
    seen, weights, state, spared = {}, start, {}, True
    for number, (gradient, chosen) in enumerate(zip(gradients, settings, strict=True), start=1):
        before = copy.deepcopy(state)
        result = step(weights, gradient, state, **chosen)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise ValueError("it must return two things: the new w and the new state")
        spared = spared and difference(before, state, (0.0, 0.0)) is None
        weights, state = result
        seen[f"the weights after step {number}"] = copy.deepcopy(weights)
    return {**seen, "the old state is left as it was": spared}


def _walk(rng, steps, shape, scale=1.0, **settings):
    """A case: a start, the gradients on the way, and one setting for all steps."""
    start = torch.from_numpy(rng.normal(size=shape))
    gradients = scale * torch.from_numpy(rng.normal(size=(steps, *shape)))
    return start, gradients, [dict(settings)] * steps


def _walks(rng, **settings):
    """Cases: walks of different length, weights of different shape, at one setting each."""
    return [_walk(rng, steps, shape, **settings)
            for steps, shape in ((2, (3,)), (3, (2,)), (6, (4, 3)))]


def _tiny_walk(rng, **settings):
    """A case whose gradients are as small as the usual epsilon, or 0."""
    start, gradients, settings = _walk(rng, 3, (5,), scale=1e-8, **settings)
    gradients[:, 2] = 0.0
    return start, gradients, settings


# --- momentum --------------------------------------------------------------------------------

def momentum_step_reference(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + g
    return w - learning_rate * velocity, {"velocity": velocity}


def _momentum_nesterov(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + g
    return w - learning_rate * (g + momentum * velocity), {"velocity": velocity}


def _momentum_averaged(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + (1 - momentum) * g
    return w - learning_rate * velocity, {"velocity": velocity}


def _momentum_rate_inside(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + learning_rate * g
    return w - velocity, {"velocity": velocity}


def _momentum_uphill(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + g
    return w + learning_rate * velocity, {"velocity": velocity}


def _momentum_forgotten(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = momentum * state.get("velocity", 0.0) + g
    return w - learning_rate * velocity, state


def _momentum_old_velocity(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = state.get("velocity", torch.zeros_like(w))
    return w - learning_rate * velocity, {"velocity": momentum * velocity + g}


def _momentum_in_place(w, g, state, learning_rate=0.1, momentum=0.9):
    state["velocity"] = momentum * state.get("velocity", 0.0) + g
    return w - learning_rate * state["velocity"], state


def _momentum_undamped(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = state.get("velocity", 0.0) + g
    return w - learning_rate * velocity, {"velocity": velocity}


def _momentum_on_gradient(w, g, state, learning_rate=0.1, momentum=0.9):
    velocity = state.get("velocity", 0.0) + momentum * g
    return w - learning_rate * velocity, {"velocity": velocity}


def _momentum_cases(rng):
    steady = _walks(rng, learning_rate=0.1, momentum=0.9)
    heavy = _walks(rng, learning_rate=0.5, momentum=0.3)
    start, gradients, settings = steady[-1]
    slower = [{**chosen, "learning_rate": rate} for chosen, rate in
              zip(settings, (0.1, 0.1, 0.1, 0.01, 0.01, 0.01), strict=True)]
    return [*steady, *heavy, (start, gradients, slower), _walk(rng, 6, (4,))]


momentum_step = Exercise(
    "One step with momentum",
    momentum_step_reference,
    _momentum_cases,
    [
        Mistake("Nesterov's look ahead is taken", _momentum_nesterov,
                "You step along `g + momentum * velocity`, which is Nesterov's rule, one section "
                "further on. Here the step goes along the velocity itself."),
        Mistake("the velocity is an average", _momentum_averaged,
                "You give the new gradient the weight `1 - momentum`. The rule here adds all of "
                "it, so with momentum 0.9 your steps are ten times too short."),
        Mistake("the learning rate is put into the velocity", _momentum_rate_inside,
                "As long as the rate stays the same that is the same path. When it changes midway, "
                "your velocity still holds the old rate; `torch.optim` multiplies last, and so "
                "do we."),
        Mistake("the step goes uphill", _momentum_uphill,
                "The gradient points uphill: subtract."),
        Mistake("the old velocity never comes in", _momentum_forgotten,
                "Each of your steps starts from a velocity of 0, like SGD. Return the new velocity "
                "in the state, and read it there under the same name."),
        Mistake("the state you were given is changed", _momentum_in_place,
                "The steps are right. But a step changes none of its arguments: put the velocity "
                "into a new dictionary and return that."),
        Mistake("the step is taken with the old velocity", _momentum_old_velocity,
                "First let the new gradient into the velocity, then step."),
        Mistake("the old velocity is not slowed down", _momentum_undamped,
                "Multiply the old velocity by the momentum, or it never forgets anything."),
        Mistake("the momentum multiplies the gradient", _momentum_on_gradient,
                "The momentum multiplies the old velocity; the new gradient comes in whole."),
    ],
    [
        "`state.get(\"velocity\", 0.0)` is the old velocity, and 0 in the first step.",
        "The new velocity is `momentum` times the old one, plus `g`.",
        "Return two things: `w - learning_rate * velocity`, and `{\"velocity\": velocity}`.",
    ],
    observe=walk,
    example="""\
>>> w, state = torch.tensor([1.0]), {}
>>> w, state = momentum_step(w, torch.tensor([2.0]), state, learning_rate=0.1, momentum=0.5)
>>> w
tensor([0.8000])
>>> w, state = momentum_step(w, torch.tensor([2.0]), state, learning_rate=0.1, momentum=0.5)
>>> w
tensor([0.5000])""",
)

steady_gradient = Prediction(
    "How fast does momentum become?",
    "times the step of SGD",
    within=1.1,
    mistakes=[
        Guess("momentum adds 90 %", lambda guess, measured: 1.5 <= guess <= 2.5,
              "That is the second step: 1 + 0.9. The third adds 0.81 more, and so on.", 1.9),
        Guess("momentum does not change the length of a step", lambda guess, measured: guess <= 1.1,
              "The old velocity is kept and every gradient is added in full, so the steps grow.",
              1.0),
        Guess("the steps grow without end", lambda guess, measured: guess >= 50,
              "Each step loses a tenth of the velocity. At some speed the loss equals the gain.",
              1000.0),
    ],
    lesson="1 + 0.9 + 0.81 + ... = 1 / (1 - 0.9) = 10. So a rate that suits SGD is ten times too "
           "large for momentum 0.9, and a fair comparison gives each rule its own rate.",
    reference=10.0,
    hints=["At the final speed `v`, momentum loses `0.1 * v` in each step and gains `g`. When is "
           "that equal?"],
)


# --- rotated ravine --------------------------------------------------------------------------

rotated = Question(
    "The ravine is turned by 45 degrees",
    {"a": "both momentum and RMSprop end higher", "b": "RMSprop ends higher, momentum does not",
     "c": "momentum ends higher, RMSprop does not", "d": "neither changes"},
    "b",
    {
        "a": "Momentum only adds and scales whole gradients. Turn the surface, and its path turns "
             "with it.",
        "b": "Momentum's path turns with the surface. RMSprop divides each coordinate by its own "
             "history, which helps most when a coordinate is steep or flat for itself.",
        "c": "It is the other way round: which of the two looks at each coordinate separately?",
        "d": "One of the two treats each coordinate separately, so it matters how the coordinates "
             "lie.",
    },
    ["Which of the two rules has a number of its own for each coordinate?"],
)


# --- Adam ------------------------------------------------------------------------------------

def adam_step_reference(w, g, state, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    step = state.get("step", 0) + 1
    mean = beta1 * state.get("mean", 0.0) + (1 - beta1) * g
    squares = beta2 * state.get("squares", 0.0) + (1 - beta2) * g**2
    corrected_mean = mean / (1 - beta1**step)
    corrected_squares = squares / (1 - beta2**step)
    new_w = w - learning_rate * corrected_mean / (corrected_squares**0.5 + epsilon)
    return new_w, {"step": step, "mean": mean, "squares": squares}


def _adam_like(*, count=lambda step: step, correct_mean=True, correct_squares=True, power=0.5,
               epsilon_inside=False, epsilon_first=False, keep_corrected=False, keep_step=True,
               numerator="mean", swap=False, squared="g", weigh=True):
    """An Adam step with one thing changed; each keyword is a slip that learners make."""
    def step_function(w, g, state, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        if swap:
            beta1, beta2 = beta2, beta1
        step = state.get("step", 0) + 1
        mean = beta1 * state.get("mean", 0.0) + (1 - beta1 if weigh else 1) * g
        squared_value = mean if squared == "mean" else g
        squares = beta2 * state.get("squares", 0.0) + (1 - beta2 if weigh else 1) * squared_value**2
        first = mean / (1 - beta1 ** count(step)) if correct_mean else mean
        second = squares / (1 - beta2 ** count(step)) if correct_squares else squares
        top = first if numerator == "mean" else g
        if epsilon_inside:
            bottom = (second + epsilon) ** power
        elif epsilon_first:
            bottom = (squares**power + epsilon) / (1 - beta2**step) ** power
        else:
            bottom = second**power + epsilon
        kept = (first, second) if keep_corrected else (mean, squares)
        new_state = {"mean": kept[0], "squares": kept[1], **({"step": step} if keep_step else {})}
        return w - learning_rate * top / bottom, new_state
    return step_function


def _adam_counted_from_zero(w, g, state, learning_rate=0.001, beta1=0.9, beta2=0.999,
                            epsilon=1e-8):
    state = {"step": -1, **state}
    return _adam_like()(w, g, state, learning_rate, beta1, beta2, epsilon)


def _adam_uphill(w, g, state, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new_w, state = adam_step_reference(w, g, state, learning_rate, beta1, beta2, epsilon)
    return 2 * w - new_w, state


def _adam_in_place(w, g, state, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new_w, new_state = adam_step_reference(w, g, state, learning_rate, beta1, beta2, epsilon)
    state.update(new_state)
    return new_w, state


def _adam_nothing_kept(w, g, state, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return adam_step_reference(w, g, {}, learning_rate, beta1, beta2, epsilon)[0], state


def _adam_cases(rng):
    usual = _walks(rng, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8)
    large_epsilon = _walks(rng, learning_rate=0.1, beta1=0.8, beta2=0.95, epsilon=0.1)
    return [*usual, *large_epsilon, _walk(rng, 6, (4,), learning_rate=0.1), _tiny_walk(rng)]


adam_step = Exercise(
    "One step of Adam",
    adam_step_reference,
    _adam_cases,
    [
        Mistake("no bias correction is made", _adam_like(correct_mean=False, correct_squares=False),
                "Both averages start at 0 and are too small at first. Divide them by "
                "`1 - beta**step`."),
        Mistake("only the mean is corrected", _adam_like(correct_squares=False),
                "The average of the squares starts at 0, too, and needs far longer to fill up."),
        Mistake("only the squares are corrected", _adam_like(correct_mean=False),
                "The mean starts at 0, too: divide it by `1 - beta1**step`."),
        Mistake("epsilon stands inside the root", _adam_like(epsilon_inside=True),
                "Take the root first and add epsilon then: inside the root it counts as the "
                "root of epsilon, which for 1e-8 is 1e-4."),
        Mistake("epsilon is added before the squares are corrected", _adam_like(epsilon_first=True),
                "Correct the squares, take the root, then add epsilon; otherwise epsilon is "
                "magnified, too, in the first steps."),
        Mistake("the root is forgotten", _adam_like(power=1.0),
                "The step is divided by the root of the squares, so that a gradient and its size "
                "cancel."),
        Mistake("the corrected averages are kept", _adam_like(keep_corrected=True),
                "Keep the plain averages in the state, and correct them anew in each step; "
                "otherwise they are corrected again and again."),
        Mistake("the step is not counted", _adam_like(keep_step=False),
                "Each step is treated as the first one. Return its number in the state, and read "
                "it there under the same name."),
        Mistake("the steps are counted from 0", _adam_counted_from_zero,
                "In the first step you divide by 0, even where the gradient is 0: that is what "
                "`1 - beta**0` gives. The first step is number 1."),
        Mistake("the gradient stands in the numerator", _adam_like(numerator="g"),
                "Step along the average of the gradients, not along the newest one: that would be "
                "RMSprop with a correction."),
        Mistake("beta1 and beta2 are exchanged", _adam_like(swap=True),
                "`beta1` (0.9) belongs to the mean, `beta2` (0.999) to the squares."),
        Mistake("the squares are those of the mean", _adam_like(squared="mean"),
                "Average the squared gradients, `g**2`. The mean of squares is not the square of "
                "the mean."),
        Mistake("the new gradient is not weighted", _adam_like(weigh=False),
                "An average gives the new value the weight `1 - beta`, and the old one `beta`."),
        Mistake("the step goes uphill", _adam_uphill, "The gradient points uphill: subtract."),
        Mistake("every step begins anew", _adam_nothing_kept,
                "Return the step's number and both averages in a new state, and read them there "
                "under the same names."),
        Mistake("the state you were given is changed", _adam_in_place,
                "The steps are right. But a step changes none of its arguments: put what it "
                "remembers into a new dictionary and return that."),
    ],
    [
        "The state holds three things: the number of steps so far, the mean, the squares. Fetch "
        "each with `state.get(name, 0)`.",
        "The mean is `beta1 * old_mean + (1 - beta1) * g`, and likewise the squares with `g**2`.",
        "The corrected mean is `mean / (1 - beta1**step)`, with `step` 1 in the first step.",
        "The step is `learning_rate * corrected_mean / (corrected_squares**0.5 + epsilon)`.",
    ],
    observe=walk,
    example="""\
>>> w, state = torch.tensor([1.0]), {}
>>> w, state = adam_step(w, torch.tensor([4.0]), state, learning_rate=0.1)
>>> w
tensor([0.9000])
>>> w, state = adam_step(w, torch.tensor([0.0]), state, learning_rate=0.1)
>>> w
tensor([0.8330])""",
)

first_step = Question(
    "Adam's first step",
    {"a": "its length is proportional to the gradient's",
     "b": "each coordinate moves by about the learning rate, whatever the gradient",
     "c": "it is a tenth of the learning rate, because the mean has only just begun"},
    "b",
    {
        "a": "That would be SGD. Put `g` into both corrected averages and see what is left of its "
             "size.",
        "b": "In the first step the corrected averages are `g` and `g**2`, and `g / sqrt(g**2)` is "
             "+1 or -1. The size of the gradient is gone.",
        "c": "That is what bias correction prevents: it divides by 1 - 0.9 = 0.1.",
    },
    ["Write down the corrected mean and the corrected squares for `step = 1`."],
)


# --- decoupled weight decay ------------------------------------------------------------------

def adamw_step_reference(w, g, state, learning_rate=0.001, weight_decay=0.01):
    shrunk = w * (1 - learning_rate * weight_decay)
    return adam_step_reference(shrunk, g, state, learning_rate)


def _l2_for_decay(w, g, state, learning_rate=0.001, weight_decay=0.01):
    return adam_step_reference(w, g + weight_decay * w, state, learning_rate)


def _l2_doubled(w, g, state, learning_rate=0.001, weight_decay=0.01):
    return adam_step_reference(w, g + 2 * weight_decay * w, state, learning_rate)


def _decay_without_rate(w, g, state, learning_rate=0.001, weight_decay=0.01):
    return adam_step_reference(w * (1 - weight_decay), g, state, learning_rate)


def _decay_of_everything(w, g, state, learning_rate=0.001, weight_decay=0.01):
    new_w, state = adam_step_reference(w, g, state, learning_rate)
    return new_w * (1 - learning_rate * weight_decay), state


def _decay_grows(w, g, state, learning_rate=0.001, weight_decay=0.01):
    return adam_step_reference(w * (1 + learning_rate * weight_decay), g, state, learning_rate)


def _no_decay(w, g, state, learning_rate=0.001, weight_decay=0.01):
    return adam_step_reference(w, g, state, learning_rate)


def _decay_to_share(w, g, state, learning_rate=0.001, weight_decay=0.01):
    return adam_step_reference(w * learning_rate * weight_decay, g, state, learning_rate)


def _decay_cases(rng):
    return [
        *_walks(rng, learning_rate=0.1, weight_decay=0.5),
        *_walks(rng, learning_rate=0.01, weight_decay=2.0),
        _walk(rng, 6, (4,)), _tiny_walk(rng, learning_rate=0.1),
    ]


adamw_step = Exercise(
    "One step of AdamW",
    adamw_step_reference,
    _decay_cases,
    [
        Mistake("the decay is added to the gradient (L2)", _l2_for_decay,
                "Then Adam divides the decay by the gradient's size as well, and weights with "
                "large gradients hardly shrink. Shrink `w` itself."),
        Mistake("the decay is added to the gradient twice over (the gradient of a squared penalty)",
                _l2_doubled,
                "That is the gradient of `weight_decay * w**2`, and it goes through Adam's "
                "division. Decoupled means: shrink `w` itself."),
        Mistake("the decay is not multiplied by the learning rate", _decay_without_rate,
                "The share that is taken away is `learning_rate * weight_decay`."),
        Mistake("the step shrinks as well", _decay_of_everything,
                "Shrink the old `w` and then step. You shrink the sum of both."),
        Mistake("the weights grow", _decay_grows, "Decay takes away: 1 minus the share."),
        Mistake("there is no decay", _no_decay, "This is plain Adam; shrink `w` first."),
        Mistake("only the share to be lost is kept", _decay_to_share,
                "`w * learning_rate * weight_decay` is what is taken away. Keep the rest."),
    ],
    [
        "Two lines: shrink `w`, then let `adam_step` do its work on what is left.",
        "The factor is `1 - learning_rate * weight_decay`.",
    ],
    observe=walk,
    example="""\
>>> w, state = adamw_step(torch.tensor([10.0]), torch.tensor([0.0]), {}, 0.1, weight_decay=0.5)
>>> w
tensor([9.5000])
>>> w, state = adamw_step(torch.tensor([10.0]), torch.tensor([3.0]), {}, 0.1, weight_decay=0.5)
>>> w
tensor([9.4000])""",
)


# --- the race and the comparison -------------------------------------------------------------

find_the_mistake = Question(
    "Find the mistake: Adam in a loop",
    {
        "a": "the learning rate is too large for Adam",
        "b": "`zero_grad()` comes too early",
        "c": "Adam begins anew in every step and remembers nothing",
        "d": "the gradients are too small for Adam",
    },
    "c",
    {
        "a": "0.01 is at the upper end, but the same rate works when the loop is mended.",
        "b": "Before `backward()` is where it belongs.",
        "c": "The optimizer is made inside the loop, so each step is a first step: every "
             "coordinate moves by the whole learning rate, as in the question on the first step.",
        "d": "Adam divides by the gradient's size; small ones are no trouble.",
    },
    ["Which lines run once, and which run in each step?",
     "Where does an optimizer keep its averages?"],
    extra=True,
)

robustness = Prediction(
    "How much wider is Adam's range of good learning rates?",
    "times",
    within=3.0,
    mistakes=[
        Guess("Adam works at any learning rate", lambda guess, measured: guess > 100,
              "Its steps are about as long as the learning rate says, so a rate of 1 moves every "
              "weight by 1. It needs a choice like any other rule.", 1000.0),
        Guess("SGD has a far wider range", lambda guess, measured: guess < 0.1,
              "SGD's range ends where it diverges, and it needs large rates to arrive in time.",
              0.01),
    ],
    lesson="On one fixed problem the two ranges differ by a small factor at most. What differs "
           "more is where they lie.",
    reference=2.5,
    hints=["SGD's step is the rate times the gradient, Adam's step about the rate alone. Is one of "
           "these ranges wider, or does it only lie elsewhere?"],
    extra=True,
)

TASKS = name_tasks(globals())
