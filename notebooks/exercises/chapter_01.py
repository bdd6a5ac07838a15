"""Exercises of chapter 01: a single neuron."""

from __future__ import annotations

import numpy as np

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks
from notebooks.exercises.entries import by_name

# --- one neuron, in plain Python -----------------------------------------------------------

def neuron_reference(inputs, weights, bias):
    total = bias
    for value, weight in zip(inputs, weights, strict=True):
        total += weight * value
    return 1 if total >= 0 else 0


def _without_bias(inputs, weights, bias):
    return neuron_reference(inputs, weights, 0.0)


def _strict_threshold(inputs, weights, bias):
    return 1 if sum(w * x for w, x in zip(weights, inputs, strict=True)) + bias > 0 else 0


def _without_activation(inputs, weights, bias):
    return sum(w * x for w, x in zip(weights, inputs, strict=True)) + bias


def _bias_in_every_term(inputs, weights, bias):
    return 1 if sum(w * x + bias for w, x in zip(weights, inputs, strict=True)) >= 0 else 0


def _neuron_cases(rng):
    on_the_line = [([1, 1], [1.0, 1.0], -2.0), ([0, 0, 0], [0.5, 2.0, -1.0], 0.0)]
    bias_decides = [([1, 0], [0.5, 0.5], -0.75), ([0, 1], [-1.0, -1.0], 1.5)]
    bias_once = [([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], -2.0)]
    just_below = [([1.0], [1.0], -1.001)]
    random = [(rng.normal(size=n).tolist(), rng.normal(size=n).tolist(), float(rng.normal()))
              for n in (1, 2, 3, 5, 8) for _ in range(6)]
    return on_the_line + bias_decides + bias_once + just_below + random


neuron = Exercise(
    "One neuron in plain Python",
    neuron_reference,
    _neuron_cases,
    [
        Mistake("the bias is forgotten", _without_bias,
                "The sum of the weighted inputs is not all: add the bias before the threshold."),
        Mistake("`>` stands where `>=` belongs", _strict_threshold,
                "On the border itself, at a total of exactly 0, our neuron fires."),
        Mistake("the activation is forgotten", _without_activation,
                "You return the total; the neuron returns 1 when the total is at least 0, else 0."),
        Mistake("the bias is added once for every input", _bias_in_every_term,
                "There is one bias a neuron; add it to the finished sum."),
    ],
    [
        "Start a running total at the bias and add one product for each input.",
        "`zip(inputs, weights)` walks along both lists at once.",
        "At the end: 1 if the total is at least 0, otherwise 0.",
    ],
    example="""\
>>> neuron([1, 1], [1.0, 1.0], -1.5)    # 1 * 1 + 1 * 1 - 1.5 = 0.5
1
>>> neuron([0, 1], [1.0, 1.0], -1.5)    # 1 - 1.5 = -0.5
0""",
)


# --- a batch of inputs -----------------------------------------------------------------------

def neuron_batch_reference(inputs, weights, bias):
    totals = inputs @ weights + bias                                 # (N, D) @ (D,) -> (N,)
    return (totals >= 0).astype(int)


def _batch_without_bias(inputs, weights, bias):
    return (inputs @ weights >= 0).astype(int)


def _batch_strict(inputs, weights, bias):
    return (inputs @ weights + bias > 0).astype(int)


def _batch_wrong_axis(inputs, weights, bias):
    return ((inputs * weights).sum(axis=0) + bias >= 0).astype(int)


def _batch_booleans(inputs, weights, bias):
    return inputs @ weights + bias >= 0


def _batch_without_activation(inputs, weights, bias):
    return inputs @ weights + bias


def _answers_as_floats(candidate, *case):
    """0 and 1 are right whether they come as whole numbers, of any size, or as floats."""
    result = candidate(*case)
    is_number = isinstance(result, np.ndarray) and result.dtype.kind in "iuf"
    return result.astype(float) if is_number else result


def _batch_cases(rng):
    """Whole numbers first, as the gates of the chapter have them; then shapes of every kind."""
    table = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    gates = [(table, np.array([1, 1]), bias) for bias in (-2.0, -1.001, -0.5)]
    gates.append((table, np.array([-1, -1]), 1.5))
    shapes = [(7, 7), (5, 2), (1, 4), (6, 1), (40, 3)]
    return gates + [(rng.normal(size=shape), rng.normal(size=shape[1]), float(rng.normal()))
                    for shape in shapes]


neuron_batch = Exercise(
    "The neuron on a whole batch",
    neuron_batch_reference,
    _batch_cases,
    [
        Mistake("the bias is forgotten", _batch_without_bias,
                "Add the bias to every total; NumPy spreads one number over all rows."),
        Mistake("`>` stands where `>=` belongs", _batch_strict,
                "At a total of exactly 0 the neuron fires."),
        Mistake("the sum runs along the wrong axis", _batch_wrong_axis,
                "`axis=0` adds the rows together, so samples are mixed; one total belongs to one "
                "row. `inputs @ weights` adds along the right axis."),
        Mistake("the answers stay `True` and `False`", _batch_booleans,
                "A neuron answers with the numbers 1 and 0: add `.astype(int)`."),
        Mistake("the activation is forgotten", _batch_without_activation,
                "You return the totals; the answer is 1 where a total is at least 0, else 0."),
    ],
    [
        "`inputs @ weights` gives one weighted sum for each row.",
        "Compare the totals with 0, then turn `True` and `False` into 1 and 0 with "
        "`.astype(int)`.",
    ],
    observe=_answers_as_floats,
    example="""\
>>> inputs = np.array([[0.0, 1.0], [1.0, 1.0]])
>>> inputs @ np.array([1.0, 1.0]) - 1.5
array([-0.5,  0.5])
>>> neuron_batch(inputs, np.array([1.0, 1.0]), -1.5)
array([0, 1])""",
)


# --- weights for NAND ------------------------------------------------------------------------

_TABLE = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def _fires(parameters, row):
    weights, bias = map(np.asarray, parameters)
    if weights.dtype.kind not in "biuf" or bias.dtype.kind not in "biuf":
        raise TypeError("the weights and the bias must be numbers")
    if weights.shape != (2,) or bias.shape != ():
        raise ValueError("two inputs need a list of two weights, and the bias is one number; yours "
                         f"have the shapes {weights.shape} and {bias.shape}")
    return int(row @ weights + bias >= 0)


nand_parameters = Exercise(
    "Weights for NAND",
    ((-1.0, -1.0), 1.5),
    lambda rng: [(row,) for row in _TABLE],
    [
        Mistake("the gate is AND", ((1.0, 1.0), -1.5),
                "NAND is its opposite: what happens to the answer when all signs change?"),
        Mistake("the gate is OR", ((1.0, 1.0), -0.5),
                "NAND fires on every row but the last, so a larger input must lower the total."),
        Mistake("the gate is NOR", ((-1.0, -1.0), 0.5),
                "It fires on the first row only: one input of 1 already pulls the total below 0."),
        Mistake("the neuron fires on every row", ((0.0, 0.0), 1.0),
                "With both inputs 1 the total must be below 0, and yours is not."),
        Mistake("the neuron never fires", ((-1.0, -1.0), -0.5),
                "With no input at all the total is the bias, so the bias must not be negative."),
        Mistake("only the first input counts", ((-1.0, 0.0), 0.5),
                "This is NOT of the first input; the second one needs a say too."),
        Mistake("only the second input counts", ((0.0, -1.0), 0.5),
                "This is NOT of the second input; the first one needs a say too."),
    ],
    [
        "With both inputs 0 the total is the bias: what sign must it have?",
        "One input alone must not pull the total below 0; both together must.",
        "Take AND's weights and bias and change every sign.",
    ],
    observe=_fires,
    example="""\
>>> weights, bias = np.array([1.0, 1.0]), -1.5     # AND: its totals for the four rows
>>> np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) @ weights + bias
array([-1.5, -0.5, -0.5,  0.5])""",
)


# --- distance to the line --------------------------------------------------------------------

def signed_distance_reference(points, weights, bias):
    return (points @ weights + bias) / np.linalg.norm(weights)      # (N,)


def _not_divided(points, weights, bias):
    return points @ weights + bias


def _divided_by_square(points, weights, bias):
    return (points @ weights + bias) / (weights @ weights)


def _unsigned(points, weights, bias):
    return np.abs(points @ weights + bias) / np.linalg.norm(weights)


def _distance_without_bias(points, weights, bias):
    return points @ weights / np.linalg.norm(weights)


def _bias_in_norm(points, weights, bias):
    return (points @ weights + bias) / np.sqrt(weights @ weights + bias**2)


signed_distance = Exercise(
    "Signed distance to the line",
    signed_distance_reference,
    lambda rng: [
        (rng.normal(size=(count, size)), rng.normal(size=size) * 2, float(rng.normal()))
        for count, size in ((1, 2), (4, 2), (5, 3), (3, 3), (6, 1), (2, 5))
    ],
    [
        Mistake("the total is not divided by the length of the weights", _not_divided,
                "The total grows when the weights grow, a distance does not."),
        Mistake("the total is divided by the squared length", _divided_by_square,
                "`weights @ weights` is the length squared; take its root."),
        Mistake("the sign is thrown away", _unsigned,
                "The sign tells on which side a point lies, and so what the neuron answers."),
        Mistake("the bias is forgotten", _distance_without_bias,
                "Without the bias you measure to the parallel line through the origin."),
        Mistake("the bias is counted in the length", _bias_in_norm,
                "The bias moves the line but does not turn it: only the weights are its normal."),
    ],
    [
        "The total is 0 on the line and grows along the weight vector.",
        "One step of length 1 along the weight vector raises the total by the vector's length.",
        "`np.linalg.norm(weights)` is that length.",
    ],
    example="""\
>>> float(np.linalg.norm([3.0, 4.0]))
5.0
>>> signed_distance(np.array([[1.0, 3.0], [1.0, 0.0]]), np.array([3.0, 4.0]), -5.0)
array([ 2. , -0.4])""",
)


# --- the delta rule --------------------------------------------------------------------------

def delta_step_reference(weights, bias, inputs, target, learning_rate):
    output = float(inputs @ weights + bias >= 0)
    error = target - output
    return weights + learning_rate * error * inputs, bias + learning_rate * error


def _delta_wrong_sign(weights, bias, inputs, target, learning_rate):
    new_weights, new_bias = delta_step_reference(weights, bias, inputs, target, learning_rate)
    return 2 * weights - new_weights, 2 * bias - new_bias


def _delta_without_bias(weights, bias, inputs, target, learning_rate):
    return delta_step_reference(weights, bias, inputs, target, learning_rate)[0], bias


def _delta_with_target(weights, bias, inputs, target, learning_rate):
    return weights + learning_rate * target * inputs, bias + learning_rate * target


def _delta_without_rate(weights, bias, inputs, target, learning_rate):
    return delta_step_reference(weights, bias, inputs, target, 1.0)


def _delta_without_threshold(weights, bias, inputs, target, learning_rate):
    error = target - (inputs @ weights + bias)
    return weights + learning_rate * error * inputs, bias + learning_rate * error


def _delta_strict(weights, bias, inputs, target, learning_rate):
    error = target - float(inputs @ weights + bias > 0)
    return weights + learning_rate * error * inputs, bias + learning_rate * error


def _delta_in_place(weights, bias, inputs, target, learning_rate):
    error = target - float(inputs @ weights + bias >= 0)
    weights += learning_rate * error * inputs
    return weights, bias + learning_rate * error


def _delta_cases(rng):
    """Rows of a truth table, then any numbers; a total of exactly 0 and one just below."""
    rows = [np.array(row) for row in ([1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0])]
    rows += [rng.normal(size=size) for size in (1, 2, 3, 5) for _ in range(3)]
    cases = [(rng.normal(size=len(row)), float(rng.normal()), row, target, rate)
             for row in rows for target, rate in ((0, 0.25), (1, 0.6), (0, 0.1), (1, 2.0))]
    near_the_line = [(np.array([0.5, -0.5]), bias, np.array([1.0, 1.0]), target, 0.25)
                     for bias in (0.0, -0.001) for target in (0, 1)]
    whole_numbers = [(np.array([-3.0, -2.0]), 2.0, np.array([1.0, 1.0]), 0, 0.25)]
    return cases + near_the_line + whole_numbers


delta_step = Exercise(
    "One step of the delta rule",
    delta_step_reference,
    _delta_cases,
    [
        Mistake("the sign is wrong", _delta_wrong_sign,
                "The error is `target - output`. When the neuron should have fired and did not, "
                "the weights of its active inputs must grow."),
        Mistake("the bias does not learn", _delta_without_bias,
                "The bias is a weight whose input is always 1: it takes the same step."),
        Mistake("the target stands where the error belongs", _delta_with_target,
                "A row that is already right has error 0 and must change nothing."),
        Mistake("the learning rate is forgotten", _delta_without_rate,
                "Every change is multiplied by the learning rate."),
        Mistake("the error is taken before the threshold", _delta_without_threshold,
                "Compare the target with what the neuron answered, 0 or 1. (With the bare total it "
                "is the Widrow-Hoff rule, which chapter 04 meets again as a gradient.)"),
        Mistake("`>` stands where `>=` belongs", _delta_strict,
                "At a total of exactly 0 the neuron fires, so its output there is 1."),
        Mistake("the weights are changed in place", _delta_in_place,
                "`weights += ...` also changes the caller's array. Write `weights + ...` instead."),
    ],
    [
        "First compute what the neuron answers for these inputs, 0 or 1.",
        "`error = target - output` is -1, 0 or 1.",
        "Each weight changes by `learning_rate * error` times its input; the bias by "
        "`learning_rate * error`.",
    ],
    observe=lambda candidate, *case: by_name(candidate(*case), "the new weights", "the new bias"),
    example="""\
>>> inputs = np.array([1.0, 0.0])    # 0.5 * 1 - 1 < 0: it answers 0, so the error is 1
>>> delta_step(np.array([0.5, 0.5]), -1.0, inputs, target=1, learning_rate=0.25)
(array([0.75, 0.5 ]), -0.75)""",
)


# --- questions -------------------------------------------------------------------------------

doubled = Question(
    "Everything doubled",
    {
        "a": "the line moves away from the origin",
        "b": "nothing about its answers or its line changes",
        "c": "the neuron fires for more inputs",
    },
    "b",
    {
        "a": "The line is where the total is 0, and 2 times 0 is still 0: it stays.",
        "b": "The total doubles everywhere, but its sign, and so the answer, stays the same. That "
             "is why a distance must be divided by the length of the weights.",
        "c": "It fires where the total is at least 0; doubling a number does not change its sign.",
    },
    ["Where is the total 0 before, and where after doubling?"],
)

epochs_until_right = Prediction(
    "How many passes until OR is learned?",
    "passes",
    within=2.0,
    mistakes=[
        Guess("learning needs hundreds of passes", lambda guess, measured: guess >= 50,
              "Later networks do. One neuron with two inputs has little to learn, and every "
              "mistake moves the line by a good part of its distance.", 200.0),
        Guess("one pass is enough", lambda guess, measured: guess <= 1,
              "A correction for one row can spoil another that was right, so it takes a few "
              "rounds.", 1.0),
    ],
    lesson="A few passes suffice, because each mistake moves the line a good part of the way.",
    reference=4.0,
    hints=["Each pass looks at four rows and makes at most four corrections.",
           "The weights start near 1 in size and one correction changes them by 0.25."],
)

find_the_mistake = Question(
    "Find the mistake: one row stays wrong",
    {
        "a": "the learning rate is too small",
        "b": "the rows are always visited in the same order",
        "c": "the bias never learns",
        "d": "OR cannot be done by one neuron",
    },
    "c",
    {
        "a": "A smaller rate only takes longer; after 1,000 passes it would have arrived.",
        "b": "The order changes how long it takes, not whether it ends.",
        "c": "With bias 0 the total of the row (0, 0) is 0 whatever the weights are, so the neuron "
             "fires there for ever.",
        "d": "Section 3 did it by hand with weights 1, 1 and bias -0.5.",
    },
    ["Which row stays wrong? Write down its total.",
     "Which of weights and bias can change the total of the row (0, 0)?"],
)

xor_rows_right = Question(
    "Rows of XOR that one neuron can get right",
    {"a": "two", "b": "three", "c": "four, with the right weights"},
    "b",
    {
        "a": "Chance alone gives two; one line can do better than that.",
        "b": "One line can cut off one corner of the square; the opposite corner then stays on the "
             "wrong side.",
        "c": "Try to draw one straight line with (0,1) and (1,0) on one side and (0,0) and (1,1) "
             "on the other.",
    },
    ["Draw the four points and move a ruler over them."],
)

TASKS = name_tasks(globals())
