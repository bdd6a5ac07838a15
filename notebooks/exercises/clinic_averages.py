"""Bug clinic: averages over a data set, and what they are taken over."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data.distributed import DistributedSampler

from notebooks.exercises.clinic_parts import cause, random_labels, random_tensor, repair


def _uneven_batches(rng, classes=4):
    """Lists of (logits, labels); the last batch is smaller, except in one list."""
    return [([(random_tensor(rng, n, classes, scale=2.0), random_labels(rng, n, classes))
              for n in sizes],) for sizes in ((5, 5, 2), (3, 3), (7,), (4, 4, 4, 1))]


# --- a mean divided by the number of samples -------------------------------------------------

GOOD = "Too good to be true"


def repaired_test_loss_reference(batches):
    """Mean cross-entropy over all samples of batches, a list of (logits, labels)."""
    total, count = 0.0, 0
    for logits, labels in batches:
        total += F.cross_entropy(logits, labels).item() * len(labels)
        count += len(labels)
    return total / count


def _test_loss(batches):
    total, count = 0.0, 0
    for logits, labels in batches:
        total += F.cross_entropy(logits, labels).item()
        count += len(labels)
    return total / count


def _mean_of_batch_losses(batches):
    return sum(F.cross_entropy(*batch).item() for batch in batches) / len(batches)


def _times_first_size(batches):
    return _test_loss(batches) * len(batches[0][1])


def _sum_over_batches(batches):
    return sum(F.cross_entropy(*batch, reduction="sum").item() for batch in batches) / len(batches)


def _sum_of_losses(batches):
    return sum(F.cross_entropy(*batch, reduction="sum").item() for batch in batches)


test_loss_cause = cause(GOOD, "d", [
    ("The network has seen the test images in training",
     "The logits are the same for every batch size, and still the number changes with it."),
    ("`item()` rounds the losses down",
     "`item()` makes a Python number; it changes nothing in the first seven digits."),
    ("The last batch is smaller than the others",
     "Here all batches are of one size. That is another case."),
    ("Each batch's loss is a mean already, and then it is divided by the samples",
     "The sum of the batch means has one entry a batch, not one a sample: the result is too small "
     "by the batch size."),
], "What does `F.cross_entropy` return for a batch: a sum or a mean?",
   "How many numbers are added up, and by how many is the sum divided?")

test_loss = repair(
    GOOD, repaired_test_loss_reference, _test_loss, _uneven_batches,
    [
        ("the sum is divided by the number of batches", _mean_of_batch_losses,
         "Nearly: now a small last batch counts as much as a full one."),
        ("the result is multiplied by the size of the first batch", _times_first_size,
         "That is right only when all batches are full. Weight each batch by its own size."),
        ("sums are divided by the number of batches", _sum_over_batches,
         "`reduction=\"sum\"` is a good start. Then the divisor is the number of samples."),
        ("nothing is divided", _sum_of_losses,
         "That is the sum over all samples. The mean is wanted."),
    ],
    "Turn each batch's mean back into a sum before adding it.",
    "`total += loss.item() * len(labels)`",
    example=""">>> sure = torch.tensor([[100.0, 0.0]])
>>> right = sure.repeat(3, 1), torch.tensor([0, 0, 0])
>>> wrong = sure.repeat(2, 1), torch.tensor([1, 1])
>>> repaired_test_loss([right, wrong])
40.0""",
)

# --- a small last batch weighted like a full one ---------------------------------------------

SIZE = "Another batch size, another loss"


def repaired_combined_mean_reference(batch_means, batch_sizes):
    """Mean over all samples from the means (B,) and sizes (B,) of their batches."""
    return float((batch_means * batch_sizes).sum() / batch_sizes.sum())


def _combined_mean(batch_means, batch_sizes):
    return float(batch_means.sum() / len(batch_means))


def _divided_by_samples(batch_means, batch_sizes):
    return float(batch_means.sum() / batch_sizes.sum())


def _last_batch_dropped(batch_means, batch_sizes):
    kept = batch_sizes == batch_sizes.max()
    return float(batch_means[kept].mean())


def _weights_divided_by_batches(batch_means, batch_sizes):
    return float((batch_means * batch_sizes).sum() / len(batch_sizes))


def _weighted_by_the_largest(batch_means, batch_sizes):
    return float((batch_means * batch_sizes / batch_sizes.max()).mean())


def _weights_exchanged(batch_means, batch_sizes):
    return float((batch_means * batch_sizes).sum() / batch_means.sum())


combined_mean_cause = cause(SIZE, "a", [
    ("A small last batch has as much say as a full one",
     "When the last batch holds one image, that one image counts as much as hundreds of others."),
    ("The network learns a little during the test",
     "The losses of the images are fixed numbers here; no weight can move."),
    ("Larger batches are computed less accurately",
     "Rounding changes the seventh digit, not the second."),
    ("The images come in another order",
     "The order is the same for every batch size, and a mean over all does not know it."),
], "At which batch sizes is the answer right? What have they in common?",
   "One mean of 3 images and nine means of 100: how should they be weighted?")

combined_mean = repair(
    SIZE, repaired_combined_mean_reference, _combined_mean,
    lambda rng: [(rng.uniform(0.1, 3, size=len(sizes)), np.array(sizes))
                 for sizes in ((100, 100, 3), (5, 5), (8, 8, 8, 1), (10,))],
    [
        ("the sum of the means is divided by the number of samples", _divided_by_samples,
         "Each mean has been divided by its size already. Multiply by the size first."),
        ("small batches are dropped", _last_batch_dropped,
         "Now some images do not count at all. Every image should count once."),
        ("the weighted sum is divided by the number of batches", _weights_divided_by_batches,
         "Weights that are the sizes have to be divided by the sum of the sizes."),
        ("each weight is the size over the largest size", _weighted_by_the_largest,
         "The weights must add up to 1. Divide by the sum of the sizes."),
        ("the sizes are averaged with the means as weights", _weights_exchanged,
         "It is the other way round: the means are averaged, the sizes are the weights."),
    ],
    "Multiply each mean by its size: that is the sum of its batch.",
    "`np.average(batch_means, weights=batch_sizes)`",
    example=""">>> repaired_combined_mean(np.array([1.0, 5.0]), np.array([3, 1]))
2.0""",
)

# --- the metric of the last batch ------------------------------------------------------------

RESTLESS = "A restless number"


def repaired_share_right_reference(batches):
    """Share of right answers over all samples of batches, a list of (logits, labels)."""
    right, count = 0, 0
    for logits, labels in batches:
        right += (logits.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    return right / count


def _share_right(batches):
    for logits, labels in batches:
        share = (logits.argmax(dim=1) == labels).double().mean().item()
    return share


def _shares(batches):
    return [(logits.argmax(dim=1) == labels).double().mean().item() for logits, labels in batches]


def _first_return(batches):
    return _shares(batches)[0]


def _mean_of_shares(batches):
    return sum(_shares(batches)) / len(batches)


share_right_cause = cause(RESTLESS, "b", [
    ("The network is in training mode",
     "The logits are fixed here: only the order of the images changes."),
    ("What is returned belongs to the last batch alone",
     "Each pass of the loop overwrites the result of the one before."),
    ("`argmax` breaks ties at random",
     "It always takes the same one, and ties between floats are rare."),
    ("The share of a batch is rounded to whole percent",
     "100 images a batch do give whole percent, but a mean over all 2,000 would not jump."),
], "How many images decide about the number that is returned?",
   "What is left of the first batch's share after the second pass through the loop?")

share_right = repair(
    RESTLESS, repaired_share_right_reference, _share_right, _uneven_batches,
    [
        ("the batches' shares are averaged", _mean_of_shares,
         "Nearly: a small last batch counts like a full one. Count right answers and samples."),
        ("the loop returns in its first pass", _first_return,
         "A return inside the loop ends it: now it is the first batch alone."),
        ("the shares are added up and not divided", lambda batches: sum(_shares(batches)),
         "A share cannot be above 1."),
        ("the best batch is reported", lambda batches: max(_shares(batches)),
         "A stable number, and a flattering one. All samples count."),
        ("right answers are divided by the number of batches",
         lambda batches: repaired_share_right_reference(batches)
         * sum(len(labels) for _, labels in batches) / len(batches),
         "Divide the number of right answers by the number of samples."),
    ],
    "Two running totals: how many are right, how many were seen.",
    "`right += (...).sum().item()` and `count += len(labels)`; at the end `right / count`.",
    example=""">>> full = torch.eye(3), torch.tensor([0, 1, 2])
>>> rest = torch.eye(3)[:1], torch.tensor([2])
>>> repaired_share_right([full, rest])
0.75""",
)

# --- the root of a mean, batch by batch ------------------------------------------------------

SHRINKS = "A miss that depends on the batches"


def repaired_typical_miss_reference(batches):
    """Root of the mean squared miss over all samples; batches of (predictions, targets), (B,)."""
    squares, count = 0.0, 0
    for predictions, targets in batches:
        squares += ((predictions - targets) ** 2).sum().item()
        count += len(targets)
    return (squares / count) ** 0.5


def _typical_miss(batches):
    misses = 0.0
    for predictions, targets in batches:
        misses += ((predictions - targets) ** 2).mean().sqrt().item()
    return misses / len(batches)


def _weighted_roots(batches):
    count = sum(len(targets) for _, targets in batches)
    return sum(F.mse_loss(p, t).sqrt().item() * len(t) for p, t in batches) / count


def _root_of_unweighted(batches):
    return (sum(F.mse_loss(p, t).item() for p, t in batches) / len(batches)) ** 0.5


def _absolute_miss(batches):
    misses = torch.cat([(predictions - targets).abs() for predictions, targets in batches])
    return misses.mean().item()


def _without_root(batches):
    return repaired_typical_miss_reference(batches) ** 2


def _root_of_sum(batches):
    return sum(((p - t) ** 2).sum().item() for p, t in batches) ** 0.5


typical_miss_cause = cause(SHRINKS, "c", [
    ("Small batches are predicted better",
     "The predictions are made before and are the same for every batch size."),
    ("The last batch is smaller and counts too much",
     "Every batch is full here, and the number still changes. Something else depends on the "
     "batches."),
    ("A mean of roots is not the root of the mean",
     "The root bends downwards, so averaging roots gives less, and least with batches of one: "
     "there it is the mean absolute miss."),
    ("Squares of misses below 1 get lost",
     "They become smaller, not lost; the root undoes that."),
], "With batches of one sample, what does the root do to the square?",
   "In which order must mean and root come?", extra=True)

typical_miss = repair(
    SHRINKS, repaired_typical_miss_reference, _typical_miss,
    lambda rng: [([(random_tensor(rng, n), random_tensor(rng, n)) for n in sizes],)
                 for sizes in ((5, 5, 2), (3, 3), (1, 1, 1, 1), (6,))],
    [
        ("the batches' roots are weighted by their sizes", _weighted_roots,
         "The weights are right, but the root still comes before the mean."),
        ("the batches' mean squares are averaged without weights", _root_of_unweighted,
         "The root comes last now. A small last batch still counts like a full one."),
        ("the absolute misses are averaged", _absolute_miss,
         "That does not depend on the batches either, but it is another measure: large misses "
         "weigh less in it."),
        ("the root is forgotten", _without_root,
         "Then the miss is in squared units."),
        ("the sum of squares is not divided", _root_of_sum,
         "That grows with the number of samples. The mean is wanted before the root."),
    ],
    "Add up squares and count samples; one root at the very end.",
    "`(squares / count) ** 0.5`, with `squares` the sum over all samples.",
    example=""">>> near = torch.zeros(1), torch.tensor([1.0])
>>> far = torch.zeros(1), torch.tensor([7.0])
>>> repaired_typical_miss([near, far])
5.0""",
    extra=True,
)

# --- a sampler and the length of the data set ------------------------------------------------

EIGHT = "A classifier worse than guessing"


def repaired_accuracy_of_reference(classify, loader):
    """Share of right answers over the samples that a loader yields."""
    correct, count = 0, 0
    for inputs, labels in loader:
        correct += (classify(inputs) == labels).sum().item()
        count += len(labels)
    return correct / count


def _accuracy_of(classify, loader):
    correct = 0
    for inputs, labels in loader:
        correct += (classify(inputs) == labels).sum().item()
    return correct / len(loader.dataset)


def _correct(classify, loader):
    return sum((classify(inputs) == labels).sum().item() for inputs, labels in loader)


def _by_batches(classify, loader):
    return _correct(classify, loader) / len(loader)


def _by_full_batches(classify, loader):
    return _correct(classify, loader) / (len(loader) * loader.batch_size)


def _by_sampler(classify, loader):
    return _correct(classify, loader) / len(loader.sampler)


def _by_batch_means(classify, loader):
    shares = [(classify(x) == y).double().mean().item() for x, y in loader]
    return sum(shares) / len(shares)


def _positive(inputs):
    """The classifier that all attempts are tried with: class 1 where the input is positive."""
    return (inputs[:, 0] > 0).long()


def _tried_on_a_loader(candidate, inputs, labels, chosen, batch_size, drop_last):
    """A candidate's result with a loader that draws the samples ``chosen``."""
    loader = DataLoader(TensorDataset(inputs, labels), batch_size=batch_size,
                        sampler=chosen.tolist(), drop_last=drop_last)
    return candidate(_positive, loader)


accuracy_of_cause = cause(EIGHT, "b", [
    ("The classifier is bad",
     "Below a tenth would be worse than guessing. A bad number need not be a bad classifier."),
    ("The divisor counts samples that the loader never draws",
     "`len(loader.dataset)` is the whole data set, whatever the sampler picks from it."),
    ("The sampler draws some samples several times",
     "This one draws each chosen sample once. And drawing twice would not make the share small."),
    ("The labels are in another order than the images",
     "The data set hands out image and label together."),
], "How many samples go through the loop? Count them.",
   "By which number is `correct` divided, and how large is it here?", extra=True)

accuracy_of = repair(
    EIGHT, repaired_accuracy_of_reference, _accuracy_of,
    lambda rng: [
        (random_tensor(rng, 40, 2), random_labels(rng, 40, 2),
         torch.from_numpy(rng.permutation(40)[:count]), size, drop)
        for count, size, drop in ((10, 5, False), (13, 5, False), (40, 8, False), (23, 5, True))
    ],
    [
        ("the number of batches is the divisor", _by_batches,
         "That is right answers per batch, and can be far above 1."),
        ("the divisor is batches times batch size", _by_full_batches,
         "The last batch may be smaller: then you divide by samples that never came."),
        ("the sampler's length is the divisor", _by_sampler,
         "Better, but with `drop_last=True` the loader leaves samples out. Count what you saw."),
        ("the batches' shares are averaged", _by_batch_means,
         "A small last batch then counts like a full one."),
    ],
    "Count what goes through the loop.",
    "`count += len(labels)`, and divide by `count`.",
    example=""">>> batches = [(torch.tensor([0, 1, 1]), torch.tensor([0, 1, 0])),
...            (torch.tensor([1]), torch.tensor([1]))]
>>> repaired_accuracy_of(lambda inputs: inputs, batches)
0.75""",
    extra=True,
    observe=_tried_on_a_loader,
)

# --- samples that a distributed sampler repeats ----------------------------------------------

RANKS = "One set, four workers"


def repaired_gathered_share_reference(hits, workers):
    """Share of 1s in hits (N,) when each of some workers counts its own part of the samples."""
    right, count = 0.0, 0
    for rank in range(workers):
        mine = range(rank, len(hits), workers)
        right += hits[list(mine)].sum().item()
        count += len(mine)
    return right / count


def _gathered_share(hits, workers):
    right, count = 0.0, 0
    for rank in range(workers):
        mine = DistributedSampler(hits, num_replicas=workers, rank=rank, shuffle=False)
        right += hits[list(mine)].sum().item()
        count += len(mine)
    return right / count


def _rest_dropped(hits, workers):
    kept = hits[: len(hits) - len(hits) % workers]
    return kept.mean().item() if len(kept) else 0.0


def _sum_of_repeats(hits, workers):
    padded = -(-len(hits) // workers) * workers
    return _gathered_share(hits, workers) * padded / len(hits)


def _mean_of_workers(hits, workers):
    shares = [hits[rank::workers].mean().item() for rank in range(workers)]
    return sum(shares) / workers


gathered_share_cause = cause(RANKS, "a", [
    ("Some samples are counted twice so that every worker has equally many",
     "Ten samples do not divide by four. The sampler repeats the first two, and each counts "
     "twice."),
    ("The workers count different samples, so the sum of their counts has no meaning",
     "Counts of different samples may be added; that is how the true share comes about."),
    ("`shuffle=False` gives each worker the easiest samples",
     "Worker r gets samples r, r + 4, r + 8: that has nothing to do with how easy they are."),
    ("The last worker starts too late and misses its samples",
     "Nothing runs at the same time here, and no sample is missing: `count` is too large."),
], "Print `count`. How many samples are there?",
   "Look at `list(DistributedSampler(range(10), num_replicas=4, rank=3, shuffle=False))`.",
   extra=True)

gathered_share = repair(
    RANKS, repaired_gathered_share_reference, _gathered_share,
    lambda rng: [(torch.from_numpy((rng.random(size) < 0.5).astype(float)), workers)
                 for size, workers in ((10, 4), (12, 4), (7, 3), (9, 2), (11, 4))]
    + [(torch.tensor([1.0, 1.0, 0.0, 0.0, 0.0]), 3)],
    [
        ("the rest of the samples is dropped", _rest_dropped,
         "`drop_last=True` repeats nothing and leaves samples out instead. Every sample counts "
         "once."),
        ("the doubled hits are divided by the true number", _sum_of_repeats,
         "The divisor is right now, but the repeated samples are still in the sum."),
        ("the workers' shares are averaged", _mean_of_workers,
         "Workers with fewer samples would count as much as the others. Add up right answers and "
         "samples."),
    ],
    "Each index from 0 to N - 1 must belong to exactly one worker.",
    "`mine = range(rank, len(hits), workers)`, or throw away indices that come a second time.",
    example=""">>> repaired_gathered_share(torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0]), workers=4)
0.2""",
    extra=True,
)
