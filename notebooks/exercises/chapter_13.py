"""Exercises of chapter 13: dropout and overfitting."""

from __future__ import annotations

from itertools import product

import torch
from torch.nn import functional as F

from course_utils.judge.tasks import (
    Exercise,
    Guess,
    Mistake,
    Prediction,
    Question,
    Tolerance,
    name_tasks,
)

ROUNDED = Tolerance(relative=1e-5, absolute=1e-6)  # where float32 is as good as float64


def _in_double(result):
    return result.double() if isinstance(result, torch.Tensor) else result


# --- learning by heart -----------------------------------------------------------------------

shuffled_labels = Prediction(
    "How many shuffled labels can it learn?",
    "%",
    within=1.1,
    mistakes=[
        Guess("nothing can be learned from shuffled labels",
              lambda guess, measured: guess <= 30,
              "Nothing that holds for other images, that is true. But there are 159 weights for "
              "each of the 1,000 images, so the network can learn every image by heart.", 10.0),
        Guess("it learns some of them", lambda guess, measured: 30 < guess < 90,
              "It has room for all of them, and the optimizer does not stop at half.", 50.0),
    ],
    lesson="The network has room to learn 1,000 labels by heart, whether they make sense or not. "
           "So a training accuracy of 100 % tells you nothing about new images.",
    reference=100.0,
    hints=["Count the weights: `784 * 200 + 200 * 10`. How many is that for each image?"],
)


# --- the loss without each hidden unit -------------------------------------------------------

def losses_without_units_reference(hidden, weights, bias, labels):
    losses = []
    for unit in range(hidden.shape[1]):
        fewer = hidden.clone()
        fewer[:, unit] = 0
        losses.append(F.cross_entropy(fewer @ weights + bias, labels))
    return torch.stack(losses)


def _units_stay_removed(hidden, weights, bias, labels):
    fewer, losses = hidden.clone(), []
    for unit in range(hidden.shape[1]):
        fewer[:, unit] = 0
        losses.append(F.cross_entropy(fewer @ weights + bias, labels))
    return torch.stack(losses)


def _samples_removed(hidden, weights, bias, labels):
    losses = []
    for unit in range(hidden.shape[1]):
        fewer = hidden.clone()
        fewer[unit] = 0
        losses.append(F.cross_entropy(fewer @ weights + bias, labels))
    return torch.stack(losses)


def _increase_of_loss(hidden, weights, bias, labels):
    all_units = F.cross_entropy(hidden @ weights + bias, labels)
    return losses_without_units_reference(hidden, weights, bias, labels) - all_units


def _only_that_unit(hidden, weights, bias, labels):
    return torch.stack([
        F.cross_entropy(hidden[:, unit : unit + 1] @ weights[unit : unit + 1] + bias, labels)
        for unit in range(hidden.shape[1])
    ])


def _without_output_bias(hidden, weights, bias, labels):
    return losses_without_units_reference(hidden, weights, 0 * bias, labels)


def _rescaled_units(hidden, weights, bias, labels):
    count = hidden.shape[1]
    return losses_without_units_reference(hidden * count / (count - 1), weights, bias, labels)


def _removal_cases(rng):
    """Hidden outputs as ReLU gives them, with zeros; in the last case as tanh does."""
    cases = []
    for samples, units, classes, bend in ((6, 3, 4, torch.relu), (4, 4, 4, torch.relu),
                                          (5, 2, 3, torch.relu), (7, 5, 3, torch.tanh)):
        hidden = bend(torch.from_numpy(rng.normal(size=(samples, units)) + 0.5))
        weights = torch.from_numpy(2 * rng.normal(size=(units, classes)))
        labels = torch.from_numpy(rng.integers(classes, size=samples))
        cases.append((hidden, weights, torch.from_numpy(rng.normal(size=classes)), labels))
    return cases


losses_without_units = Exercise(
    "The loss without each hidden unit",
    losses_without_units_reference,
    _removal_cases,
    [
        Mistake("a removed unit stays removed", _units_stay_removed,
                "Start from all units again for each one, with a fresh copy of `hidden`."),
        Mistake("a sample is removed in place of a unit", _samples_removed,
                "`hidden` has a row for each sample and a column for each unit: set a column to 0, "
                "`hidden[:, unit]`."),
        Mistake("the loss with all units is subtracted", _increase_of_loss,
                "Return the loss itself; the chapter subtracts afterwards."),
        Mistake("all units but one are removed", _only_that_unit,
                "Remove one unit and keep all the others."),
        Mistake("the bias is forgotten", _without_output_bias,
                "The output layer is `fewer @ weights + bias`."),
        Mistake("the other units are scaled up", _rescaled_units,
                "That is a good idea when many units are missing. Here only set the one unit to "
                "0, and leave the others as they are."),
    ],
    [
        "A loop over the units: copy `hidden`, set one column to 0, compute the loss.",
        "`F.cross_entropy(fewer @ weights + bias, labels)` is the loss of all samples.",
        "`torch.stack(list_of_losses)` makes one tensor (H,) of them.",
    ],
    observe=lambda candidate, *case: _in_double(candidate(*case)),
    tolerance=ROUNDED,
    example="""\
>>> hidden = torch.tensor([[1.0, 2.0]])
>>> weights = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
>>> losses_without_units(hidden, weights, torch.zeros(2), torch.tensor([0]))
tensor([2.1269, 0.1269])""",
)


# --- inverted dropout ------------------------------------------------------------------------

def dropout_reference(values, rate, training, generator):
    if not training:
        return values
    kept = torch.rand(values.shape, generator=generator) >= rate
    return values * kept / (1 - rate)


def _kept(values, rate, generator):
    return torch.rand(values.shape, generator=generator) >= rate


def _no_factor(values, rate, training, generator):
    return values * _kept(values, rate, generator) if training else values


def _divided_by_rate(values, rate, training, generator):
    return values * _kept(values, rate, generator) / rate if training else values


def _multiplied_by_rate(values, rate, training, generator):
    return values * _kept(values, rate, generator) * rate if training else values


def _multiplied_by_kept(values, rate, training, generator):
    return values * _kept(values, rate, generator) * (1 - rate) if training else values


def _active_at_test(values, rate, training, generator):
    return dropout_reference(values, rate, True, generator)


def _one_mask_for_all(values, rate, training, generator):
    kept = torch.rand(values.shape[1:], generator=generator) >= rate
    return values * kept / (1 - rate) if training else values


def _whole_samples(values, rate, training, generator):
    kept = torch.rand(len(values), 1, generator=generator) >= rate
    return values * kept / (1 - rate) if training else values


def _rate_is_kept_share(values, rate, training, generator):
    kept = torch.rand(values.shape, generator=generator) < rate
    return values * kept / rate if training else values


def _scaled_at_test(values, rate, training, generator):
    return dropout_reference(values, rate, True, generator) if training else values * (1 - rate)


def _classic_dropout(values, rate, training, generator):
    return values * (_kept(values, rate, generator) if training else 1 - rate)


def _global_randomness(values, rate, training, generator):
    return dropout_reference(values, rate, training, None)


OBSERVED = (
    "what it returns", "whether `values` is left as it was", "the output where training is False",
    "the shape in training", "the factor of what is kept",
    "whether all that is kept has one factor", "whether a share `rate` is set to 0",
    "whether each sample has a mask of its own", "whether each unit is decided on its own",
    "whether the same generator gives the same mask", "whether another seed gives another mask",
)


def _observe_dropout(function, values, rate, seed):
    """What can be said of one call whatever the mask is; the same for every right answer."""
    given = values.clone()

    def call(training, seed):
        return function(given, rate, training, torch.Generator().manual_seed(seed))

    state = torch.random.get_rng_state()
    try:
        out, again, other = call(True, seed), call(True, seed), call(True, seed + 1)
        at_test = call(False, seed)
    finally:
        torch.random.set_rng_state(state)
    seen = dict.fromkeys(OBSERVED)
    seen["what it returns"] = "a tensor" if isinstance(out, torch.Tensor) else type(out).__name__
    seen["whether `values` is left as it was"] = torch.equal(given, values)
    if not all(isinstance(result, torch.Tensor) for result in (out, again, other, at_test)):
        return seen
    seen["the output where training is False"] = at_test
    seen["the shape in training"] = list(out.shape)
    if out.shape != values.shape:
        return seen
    mask = out != 0
    ratio = (out / values)[mask]
    seen["the factor of what is kept"] = ratio.mean() if len(ratio) else 0.0
    one_factor = len(ratio) and torch.allclose(ratio, ratio.mean())
    seen["whether all that is kept has one factor"] = bool(one_factor)
    share = 1 - float(mask.double().mean())
    seen["whether a share `rate` is set to 0"] = abs(share - rate) < 0.06
    own_masks, own_units = (mask != mask[0]).any(), (mask != mask[:, :1]).any()
    seen["whether each sample has a mask of its own"] = not rate or bool(own_masks)
    seen["whether each unit is decided on its own"] = not rate or bool(own_units)
    seen["whether the same generator gives the same mask"] = torch.equal(out, again)
    seen["whether another seed gives another mask"] = not rate or not torch.equal(out, other)
    return seen


def _dropout_cases(rng):
    cases = [(40, 50, 0.2), (40, 40, 0.5), (60, 40, 0.8), (30, 20, 0.0)]
    return [(torch.from_numpy(rng.normal(size=(n, h))), rate, seed)
            for seed, (n, h, rate) in enumerate(cases)]


dropout = Exercise(
    "Dropout by hand",
    dropout_reference,
    _dropout_cases,
    [
        Mistake("the factor `1 / (1 - rate)` is missing", _no_factor,
                "With a share `rate` gone, the next layer receives too little. What is kept must "
                "grow by `1 / (1 - rate)` to make up for it."),
        Mistake("what is kept is divided by the rate", _divided_by_rate,
                "The share that is kept is `1 - rate`, so divide by that. At a rate of 0.5 you "
                "would never notice."),
        Mistake("what is kept is multiplied by the rate", _multiplied_by_rate,
                "Values are missing, so those that are left must become larger: divide by "
                "`1 - rate`."),
        Mistake("what is kept is multiplied by `1 - rate`", _multiplied_by_kept,
                "Then twice too little arrives: units are missing, and the others are weaker. "
                "Divide by `1 - rate`."),
        Mistake("dropout stays active at test time", _active_at_test,
                "Where `training` is False, return the values as they are."),
        Mistake("one mask serves the whole batch", _one_mask_for_all,
                "Every sample must lose other units. Draw a mask of the shape of `values`, not of "
                "one row."),
        Mistake("whole samples are dropped", _whole_samples,
                "Each unit of each sample is decided on its own: draw a mask of the shape of "
                "`values`."),
        Mistake("the rate is taken for the share that is kept", _rate_is_kept_share,
                "`rate` is the share that is set to 0, as in `nn.Dropout(p)`. (Some old libraries "
                "did it your way round.)"),
        Mistake("the values are scaled at test time as well", _scaled_at_test,
                "The factor in training has already settled it: at test time nothing is to be "
                "done."),
        Mistake("the scaling happens at test time instead of in training", _classic_dropout,
                "That is dropout as first published, and it works. Ours is inverted: divide in "
                "training, so that the test needs to know nothing."),
        Mistake("the generator is not used", _global_randomness,
                "Draw with `torch.rand(values.shape, generator=generator)`, so that a seed decides "
                "the mask."),
    ],
    [
        "Treat `training` False first: nothing happens then.",
        "`torch.rand(values.shape, generator=generator) >= rate` is True for a share `1 - rate`.",
        "Multiply by this mask and divide by `1 - rate`.",
    ],
    observe=_observe_dropout,
    example="""\
>>> values = torch.ones(100, 4)
>>> dropout(values, 0.75, True, torch.Generator().manual_seed(0)).unique()
tensor([0., 4.])
>>> dropout(values, 0.75, False, torch.Generator().manual_seed(0)).unique()
tensor([1.])""",
)


# --- mean and variance over all masks --------------------------------------------------------

def mean_and_variance_reference(values, weights, rate):
    mean, mean_square = 0.0, 0.0
    for mask in product([0, 1], repeat=len(values)):
        kept = torch.tensor(mask)
        probability = (1 - rate) ** sum(mask) * rate ** (len(mask) - sum(mask))
        total = float((values * kept / (1 - rate)) @ weights)
        mean += probability * total
        mean_square += probability * total**2
    return mean, mean_square - mean**2


def _over_masks(values, weights, rate, *, factor, probability_of):
    mean = mean_square = 0.0
    for mask in product([0, 1], repeat=len(values)):
        total = float((values * torch.tensor(mask) * factor) @ weights)
        probability = probability_of(sum(mask), len(mask))
        mean += probability * total
        mean_square += probability * total**2
    return mean, mean_square


def _all_masks_alike(values, weights, rate):
    mean, square = _over_masks(values, weights, rate, factor=1 / (1 - rate),
                               probability_of=lambda kept, count: 0.5**count)
    return mean, square - mean**2


def _probabilities_swapped(values, weights, rate):
    mean, square = _over_masks(
        values, weights, rate, factor=1 / (1 - rate),
        probability_of=lambda kept, count: rate**kept * (1 - rate) ** (count - kept))
    return mean, square - mean**2


def _moments_without_factor(values, weights, rate):
    mean, square = _over_masks(
        values, weights, rate, factor=1.0,
        probability_of=lambda kept, count: (1 - rate) ** kept * rate ** (count - kept))
    return mean, square - mean**2


def _mean_of_squares(values, weights, rate):
    mean, variance = mean_and_variance_reference(values, weights, rate)
    return mean, variance + mean**2


def _moments_rounded(values, weights, rate):
    mean, variance = mean_and_variance_reference(values, weights, rate)
    return torch.tensor(mean), torch.tensor(variance)


def _deviation(values, weights, rate):
    mean, variance = mean_and_variance_reference(values, weights, rate)
    return mean, max(variance, 0.0) ** 0.5


def _moments_cases(rng):
    return [(torch.from_numpy(rng.normal(size=n)), torch.from_numpy(rng.normal(size=n)), rate)
            for n, rate in ((3, 0.25), (5, 0.5), (1, 0.9), (6, 0.1))]


def _observe_moments(candidate, values, weights, rate):
    mean, variance = candidate(values, weights, rate)
    return {"the mean": mean, "the variance": variance}


mean_and_variance = Exercise(
    "Mean and variance over all masks",
    mean_and_variance_reference,
    _moments_cases,
    [
        Mistake("all masks count the same", _all_masks_alike,
                "At a rate of 0.25 a mask that keeps everything is more frequent than one that "
                "drops everything. Weight each mask with its probability."),
        Mistake("the probabilities of kept and dropped are swapped", _probabilities_swapped,
                "A unit is dropped with probability `rate` and kept with `1 - rate`."),
        Mistake("the factor `1 / (1 - rate)` is missing", _moments_without_factor,
                "Dropout also divides what is kept by `1 - rate`."),
        Mistake("the squared mean is not subtracted", _mean_of_squares,
                "The variance is the mean of the squares minus the square of the mean."),
        Mistake("the root of the variance is returned", _deviation,
                "The deviation is the root of the variance; asked for is the variance."),
        Mistake("the results are rounded to float32", _moments_rounded,
                "They are right to seven digits; the next cell compares twelve. Return plain "
                "numbers."),
    ],
    [
        "`product([0, 1], repeat=len(values))` goes through all masks; it is imported.",
        "A mask that keeps k of n units has probability `(1 - rate)**k * rate**(n - k)`.",
        "Add up `probability * total` and `probability * total**2`; the variance is the second "
        "minus the first squared.",
    ],
    observe=_observe_moments,
    tolerance=Tolerance(relative=1e-10, absolute=1e-12),
    example="""\
>>> values, weights = torch.tensor([2.0, 1.0]), torch.tensor([3.0, 1.0])
>>> mean_and_variance(values, weights, 0.5)
(7.0, 37.0)""",
    extra=True,
)


# --- which epoch to keep ---------------------------------------------------------------------

def early_stop_reference(validation_losses, patience):
    best_epoch = 0
    for epoch, loss in enumerate(validation_losses):
        if loss < validation_losses[best_epoch]:
            best_epoch = epoch
        elif epoch - best_epoch >= patience:
            return epoch, best_epoch
    return len(validation_losses) - 1, best_epoch


def _compares_with_previous(validation_losses, patience):
    best_epoch, waited = 0, 0
    for epoch, loss in enumerate(validation_losses):
        if epoch and loss >= validation_losses[epoch - 1]:
            waited += 1
            if waited >= patience:
                return epoch, best_epoch
        else:
            waited = 0
        if loss < validation_losses[best_epoch]:
            best_epoch = epoch
    return len(validation_losses) - 1, best_epoch


def _patience_never_renewed(validation_losses, patience):
    best_epoch, waited = 0, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < validation_losses[best_epoch]:
            best_epoch = epoch
        elif epoch:
            waited += 1
            if waited >= patience:
                return epoch, best_epoch
    return len(validation_losses) - 1, best_epoch


def _keeps_the_last(validation_losses, patience):
    stopped, _ = early_stop_reference(validation_losses, patience)
    return stopped, stopped


def _one_epoch_late(validation_losses, patience):
    return early_stop_reference(validation_losses, patience + 1)


def _looks_at_all(validation_losses, patience):
    stopped, _ = early_stop_reference(validation_losses, patience)
    return stopped, min(range(len(validation_losses)), key=validation_losses.__getitem__)


def _stops_at_first_rise(validation_losses, patience):
    return early_stop_reference(validation_losses, 1)


def _equal_counts_as_better(validation_losses, patience):
    best_epoch = 0
    for epoch, loss in enumerate(validation_losses):
        if loss <= validation_losses[best_epoch]:
            best_epoch = epoch
        elif epoch - best_epoch >= patience:
            return epoch, best_epoch
    return len(validation_losses) - 1, best_epoch


def _observe_stop(candidate, validation_losses, patience):
    """Both epochs by name, and whether they are whole numbers: the chapter counts with them."""
    stopped, kept = candidate(validation_losses, patience)
    return {"the epoch in which it stops": stopped, "the epoch that is kept": kept,
            "whether both are whole numbers":
                all(hasattr(epoch, "__index__") for epoch in (stopped, kept))}


early_stop = Exercise(
    "Early stopping",
    early_stop_reference,
    lambda rng: [
        ([1.0, 0.6, 0.5, 0.55, 0.52, 0.58, 0.3], 3), ([0.9, 0.8, 0.7, 0.6], 2),
        ([0.5, 0.6, 0.7, 0.8, 0.4], 3), ([1.0, 0.7, 0.8, 0.6, 0.7, 0.5, 0.6, 0.65, 0.7, 0.2], 3),
        ([1.0, 0.8, 0.8, 0.8, 0.7], 2), ([0.4, 0.5, 0.3], 1),
        ([0.5, 0.5, 0.6, 0.7], 2),                    # equal from the start: the first is the best
        ([0.8, 0.5, 0.6], 3), ([0.5], 2),             # the list ends before patience runs out
        ([2.9, 2.3, 2.6, 2.4, 2.31, 2.2, 2.5, 3.1, 2.7, 2.8, 1.0], 4),
    ],
    [
        Mistake("each loss is compared with the one before it", _compares_with_previous,
                "A loss that wavers above its best value is no progress. Compare with the best so "
                "far."),
        Mistake("the patience is not renewed by a new best epoch", _patience_never_renewed,
                "Count the epochs since the best one; a new best starts the count again."),
        Mistake("the epoch where it stopped is kept", _keeps_the_last,
                "That one comes `patience` epochs after the best: keep the weights of the best."),
        Mistake("it stops one epoch too late", _one_epoch_late,
                "Stop in the epoch in which `patience` epochs have passed since the best: "
                "`epoch - best_epoch >= patience`."),
        Mistake("it looks at epochs after the stop", _looks_at_all,
                "When it stops, the later losses do not exist yet."),
        Mistake("it stops at the first rise", _stops_at_first_rise,
                "One worse epoch can be chance; wait for `patience` of them."),
        Mistake("an equal loss counts as an improvement", _equal_counts_as_better,
                "Only a strictly lower loss is progress; otherwise a flat curve goes on for ever."),
    ],
    [
        "Remember the number of the best epoch so far.",
        "Walk through the losses: a lower one becomes the best; otherwise look how long ago the "
        "best one was.",
        "If the list ends before patience runs out, the last epoch is where it stopped.",
    ],
    observe=_observe_stop,
    example="""\
>>> early_stop([1.0, 0.5, 0.6, 0.7, 0.2], patience=2)
(3, 1)
>>> early_stop([1.0, 0.5, 0.6, 0.7, 0.2], patience=5)
(4, 4)""",
)


# --- Monte Carlo dropout ---------------------------------------------------------------------

def average_probabilities_reference(logits):
    return logits.softmax(dim=2).mean(dim=0)


def _softmax_of_mean(logits):
    return logits.mean(dim=0).softmax(dim=1)


def _softmax_over_passes(logits):
    return logits.softmax(dim=0).mean(dim=0)


def _softmax_over_images(logits):
    return logits.softmax(dim=1).mean(dim=0)


def _mean_over_images(logits):
    return logits.softmax(dim=2).mean(dim=1)


def _sum_over_passes(logits):
    return logits.softmax(dim=2).sum(dim=0)


def _mean_of_votes(logits):
    return F.one_hot(logits.argmax(dim=2), logits.shape[2]).to(logits.dtype).mean(dim=0)


average_probabilities = Exercise(
    "The average of many passes",
    average_probabilities_reference,
    lambda rng: [(torch.from_numpy(3 * rng.normal(size=shape)),)
                 for shape in ((4, 2, 3), (3, 3, 3), (5, 1, 2))],
    [
        Mistake("the logits are averaged before the softmax", _softmax_of_mean,
                "Passes that contradict each other cancel that way, and the doubt is lost. Turn "
                "each pass into probabilities first."),
        Mistake("the softmax runs over the passes", _softmax_over_passes,
                "For each pass and image the probabilities of the classes add up to 1: the last "
                "axis."),
        Mistake("the softmax runs over the images", _softmax_over_images,
                "The classes are the last axis of (passes, images, classes)."),
        Mistake("the mean is taken over the images", _mean_over_images,
                "Average the passes, which are the first axis."),
        Mistake("the passes are added and not averaged", _sum_over_passes,
                "The result must add up to 1 for each image: take the mean."),
        Mistake("each pass only votes for its largest class", _mean_of_votes,
                "A pass that is torn between two classes should say so. Average the "
                "probabilities."),
    ],
    [
        "First the softmax over the classes, then the mean over the passes.",
        "The axes are (passes, images, classes), that is `dim` 0, 1 and 2.",
    ],
    observe=lambda candidate, logits: _in_double(candidate(logits)),
    tolerance=ROUNDED,
    example="""\
>>> logits = torch.tensor([[[1.0, 1.0]], [[1.0, 3.0]]]).log()
>>> average_probabilities(logits)
tensor([[0.3750, 0.6250]])""",
    extra=True,
)


# --- questions -------------------------------------------------------------------------------

find_the_mistake = Question(
    "Find the mistake: two answers to one question",
    {
        "a": "dropout must not stand behind a ReLU",
        "b": "`eval()` works only on `nn.Sequential`",
        "c": "`F.dropout` does not know that the network is in evaluation mode",
        "d": "a rate of 0.5 is too large",
    },
    "c",
    {
        "a": "Before or behind a ReLU makes no difference, as section 5 shows.",
        "b": "`eval()` sets `training` on any `nn.Module` and all its parts.",
        "c": "A function has no mode, and its default is `training=True`. Write "
             "`F.dropout(hidden, 0.5, training=self.training)`, or use `nn.Dropout`, which looks "
             "for itself.",
        "d": "The rate decides how many units are dropped, not when.",
    },
    ["`eval()` sets `self.training` to False. Who reads it here?",
     "Look at the default values of `torch.nn.functional.dropout`."],
)

before_sigmoid = Question(
    "A dropped unit before a sigmoid",
    {"a": "0", "b": "0.5", "c": "a random number"},
    "b",
    {
        "a": "Dropout sets the total to 0, and then the sigmoid is applied to that 0.",
        "b": "`sigmoid(0)` is 0.5. The unit is not silent at all; it says 'undecided' at half "
             "strength.",
        "c": "Which unit is dropped is random. What then comes out of it is not.",
    },
    ["What is the total of the dropped unit, and what does the sigmoid make of it?"],
    extra=True,
)

units_left = Prediction(
    "How many of 200 units should be left?",
    "units",
    within=3.0,
    mistakes=[
        Guess("dropout does harm", lambda guess, measured: guess >= 190,
              "It does harm to the training loss. On new images a network that has missed units "
              "in training does better here.", 200.0),
        Guess("dropping a few is enough", lambda guess, measured: guess > measured,
              "With 200 units for 1,000 images there is far more room than needed, and a small "
              "rate leaves most of it.", 170.0),
        Guess("a handful of units will do", lambda guess, measured: guess < measured,
              "With so few units left in each step the network cannot even learn its training "
              "images.", 10.0),
    ],
    lesson="The valley is wide: half of the units or a quarter of them makes little difference.",
    reference=40.0,
    hints=["Too many leave room to learn by heart, too few leave no network.",
           "1,000 images are few for 200 units with 784 weights each."],
)

where_it_harms = Question(
    "Where dropout does harm",
    {
        "a": "with 20 % wrong labels",
        "b": "with 16 hidden units, and in a short training on 10,000 images",
        "c": "nowhere: in the worst case it changes nothing",
    },
    "b",
    {
        "a": "Wrong labels can only be learned by heart, and that is what dropout prevents. This "
             "is where it helps most.",
        "b": "With 16 units only eight are left in each step, too few to learn the task; the short "
             "training has no time to learn by heart. Dropout takes away more of what is scarce.",
        "c": "Dropout costs units and makes every gradient noisier. Where nothing is learned by "
             "heart there is no gain to pay for that.",
    },
    ["Dropout is a remedy against one illness. Who does not have it?"],
)

TASKS = name_tasks(globals())
