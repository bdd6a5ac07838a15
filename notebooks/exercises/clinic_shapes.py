"""Bug clinic: shapes and axes that fit, and are wrong."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from notebooks.exercises.clinic_parts import (
    cause,
    loss_and_gradient,
    random_labels,
    random_tensor,
    repair,
)

# --- a bias of the wrong shape ---------------------------------------------------------------

FOUR = "One question, four answers"


def repaired_hidden_layer_reference(inputs, weights, bias):
    """Outputs (N, H) of ReLU units for inputs (N, D), weights (D, H) and bias (H,)."""
    return np.maximum(inputs @ weights + bias, 0)                      # (N, H) + (H,) -> (N, H)


def _hidden_layer(inputs, weights, bias):
    return np.maximum(inputs @ weights + bias[:, None], 0)


def _one_bias_for_all(inputs, weights, bias):
    return np.maximum(inputs @ weights + bias.sum(), 0)


def _hidden_without_bias(inputs, weights, bias):
    return np.maximum(inputs @ weights, 0)


def _bias_after_relu(inputs, weights, bias):
    return np.maximum(inputs @ weights, 0) + bias


def _first_bias_for_all(inputs, weights, bias):
    return np.maximum(inputs @ weights + bias[0], 0)


def _bias_of_the_row(inputs, weights, bias):
    return np.maximum(inputs @ weights + np.resize(bias, len(inputs))[:, None], 0)


hidden_layer_cause = cause(FOUR, "a", [
    ("The bias is added to each row of the table, not to each unit",
     "(4, 1) spreads along the units: sample 1 gets bias 1, sample 2 gets bias 2. It runs for four "
     "samples and four units, and a single sample is spread into four."),
    ("ReLU mixes the rows",
     "ReLU works on each entry by itself."),
    ("`inputs @ weights` must be `weights @ inputs`",
     "(N, D) @ (D, H) gives one row for each sample, as it should."),
    ("Four samples are too few to ask a network about",
     "A layer that works gives each row the same answer, whatever stands beside it."),
], "Write down the shapes of both sides of the plus sign.",
   "Broadcasting lines shapes up from the right: (N, H) + (H,) or (N, H) + (H, 1)?")

hidden_layer = repair(
    FOUR, repaired_hidden_layer_reference, _hidden_layer,
    lambda rng: [(rng.normal(size=(n, d)), rng.normal(size=(d, h)), 1 + rng.normal(size=h))
                 for n, d, h in ((4, 2, 4), (1, 2, 4), (5, 3, 2))],
    [
        ("the bias is left out", _hidden_without_bias,
         "The shapes fit now, but every unit needs its own start."),
        ("all biases are added up", _one_bias_for_all,
         "A single number fits every shape. Each unit has a bias of its own."),
        ("every unit gets the first unit's bias", _first_bias_for_all,
         "`bias[0]` is one number; the unit in column h needs `bias[h]`."),
        ("the bias comes after the ReLU", _bias_after_relu,
         "The bias belongs to the total, which the ReLU then cuts off at 0."),
        ("the bias is stretched to the number of samples", _bias_of_the_row,
         "It runs for every shape now, and each sample still has a bias of its own."),
    ],
    "Try one row, and a number of rows that is not the number of units.",
    "A bias of shape (H,) needs no index at all.",
    example=""">>> weights, bias = np.array([[2.0, -1.0]]), np.array([0.5, 3.0])
>>> repaired_hidden_layer(np.array([[1.0]]), weights, bias)
array([[2.5, 2. ]])""",
)

# --- (N, 1) against (N,) ---------------------------------------------------------------------

FLAT = "The loss falls, the line stays flat"


def repaired_line_error_reference(parameters, inputs, targets):
    """Mean squared error of a line: parameters (2,), inputs (N, 1), targets (N,)."""
    predictions = (inputs * parameters[0] + parameters[1])[:, 0]       # (N, 1) -> (N,)
    return ((predictions - targets) ** 2).mean()


def _line_error(parameters, inputs, targets):
    predictions = inputs * parameters[0] + parameters[1]
    return ((predictions - targets) ** 2).mean()


def _line_error_sum(parameters, inputs, targets):
    return repaired_line_error_reference(parameters, inputs, targets) * len(targets)


def _line_error_first_row(parameters, inputs, targets):
    return ((inputs[0] * parameters[0] + parameters[1] - targets) ** 2).mean()


def _line_error_mean_first(parameters, inputs, targets):
    return ((inputs * parameters[0] + parameters[1]).mean() - targets.mean()) ** 2


def _line_error_means(parameters, inputs, targets):
    return (((inputs * parameters[0] + parameters[1]).mean() - targets) ** 2).mean()


line_error_cause = cause(FLAT, "c", [
    ("The learning rate is too small to reach the slope",
     "The loss has settled, and the slope went to 0 and stays there."),
    ("A line cannot follow these points",
     "The points lie along a line; the figure shows it."),
    ("Every prediction is compared with every target",
     "(N, 1) minus (N,) is a table (N, N). The answer nearest to all targets is their mean."),
    ("The square makes positive and negative misses alike, so the slope cancels",
     "The square is right for a line; the gradient of a squared miss keeps its sign."),
], "Print the shape of `predictions - targets`.",
   "(N, 1) and (N,) broadcast to (N, N).")

line_error = repair(
    FLAT, repaired_line_error_reference, _line_error,
    lambda rng: [(random_tensor(rng, 2), random_tensor(rng, n, 1), random_tensor(rng, n))
                 for n in (1, 4, 7)],
    [
        ("the squares are added up, not averaged", _line_error_sum,
         "The shapes are right now. The mean divides by the number of samples."),
        ("every target is compared with the first prediction", _line_error_first_row,
         "`inputs[0]` is the first sample alone. Each sample needs its own prediction."),
        ("the mean is taken before the square", _line_error_mean_first,
         "Misses up and down cancel in the mean. Square each one first."),
        ("every target is compared with the mean prediction", _line_error_means,
         "One number has taken the place of N predictions."),
    ],
    "Give both sides the same shape.",
    "`predictions[:, 0]` has shape (N,), and so has `predictions.squeeze(1)`.",
    example=""">>> parameters, inputs = torch.tensor([2.0, 1.0]), torch.tensor([[0.0], [1.0]])
>>> repaired_line_error(parameters, inputs, torch.tensor([1.0, 5.0]))
tensor(2.)""",
    observe=loss_and_gradient,
)

# --- softmax along the wrong axis ------------------------------------------------------------

START = "The loss starts at 5.30"


def repaired_mean_surprise_reference(logits, labels):
    """Mean of -log(probability of the true class) for logits (N, C) and labels (N,)."""
    probabilities = torch.softmax(logits, dim=1)                       # (N, C)
    return -probabilities[torch.arange(len(labels)), labels].log().mean()


def _mean_surprise(logits, labels):
    probabilities = torch.softmax(logits, dim=0)
    return -probabilities[torch.arange(len(labels)), labels].log().mean()


def _softmax_over_everything(logits, labels):
    probabilities = torch.softmax(logits.flatten(), dim=0).reshape(logits.shape)
    return -probabilities[torch.arange(len(labels)), labels].log().mean()


def _start_mended(logits, labels):
    return _mean_surprise(logits, labels) - np.log(len(logits) / logits.shape[1])


def _mean_of_shares(logits, labels):
    probabilities = torch.softmax(logits, dim=1)
    return -probabilities[torch.arange(len(labels)), labels].mean().log()


def _surprise_summed(logits, labels):
    return F.cross_entropy(logits, labels, reduction="sum")


def _surprise_without_softmax(logits, labels):
    return -logits[torch.arange(len(labels)), labels].mean()


mean_surprise_cause = cause(START, "b", [
    ("The losses of the samples are added up, not averaged",
     "A sum over 200 samples would start at 461."),
    ("Each image competes with the other images of its batch, not class with class",
     "Along dim 0 the 200 shares of one class add up to 1. Equal logits give 1/200 each, and "
     "ln 200 is 5.30."),
    ("The weights start too large",
     "They start at 0: all logits are equal. That is why the first loss can be predicted."),
    ("The logarithm has the wrong base",
     "With base 2 the start would be 3.32, the number of bits for ten classes."),
], "`exp(5.30)` is 200. What is 200 here?",
   "Over which axis must the shares of one image add up to 1?")

mean_surprise = repair(
    START, repaired_mean_surprise_reference, _mean_surprise,
    lambda rng: [(random_tensor(rng, n, c, scale=2.0), random_labels(rng, n, c))
                 for n, c in ((6, 3), (4, 4), (1, 5), (3, 2))],
    [
        ("the softmax runs over all samples and classes at once", _softmax_over_everything,
         "Now the whole table adds up to 1. Each row must do so by itself."),
        ("only the number at the start is mended", _start_mended,
         "The first loss is ln C again. The gradients are those of the broken loss."),
        ("the logarithm is taken after the mean", _mean_of_shares,
         "The surprise belongs to each sample: logarithm first, then the mean."),
        ("the samples are added up, not averaged", _surprise_summed,
         "The axis is right now. The name promises a mean."),
        ("the softmax is left out", _surprise_without_softmax,
         "Logits are not probabilities: without the softmax this loss has no lower end."),
    ],
    "Axes of (N, C): dim 0 runs over the samples, dim 1 over the classes.",
    "One character has to change.",
    example=""">>> repaired_mean_surprise(torch.zeros(3, 4), torch.tensor([0, 1, 2]))
tensor(1.3863)""",
    observe=loss_and_gradient,
)

# --- targets on different scales -------------------------------------------------------------

THREE = "Three numbers, one of them never learned"


def repaired_scaled_targets_reference(train, test):
    """Training and test targets (N, P) on scales on which every column counts alike."""
    mean, deviation = train.mean(axis=0), train.std(axis=0)            # (P,), (P,)
    return (train - mean) / deviation, (test - mean) / deviation


def _scaled_targets(train, test):
    mean, deviation = train.mean(), train.std()
    return (train - mean) / deviation, (test - mean) / deviation


def _scaled_by_rows(train, test):
    return tuple((part - part.mean(axis=1, keepdims=True)) / part.std(axis=1, keepdims=True)
                 for part in (train, test))


def _own_scale_each(train, test):
    return tuple((part - part.mean(axis=0)) / part.std(axis=0) for part in (train, test))


def _only_centred(train, test):
    return train - train.mean(axis=0), test - train.mean(axis=0)


def _centred_then_one_deviation(train, test):
    mean, deviation = train.mean(axis=0), train.std()
    return (train - mean) / deviation, (test - mean) / deviation


def _only_divided(train, test):
    return train / train.std(axis=0), test / train.std(axis=0)


scaled_targets_cause = cause(THREE, "d", [
    ("The brightness cannot be seen in these inputs",
     "After the repair the same network reads it from the same inputs."),
    ("The network has too few outputs",
     "It has one output for each of the three targets."),
    ("The mean of the test targets is not used",
     "It must not be: what is known about the scale has to come from the training targets."),
    ("One scale for all columns leaves the small column small, so its misses hardly count",
     "The position runs over 20 pixels, the brightness over half a unit. In the mean square a miss "
     "of the whole brightness weighs no more than a small miss of the position."),
], "Print the standard deviation of each column after scaling.",
   "`train.mean()` is one number. How many do you need?", extra=True)

scaled_targets = repair(
    THREE, repaired_scaled_targets_reference, _scaled_targets,
    lambda rng: [(rng.normal(size=(n, p)) * 10.0 ** np.arange(p) + 3 * np.arange(p),
                  rng.normal(size=(m, p)) * 10.0 ** np.arange(p) + 1)
                 for n, m, p in ((8, 5, 3), (6, 6, 2), (4, 3, 4))],
    [
        ("each sample is scaled by itself", _scaled_by_rows,
         "`axis=1` runs over the targets of one sample; after that its position is lost."),
        ("the test targets are scaled by their own mean and deviation", _own_scale_each,
         "Then the same position has two different numbers in training and test. Use the training "
         "values for both."),
        ("the columns are centred but not divided", _only_centred,
         "The means are 0 now; the spreads are as different as before."),
        ("the columns have means of their own but one deviation", _centred_then_one_deviation,
         "It is the spread that decides how much a column counts."),
        ("the columns are divided but not centred", _only_divided,
         "The spreads are 1. A mean far from 0 still has to be learned by the biases."),
    ],
    "Mean and deviation of each column: an axis is missing.",
    "`train.mean(axis=0)` and `train.std(axis=0)`, used for both sets.",
    example=""">>> train = np.array([[1.0, 100.0], [3.0, 300.0]])
>>> test = np.array([[2.0, 400.0]])
>>> [part.tolist() for part in repaired_scaled_targets(train, test)]
[[[-1.0, -1.0], [1.0, 1.0]], [[0.0, 2.0]]]""",
    extra=True,
)
