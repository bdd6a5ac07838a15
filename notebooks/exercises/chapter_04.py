"""Exercises of chapter 04: backpropagation for XOR, in NumPy.

The hidden layer's totals are called h, as in the chapter. Shapes: inputs (N, D), targets (N, 1),
weights_1 (D, H), bias_1 (H,), weights_2 (H, 1), bias_2 (1,).
"""

from __future__ import annotations

import numpy as np

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks
from notebooks.exercises.entries import by_name

# (N, D, H): all different first, so that a wrong product fails on shapes that tell which one it
# was; then square ones, on which nothing fails and only the numbers tell.
SHAPES = ((5, 2, 3), (4, 4, 4), (1, 3, 2), (6, 2, 1))
NAMES = ("weights_1", "bias_1", "weights_2", "bias_2")


def _random_parameters(rng, inputs, hidden):
    return {
        "weights_1": rng.normal(size=(inputs, hidden)), "bias_1": rng.normal(size=hidden),
        "weights_2": rng.normal(size=(hidden, 1)), "bias_2": rng.normal(size=1),
    }


# --- forward: h ------------------------------------------------------------------------------

def compute_h_reference(inputs, weights_1, bias_1):
    return inputs @ weights_1 + bias_1                               # (N, D) @ (D, H) -> (N, H)


compute_h = Exercise(
    "The hidden totals h",
    compute_h_reference,
    lambda rng: [(rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h))
                 for n, d, h in SHAPES],
    [
        Mistake("the bias is forgotten", lambda inputs, weights_1, bias_1: inputs @ weights_1,
                "Add `bias_1` after the product; NumPy spreads it over all rows."),
        Mistake("the weights are transposed",
                lambda inputs, weights_1, bias_1: inputs @ weights_1.T + bias_1,
                "`weights_1` has shape (D, H): it fits behind the inputs (N, D) as it is."),
        Mistake("the factors stand in the wrong order",
                lambda inputs, weights_1, bias_1: weights_1 @ inputs + bias_1,
                "Write the shapes: (N, D) @ (D, H) -> (N, H). The inputs come first."),
        Mistake("`*` stands where `@` belongs",
                lambda inputs, weights_1, bias_1: inputs * weights_1 + bias_1,
                "`*` multiplies entry by entry; the matrix product is `@`."),
        Mistake("the bias is added to rows instead of columns",
                lambda inputs, weights_1, bias_1: inputs @ weights_1 + bias_1[:, None],
                "There is one bias a hidden unit, so one a column: leave out `[:, None]`."),
        Mistake("the ReLU is already applied",
                lambda inputs, weights_1, bias_1: np.maximum(inputs @ weights_1 + bias_1, 0),
                "`h` is the total before the ReLU; the next exercise applies it. Backpropagation "
                "will need both."),
    ],
    ["This is chapter 01's batch product, with a table of weights instead of one column.",
     "The shapes must fit: (N, D) @ (D, H) -> (N, H), then + (H,)."],
    example=""">>> weights_1 = np.array([[1.0, 0.0], [0.0, 10.0]])
>>> compute_h(np.array([[1.0, 2.0]]), weights_1, np.array([0.5, -0.5]))
array([[ 1.5, 19.5]])""",
)


# --- forward: y_pred -------------------------------------------------------------------------

def compute_y_pred_reference(h, weights_2, bias_2):
    h_relu = np.maximum(h, 0)
    return h_relu @ weights_2 + bias_2                               # (N, H) @ (H, 1) -> (N, 1)


def _changes_h(h, weights_2, bias_2):
    h[h < 0] = 0
    return h @ weights_2 + bias_2


compute_y_pred = Exercise(
    "The predictions y_pred",
    compute_y_pred_reference,
    lambda rng: [(rng.normal(size=(n, h)), rng.normal(size=(h, 1)), rng.normal(size=1))
                 for n, _, h in SHAPES],
    [
        Mistake("the ReLU is forgotten", lambda h, weights_2, bias_2: h @ weights_2 + bias_2,
                "Without it the two layers are one (chapter 03), and XOR is out of reach."),
        Mistake("the ReLU stands on the output",
                lambda h, weights_2, bias_2: np.maximum(h @ weights_2 + bias_2, 0),
                "The hidden layer has a ReLU; our output is linear, so that it can be any number."),
        Mistake("both layers have a ReLU",
                lambda h, weights_2, bias_2: np.maximum(np.maximum(h, 0) @ weights_2 + bias_2, 0),
                "Only the hidden layer has one; the output is linear."),
        Mistake("the ReLU has its cases swapped",
                lambda h, weights_2, bias_2: np.minimum(h, 0) @ weights_2 + bias_2,
                "ReLU keeps the positive totals: `np.maximum(h, 0)`."),
        Mistake("the bias is forgotten",
                lambda h, weights_2, bias_2: np.maximum(h, 0) @ weights_2,
                "The output neuron has a bias too: add `bias_2`."),
        Mistake("the last axis is lost",
                lambda h, weights_2, bias_2: np.maximum(h, 0) @ weights_2[:, 0] + bias_2,
                "The predictions must have shape (N, 1), like the targets. (N,) minus (N, 1) would "
                "later give a table of N by N, without any error."),
        Mistake("`h` is changed in place", _changes_h,
                "`h[h < 0] = 0` overwrites the caller's array, and backpropagation needs the old "
                "values. `np.maximum(h, 0)` makes a new array."),
    ],
    ["First the ReLU, which sets the negative totals to 0; then a product and a bias as in "
     "exercise 1.",
     "`np.maximum(h, 0)` is the ReLU; then (N, H) @ (H, 1) -> (N, 1)."],
    example=""">>> h = np.array([[2.0, -1.0]])
>>> compute_y_pred(h, np.array([[1.0], [100.0]]), np.array([0.5]))
array([[2.5]])""",
)


# --- backward, line by line ------------------------------------------------------------------

def compute_grad_y_pred_reference(y_pred, targets):
    return 2 * (y_pred - targets)                                    # (N, 1)


def _changes_y_pred(y_pred, targets):
    y_pred -= targets
    return 2 * y_pred


compute_grad_y_pred = Exercise(
    "grad_y_pred",
    compute_grad_y_pred_reference,
    lambda rng: [(np.array([[0.3], [1.7], [-0.4]]), np.array([[0.0], [1.0], [1.0]])),
                 *((rng.normal(0.5, 2.0, size=(n, 1)), rng.normal(size=(n, 1)))
                   for n in (5, 1, 4))],
    [
        Mistake("the factor 2 is missing", lambda y_pred, targets: y_pred - targets,
                "The derivative of a square is twice what is squared."),
        Mistake("the sign is wrong", lambda y_pred, targets: 2 * (targets - y_pred),
                "When the prediction is too large, raising it further raises the loss: the "
                "gradient must be positive where `y_pred > targets`."),
        Mistake("the factor 2 is missing and the sign is wrong",
                lambda y_pred, targets: targets - y_pred,
                "This is the error of the delta rule. The gradient of the loss is "
                "`2 * (y_pred - targets)`."),
        Mistake("the mean stands where the sum belongs",
                lambda y_pred, targets: 2 * (y_pred - targets) / len(targets),
                "Our loss is the sum of the squares, not their mean: nothing is divided by N."),
        Mistake("the loss stands where its gradient belongs",
                lambda y_pred, targets: (y_pred - targets) ** 2,
                "These are the squares themselves; take the derivative of each."),
        Mistake("the gradient is summed over the rows",
                lambda y_pred, targets: (2 * (y_pred - targets)).sum(),
                "Each row's prediction has its own derivative: shape (N, 1), nothing is added up "
                "yet."),
        Mistake("`y_pred` is changed in place", _changes_y_pred,
                "`y_pred -= ...` overwrites the caller's array. Write `y_pred - targets`."),
    ],
    ["Row n appears in the loss once, as (y_pred_n - y_n) squared.",
     "The derivative of `u**2` is `2 * u`."],
    example=""">>> compute_grad_y_pred(np.array([[1.5], [0.0]]), np.array([[1.0], [1.0]]))
array([[ 1.], [-2.]])""",
)


def compute_grad_w2_reference(h_relu, grad_y_pred):
    return h_relu.T @ grad_y_pred                                    # (H, N) @ (N, 1) -> (H, 1)


compute_grad_w2 = Exercise(
    "grad_w2",
    compute_grad_w2_reference,
    lambda rng: [(np.maximum(rng.normal(size=(n, h)), 0), rng.normal(size=(n, 1)))
                 for n, _, h in (*SHAPES, (7, 2, 5))],
    [
        Mistake("the transpose is missing", lambda h_relu, grad_y_pred: h_relu @ grad_y_pred,
                "The result must have the shape of `weights_2`, (H, 1): (H, N) @ (N, 1), so "
                "`h_relu.T` comes first."),
        Mistake("the result lies on its side", lambda h_relu, grad_y_pred: grad_y_pred.T @ h_relu,
                "A gradient has the shape of what it belongs to: (H, 1), not (1, H)."),
        Mistake("nothing is summed over the samples",
                lambda h_relu, grad_y_pred: h_relu * grad_y_pred,
                "These are the contributions of the single rows, (N, H). All rows use the same "
                "weights, so their contributions add up; `h_relu.T @ ...` does it."),
        Mistake("the mean stands where the sum belongs",
                lambda h_relu, grad_y_pred: h_relu.T @ grad_y_pred / len(h_relu),
                "Our loss is a sum over the rows, so its gradient is one too."),
        Mistake("the last axis is lost",
                lambda h_relu, grad_y_pred: (h_relu * grad_y_pred).sum(axis=0),
                "The numbers are right; give them the shape of `weights_2`, (H, 1)."),
    ],
    ["In each row, weight j is multiplied by what unit j puts out: its derivative there is that "
     "output times the row's `grad_y_pred`. Then the rows are added.",
     "A product whose inner axis is N adds over the rows: (H, N) @ (N, 1) -> (H, 1). Where does "
     "the (H, N) come from?"],
    example=""">>> h_relu = np.array([[3.0, 0.0], [1.0, 2.0]])
>>> compute_grad_w2(h_relu, np.array([[1.0], [10.0]]))
array([[13.], [20.]])""",
)


def compute_grad_h_relu_reference(grad_y_pred, weights_2):
    return grad_y_pred @ weights_2.T                                 # (N, 1) @ (1, H) -> (N, H)


compute_grad_h_relu = Exercise(
    "grad_h_relu",
    compute_grad_h_relu_reference,
    lambda rng: [(rng.normal(size=(n, 1)), rng.normal(size=(h, 1)))
                 for n, _, h in (*SHAPES, (7, 2, 5))],
    [
        Mistake("the transpose is missing",
                lambda grad_y_pred, weights_2: grad_y_pred @ weights_2,
                "(N, 1) @ (H, 1) does not fit: going backwards, the weights are transposed."),
        Mistake("`*` stands where `@` belongs",
                lambda grad_y_pred, weights_2: grad_y_pred * weights_2,
                "Every row meets every weight, so the result is (N, H): (N, 1) @ (1, H)."),
        Mistake("the result lies on its side",
                lambda grad_y_pred, weights_2: weights_2 @ grad_y_pred.T,
                "`grad_h_relu` has the shape of `h_relu`: a row a sample, (N, H)."),
        Mistake("the rows are added together",
                lambda grad_y_pred, weights_2: grad_y_pred.sum() * weights_2.T,
                "Each row has its own hidden outputs, so each keeps its own derivative; only "
                "weights and biases are shared by all rows."),
    ],
    ["In each row, the output of unit j is multiplied by weight j: its derivative is that weight "
     "times the row's `grad_y_pred`.",
     "The result has the shape of `h_relu`: (N, 1) @ (1, H) -> (N, H)."],
    example=""">>> compute_grad_h_relu(np.array([[1.0], [10.0]]), np.array([[0.5], [2.0]]))
array([[ 0.5,  2. ], [ 5. , 20. ]])""",
)


def compute_grad_h_reference(grad_h_relu, h):
    return np.where(h > 0, grad_h_relu, 0.0)                         # (N, H)


def _masked_in_place(grad_h_relu, h):
    grad_h_relu[h <= 0] = 0
    return grad_h_relu


compute_grad_h = Exercise(
    "grad_h, through the ReLU",
    compute_grad_h_reference,
    lambda rng: [*((rng.normal(size=(n, h)), rng.normal(size=(n, h)))
                   for n, _, h in (*SHAPES, (7, 2, 5))),
                 (rng.normal(size=(2, 3)), np.array([[0.0, 1.0, -0.003], [0.003, -2.0, 0.0]]))],
    [
        Mistake("a total of exactly 0 counts as on",
                lambda grad_h_relu, h: np.where(h >= 0, grad_h_relu, 0.0),
                "At 0 the ReLU has a corner and no derivative; we take 0 there, as PyTorch does."),
        Mistake("the ReLU's mask is missing", lambda grad_h_relu, h: grad_h_relu.copy(),
                "Where `h` was negative the ReLU gave 0, whatever its size: nothing flows back."),
        Mistake("the mask comes from the gradient instead of `h`",
                lambda grad_h_relu, h: np.maximum(grad_h_relu, 0),
                "What decides is whether the unit was on in the forward pass, `h > 0`. The "
                "gradient may have either sign."),
        Mistake("the mask has its sides swapped",
                lambda grad_h_relu, h: np.where(h < 0, grad_h_relu, 0.0),
                "The gradient passes where `h` is positive, and stops where it is negative."),
        Mistake("the ReLU itself stands where its derivative belongs",
                lambda grad_h_relu, h: grad_h_relu * np.maximum(h, 0),
                "The derivative of the ReLU is 1 or 0, not `h`."),
        Mistake("`h` stands where the ReLU's derivative belongs",
                lambda grad_h_relu, h: grad_h_relu * h,
                "The derivative of the ReLU is 1 where `h > 0` and 0 elsewhere."),
        Mistake("the mask alone is returned", lambda grad_h_relu, h: (h > 0).astype(float),
                "That is the ReLU's own derivative. The chain rule multiplies it by what arrives, "
                "`grad_h_relu`."),
        Mistake("the blocked entries are cut out", lambda grad_h_relu, h: grad_h_relu[h > 0],
                "`grad_h` has the shape of `h`: a blocked entry becomes 0, it does not vanish."),
        Mistake("`grad_h_relu` is changed in place", _masked_in_place,
                "Assigning into `grad_h_relu` overwrites the caller's array. Copy it first, or use "
                "`np.where` or a product with `(h > 0)`."),
    ],
    ["What is the slope of the ReLU at a positive total, and at a negative one?",
     "Multiply what arrives by 1 where `h > 0` and by 0 elsewhere. `h > 0` is a table of True and "
     "False; in a product they count as 1 and 0."],
    example=""">>> compute_grad_h(np.array([[5.0, -7.0, 9.0]]), np.array([[2.0, 3.0, -1.0]]))
array([[ 5., -7., 0.]])""",
)


def compute_grad_w1_reference(inputs, grad_h):
    return inputs.T @ grad_h                                         # (D, N) @ (N, H) -> (D, H)


compute_grad_w1 = Exercise(
    "grad_w1",
    compute_grad_w1_reference,
    lambda rng: [(rng.normal(size=(n, d)), rng.normal(size=(n, h)))
                 for n, d, h in (*SHAPES, (7, 2, 5))],
    [
        Mistake("the transpose is missing", lambda inputs, grad_h: inputs @ grad_h,
                "The result must have the shape of `weights_1`, (D, H): (D, N) @ (N, H), so "
                "`inputs.T` comes first."),
        Mistake("the result lies on its side", lambda inputs, grad_h: grad_h.T @ inputs,
                "This is (H, D); `weights_1` is (D, H)."),
        Mistake("`*` stands where `@` belongs", lambda inputs, grad_h: inputs * grad_h,
                "All rows use the same weights, so their contributions are added: a matrix product "
                "over N."),
        Mistake("the mean stands where the sum belongs",
                lambda inputs, grad_h: inputs.T @ grad_h / len(inputs),
                "Our loss is a sum over the rows, so its gradient is one too."),
    ],
    ["It is `grad_w2` again, one layer earlier: what does this layer multiply its weights by?",
     "(D, N) @ (N, H) -> (D, H)."],
    example=""">>> inputs = np.array([[1.0, 2.0], [0.0, 1.0]])
>>> compute_grad_w1(inputs, np.array([[3.0], [10.0]]))
array([[ 3.], [16.]])""",
    extra=True,
)


def compute_bias_gradients_reference(grad_h, grad_y_pred):
    grad_bias_1 = grad_h.sum(axis=0)                                 # (N, H) -> (H,)
    grad_bias_2 = grad_y_pred.sum(axis=0)                            # (N, 1) -> (1,)
    return grad_bias_1, grad_bias_2


compute_bias_gradients = Exercise(
    "Both bias gradients",
    compute_bias_gradients_reference,
    lambda rng: [(rng.normal(size=(n, h)), rng.normal(size=(n, 1))) for n, _, h in SHAPES],
    [
        Mistake("the bias gradients are not summed over the rows",
                lambda grad_h, grad_y_pred: (grad_h.copy(), grad_y_pred.copy()),
                "One bias serves all rows, so their contributions add up: `.sum(axis=0)`."),
        Mistake("the sum runs along the wrong axis",
                lambda grad_h, grad_y_pred: (grad_h.sum(axis=1), grad_y_pred.sum(axis=1)),
                "`axis=1` adds the hidden units together. The rows are axis 0."),
        Mistake("everything is summed into one number",
                lambda grad_h, grad_y_pred: (grad_h.sum(), grad_y_pred.sum()),
                "Each hidden unit has a bias of its own: sum over the rows only, `axis=0`."),
        Mistake("the mean stands where the sum belongs",
                lambda grad_h, grad_y_pred: (grad_h.mean(axis=0), grad_y_pred.mean(axis=0)),
                "Our loss is a sum over the rows, so its gradient is one too."),
        Mistake("an axis too many is kept",
                lambda grad_h, grad_y_pred: (grad_h.sum(axis=0, keepdims=True),
                                             grad_y_pred.sum(axis=0, keepdims=True)),
                "The biases have shapes (H,) and (1,): leave out `keepdims`."),
        Mistake("the two are swapped",
                lambda grad_h, grad_y_pred: (grad_y_pred.sum(axis=0), grad_h.sum(axis=0)),
                "First the hidden layer's, then the output's."),
    ],
    ["A bias is a weight whose input is always 1. Put a column of ones where the inputs stood in "
     "`grad_w1`: what is left is a sum over the rows.",
     "`axis=0` sums over the rows. Return two arrays, (H,) and (1,), separated by a comma."],
    observe=lambda candidate, *case: by_name(candidate(*case), "grad_bias_1", "grad_bias_2"),
    example=""">>> grad_h = np.array([[1.0, 2.0], [10.0, 20.0]])
>>> compute_bias_gradients(grad_h, np.array([[3.0], [4.0]]))
(array([11., 22.]), array([7.]))""",
)


# --- the whole backward pass -----------------------------------------------------------------

def forward_reference(inputs, parameters):
    """All values on the way from the inputs to the predictions: h, h_relu, y_pred."""
    h = compute_h_reference(inputs, parameters["weights_1"], parameters["bias_1"])
    y_pred = compute_y_pred_reference(h, parameters["weights_2"], parameters["bias_2"])
    return {"h": h, "h_relu": np.maximum(h, 0), "y_pred": y_pred}


def backward_reference(inputs, targets, parameters):
    h = inputs @ parameters["weights_1"] + parameters["bias_1"]      # (N, H)
    h_relu = np.maximum(h, 0)                                        # (N, H)
    y_pred = h_relu @ parameters["weights_2"] + parameters["bias_2"]  # (N, 1)
    grad_y_pred = 2 * (y_pred - targets)                             # (N, 1)
    grad_h_relu = grad_y_pred @ parameters["weights_2"].T            # (N, H)
    grad_h = grad_h_relu * (h > 0)                                   # (N, H)
    return {
        "weights_1": inputs.T @ grad_h, "bias_1": grad_h.sum(axis=0),
        "weights_2": h_relu.T @ grad_y_pred, "bias_2": grad_y_pred.sum(axis=0),
    }


def _backward_with(*, factor=2.0, mask="h", hidden="h_relu", bias_sum=True, bias_from="h",
                   transposed=True):
    """A backward pass that makes one mistake."""

    def backward(inputs, targets, parameters):
        values = forward_reference(inputs, parameters)
        h = values["h"]
        grad_y_pred = factor * (values["y_pred"] - targets)
        grad_h_relu = grad_y_pred @ parameters["weights_2"].T
        keep = {"h": h > 0, "none": np.ones_like(h), "gradient": grad_h_relu > 0, "swapped": h < 0,
                "relu": values["h_relu"], "corner": h >= 0}[mask]
        grad_h = grad_h_relu * keep
        grad_bias_1 = grad_h if bias_from == "h" else grad_h_relu
        grad_w2 = values[hidden].T @ grad_y_pred if transposed else values[hidden] @ grad_y_pred
        return {
            "weights_1": inputs.T @ grad_h,
            "bias_1": grad_bias_1.sum(axis=0) if bias_sum else grad_bias_1,
            "weights_2": grad_w2,
            "bias_2": grad_y_pred.sum(axis=0) if bias_sum else grad_y_pred,
        }

    return backward


def _backward_of_mean(inputs, targets, parameters):
    gradients = backward_reference(inputs, targets, parameters)
    return {name: gradient / len(inputs) for name, gradient in gradients.items()}


def _backward_without_biases(inputs, targets, parameters):
    gradients = backward_reference(inputs, targets, parameters)
    return {name: gradients[name] for name in ("weights_1", "weights_2")}


def _backward_lying(inputs, targets, parameters):
    gradients = backward_reference(inputs, targets, parameters)
    return {name: gradient.T for name, gradient in gradients.items()}


def _backward_cases(rng):
    return [(rng.normal(size=(n, d)), rng.normal(size=(n, 1)), _random_parameters(rng, d, h))
            for n, d, h in (*SHAPES, (8, 3, 5))]


def _xor_without_biases(rng):
    """XOR at biases of 0: where a row is (0, 0), every hidden total is exactly 0.

    That row stands there twice, once predicted too low and once too high.
    """
    biases = {"bias_1": np.zeros(3), "bias_2": np.zeros(1)}
    table = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    targets = np.array([[-0.5], [1.0], [1.0], [0.0], [1.5]])
    return table, targets, {**_random_parameters(rng, 2, 3), **biases}


backward = Exercise(
    "The whole backward pass",
    backward_reference,
    lambda rng: [*_backward_cases(rng), _xor_without_biases(rng)],
    [
        Mistake("a total of exactly 0 counts as on", _backward_with(mask="corner"),
                "At 0 the ReLU has a corner and no derivative; we take 0 there, as PyTorch does."),
        Mistake("the ReLU's mask is missing", _backward_with(mask="none"),
                "Only `weights_1` and `bias_1` are wrong. Between `grad_h_relu` and `grad_h` the "
                "gradient must be stopped where `h` was negative."),
        Mistake("the ReLU's mask comes from the wrong array", _backward_with(mask="gradient"),
                "The mask asks whether `h > 0` in the forward pass, not for the gradient's sign."),
        Mistake("the ReLU's mask has its sides swapped", _backward_with(mask="swapped"),
                "The gradient passes where `h > 0`."),
        Mistake("the ReLU itself stands where its derivative belongs", _backward_with(mask="relu"),
                "Multiply by `(h > 0)`, which is 1 or 0, not by `h_relu`."),
        Mistake("the factor 2 is missing", _backward_with(factor=1.0),
                "All four gradients are half of what they should be: `grad_y_pred` is "
                "`2 * (y_pred - targets)`."),
        Mistake("the sign is wrong", _backward_with(factor=-2.0),
                "All four gradients point the wrong way: `grad_y_pred` is "
                "`2 * (y_pred - targets)`."),
        Mistake("the bias gradients are not summed over the rows", _backward_with(bias_sum=False),
                "One bias serves all rows: `.sum(axis=0)`."),
        Mistake("the hidden bias takes its gradient from before the mask",
                _backward_with(bias_from="h_relu"),
                "`bias_1` sits inside the ReLU: sum `grad_h`, not `grad_h_relu`."),
        Mistake("`grad_w2` is taken with `h` instead of `h_relu`", _backward_with(hidden="h"),
                "`weights_2` is multiplied by what leaves the hidden layer, `h_relu`."),
        Mistake("the transpose in `grad_w2` is missing", _backward_with(transposed=False),
                "`weights_2` is (H, 1): (H, N) @ (N, 1), so `h_relu.T` comes first."),
        Mistake("the weight gradients lie on their side", _backward_lying,
                "A gradient has the shape of what it belongs to: (D, H) and (H, 1)."),
        Mistake("the mean stands where the sum belongs", _backward_of_mean,
                "Our loss is the sum of the squares over the rows: do not divide by N."),
        Mistake("the biases are left out", _backward_without_biases,
                "The dict needs all four names: `weights_1`, `bias_1`, `weights_2`, `bias_2`."),
    ],
    [
        "Start with `values = forward(inputs, parameters)`; `h`, `h_relu` and `y_pred` are in it.",
        "Then your six functions in their order: `grad_y_pred`, `grad_w2`, `grad_h_relu`, "
        "`grad_h`, `grad_w1`, the biases. Return a dict with the names of the parameters: "
        "`weights_1`, `bias_1`, `weights_2`, `bias_2`.",
    ],
    example=""">>> parameters = {"weights_1": np.array([[1.5]]), "bias_1": np.array([0.0]),
...               "weights_2": np.array([[0.5]]), "bias_2": np.array([0.0])}
>>> backward(np.array([[2.0]]), np.array([[1.0]]), parameters)
{'weights_1': array([[1.]]), 'bias_1': array([0.5]), 'weights_2': array([[3.]]),
'bias_2': array([1.])}""",
)


# --- learning --------------------------------------------------------------------------------

def update_reference(parameters, gradients, learning_rate):
    return {name: parameters[name] - learning_rate * gradients[name] for name in parameters}


def _update_in_place(parameters, gradients, learning_rate):
    for name in parameters:
        parameters[name] -= learning_rate * gradients[name]
    return parameters


def _update_weights_only(parameters, gradients, learning_rate):
    return {name: value - learning_rate * gradients[name] if name.startswith("weights") else value
            for name, value in parameters.items()}


def _update_cases(rng):
    return [(_random_parameters(rng, d, h), _random_parameters(rng, d, h), rate)
            for (d, h), rate in (((2, 3), 0.1), ((4, 4), 0.5), ((3, 1), 2.0))]


update = Exercise(
    "The update",
    update_reference,
    _update_cases,
    [
        Mistake("the sign is wrong",
                lambda parameters, gradients, learning_rate:
                update_reference(parameters, gradients, -learning_rate),
                "The gradient points uphill; to make the loss smaller, subtract it."),
        Mistake("the learning rate is forgotten",
                lambda parameters, gradients, learning_rate:
                update_reference(parameters, gradients, 1.0),
                "Multiply each gradient by the learning rate before you subtract it."),
        Mistake("the parameters are changed in place", _update_in_place,
                "`-=` on an array, or assigning into the dict, changes the caller's parameters. "
                "Build a new dict of new arrays."),
        Mistake("the biases do not learn", _update_weights_only,
                "All four take a step, the biases too."),
        Mistake("the steps are returned instead of the new parameters",
                lambda parameters, gradients, learning_rate:
                {name: -learning_rate * gradients[name] for name in parameters},
                "A new parameter is the old one plus its step."),
    ],
    ["The same small step for each of the four names: old, minus the learning rate times the "
     "gradient.",
     "A dict comprehension makes a new dict: `{name: ... for name in parameters}`."],
    example=""">>> update({"bias_2": np.array([1.0])}, {"bias_2": np.array([5.0])}, 0.1)
{'bias_2': array([0.5])}""",
)


def training_step_reference(inputs, targets, parameters, learning_rate):
    gradients = backward_reference(inputs, targets, parameters)
    return update_reference(parameters, gradients, learning_rate)


def _output_layer_first(inputs, targets, parameters, learning_rate):
    """The output layer is updated, and the hidden gradients are then taken with its new weights."""
    values = forward_reference(inputs, parameters)
    grad_y_pred = 2 * (values["y_pred"] - targets)
    weights_2 = parameters["weights_2"] - learning_rate * values["h_relu"].T @ grad_y_pred
    grad_h = grad_y_pred @ weights_2.T * (values["h"] > 0)
    return {
        "weights_1": parameters["weights_1"] - learning_rate * inputs.T @ grad_h,
        "bias_1": parameters["bias_1"] - learning_rate * grad_h.sum(axis=0),
        "weights_2": weights_2,
        "bias_2": parameters["bias_2"] - learning_rate * grad_y_pred.sum(axis=0),
    }


def _step_by_step(inputs, targets, parameters, learning_rate):
    """Each parameter takes its step with gradients computed after the one before."""
    parameters = dict(parameters)
    for name in parameters:
        gradients = backward_reference(inputs, targets, parameters)
        parameters[name] = parameters[name] - learning_rate * gradients[name]
    return parameters


def _output_layer_first_in_place(inputs, targets, parameters, learning_rate):
    new = _output_layer_first(inputs, targets, parameters, learning_rate)
    for name in parameters:
        parameters[name][...] = new[name]
    return parameters


def _step_in_place(inputs, targets, parameters, learning_rate):
    gradients = backward_reference(inputs, targets, parameters)
    return _update_in_place(parameters, gradients, learning_rate)


training_step = Exercise(
    "One training step",
    training_step_reference,
    lambda rng: [(*case, rate) for case, rate in
                 zip(_backward_cases(rng), (0.05, 0.1, 0.2, 0.1, 0.05), strict=True)],
    [
        Mistake("the output weights are updated before all gradients are taken",
                _output_layer_first,
                "`grad_h_relu` needs the weights that the forward pass used. Take all gradients "
                "first, then update everything."),
        Mistake("the output weights are updated, in place, before all gradients are taken",
                _output_layer_first_in_place,
                "`grad_h_relu` needs the weights that the forward pass used, and the caller needs "
                "the old parameters. Take all gradients first, then make new arrays."),
        Mistake("new gradients are taken after each parameter's step", _step_by_step,
                "One backward pass gives all four gradients, at one and the same place."),
        Mistake("the parameters are changed in place", _step_in_place,
                "Return a new dict; the caller may still need the old one, to compare or go back."),
        Mistake("the sign of the step is wrong",
                lambda inputs, targets, parameters, learning_rate:
                training_step_reference(inputs, targets, parameters, -learning_rate),
                "This climbs the loss. Subtract the gradient."),
        Mistake("the gradients are returned instead of the new parameters",
                lambda inputs, targets, parameters, learning_rate:
                backward_reference(inputs, targets, parameters),
                "The step ends with an update: return the new parameters."),
    ],
    ["You have written both parts already: `backward` and `update`.",
     "First all gradients, then one update with them."],
    example=""">>> parameters = {"weights_1": np.array([[1.5]]), "bias_1": np.array([0.0]),
...               "weights_2": np.array([[0.5]]), "bias_2": np.array([0.0])}
>>> training_step(np.array([[2.0]]), np.array([[1.0]]), parameters, 0.1)
{'weights_1': array([[1.4]]), 'bias_1': array([-0.05]), 'weights_2': array([[0.2]]),
'bias_2': array([-0.1])}""",
    extra=True,
)


# --- questions -------------------------------------------------------------------------------

zero_start = Question(
    "All parameters start at 0",
    {
        "a": "it learns XOR, only more slowly",
        "b": "only the output bias ever changes",
        "c": "the hidden units all learn the same thing",
    },
    "b",
    {
        "a": "Follow the gradients: `grad_h_relu` is `grad_y_pred` times `weights_2`, and those "
             "are 0.",
        "b": "`h_relu` is 0, so `grad_w2` is 0; `weights_2` is 0, so nothing reaches the first "
             "layer. The bias moves the prediction to the mean of the targets, 0.5, and stays.",
        "c": "That happens when all units start equal but not at 0. At 0 nothing at all reaches "
             "them.",
    },
    ["Compute `h_relu` for the first row.",
     "Which of the four gradients has no factor that is 0?"],
    extra=True,
)

find_the_mistake = Question(
    "Find the mistake: read the gradient check",
    {
        "a": "the factor 2 of the squared loss is missing",
        "b": "the ReLU's mask is missing",
        "c": "the update has the wrong sign",
        "d": "`grad_w2` lacks a transpose",
    },
    "b",
    {
        "a": "That factor enters at the very start of the backward pass, so all four gradients "
             "would be off by it.",
        "b": "The output layer's gradients are right, so everything up to `grad_y_pred` is. What "
             "is wrong lies between the output layer and the first one: the weights, or the mask.",
        "c": "The check looks at gradients only; no update has happened yet.",
        "d": "`weights_2` is one of the two that agree.",
    },
    ["Which steps of the backward pass come before `grad_w2`, and so must be right?",
     "Which steps do `weights_1` and `bias_1` need that `weights_2` and `bias_2` do not?"],
    extra=True,
)

two_unit_share = Prediction(
    "How many starts learn XOR with two hidden units?",
    "%",
    within=1.6,
    mistakes=[
        Guess("every start succeeds", lambda guess, measured: guess >= 80,
              "Two units suffice to represent XOR. Whether gradient descent gets there is "
              "another question, and depends on where it starts.", 100.0),
        Guess("two units cannot do it", lambda guess, measured: guess <= 5,
              "They can: chapter 03 chose such weights by hand. From some starts training finds "
              "them too.", 0.0),
    ],
    lesson="Most starts end in a place where no small step helps: that the weights exist does not "
           "mean that they are found.",
    reference=23.0,
    hints=["Two ReLU units are just enough; neither may be lost.",
           "A unit whose total is negative on all four rows gets no gradient at all."],
)

TASKS = name_tasks(globals())
