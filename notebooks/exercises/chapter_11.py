"""Exercises of chapter 11: cross-entropy against squared error."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F

from course_utils.judge.tasks import (
    Exercise,
    Guess,
    Mistake,
    Prediction,
    Question,
    Tolerance,
    name_tasks,
)

# --- entropy ---------------------------------------------------------------------------------

def entropy_bits_reference(probabilities):
    possible = probabilities[probabilities > 0]
    return float(-(possible * np.log2(possible)).sum())


def _entropy_in_nats(probabilities):
    possible = probabilities[probabilities > 0]
    return float(-(possible * np.log(possible)).sum())


def _entropy_with_wrong_sign(probabilities):
    return -entropy_bits_reference(probabilities)


def _mean_surprise(probabilities):
    possible = probabilities[probabilities > 0]
    return float(-np.log2(possible).mean())


def _sum_of_surprise(probabilities):
    possible = probabilities[probabilities > 0]
    return float(-np.log2(possible).sum())


def _entropy_with_nan(probabilities):
    return float(-(probabilities * np.log2(probabilities)).sum())


entropy_bits = Exercise(
    "Entropy in bits",
    entropy_bits_reference,
    lambda rng: [(np.array([0.5, 0.5]),), (np.array([0.25, 0.75]),), (np.array([1.0, 0.0]),),
                 (rng.dirichlet(np.ones(6)),), (np.array([0.1, 0.0, 0.7, 0.2]),),
                 (np.array([2e-5, 1 - 3e-5, 1e-5]),)],
    [
        Mistake("the natural logarithm is used", _entropy_in_nats,
                "That counts in nats. Bits need the logarithm to base 2: `np.log2`."),
        Mistake("the minus sign is missing", _entropy_with_wrong_sign,
                "Logarithms of probabilities are negative; the minus makes surprise positive."),
        Mistake("the surprises are averaged without weights", _mean_surprise,
                "A rare outcome surprises much but seldom: weight each surprise with its "
                "probability."),
        Mistake("the surprises are added without weights", _sum_of_surprise,
                "Multiply each surprise by how often it happens before you add."),
        Mistake("an impossible outcome gives NaN", _entropy_with_nan,
                "0 times log 0 is 0 times minus infinity, which is NaN. What never happens adds "
                "nothing: leave it out."),
    ],
    [
        "The surprise of an outcome is `-np.log2(p)`; the entropy is its average.",
        "An average over outcomes weights each with its probability.",
        "Keep only the outcomes that can happen: `probabilities[probabilities > 0]`.",
    ],
    example='''\
>>> entropy_bits(np.array([0.5, 0.25, 0.25, 0.0]))
1.5''',
)


# --- cross-entropy of two distributions ------------------------------------------------------

def soft_cross_entropy_reference(logits, targets):
    log_probabilities = logits - torch.logsumexp(logits, dim=1, keepdim=True)      # (N, C)
    return -(targets * log_probabilities).sum(dim=1).mean()


def _cross_entropy_without_minus(logits, targets):
    return -soft_cross_entropy_reference(logits, targets)


def _cross_entropy_summed(logits, targets):
    return soft_cross_entropy_reference(logits, targets) * len(targets)


def _cross_entropy_over_everything(logits, targets):
    return soft_cross_entropy_reference(logits, targets) / targets.shape[1]


def _cross_entropy_unstable(logits, targets):
    probabilities = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return -(targets * probabilities.log()).sum(dim=1).mean()


def _softmax_then_log(logits, targets):
    return -(targets * logits.softmax(dim=1).log()).sum(dim=1).mean()


def _sum_of_exponentials(logits, targets):
    log_probabilities = logits - logits.exp().sum(dim=1, keepdim=True).log()
    return -(targets * log_probabilities).sum(dim=1).mean()


def _cross_entropy_rounded(logits, targets):
    return soft_cross_entropy_reference(logits, targets).float()


def _softmax_twice(logits, targets):
    return soft_cross_entropy_reference(logits.softmax(dim=1), targets)


def _softmax_over_samples(logits, targets):
    return -(targets * logits.log_softmax(dim=0)).sum(dim=1).mean()


def _targets_through_softmax(logits, targets):
    return soft_cross_entropy_reference(logits, targets.softmax(dim=1))


def _probability_instead(logits, targets):
    return -(targets * logits.softmax(dim=1)).sum(dim=1).mean()


def _the_other_way_round(logits, targets):
    return -(logits.softmax(dim=1) * targets.log()).sum(dim=1).mean()


def _cross_entropy_cases(rng):
    """Large logits in cases of their own, so that each way to overflow or underflow shows.

    Above, below, one row each, wide to both sides, wide to one side, as wide as can be. At a
    width of 720 a softmax still holds the smallest probability, but `exp(720)` is infinite.
    """
    def targets(rows, classes):
        return torch.from_numpy(rng.dirichlet(np.ones(classes), size=rows))

    cases = [(torch.from_numpy(2 * rng.normal(size=(rows, classes))), targets(rows, classes))
             for rows, classes in ((1, 4), (5, 3), (7, 6), (4, 4))]
    large = [[[1000.0, 998.0, 999.5], [800.0, 801.0, 802.5]],
             [[-1000.0, -998.0, -999.5], [-900.0, -901.0, -899.0]],
             [[1000.0, 998.0, 999.5], [-1000.0, -998.0, -999.5]],
             [[0.0, 720.0, 719.0], [1.0, 5.0, 720.0]],
             [[-300.0, 500.0, 0.0], [400.0, -10.0, -390.0]],
             [[1000.0, 0.0, -1000.0], [-900.0, 800.0, 5.0], [1000.0, 3.0, -2.0]]]
    cases += [(torch.tensor(rows, dtype=torch.float64), targets(len(rows), 3)) for rows in large]
    one_hot = torch.eye(3, dtype=torch.float64)[[1, 0]]
    return [*cases, (torch.tensor(large[4], dtype=torch.float64), one_hot)]


soft_cross_entropy = Exercise(
    "Cross-entropy of two distributions",
    soft_cross_entropy_reference,
    _cross_entropy_cases,
    [
        Mistake("the minus sign is missing", _cross_entropy_without_minus,
                "A logarithm of a probability is negative, and a loss must fall as the network "
                "improves. Without the minus, training makes it worse on purpose."),
        Mistake("the samples are added, not averaged", _cross_entropy_summed,
                "Take the mean over the samples; otherwise twice the batch means twice the step."),
        Mistake("the mean runs over the classes too", _cross_entropy_over_everything,
                "Over the classes it is a sum, weighted by the targets; only over the samples is "
                "it a mean."),
        Mistake("the exponentials of the logits are divided by their sum", _cross_entropy_unstable,
                "`exp(1000)` is infinite, and infinity by infinity is NaN. Work with logarithms: "
                "the logits minus `torch.logsumexp(logits, dim=1, keepdim=True)`."),
        Mistake("the probabilities are computed first, and then their logarithm", _softmax_then_log,
                "softmax bears large logits, but a probability may round to 0, and its logarithm "
                "is minus infinity. Subtract `torch.logsumexp(...)` from the logits instead."),
        Mistake("the logarithm of a sum of exponentials is taken as it stands",
                _sum_of_exponentials,
                "`exp(1000)` is infinite, and `exp(-1000)` is 0. `torch.logsumexp` gives the same "
                "logarithm without either."),
        Mistake("the result is rounded to float32", _cross_entropy_rounded,
                "The value is right to seven digits; the logits are float64, and the next cell "
                "compares twelve."),
        Mistake("softmax is applied twice", _softmax_twice,
                "The first argument holds logits; one softmax turns them into probabilities."),
        Mistake("the softmax runs over the samples", _softmax_over_samples,
                "Each sample's classes compete with each other: sum over `dim=1`."),
        Mistake("the targets go through a softmax", _targets_through_softmax,
                "The targets are probabilities already."),
        Mistake("the logarithm is forgotten", _probability_instead,
                "Surprise is the logarithm of the probability, not the probability."),
        Mistake("targets and answers change places", _the_other_way_round,
                "Cross-entropy is not symmetric: the truth is the weight, the network's answer "
                "stands inside the logarithm."),
    ],
    [
        "The logarithm of softmax(z) is `z - logsumexp(z)`; use `dim=1` and `keepdim=True`.",
        "Multiply the targets with the log-probabilities and sum over the classes.",
        "Take the mean over the samples, and do not forget the minus.",
    ],
    tolerance=Tolerance(relative=1e-11, absolute=1e-13),
    example='''\
>>> soft_cross_entropy(torch.zeros(3, 4), torch.full((3, 4), 0.25))    # ln 4
tensor(1.3863)
>>> soft_cross_entropy(torch.tensor([[0.0, 1000.0]]), torch.tensor([[0.5, 0.5]]))
tensor(500.)''',
)


# --- binary cross-entropy from logits --------------------------------------------------------

def bce_from_logits_reference(logits, targets):
    return (F.softplus(logits) - targets * logits).mean()


def _bce_unstable(logits, targets):
    p = logits.sigmoid()
    return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()


def _bce_of_exponentials(logits, targets):
    return ((1 + logits.exp()).log() - targets * logits).mean()


def _bce_of_negative_exponentials(logits, targets):
    return ((1 + (-logits).exp()).log() + (1 - targets) * logits).mean()


def _bce_cut_by_torch(logits, targets):
    return F.binary_cross_entropy(logits.sigmoid(), targets)


def _bce_detached(logits, targets):
    return bce_from_logits_reference(logits, targets).detach()


def _bce_only_positive(logits, targets):
    return (targets * F.softplus(-logits)).mean()


def _bce_of_probabilities(logits, targets):
    return bce_from_logits_reference(logits.sigmoid(), targets)


def _bce_swapped(logits, targets):
    return bce_from_logits_reference(-logits, targets)


def _bce_sum(logits, targets):
    return bce_from_logits_reference(logits, targets) * len(logits)


def _bce_clamped(logits, targets):
    p = logits.sigmoid().clamp(1e-7, 1 - 1e-7)
    return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()


def _bce_cases(rng):
    """Large logits of each sign and each target stand in cases of their own."""
    cases = [(torch.from_numpy(2 * rng.normal(size=rows)),
              torch.from_numpy(rng.integers(0, 2, size=rows)).double()) for rows in (2, 5, 8)]
    return cases + [(torch.tensor([logit, 40.0 * sign, 0.5], dtype=torch.float64),
                     torch.tensor([target, target, 1.0], dtype=torch.float64))
                    for sign in (1, -1) for logit in (800.0 * sign,) for target in (0.0, 1.0)]


def _observe_bce(candidate, logits, targets):
    """The loss, and where it is finite its gradient: zeros where none arrives."""
    learned = logits.clone().requires_grad_()
    loss = candidate(learned, targets)
    if isinstance(loss, torch.Tensor) and loss.requires_grad and loss.isfinite().all():
        loss.sum().backward()
    gradient = torch.zeros_like(logits) if learned.grad is None else learned.grad
    return {"the loss": loss, "its gradient with respect to the logits": gradient}


bce_from_logits = Exercise(
    "Binary cross-entropy from a logit",
    bce_from_logits_reference,
    _bce_cases,
    [
        Mistake("the probability is computed first", _bce_unstable,
                "At a logit of 800 it rounds to 1, and `log(1 - p)` is minus infinity. "
                "`F.softplus(z) - y * z` needs no probability."),
        Mistake("`log(1 + exp(z))` is written out", _bce_of_exponentials,
                "`exp(800)` is infinite. `F.softplus(z)` is the same function without that "
                "number."),
        Mistake("`log(1 + exp(-z))` is written out", _bce_of_negative_exponentials,
                "At a logit of -800 `exp(-z)` is infinite. `F.softplus(-z)` is the same function "
                "without that number."),
        Mistake("the logarithm is cut off at -100", _bce_cut_by_torch,
                "`F.binary_cross_entropy` does that with a probability of 0; the loss at a logit "
                "of 800 is 800. Start from the logit: `F.softplus(z) - y * z`."),
        Mistake("the loss is cut off from the logits", _bce_detached,
                "The value is right, but `backward()` finds no way back, so nothing could be "
                "learned from it. Return the tensor itself, without `.item()` or `.detach()`."),
        Mistake("only the positive samples count", _bce_only_positive,
                "For target 0 the loss is `-log(1 - p)`: half of the formula is missing."),
        Mistake("the sigmoid is applied twice", _bce_of_probabilities,
                "The input is a logit; the sigmoid is already inside the formula."),
        Mistake("the targets are swapped", _bce_swapped,
                "A large logit means class 1: with target 1 the loss must then be small."),
        Mistake("the samples are added, not averaged", _bce_sum,
                "Take the mean over the samples."),
        Mistake("the probability is clamped", _bce_clamped,
                "No NaN, but wrong all the same: the loss at a logit of 800 is 800, and a clamped "
                "one stops at 16, with gradient 0. Use `softplus(z) - y * z`."),
    ],
    [
        "`-log(sigmoid(z))` is `softplus(-z)`, and `-log(1 - sigmoid(z))` is `softplus(z)`.",
        "Both cases together: `softplus(z) - y * z`. Check it for y = 0 and for y = 1.",
        "`F.softplus` is numerically stable; the mean comes last.",
    ],
    observe=_observe_bce,
    example='''\
>>> bce_from_logits(torch.tensor([0.0, 0.0]), torch.tensor([1.0, 0.0]))    # ln 2
tensor(0.6931)
>>> bce_from_logits(torch.tensor([100.0, 100.0]), torch.tensor([1.0, 0.0]))
tensor(50.)''',
)


# --- label smoothing -------------------------------------------------------------------------

def smooth_labels_reference(labels, classes, smoothing):
    one_hot = torch.eye(classes, dtype=torch.float64)[labels]        # (N, C)
    return (1 - smoothing) * one_hot + smoothing / classes


def _smoothing_to_others(labels, classes, smoothing):
    one_hot = torch.eye(classes, dtype=torch.float64)[labels]
    return (1 - smoothing) * one_hot + smoothing / (classes - 1) * (1 - one_hot)


def _smoothing_added(labels, classes, smoothing):
    return torch.eye(classes, dtype=torch.float64)[labels] + smoothing / classes


def _smoothing_not_shared(labels, classes, smoothing):
    return (1 - smoothing) * torch.eye(classes, dtype=torch.float64)[labels] + smoothing


def _smoothing_ignored(labels, classes, smoothing):
    return torch.eye(classes, dtype=torch.float64)[labels]


smooth_labels = Exercise(
    "Label smoothing",
    smooth_labels_reference,
    lambda rng: [(torch.tensor([0, 2, 1]), 3, 0.1), (torch.tensor([4, 4]), 10, 0.3),
                 (torch.tensor([1]), 2, 0.5), (torch.tensor([6, 0, 3, 3, 1]), 7, 0.25)],
    [
        Mistake("the share is spread over the wrong classes only", _smoothing_to_others,
                "That is another common definition. Here, as in PyTorch, every class gets an equal "
                "part, the right one included."),
        Mistake("nothing is taken from the right class", _smoothing_added,
                "Each row must still add up to 1: multiply the one-hot rows by `1 - smoothing`."),
        Mistake("every class gets the whole share", _smoothing_not_shared,
                "Divide the smoothing by the number of classes."),
        Mistake("the smoothing has no effect", _smoothing_ignored,
                "This is the one-hot table; mix it with the equal distribution."),
    ],
    [
        "`torch.eye(classes, dtype=torch.float64)[labels]` makes one-hot rows.",
        "Mix: `(1 - smoothing)` times one-hot, plus `smoothing / classes` everywhere.",
    ],
    extra=True,
    example='''\
>>> smooth_labels(torch.tensor([1]), 4, 0.2)
tensor([[0.0500, 0.8500, 0.0500, 0.0500]], dtype=torch.float64)''',
)


# --- questions -------------------------------------------------------------------------------

confident_and_wrong = Prediction(
    "How hard does each loss push?",
    "times",
    within=3.0,
    mistakes=[
        Guess("both losses push about equally", lambda guess, measured: guess <= 5,
              "They agree near the right answer. Far on the wrong side the squared error has a "
              "factor `p * (1 - p)` that is almost 0: the more wrong, the less it learns.", 1.0),
        Guess("the difference is tens, not thousands", lambda guess, measured: guess <= 500,
              "The factor `p * (1 - p)` is about `exp(-8)`, one three-thousandth.", 50.0),
    ],
    lesson="A confident mistake is where learning is needed most, and there the squared error "
           "hardly learns.",
    reference=1491.0,
    hints=["At a logit of -8 the probability is about 1/3000.",
           "The squared error's gradient carries the sigmoid's slope `p * (1 - p)`."],
)

softmax_floor = Question(
    "The loss that stops at 1.46",
    {
        "a": "the learning rate is too small",
        "b": "the network is too small for ten classes",
        "c": "softmax is applied twice",
        "d": "the labels contain errors",
    },
    "c",
    {
        "a": "A small rate gets there late; this one stands still at a value that has a formula.",
        "b": "The accuracy is far above what a loss of 1.46 suggests, so it does separate the "
             "classes.",
        "c": "The second softmax sees numbers between 0 and 1, so its largest probability is e / "
             "(e + 9) = 0.23, and -log 0.23 = 1.46. No training gets below that.",
        "d": "Wrong labels raise the floor of the loss, but not to the same number for every data "
             "set.",
    },
    ["What is the largest probability softmax can give when all its inputs lie between 0 and 1?",
     f"`-log(e / (e + 9))` is {-math.log(math.e / (math.e + 9)):.2f}."],
)

TASKS = name_tasks(globals())
