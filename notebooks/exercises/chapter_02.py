"""Exercises of chapter 02: activation functions."""

from __future__ import annotations

import numpy as np

from course_utils.judge.tasks import (
    Exercise,
    Guess,
    Mistake,
    Prediction,
    Question,
    Tolerance,
    name_tasks,
)

# Ordinary inputs stand among the extremes, so that a wrong formula is wrong in that case too.
EXTREMES = np.array([-1000.0, -40.0, -1.5, -0.5, 0.0, 0.5, 2.0, 40.0, 1000.0])
NEAR_ZERO = np.array([-0.3, -0.03, -0.003, 0.003, 0.03, 0.3])
# Below 1e-9 the usual tolerance sees no difference; softplus(-40) is 4e-18 and must be right too.
RELATIVE = Tolerance(relative=1e-6, absolute=1e-30)


def _without_warnings(reference):
    """Look at a candidate's values first; right values that came with a warning are not enough.

    NumPy computes exp(1000) as infinity and warns. 1 / infinity is 0 and may even be right, so
    the values alone would not tell.
    """

    def observe(candidate, *case):
        warned = set()
        with np.errstate(over="call", invalid="call", divide="call",
                         call=lambda kind, flag: warned.add(kind)):
            result = candidate(*case)
        expected = reference(*case)
        if warned and isinstance(result, np.ndarray) and result.shape == expected.shape \
                and np.allclose(result, expected):
            raise FloatingPointError("right values, but NumPy warned: " + ", ".join(sorted(warned)))
        return result

    return observe


def _numbers_as_floats(candidate, *case):
    """0 and 1 are right whether they come as whole numbers or as floats of any size."""
    result = candidate(*case)
    is_number = isinstance(result, np.ndarray) and result.dtype.kind in "iuf"
    return result.astype(float) if is_number else result


def _plain_cases(rng):
    """One to three axes, square or not; zeros, extremes and numbers near 0 among the inputs."""
    return [(rng.normal(size=6) * 2,), (rng.normal(size=(2, 3)) * 3,), (rng.normal(size=(3, 3)),),
            (rng.normal(size=(2, 1, 4)),), (EXTREMES,), (NEAR_ZERO,), (np.array([-0.5, 0.0, 2.0]),)]


# --- the logistic function -------------------------------------------------------------------

def sigmoid_reference(x, beta=1.0):
    decay = np.exp(-np.abs(beta * x))                    # at most 1: it cannot overflow
    return np.where(beta * x >= 0, 1.0, decay) / (1 + decay)


def _sigmoid_as_it_stands(x, beta=1.0):
    return 1 / (1 + np.exp(-beta * x))


def _sigmoid_growing(x, beta=1.0):
    return np.exp(beta * x) / (1 + np.exp(beta * x))


def _sigmoid_both_branches(x, beta=1.0):
    z = beta * x
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def _sigmoid_wrong_sign(x, beta=1.0):
    return sigmoid_reference(-x, beta)


def _sigmoid_without_beta(x, beta=1.0):
    return sigmoid_reference(x)


def _sigmoid_beta_outside(x, beta=1.0):
    return beta * sigmoid_reference(x)


def _sigmoid_with_if(x, beta=1.0):
    if x >= 0:
        return 1 / (1 + np.exp(-beta * x))
    return np.exp(beta * x) / (1 + np.exp(beta * x))


def _sigmoid_decay_everywhere(x, beta=1.0):
    return 1 / (1 + np.exp(-np.abs(beta * x)))


sigmoid = Exercise(
    "A logistic function that cannot overflow",
    sigmoid_reference,
    lambda rng: [*((x, 1.0) for (x,) in _plain_cases(rng)), (rng.normal(size=(2, 4)), 3.0),
                 (rng.normal(size=5), 0.5), (EXTREMES / 4, 10.0), (rng.normal(size=4),),
                 (rng.normal(size=3), -2.0), (EXTREMES, -0.5), (EXTREMES, -1.5)],
    [
        Mistake("the values are right, but `exp` overflows on the way", _sigmoid_as_it_stands,
                "`exp` of a large number is infinity: NumPy warns, and only a division by it saves "
                "the value. `exp` of minus the absolute value is never larger than 1."),
        Mistake("infinity is divided by infinity where the total is large", _sigmoid_growing,
                "`exp(z) / (1 + exp(z))` does so at z = 1000, and the result is nan. For positive "
                "totals use `1 / (1 + exp(-z))`."),
        Mistake("the values are right, but infinity / infinity stands in a part that is not used",
                _sigmoid_both_branches,
                "`np.where`, for one, computes both of its formulas for every entry and then "
                "chooses. Give both the same `exp(-abs(z))`, which cannot overflow."),
        Mistake("the sign in the exponent is wrong", _sigmoid_wrong_sign,
                "The curve must rise: large positive inputs give 1."),
        Mistake("`beta` is forgotten", _sigmoid_without_beta,
                "`beta` multiplies x inside the exponential."),
        Mistake("`beta` stands outside", _sigmoid_beta_outside,
                "`beta` makes the curve steeper, not higher: it belongs to x, in the exponent."),
        Mistake("one yes or no is asked of a whole array", _sigmoid_with_if,
                "`if`, `and` and Python's `max` want one answer, and an array has one for each "
                "entry; choose with `np.where`."),
        Mistake("the absolute value is not undone for negative inputs", _sigmoid_decay_everywhere,
                "With `abs` alone the curve is the same on both sides. For z < 0 the numerator is "
                "the decay, not 1."),
    ],
    [
        "Only a large positive argument makes `exp` overflow. Which argument is never positive?",
        "`decay = np.exp(-np.abs(beta * x))`. For positive totals the result is `1 / (1 + decay)`.",
        "For negative totals multiply numerator and denominator of `1 / (1 + exp(-z))` by "
        "`exp(z)`: `decay / (1 + decay)`.",
    ],
    observe=_without_warnings(sigmoid_reference),
    example="""\
>>> sigmoid(np.array([-2.0, 0.0, 2.0])).round(3)
array([0.119, 0.5  , 0.881])
>>> sigmoid(np.array([-1000.0, 1000.0]))
array([0., 1.])""",
)


def sigmoid_slope_reference(x, beta=1.0):
    s = sigmoid_reference(x, beta)
    return beta * s * (1 - s)


def _slope_with_x(x, beta=1.0):
    return beta * x * (1 - x)


def _slope_with_x_without_beta(x, beta=1.0):
    return x * (1 - x)


def _slope_without_beta(x, beta=1.0):
    return sigmoid_slope_reference(x, beta) / beta


def _slope_beta_squared(x, beta=1.0):
    return beta * sigmoid_slope_reference(x, beta)


def _slope_of_tanh(x, beta=1.0):
    return beta * (1 - sigmoid_reference(x, beta) ** 2)


def _slope_half_done(x, beta=1.0):
    return beta * (1 - sigmoid_reference(x, beta))


def _slope_by_quotient_rule(x, beta=1.0):
    return beta * np.exp(-beta * x) / (1 + np.exp(-beta * x)) ** 2


def _slope_by_cosh(x, beta=1.0):
    return beta / (2 * np.cosh(beta * x / 2)) ** 2


sigmoid_slope = Exercise(
    "The slope of the logistic function",
    sigmoid_slope_reference,
    lambda rng: [*((x, 1.0) for (x,) in _plain_cases(rng)), (rng.normal(size=(2, 4)), 3.0),
                 (rng.normal(size=5), 0.5), (rng.normal(size=4),), (rng.normal(size=3), -2.0),
                 (EXTREMES, 2.5), (EXTREMES, -2.5)],
    [
        Mistake("`x` stands where `s(x)` belongs", _slope_with_x,
                "The formula takes the function's *output* s, which lies between 0 and 1: first "
                "compute `s = sigmoid(x, beta)`."),
        Mistake("`x` stands where `s(x)` belongs and `beta` is forgotten",
                _slope_with_x_without_beta,
                "First compute `s = sigmoid(x, beta)`; then the slope is `beta * s * (1 - s)`."),
        Mistake("`beta` is forgotten", _slope_without_beta,
                "The chain rule: x is multiplied by `beta` inside, so the slope is multiplied by "
                "`beta` outside."),
        Mistake("`beta` counts twice", _slope_beta_squared,
                "The inner derivative is `beta`, once."),
        Mistake("s is squared, as in the slope of tanh", _slope_of_tanh,
                "`1 - t^2` is the slope of tanh; here it is `s * (1 - s)`."),
        Mistake("the factor s is missing", _slope_half_done,
                "The slope must go to 0 on both sides; `1 - s` does so only on the right."),
        Mistake("infinity is divided by infinity far from 0", _slope_by_quotient_rule,
                "What the quotient rule gives is right on paper, but where `exp` overflows it is "
                "infinity / infinity, which is nan. Written with the output s it needs no new "
                "exponential."),
        Mistake("the values are right, but `cosh` or `exp` overflows", _slope_by_cosh,
                "A division by infinity gives the right 0, and NumPy warns of the infinity. "
                "Written with the output s the slope needs no new exponential."),
    ],
    [
        "Use your `sigmoid`: `s = sigmoid(x, beta)`.",
        "With s in hand the slope is one product of three factors.",
    ],
    observe=_without_warnings(sigmoid_slope_reference),
    example="""\
>>> sigmoid_slope(np.array([-2.0, 0.0, 2.0])).round(3)
array([0.105, 0.25 , 0.105])
>>> sigmoid_slope(np.array([0.0]), beta=4.0)
array([1.])""",
)


# --- tanh ------------------------------------------------------------------------------------

def tanh_slope_reference(x):
    return 1 - np.tanh(x) ** 2


def _tanh_slope_by_cosh(x):
    return 1 / np.cosh(x) ** 2


tanh_slope = Exercise(
    "The slope of tanh",
    tanh_slope_reference,
    _plain_cases,
    [
        Mistake("`x` stands where `tanh(x)` belongs", lambda x: 1 - x**2,
                "The formula takes the output: 1 minus the square of `tanh(x)`."),
        Mistake("the square is forgotten", lambda x: 1 - np.tanh(x),
                "The slope is symmetric and 0 on both sides; without the square it is 2 on the "
                "left."),
        Mistake("it is the formula of the logistic function", lambda x: np.tanh(x)
                * (1 - np.tanh(x)),
                "`s (1 - s)` belongs to the logistic function; for `t = tanh(x)` it is `1 - t^2`."),
        Mistake("the sign is wrong", lambda x: 1 + np.tanh(x) ** 2,
                "The slope is largest at 0, where it is 1, and falls from there."),
        Mistake("the function itself is returned", np.tanh,
                "That is tanh; its slope is `1 - tanh(x)^2`."),
        Mistake("the values are right, but `cosh` or `exp` overflows", _tanh_slope_by_cosh,
                "`1 / cosh(x)^2`, for one, is a right formula, and at x = 1000 `cosh` is infinity: "
                "NumPy warns. Use `np.tanh`, which cannot overflow."),
        Mistake("the square of `cosh` is forgotten", lambda x: 1 / np.cosh(x),
                "It is `1 / cosh(x)^2`, and better `1 - tanh(x)^2`, which cannot overflow."),
    ],
    [
        "Let `t = np.tanh(x)`. The slope can be written with t alone.",
        "Section 3 has the formula: 1 minus the square of the output.",
    ],
    observe=_without_warnings(tanh_slope_reference),
    example="""\
>>> tanh_slope(np.array([-1.0, 0.0, 3.0])).round(2)
array([0.42, 1.  , 0.01])""",
)


# --- ReLU and its relatives ------------------------------------------------------------------

def relu_reference(x):
    return np.maximum(x, 0.0)


def _relu_in_place(x):
    x[x < 0] = 0.0
    return x


relu = Exercise(
    "ReLU",
    relu_reference,
    _plain_cases,
    [
        Mistake("the two cases are swapped", lambda x: np.minimum(x, 0.0),
                "Positive totals pass unchanged, negative ones become 0; yours keeps the "
                "negative ones."),
        Mistake("the sign is thrown away", np.abs,
                "Negative totals become 0, they are not turned round."),
        Mistake("the negative half is turned round and kept", lambda x: np.maximum(-x, 0.0),
                "This is ReLU of -x: positive totals should pass, not negative ones."),
        Mistake("one yes or no is asked of a whole array", lambda x: max(x, 0.0),
                "`if` and Python's `max` want one answer, and an array has one for each entry; "
                "`np.maximum` compares entry by entry."),
        Mistake("`np.max` stands where `np.maximum` belongs", lambda x: max(np.max(x), 0.0),
                "`np.max` gives one number, the largest entry; `np.maximum` compares entry by "
                "entry."),
        Mistake("the answer is only 0 or 1", lambda x: (x > 0).astype(float),
                "That is a threshold (and ReLU's slope). Positive totals pass with their value."),
        Mistake("the inputs are changed in place", _relu_in_place,
                "The caller still needs the totals, for the slope. Make a new array."),
    ],
    [
        "For every entry take the larger of two numbers.",
        "`np.maximum(a, b)` compares entry by entry.",
    ],
    example="""\
>>> relu(np.array([-1.0, 0.0, 2.0]))
array([0., 0., 2.])""",
)


def relu_slope_reference(x):
    return np.where(x > 0, 1.0, 0.0)


relu_slope = Exercise(
    "The slope of ReLU",
    relu_slope_reference,
    _plain_cases,
    [
        Mistake("it is the slope of the wrong side", lambda x: np.where(x < 0, 1.0, 0.0),
                "On the right ReLU is x itself, with slope 1; on the left it is 0, with slope 0."),
        Mistake("the function itself is returned", relu_reference,
                "That is ReLU. Its slope says how fast it rises: 1 or 0."),
        Mistake("the slope at exactly 0 is 1", lambda x: np.where(x >= 0, 1.0, 0.0),
                "At the corner there is no derivative, so we must agree on one: this course (and "
                "PyTorch) takes 0."),
        Mistake("the slope at exactly 0 is one half", lambda x: np.heaviside(x, 0.5),
                "One half is a sensible choice at the corner, but we agree on 0, as PyTorch does."),
        Mistake("the answers stay `True` and `False`", lambda x: x > 0,
                "A slope is a number, and `1 - slope` fails for `True`. Turn it into 1.0 and 0.0."),
        Mistake("it is the slope of the absolute value", np.sign,
                "ReLU is flat on the left: its slope there is 0, not -1."),
        Mistake("the slope is 1 everywhere", np.ones_like,
                "Left of 0 ReLU does not change when x does."),
    ],
    [
        "Look at the graph: what is its slope on the right, and what on the left?",
        "`np.where(condition, value_if_true, value_if_false)` chooses entry by entry; at exactly 0 "
        "we agree on the slope 0.",
    ],
    observe=_numbers_as_floats,
    example="""\
>>> relu_slope(np.array([-3.0, 0.0, 2.0]))
array([0., 0., 1.])""",
)


def leaky_relu_reference(x, alpha=0.01):
    return np.where(x > 0, x, alpha * x)


leaky_relu = Exercise(
    "Leaky ReLU",
    leaky_relu_reference,
    lambda rng: [*((x, 0.01) for (x,) in _plain_cases(rng)), (rng.normal(size=(2, 3)), 0.3),
                 (rng.normal(size=5), 0.1), (np.array([-2.0, -0.5, 1.0]),)],
    [
        Mistake("the two cases are swapped", lambda x, alpha=0.01: np.where(x > 0, alpha * x, x),
                "The leak is on the negative side; positive totals pass unchanged."),
        Mistake("`alpha` itself is returned on the left",
                lambda x, alpha=0.01: np.where(x > 0, x, alpha),
                "`alpha` is a slope: on the left the result is `alpha` times x."),
        Mistake("the sign on the left is wrong",
                lambda x, alpha=0.01: np.where(x > 0, x, -alpha * x),
                "On the left x is negative, and a little of it leaks through: `alpha * x`."),
        Mistake("nothing leaks", lambda x, alpha=0.01: np.maximum(x, 0.0),
                "That is plain ReLU; negative totals must give `alpha * x`."),
        Mistake("`alpha` is always 0.01", lambda x, alpha=0.01: np.where(x > 0, x, 0.01 * x),
                "0.01 is only the usual value; use the argument `alpha`."),
        Mistake("x is divided by `alpha`", lambda x, alpha=0.01: np.where(x > 0, x, x / alpha),
                "`alpha` is the slope on the left, so it multiplies."),
        Mistake("the leak is added on both sides",
                lambda x, alpha=0.01: np.maximum(x, 0.0) + alpha * x,
                "For positive totals this is `(1 + alpha) x`; the leak belongs to the negative "
                "side alone."),
    ],
    [
        "Two cases again: x on the right, a small multiple of x on the left.",
        "`np.where(x > 0, ..., ...)` chooses entry by entry.",
    ],
    example="""\
>>> leaky_relu(np.array([-2.0, 0.0, 2.0]), alpha=0.1)
array([-0.2,  0. ,  2. ])""",
    extra=True,
)


# --- softplus --------------------------------------------------------------------------------

def softplus_reference(x):
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _softplus_both_branches(x):
    return np.where(x > 30, x, np.log1p(np.exp(x)))


softplus = Exercise(
    "A softplus that cannot overflow",
    softplus_reference,
    _plain_cases,
    [
        Mistake("the formula is typed in as it stands", lambda x: np.log(1 + np.exp(x)),
                "`exp(1000)` is infinity. Take x out first: `log(1 + e^x) = x + log(1 + e^-x)` for "
                "positive x."),
        Mistake("`log1p` is there, but `exp` still overflows", lambda x: np.log1p(np.exp(x)),
                "`log1p` saves the left end; for the right end take x out of the logarithm first."),
        Mistake("`log(1 + ...)` stands where `log1p` belongs",
                lambda x: np.maximum(x, 0.0) + np.log(1 + np.exp(-np.abs(x))),
                "The right end is safe now. At x = -40 the sum `1 + e^-40` rounds to 1 and its "
                "logarithm to 0; `log1p` keeps the small part."),
        Mistake("the values are right, but `exp` overflows on the way", _softplus_both_branches,
                "`np.where`, for one, computes both of its formulas for every entry and then "
                "chooses, so NumPy warns. `exp` of minus the absolute value cannot overflow."),
        Mistake("the maximum is missing", lambda x: np.log1p(np.exp(-np.abs(x))),
                "For positive x the part x was taken out of the logarithm; add it back with "
                "`np.maximum(x, 0)`."),
        Mistake("the absolute value is missing",
                lambda x: np.maximum(x, 0.0) + np.log1p(np.exp(-x)),
                "For negative x the exponent -x is positive, so it is wrong there and can "
                "overflow."),
        Mistake("x is added on both sides", lambda x: x + np.log1p(np.exp(-np.abs(x))),
                "Only for positive x is x taken out of the logarithm: add `np.maximum(x, 0)`."),
        Mistake("the slope is returned", sigmoid_reference,
                "The logistic function is softplus's slope."),
    ],
    [
        "For x > 0: `log(1 + e^x) = log(e^x (e^-x + 1)) = x + log(1 + e^-x)`.",
        "Both sides in one: the exponent is `-abs(x)`, and what was taken out is `max(x, 0)`.",
        "`np.log1p(small)` is `log(1 + small)` without losing the small part.",
    ],
    observe=_without_warnings(softplus_reference),
    tolerance=RELATIVE,
    example="""\
>>> softplus(np.array([-2.0, 0.0, 2.0])).round(3)
array([0.127, 0.693, 2.127])
>>> softplus(np.array([-40.0, 1000.0]))
array([4.24835426e-18, 1.00000000e+03])""",
    extra=True,
)


# --- questions and predictions ---------------------------------------------------------------

find_the_mistake = Question(
    "Find the mistake: a logistic neuron that gets worse",
    {
        "a": "the learning rate is too large",
        "b": "the slope is computed from the total instead of from the answer",
        "c": "the slope must not be in the update at all",
        "d": "a logistic neuron cannot do OR",
    },
    "b",
    {
        "a": "With the right slope the same rate learns OR from every start. Here the direction "
             "is wrong, not the size.",
        "b": "s' = s (1 - s) takes the answer s. With a total of 3 the line computes 3 (1 - 3) = "
             "-6: the wrong sign, and far too large.",
        "c": "The chain rule puts it there: when the curve is flat, a change of the total hardly "
             "changes the answer.",
        "d": "A threshold neuron does OR, and a steep logistic one is nearly a threshold.",
    },
    ["Which sign can a slope of a rising curve never have?",
     "Put a total of 3 into each line of the loop."],
)

swapped_in_hidden_layer = Question(
    "What swapped cases cost in a hidden layer",
    {
        "a": "nothing: the error is the same when the output weights are fitted anew",
        "b": "the error roughly doubles",
        "c": "the network can no longer follow the curve at all",
    },
    "a",
    {
        "a": "`min(z, 0) = -max(-z, 0)`: a swapped unit is a ReLU unit with all signs turned, and "
             "random weights have no preferred sign.",
        "b": "Half of each input's units are silent either way, only the other half.",
        "c": "It has as many corners as before, at the same places.",
    },
    ["Write `min(z, 0)` with `max`. What happens to the signs?"],
    extra=True,
)

ten_logistic_layers = Prediction(
    "The gradient behind ten logistic layers",
    "times smaller",
    within=10.0,
    mistakes=[
        Guess("losses add up", lambda guess, measured: 1 < guess <= 100,
              "The chain rule multiplies: ten factors of about a quarter are not ten times a "
              "quarter.", 40.0),
        Guess("the gradient arrives unharmed", lambda guess, measured: guess <= 1,
              "Each layer multiplies the gradient by slopes of at most a quarter.", 1.0),
    ],
    lesson="Every layer multiplies by slopes of at most 1/4, and 4 to the power 10 is about a "
           "million.",
    reference=2.0e6,
    hints=["What is the largest slope of the logistic function?",
           "One such factor for each layer, multiplied."],
)

dead_unit = Question(
    "Why a dead unit stays dead",
    {
        "a": "its weights have become 0",
        "b": "its slope is 0 for every sample, so every step is 0",
        "c": "the learning rate is too small to bring it back",
        "d": "its output is 0, and a unit must fire to be heard",
    },
    "b",
    {
        "a": "Its weights can be large; it is the totals that are negative for every sample.",
        "b": "The step is miss times slope times input, and the slope is 0 in every product.",
        "c": "Any rate times 0 is 0.",
        "d": "A silent output alone would not matter: leaky units are nearly silent, and their "
             "small slope still brings them back.",
    },
    ["Write down the step for one sample, and look at each factor."],
)

TASKS = name_tasks(globals())
