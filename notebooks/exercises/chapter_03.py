"""Exercises of chapter 03: layers and universal approximation."""

from __future__ import annotations

import numpy as np

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks
from notebooks.exercises.entries import by_name

# --- one layer -------------------------------------------------------------------------------

def layer_reference(inputs, weights, biases):
    return inputs @ weights + biases                     # (N, D) @ (D, H) + (H,) -> (N, H)


def _layer_cases(rng):
    """Square cases tell a transposed matrix, the others a matrix that does not fit."""
    sizes = [(3, 3, 3), (2, 2, 2), (4, 2, 3), (1, 3, 2), (5, 4, 1)]
    return [(rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h))
            for n, d, h in sizes]


layer = Exercise(
    "A layer of neurons",
    layer_reference,
    _layer_cases,
    [
        Mistake("the biases are forgotten", lambda inputs, weights, biases: inputs @ weights,
                "Each neuron has a bias of its own; NumPy adds the row of biases to every sample."),
        Mistake("the weights are transposed",
                lambda inputs, weights, biases: inputs @ weights.T + biases,
                "Here each *column* of the weights, shape `(D, H)`, is a neuron, so that "
                "`(N, D) @ (D, H)` fits as it is."),
        Mistake("the biases belong to the samples",
                lambda inputs, weights, biases: inputs @ weights + biases[:, None],
                "As a column the biases go one to each row, so to each sample. One bias belongs "
                "to one neuron, a column of the result."),
        Mistake("the order of the product is turned round",
                lambda inputs, weights, biases: weights @ inputs + biases,
                "Samples are rows and stay rows: inputs come first, `(N, D) @ (D, H)`."),
        Mistake("the activation is already applied",
                lambda inputs, weights, biases: np.maximum(inputs @ weights + biases, 0.0),
                "This function returns the totals; the activation comes afterwards."),
        Mistake("the threshold is already applied",
                lambda inputs, weights, biases: (inputs @ weights + biases >= 0).astype(float),
                "This function returns the totals; the activation comes afterwards."),
    ],
    [
        "For one neuron it was `inputs @ weights + bias`. What changes when the weights get a "
        "second axis?",
        "`(N, D) @ (D, H)` gives `(N, H)`, and adding biases of shape `(H,)` adds one to each "
        "column.",
    ],
    example="""\
>>> weights = np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 1.0]])   # 2 inputs, 3 neurons
>>> layer(np.array([[1.0, 2.0]]), weights, np.array([0.5, 0.0, -1.0]))
array([[1.5, 2. , 4. ]])""",
)

parameter_count = Prediction(
    "How many numbers are in a 784-200-200-10 network?",
    "",
    within=1.0001,
    mistakes=[
        Guess("neurons are counted", lambda guess, measured: guess in (410, 1194),
              "That is the number of neurons. Every neuron has one weight for each of its inputs.",
              1194),
        Guess("the biases are forgotten", lambda guess, measured: guess == measured - 410,
              "Nearly: each of the 410 neurons also has a bias.", 198_800),
        Guess("the input gets biases too",
              lambda guess, measured: guess == measured + 784,
              "The inputs are not neurons; they have no bias.", 199_994),
        Guess("all sizes are multiplied", lambda guess, measured: guess > 1e7,
              "Only neighbouring layers are connected: one product for each gap, and then a sum.",
              313_600_000),
    ],
    lesson="Each layer has (inputs times neurons) weights and one bias for each neuron; the first "
           "layer has most of them.",
    reference=199_210,
    hints=["From 784 inputs to 200 neurons there are `784 * 200` weights and 200 biases.",
           "Do the same for the other two gaps and add up."],
)


# --- two linear layers -----------------------------------------------------------------------

def collapse_reference(weights_1, biases_1, weights_2, biases_2):
    return weights_1 @ weights_2, biases_1 @ weights_2 + biases_2


def _collapse_cases(rng):
    sizes = [(3, 3, 3), (2, 2, 2), (2, 3, 4), (3, 1, 2), (4, 5, 1)]
    return [(rng.normal(size=(d, h)), rng.normal(size=h), rng.normal(size=(h, c)),
             rng.normal(size=c)) for d, h, c in sizes]


collapse = Exercise(
    "Two linear layers in one",
    collapse_reference,
    _collapse_cases,
    [
        Mistake("the matrices are multiplied in the wrong order",
                lambda w_1, b_1, w_2, b_2: (w_2 @ w_1, b_1 @ w_2 + b_2),
                "Inputs stand on the left: `(x W1) W2 = x (W1 W2)`, the first layer first."),
        Mistake("the first biases skip the second layer",
                lambda w_1, b_1, w_2, b_2: (w_1 @ w_2, b_1 + b_2),
                "The first biases are part of what the second layer reads, so they go through "
                "its weights: `b1 W2 + b2`."),
        Mistake("the first biases are lost", lambda w_1, b_1, w_2, b_2: (w_1 @ w_2, b_2),
                "Multiply out `(x W1 + b1) W2 + b2`: the term `b1 W2` remains."),
        Mistake("the second biases are lost", lambda w_1, b_1, w_2, b_2: (w_1 @ w_2, b_1 @ w_2),
                "The second layer adds its own biases at the end."),
        Mistake("an axis of length C meets one of length H",
                lambda w_1, b_1, w_2, b_2: (w_1 @ w_2, w_2 @ b_1 + b_2),
                "`W2` has shape (H, C), so an H must stand on its left. `b1` is a row like one "
                "sample of hidden values: `b1 W2`."),
        Mistake("the matrices are multiplied entry by entry",
                lambda w_1, b_1, w_2, b_2: (w_1 * w_2, b_1 @ w_2 + b_2),
                "`*` multiplies entry by entry; the product of two layers is `@`."),
    ],
    [
        "Write `(x W1 + b1) W2 + b2` and multiply out.",
        "What stands behind x is the new matrix; all the rest is the new bias.",
    ],
    observe=lambda candidate, *case: by_name(candidate(*case), "the weights", "the biases"),
    example="""\
>>> collapse(np.array([[2.0]]), np.array([1.0]), np.array([[3.0]]), np.array([0.5]))
(array([[6.]]), array([3.5]))
>>> 3.0 * (2.0 * 10.0 + 1.0) + 0.5, 6.0 * 10.0 + 3.5     # both ways for the input 10
(63.5, 63.5)""",
)


# --- weights for XOR -------------------------------------------------------------------------

_TABLE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _network_fires(parameters, row):
    """The answer, 0 or 1, of a 2-2-1 threshold network for one row of the table."""
    hidden_weights, hidden_biases, output_weights, output_bias = (
        np.asarray(part, dtype=float) for part in parameters
    )
    shapes = [hidden_weights.shape, hidden_biases.shape, output_weights.shape, output_bias.shape]
    if shapes != [(2, 2), (2,), (2,), ()]:
        raise ValueError(
            f"the four parts have the shapes {shapes}; expected are (2, 2) for the hidden weights, "
            "(2,) for the hidden biases, (2,) for the output weights, () for the output bias"
        )
    hidden = (row @ hidden_weights + hidden_biases >= 0).astype(float)
    return int(hidden @ output_weights + output_bias >= 0)


_OR_AND_NAND = ((1.0, -1.0), (1.0, -1.0)), (-0.5, 1.5)       # columns: OR, NAND

xor_parameters = Exercise(
    "Weights for XOR",
    (*_OR_AND_NAND, (1.0, 1.0), -1.5),
    lambda rng: [(row,) for row in _TABLE],
    [
        Mistake("the network is its opposite, which is 1 when both inputs are equal",
                (*_OR_AND_NAND, (-1.0, -1.0), 1.5),
                "The right rows are told apart, with the answers turned round. Change the signs "
                "of the output neuron's weights and bias."),
        Mistake("the network is OR", (*_OR_AND_NAND, (1.0, 0.0), -0.5),
                "(1, 1) must be held back: a hidden neuron that is off there, such as NAND, has to "
                "have a say."),
        Mistake("the network is NAND", (*_OR_AND_NAND, (0.0, 1.0), -0.5),
                "(0, 0) must be held back: a hidden neuron that is off there, such as OR, has to "
                "have a say."),
        Mistake("the network is AND", (((1.0, 1.0), (1.0, 1.0)), (-1.5, -1.5), (1.0, 1.0), -0.5),
                "It fires only for (1, 1). Which two lines have (0, 1) and (1, 0) between them?"),
        Mistake("the network is NOR", (((-1.0, -1.0), (-1.0, -1.0)), (0.5, 0.5), (1.0, 1.0), -0.5),
                "It fires only for (0, 0). Which two lines have (0, 1) and (1, 0) between them?"),
        Mistake("the network always fires", (*_OR_AND_NAND, (1.0, 1.0), -0.5),
                "The output's total is at least 0 on every row. OR and NAND fire together on the "
                "two right rows only, so let the output want both: lower its bias."),
        Mistake("the network never fires", (*_OR_AND_NAND, (1.0, 1.0), -2.5),
                "The output's total is below 0 on every row. Two hidden neurons with weights of 1 "
                "give 2 at most: is the output's bias too low?"),
        Mistake("it fires for (1, 0) alone",
                (((1.0, 1.0), (-1.0, -1.0)), (-0.5, 1.5), (1.0, 1.0), -1.5),
                "(0, 1) has to fire too. Are rows and columns of your hidden weights exchanged? "
                "Each *column* is one neuron: for OR and NAND 1, 1 and -1, -1."),
        Mistake("it fires for (0, 1) alone",
                (((-1.0, -1.0), (1.0, 1.0)), (-0.5, 1.5), (1.0, 1.0), -1.5),
                "(1, 0) has to fire too. Are rows and columns of your hidden weights exchanged? "
                "Each *column* is one neuron."),
    ],
    [
        "Chapter 01 ended with two lines: OR is wrong only at (1, 1), NAND only at (0, 0).",
        "Let the two hidden neurons be OR and NAND, one column of weights each, and the output "
        "neuron AND.",
        "OR has the weights 1, 1 and the bias -0.5, AND 1, 1 and -1.5. NAND is AND with all three "
        "signs turned round.",
    ],
    observe=_network_fires,
    example="""\
>>> rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
>>> [int(1 * x_1 + 1 * x_2 - 0.5 >= 0) for x_1, x_2 in rows]      # OR, the first hidden neuron
[0, 1, 1, 1]""",
)


# --- bumps -----------------------------------------------------------------------------------

def sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2


def bump_reference(x, left, right, height, beta):
    return height * (sigmoid(beta * (x - left)) - sigmoid(beta * (x - right)))


def _bump_added(x, left, right, height, beta):
    return height * (sigmoid(beta * (x - left)) + sigmoid(beta * (x - right)))


def _bump_upside_down(x, left, right, height, beta):
    return bump_reference(x, right, left, height, beta)


def _bump_without_height(x, left, right, height, beta):
    return bump_reference(x, left, right, 1.0, beta)


def _bump_half_height(x, left, right, height, beta):
    return height * sigmoid(beta * (x - left)) - sigmoid(beta * (x - right))


def _bump_beta_not_at_edge(x, left, right, height, beta):
    return height * (sigmoid(beta * x - left) - sigmoid(beta * x - right))


def _bump_without_beta(x, left, right, height, beta):
    return bump_reference(x, left, right, height, 1.0)


def _bump_multiplied(x, left, right, height, beta):
    return height * sigmoid(beta * (x - left)) * sigmoid(beta * (right - x))


def _bump_one_step(x, left, right, height, beta):
    return height * sigmoid(beta * (x - left))


def _bump_height_inside(x, left, right, height, beta):
    return sigmoid(height * beta * (x - left)) - sigmoid(height * beta * (x - right))


def _bump_with_threshold(x, left, right, height, beta):
    return height * ((x >= left).astype(float) - (x >= right).astype(float))


bump = Exercise(
    "A bump from two neurons",
    bump_reference,
    lambda rng: [
        (rng.normal(size=7), -0.4, 0.7, 1.5, 3.0), (rng.normal(size=5), 0.2, 1.0, -0.8, 8.0),
        (np.linspace(-1, 1, 9), -0.5, 0.25, 2.0, 20.0), (rng.normal(size=(2, 3)), -1.0, 1.0, 0.5,
                                                         1.5),
    ],
    [
        Mistake("the two steps are added", _bump_added,
                "Two steps up make a staircase. The second one must take back what the first "
                "gave: subtract it."),
        Mistake("the edges are exchanged, or the signs", _bump_upside_down,
                "The bump hangs down: the step up belongs to the left edge, the step down to the "
                "right one."),
        Mistake("the height is forgotten", _bump_without_height,
                "The output weights are `+height` and `-height`."),
        Mistake("the height multiplies the first step only", _bump_half_height,
                "Put the difference in brackets; otherwise the second step takes back 1, whatever "
                "the height."),
        Mistake("`beta` does not multiply the edge", _bump_beta_not_at_edge,
                "`beta * x - left` puts the step at `left / beta`. It should be at `left`: "
                "`beta * (x - left)`."),
        Mistake("`beta` is forgotten", _bump_without_beta,
                "Without the steepness the steps are so gentle that they run into each other."),
        Mistake("the two steps are multiplied", _bump_multiplied,
                "It looks much the same, but an output neuron can only weigh and add; it cannot "
                "multiply two hidden values."),
        Mistake("the second step is missing", _bump_one_step,
                "What goes up at the left edge has to come down at the right one."),
        Mistake("the height stands inside the sigmoid", _bump_height_inside,
                "Inside it only makes the steps steeper; it belongs outside."),
        Mistake("the steps are thresholds", _bump_with_threshold,
                "That is the limit of infinite steepness; here use `sigmoid` with the given "
                "`beta`."),
    ],
    [
        "`sigmoid(beta * (x - left))` is a step up at `left`.",
        "Take the same step at `right` away from it, and multiply the difference by the height.",
    ],
    example="""\
>>> bump(np.array([-3.0, 0.0, 1.0, 5.0]), left=0.0, right=2.0, height=4.0, beta=50.0).round(3)
array([0., 2., 4., 0.])""",
)


# --- hinges ----------------------------------------------------------------------------------

def hinge_weights_reference(knots, values):
    slopes = np.diff(values) / np.diff(knots)            # one slope for each piece
    return np.diff(slopes, prepend=0.0)                  # each hinge adds the change of slope


def _hinge_first_slope_lost(knots, values):
    slopes = np.diff(values) / np.diff(knots)
    return np.diff(slopes, prepend=slopes[0])


def _hinge_even_knots(knots, values):
    return np.diff(np.diff(values) / (knots[1] - knots[0]), prepend=0.0)


hinge_weights = Exercise(
    "Output weights of the hinges",
    hinge_weights_reference,
    lambda rng: [
        (np.array([0.0, 1.0, 3.0, 3.5]), np.array([2.0, 1.0, 4.0, 4.0])),
        (np.sort(rng.normal(size=6)), rng.normal(size=6)),
        (np.linspace(-2, 2, 9), rng.normal(size=9)),
        (np.array([-1.0, 0.5]), np.array([3.0, -2.0])),
    ],
    [
        Mistake("the slopes stand where their changes belong",
                lambda knots, values: np.diff(values) / np.diff(knots),
                "All hinges further left are still rising, so a new one adds only the *change* of "
                "slope."),
        Mistake("the distances between the knots are forgotten",
                lambda knots, values: np.diff(np.diff(values), prepend=0.0),
                "A slope is the difference in height divided by the distance."),
        Mistake("the first slope is lost", _hinge_first_slope_lost,
                "Before the first hinge the slope is 0, so the first change is the whole first "
                "slope."),
        Mistake("all knots are taken to be equally far apart", _hinge_even_knots,
                "Divide each difference in height by its own distance: `np.diff(knots)`."),
        Mistake("the values themselves are returned", lambda knots, values: values[:-1],
                "A hinge does not know heights; its weight is a change of slope."),
        Mistake("the changes have the wrong sign",
                lambda knots, values: -hinge_weights_reference(knots, values),
                "A curve that begins to rise more steeply needs a positive weight: new slope "
                "minus old slope."),
        Mistake("the first change is missing altogether",
                lambda knots, values: np.diff(np.diff(values) / np.diff(knots)),
                "There is one weight for each piece; `np.diff` of the slopes gives one fewer. The "
                "first is the first slope itself."),
    ],
    [
        "The slope of a piece: difference of its two values, divided by the difference of its two "
        "knots. `np.diff` gives such differences.",
        "The first weight is the first slope; every further one is a slope minus the one before.",
        "`np.diff(slopes, prepend=0.0)` does both.",
    ],
    example="""\
>>> hinge_weights(np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 2.0]))    # slopes 2 and 0
array([ 2., -2.])""",
    extra=True,
)


# --- questions and predictions ---------------------------------------------------------------

find_the_mistake = Question(
    "Find the mistake: a network that draws only straight lines",
    {
        "a": "there are too few hidden neurons",
        "b": "the hidden weights are random and not trained",
        "c": "the activation is missing",
        "d": "least squares is too simple for a curve",
    },
    "c",
    {
        "a": "With a thousand neurons the error is the same to the last digit.",
        "b": "With the same random weights and a ReLU the error falls, as the measurement shows.",
        "c": "Two linear layers are one linear layer, and with one input that is a straight line.",
        "d": "Least squares finds the best output weights there are; the hidden values decide what "
             "they can be good for.",
    },
    ["What is between the first `@` and the second?", "Section 2 has a name for this."],
)

hinge_halving = Prediction(
    "Twice as many hinges",
    "times smaller",
    within=1.2,
    mistakes=[
        Guess("twice the neurons, half the error", lambda guess, measured: 1.8 <= guess <= 2.2,
              "That is how bumps behave. A straight piece follows the slope too, so what is left "
              "is the bend, and it shrinks with the square of the width.", 2.0),
        Guess("the error does not change", lambda guess, measured: guess <= 1.01,
              "More pieces, shorter pieces, smaller misses.", 1.0),
        Guess("every neuron halves the error", lambda guess, measured: guess >= 100,
              "That would be a fall like 2 to the power of H. No fixed grid of pieces does that.",
              1000.0),
    ],
    lesson="Half the width of a piece, a quarter of its miss: the error falls with the square of "
           "the number of hinges.",
    reference=4.0,
    hints=["On one piece of width h the curve bends away from its chord. By how much, in h?",
           "Take the parabola `x^2` from `-h/2` to `h/2`: how far is its lowest point from its "
           "chord?"],
    extra=True,
)

what_is_promised = Question(
    "What does the theorem promise?",
    {
        "a": "training finds the weights",
        "b": "for every tolerance there is a network that keeps to it on the whole box",
        "c": "a network with enough neurons is right everywhere, outside of the box too",
        "d": "a small network is enough",
    },
    "b",
    {
        "a": "It says that such weights exist, and nothing about how to find them.",
        "b": "Tolerance first, then the network, and only on the box.",
        "c": "Outside of the compact set it promises nothing; section 7 looks there.",
        "d": "It says that some number of neurons is enough, not that it is small.",
    },
    ["Look at the order: for every tolerance there exists a number of neurons."],
)

TASKS = name_tasks(globals())
