"""Exercises of chapter 05: tensors."""

from __future__ import annotations

import torch

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks


def _normal(rng, *shape):
    return torch.from_numpy(rng.normal(size=shape))


def _labels(rng, count, classes):
    return torch.from_numpy(rng.integers(0, classes, size=count))


# --- gather ----------------------------------------------------------------------------------

def gather_reference(scores, labels):
    return scores[torch.arange(len(scores)), labels]


gather = Exercise(
    "Gather: one entry of each row",
    gather_reference,
    lambda rng: [(_normal(rng, count, classes), _labels(rng, count, classes))
                 for count, classes in ((5, 3), (4, 4), (6, 2), (7, 5), (2, 1))],
    [
        Mistake("every row is asked for every label", lambda scores, labels: scores[:, labels],
                "`:` means all rows, so row n meets all labels and not only its own. Give the row "
                "numbers too: one row number and one column number for each answer."),
        Mistake("the labels choose whole rows", lambda scores, labels: scores[labels],
                "The first index counts rows. Here each row stays, and its label names a column."),
        Mistake("the row numbers choose the columns",
                lambda scores, labels: scores[labels, torch.arange(len(scores))],
                "Here there are more rows than columns, so some column is not there. Rows come "
                "first: the row numbers 0, 1, 2, ... and then the labels."),
        Mistake("an axis of length 1 is left over",
                lambda scores, labels: scores.gather(1, labels[:, None]),
                "Your numbers are right but stand in a column (N, 1); take `[:, 0]` of it. That "
                "extra axis is the beginning of the bug at the end of this chapter."),
        Mistake("the largest entry of each row is taken",
                lambda scores, labels: scores.max(dim=1).values,
                "The label decides which entry it is, not the size."),
    ],
    [
        "Two index tensors of the same length are read in pairs: `table[rows, columns]`.",
        "The row numbers are 0, 1, 2, ..., N - 1: `torch.arange(len(scores))` makes them.",
    ],
    example=""">>> scores = torch.tensor([[5.0, 1.0, 2.0], [3.0, 8.0, 4.0]])
>>> gather(scores, torch.tensor([2, 0]))
tensor([2., 3.])""",
)


# --- outer -----------------------------------------------------------------------------------

def outer_reference(first, second):
    return first[:, None] * second


outer = Exercise(
    "Outer: every entry times every entry",
    outer_reference,
    lambda rng: [(_normal(rng, rows), _normal(rng, columns))
                 for rows, columns in ((3, 4), (4, 4), (5, 2), (1, 3))],
    [
        Mistake("the two vectors change places", lambda first, second: second[:, None] * first,
                "The first vector runs down the rows: it is the one that needs the new last axis."),
        Mistake("the two vectors meet entry by entry", lambda first, second: first * second,
                "Then they must be equally long. Give the first one alone a second axis, "
                "`[:, None]`, and each of its entries meets all of the second."),
        Mistake("the entries are added", lambda first, second: first[:, None] + second,
                "The shape is right. Each entry is a product."),
        Mistake("the inner product is taken", lambda first, second: first @ second,
                "`@` of two vectors adds up the products to one number, and needs equal lengths."),
    ],
    [
        "Stand the first vector upright: which index adds an axis at the end?",
        "(N, 1) times (M,) broadcasts to (N, M); `first[:, None]` has shape (N, 1).",
    ],
    example=""">>> outer(torch.tensor([1.0, 2.0]), torch.tensor([10.0, 20.0, 30.0]))
tensor([[10., 20., 30.],
        [20., 40., 60.]])""",
)


# --- one-hot ---------------------------------------------------------------------------------

def one_hot_reference(labels, classes):
    return (labels[:, None] == torch.arange(classes)).float()


def _one_hot_transposed(labels, classes):
    return (labels == torch.arange(classes)[:, None]).float()


def _one_hot_from_one(labels, classes):
    return (labels[:, None] == torch.arange(1, classes + 1)).float()


def _one_hot_guesses_classes(labels, classes):
    return (labels[:, None] == torch.arange(int(labels.max()) + 1)).float()


def _one_hot_cases(rng):
    last_class_missing = [(torch.tensor([2, 0, 1, 0]), 5), (torch.tensor([0]), 3)]
    return last_class_missing + [(_labels(rng, count, classes), classes)
                                 for count, classes in ((3, 3), (6, 4), (1, 2))]


one_hot = Exercise(
    "One-hot",
    one_hot_reference,
    _one_hot_cases,
    [
        Mistake("samples and classes change places", _one_hot_transposed,
                "One row for each label, one column for each class: stand the labels upright."),
        Mistake("the entries stay True and False",
                lambda labels, classes: labels[:, None] == torch.arange(classes),
                "The comparison is right; `.float()` turns it into numbers to calculate with."),
        Mistake("the entries stay whole numbers",
                lambda labels, classes: torch.nn.functional.one_hot(labels, classes),
                "PyTorch's own function gives int64. Targets to calculate with are float32: add "
                "`.float()`."),
        Mistake("the classes are counted from 1", _one_hot_from_one,
                "Label 0 belongs in column 0: `torch.arange(classes)` starts there."),
        Mistake("the number of classes is guessed from the labels", _one_hot_guesses_classes,
                "A small batch may lack the last class. Use the argument `classes`."),
    ],
    [
        "Compare each label with each class number, as in an outer product, with `==` for `*`.",
        "`labels[:, None]` has shape (N, 1), `torch.arange(classes)` has shape (C,); `.float()` "
        "turns True and False into 1.0 and 0.0.",
    ],
    example=""">>> one_hot(torch.tensor([2, 0]), 3)
tensor([[0., 0., 1.],
        [1., 0., 0.]])""",
)


# --- causal mask -----------------------------------------------------------------------------

def causal_mask_reference(length):
    return torch.arange(length)[:, None] >= torch.arange(length)


causal_mask = Exercise(
    "Causal mask",
    causal_mask_reference,
    lambda rng: [(4,), (1,), (2,), (7,)],
    [
        Mistake("the diagonal is left out",
                lambda length: torch.arange(length)[:, None] > torch.arange(length),
                "A word may look at itself: in row i, column i is allowed too."),
        Mistake("the triangle is turned over",
                lambda length: torch.arange(length)[:, None] <= torch.arange(length),
                "Now the future is visible and the past hidden. Row i stands for the word that "
                "looks, so row 0 must have a single True."),
        Mistake("the triangle is turned over and lacks the diagonal",
                lambda length: torch.arange(length)[:, None] < torch.arange(length),
                "You marked what is forbidden. True means: may look."),
        Mistake("the entries stay numbers", lambda length: torch.ones(length, length).tril(),
                "The triangle is right; a mask is made of True and False: add `.bool()`."),
    ],
    [
        "Row number and column number decide: which comparison of the two?",
        "The row numbers stand upright: `torch.arange(length)[:, None]`.",
    ],
    example=""">>> causal_mask(3)
tensor([[ True, False, False],
        [ True,  True, False],
        [ True,  True,  True]])""",
    extra=True,
)


# --- row-normalise ---------------------------------------------------------------------------

def row_normalise_reference(counts):
    return counts / counts.sum(dim=1, keepdim=True)


def _normalise_in_place(counts):
    counts /= counts.sum(dim=1, keepdim=True)
    return counts


row_normalise = Exercise(
    "Row-normalise",
    row_normalise_reference,
    lambda rng: [(torch.from_numpy(rng.uniform(0.5, 9.0, size=shape)),)
                 for shape in ((3, 3), (2, 4), (5, 3), (1, 6), (4, 1))]
    + [(torch.tensor([[3.0, 0.0, 0.0], [0.0, 1.0, 7.0]]),)],
    [
        Mistake("`keepdim` is missing", lambda counts: counts / counts.sum(dim=1),
                "What `dim=1` leaves has shape (N,) and is laid along the last axis, so each "
                "column meets another row's number. In a square table that even runs. Write "
                "`keepdim=True`."),
        Mistake("the wrong axis is summed", lambda counts: counts / counts.sum(dim=0),
                "`dim=0` adds the rows together, so the columns sum to 1. `dim` is the axis that "
                "disappears."),
        Mistake("the sum of the whole table divides", lambda counts: counts / counts.sum(),
                "Now all entries together sum to 1. Each row needs a sum of its own."),
        Mistake("the largest entry divides", lambda counts: counts / counts.amax(1, keepdim=True),
                "Then the largest entry is 1. The sum of the row should be."),
        Mistake("the mean of the row divides", lambda counts: counts / counts.mean(1, keepdim=True),
                "Then each row sums to its number of columns. Divide by the sum."),
        Mistake("the Euclidean length of the row divides",
                lambda counts: counts / counts.norm(dim=1, keepdim=True),
                "Then the squares of a row sum to 1. Here the entries themselves should."),
        Mistake("the counts are changed in place", _normalise_in_place,
                "`/=` writes into the caller's tensor. Write `counts / ...`: that is a new one."),
    ],
    [
        "You need one sum for each row: which axis disappears?",
        "The sums must stay upright, (N, 1), to divide each row by its own: `keepdim=True`.",
    ],
    example=""">>> row_normalise(torch.tensor([[1.0, 3.0], [2.0, 2.0]]))
tensor([[0.2500, 0.7500],
        [0.5000, 0.5000]])""",
)


# --- pairwise distances ----------------------------------------------------------------------

def pairwise_distances_reference(points, others):
    return ((points[:, None] - others) ** 2).sum(dim=-1).sqrt()


def _squared_distances(points, others):
    return ((points[:, None] - others) ** 2).sum(dim=-1)


def _sum_over_others(points, others):
    return ((points[:, None] - others) ** 2).sum(dim=1).sqrt()


def _sum_over_points(points, others):
    return ((points[:, None] - others) ** 2).sum(dim=0).sqrt()


def _sum_of_lengths(points, others):
    return (points[:, None] - others).abs().sum(dim=-1)


def _mean_of_squares(points, others):
    return ((points[:, None] - others) ** 2).mean(dim=-1).sqrt()


pairwise_distances = Exercise(
    "Pairwise distances",
    pairwise_distances_reference,
    lambda rng: [(_normal(rng, count, size), _normal(rng, other, size))
                 for count, other, size in ((4, 3, 2), (3, 3, 3), (5, 2, 4), (1, 4, 1))],
    [
        Mistake("the root is missing", _squared_distances,
                "These are squared distances, so a point twice as far counts four times. Add "
                "`.sqrt()`."),
        Mistake("the sum runs over the other points", _sum_over_others,
                "The differences have shape (N, M, D). The axis that should disappear is D, the "
                "last one: `dim=-1`."),
        Mistake("the sum runs over the points", _sum_over_points,
                "The differences have shape (N, M, D). The axis that should disappear is D, the "
                "last one: `dim=-1`."),
        Mistake("the lengths along the axes are added", _sum_of_lengths,
                "That is the way along the streets of a grid. The straight line is the root of the "
                "sum of the squares: square, sum, then root."),
        Mistake("the mean stands where the sum belongs", _mean_of_squares,
                "Pythagoras adds the squares. A mean would make distances shrink with the number "
                "of coordinates."),
        Mistake("the two sets change places",
                lambda points, others: pairwise_distances_reference(others, points),
                "Row n belongs to `points[n]`, column m to `others[m]`."),
        Mistake("points and others meet one by one",
                lambda points, others: ((points - others) ** 2).sum(dim=-1).sqrt(),
                "Then there must be equally many. Give the points alone a new axis: "
                "`points[:, None]`, of shape (N, 1, D)."),
    ],
    [
        "First make all differences, shape (N, M, D). Then Pythagoras, along the last axis.",
        "`points[:, None]` has shape (N, 1, D) and broadcasts against (M, D). Square the "
        "differences, sum over the last axis, take the root.",
    ],
    example=""">>> others = torch.tensor([[3.0, 4.0], [0.0, 1.0]])
>>> pairwise_distances(torch.tensor([[0.0, 0.0]]), others)
tensor([[5., 1.]])""",
    extra=True,
)


# --- questions -------------------------------------------------------------------------------

next_number = Question(
    "The number after 16,777,216",
    {"a": "16,777,217", "b": "16,777,216 again", "c": "infinity"},
    "b",
    {
        "a": "That needs 25 binary digits, and float32 keeps 24: the 1 is rounded away.",
        "b": "From `2**24` on, neighbouring float32 numbers are 2 apart, so adding 1 changes "
             "nothing. A float32 counter stands still there.",
        "c": "float32 reaches to about 3.4e38 before infinity; what runs out here is digits.",
    },
    ["float32 keeps 24 binary digits of a number, whatever its size.",
     "16,777,216 is `2**24`. How many binary digits has its successor?"],
    extra=True,
)

broadcast_shape = Question(
    "The shape of (5, 1, 4) + (3, 1)",
    {"a": "(5, 3, 4)", "b": "(5, 1, 4)", "c": "(5, 3, 1)", "d": "an error"},
    "a",
    {
        "a": "From the right: 4 with 1 gives 4; 1 with 3 gives 3; 5 with a missing axis gives 5.",
        "b": "The middle axis is 1 in the first shape and 3 in the second: it is stretched to 3.",
        "c": "The last axis is 4 in the first shape and 1 in the second: it is stretched to 4.",
        "d": "Shapes collide only where two lengths differ and neither is 1. Write them under each "
             "other, aligned on the right.",
    },
    ["Write the shapes under each other, aligned on the right.",
     "A 1, or nothing, is stretched to the other shape's length."],
)

view_or_copy = Question(
    "Which table is changed?",
    {
        "a": "none of the two assignments changes `table`",
        "b": "the one through `column` changes `table`, the one through `picked` does not",
        "c": "the one through `picked` changes `table`, the one through `column` does not",
        "d": "both change `table`",
    },
    "b",
    {
        "a": "A slice does not copy: `column` is another way to read the same memory.",
        "b": "A slice can be described by a start and strides, so it is a view. A list of "
             "positions cannot, so it is a copy.",
        "c": "It is the other way round: a list of positions cannot be described by strides.",
        "d": "A list of positions can be in any order, which no strides describe: it has to copy.",
    },
    ["A view needs a start and a fixed stride. Which of the two indices has one?"],
)

speed_ratio = Prediction(
    "How many times faster without loops?",
    "times",
    within=4.0,
    mistakes=[
        Guess("loops cost a little", lambda guess, measured: guess < 20,
              "Each tensor operation costs some microseconds before it touches a number. Ten "
              "thousand times four operations pay that each time; one expression pays it four "
              "times.", 3.0),
        Guess("vectorised code is free", lambda guess, measured: guess > 50_000,
              "The same subtractions and squares are still made; only the cost of starting them "
              "has gone.", 1e6),
    ],
    lesson="What a loop pays is the start of each small operation, not the arithmetic.",
    reference=1000.0,
    hints=["Starting one operation on a tensor takes a few microseconds.",
           "The loop starts more than 40,000 of them; the expression starts four."],
    extra=True,
)

flat_line = Question(
    "Find the mistake: a falling loss and a flat line",
    {
        "a": "the learning rate is too small, and more steps are needed",
        "b": "one straight line cannot follow these points",
        "c": "`predictions - line_targets` compares every prediction with every target",
        "d": "the loss should not be squared",
    },
    "c",
    {
        "a": "The loss has stopped falling long before the end: more steps change nothing.",
        "b": "The points were drawn around a straight line with slope 1.5.",
        "c": "(N, 1) minus (N,) is (N, N). The one number with the least mean distance to all "
             "targets is their mean, so every prediction moves there.",
        "d": "Squares are a fine measure of a miss; the question is which misses are squared.",
    },
    ["Write down the shapes of predictions and of targets.",
     "What shape has their difference? Use the rule of section 3."],
)

TASKS = name_tasks(globals())
