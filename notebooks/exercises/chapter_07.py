"""Exercises of chapter 07: data sets and loaders."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np
import torch
from torch.utils.data import Dataset

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks
from course_utils.judge.values import kind_of
from notebooks.exercises.entries import by_name

CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


# --- a Dataset of one's own ------------------------------------------------------------------

class NoisyXorReference(Dataset):
    def __init__(self, count, noise, seed):
        generator = torch.Generator().manual_seed(seed)
        table = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        corners = torch.arange(count) % 4
        shifts = noise * torch.randn(count, 2, generator=generator)
        self.points = table[corners] + shifts                        # (count, 2)
        self.labels = (corners == 1) | (corners == 2)                # (count,)

    def __len__(self):
        return len(self.points)

    def __getitem__(self, index):
        return self.points[index], int(self.labels[index])


class _NewNoiseEachTime(NoisyXorReference):
    def __init__(self, count, noise, seed):
        super().__init__(count, 0.0, seed)
        self.noise = noise
        self.generator = torch.Generator().manual_seed(seed)

    def __getitem__(self, index):
        point, label = super().__getitem__(index)
        return point + self.noise * torch.randn(2, generator=self.generator), label


class _LabelFromNoisyPoint(NoisyXorReference):
    def __init__(self, count, noise, seed):
        super().__init__(count, noise, seed)
        sides = self.points > 0.5
        self.labels = sides[:, 0] != sides[:, 1]


class _LengthOfTheTable(NoisyXorReference):
    def __len__(self):
        return 4


class _SeedIgnored(NoisyXorReference):
    def __init__(self, count, noise, seed):
        super().__init__(count, noise, 0)


class _NoiseIgnored(NoisyXorReference):
    def __init__(self, count, noise, seed):
        super().__init__(count, 0.0, seed)


class _OneShiftForBoth(NoisyXorReference):
    def __init__(self, count, noise, seed):
        super().__init__(count, 0.0, seed)
        generator = torch.Generator().manual_seed(seed)
        self.points = self.points + noise * torch.randn(count, 1, generator=generator)


class _NoiseNotCentred(NoisyXorReference):
    def __init__(self, count, noise, seed):
        super().__init__(count, 0.0, seed)
        generator = torch.Generator().manual_seed(seed)
        self.points = self.points + noise * torch.rand(count, 2, generator=generator)


class _LabelIsOr(NoisyXorReference):
    def __init__(self, count, noise, seed):
        super().__init__(count, noise, seed)
        self.labels = torch.arange(count) % 4 > 0


def _observe_dataset(dataset_class, count, noise, seed):
    """What can be said of any right data set, however it draws its noise."""
    dataset, again = dataset_class(count, noise, seed), dataset_class(count, noise, seed)
    other = dataset_class(count, noise, seed + 1)
    points, labels = zip(*(dataset[i] for i in range(count)), strict=True)
    points = torch.stack(points)
    twice, second, third = (torch.stack([data[i][0] for i in range(20)])
                            for data in (dataset, again, other))
    return {
        "the number of samples": len(dataset),
        "the shape of a point": list(points.shape[1:]),
        "the shape of a label": list(torch.as_tensor(labels[0]).shape),
        "the labels": [float(label) for label in labels],
        "whether a sample is the same when asked for twice": torch.equal(points[:20], twice),
        "whether the same seed gives the same data": torch.equal(points[:20], second),
        "whether another seed gives other data": not torch.equal(points[:20], third),
        **_observe_noise(points - CORNERS[torch.arange(count) % 4], noise),
    }


def _observe_noise(shifts, noise):
    """Whether shifts (N, 2) look normal; the bounds leave room for five standard errors."""
    room = 5 / len(shifts) ** 0.5
    deviations = shifts.std(dim=0)
    crossed = (shifts[:, 0] * shifts[:, 1]).mean().abs()
    near = float((shifts.abs() <= noise).float().mean())
    return {
        "whether each point has a shift of its own":
            len(shifts.unique(dim=0)) == (len(shifts) if noise else 1),
        "whether the noise is centred on the corners":
            bool((shifts.mean(dim=0).abs() <= noise * room).all()),
        "whether the noise has the right size in both directions":
            bool(((deviations - noise).abs() <= noise * room).all()),
        "whether the two directions are shifted independently":
            bool(crossed <= noise**2 * room),
        "whether the noise is normal": not noise or abs(near - 0.683) <= 0.5 * room,
    }


noisy_xor = Exercise(
    "A Dataset of noisy XOR points",
    NoisyXorReference,
    lambda rng: [(59, 0.0, 5), (97, 0.1, 11), (1001, 0.4, 3)],
    [
        Mistake("every access draws new noise", _NewNoiseEachTime,
                "Sample 7 must be the same point each time it is asked for: draw all the noise "
                "once, in `__init__`."),
        Mistake("the label is read off the noisy point", _LabelFromNoisyPoint,
                "Noise moves a point, not its class: the label belongs to the corner it came "
                "from."),
        Mistake("`__len__` returns 4", _LengthOfTheTable,
                "The table has four rows, the data set has `count` samples."),
        Mistake("the seed is ignored", _SeedIgnored,
                "Make a generator with `torch.Generator().manual_seed(seed)` and draw from it."),
        Mistake("the noise is left out", _NoiseIgnored,
                "Add `noise * torch.randn(count, 2, generator=generator)` to the corners."),
        Mistake("both coordinates get the same shift", _OneShiftForBoth,
                "Then the points lie on diagonals. Each coordinate has noise of its own: "
                "`torch.randn(count, 2, ...)`."),
        Mistake("the noise is drawn by `rand`", _NoiseNotCentred,
                "`torch.rand` gives numbers from 0 to 1, so all points move to one side. Normal "
                "noise, on both sides of 0, comes from `torch.randn`."),
        Mistake("the labels are those of OR", _LabelIsOr,
                "XOR is 1 for the corners (0, 1) and (1, 0) only; corner 3 is (1, 1)."),
    ],
    [
        "Draw everything in `__init__` and keep it; `__getitem__` only looks it up.",
        "`torch.arange(count) % 4` is the number of the corner of each sample; a tensor of the "
        "four corners can be indexed with it.",
        "Corner number 1 is (0, 1) and number 2 is (1, 0): those two have label 1. Noise comes "
        "from `torch.randn(count, 2, generator=...)`.",
    ],
    observe=_observe_dataset,
    example="""\
>>> data = NoisyXor(count=6, noise=0.0, seed=0)
>>> len(data)
6
>>> data[2], data[3], data[4]
((tensor([1., 0.]), 1), (tensor([1., 1.]), 0), (tensor([0., 0.]), 0))""",
)


# --- mean and deviation of data that comes in batches ----------------------------------------

def streaming_mean_std_reference(batches):
    count, total, total_of_squares = 0, 0.0, 0.0
    for batch in batches:
        count += batch.numel()
        total += batch.double().sum()
        total_of_squares += (batch.double() ** 2).sum()
    mean = total / count
    return float(mean), float((total_of_squares / count - mean**2).sqrt())


def _loops_twice(batches):
    count = sum(batch.numel() for batch in batches)
    mean = sum(batch.sum() for batch in batches) / count
    return mean, (sum(((batch - mean) ** 2).sum() for batch in batches) / count) ** 0.5


def _mean_of_means(batches, correction=0):
    parts = [(b.mean(), b.std(correction=correction)) for b in batches]
    means, deviations = zip(*parts, strict=True)
    return float(sum(means) / len(means)), float(sum(deviations) / len(deviations))


def _mean_of_deviations(batches):
    batches = list(batches)
    mean, _ = streaming_mean_std_reference(batches)
    weights = torch.tensor([float(b.numel()) for b in batches], dtype=torch.float64)
    deviations = torch.stack([b.double().std(correction=0) for b in batches])
    return mean, float((weights * deviations).sum() / weights.sum())


def _variance(batches):
    mean, deviation = streaming_mean_std_reference(batches)
    return mean, deviation**2


def _mean_not_subtracted(batches):
    mean, deviation = streaming_mean_std_reference(batches)
    return mean, (deviation**2 + mean**2) ** 0.5


def _counts_batches(batches):
    batches = list(batches)
    total = sum(float(b.sum()) for b in batches) / len(batches)
    squares = sum(float((b**2).sum()) for b in batches) / len(batches)
    return total, float(np.sqrt(squares - total**2))


def _counts_rows(batches):
    batches = list(batches)
    count = sum(len(b) for b in batches)
    total = sum(float(b.sum()) for b in batches) / count
    squares = sum(float((b**2).sum()) for b in batches) / count
    return total, float(np.sqrt(squares - total**2))


def _stream_cases(rng):
    def batches(*sizes, columns, shift):
        return [torch.from_numpy(rng.normal(shift, 2.0, size=(size, columns))) + 3 * number
                for number, size in enumerate(sizes)]

    return [(batches(4, 4, 1, columns=3, shift=0.0),), (batches(6, 2, columns=5, shift=-4.0),),
            (batches(5, columns=2, shift=1.0),)]


def _observe_stream(candidate, batches):
    """Mean and deviation of a list of batches, and of an iterator, which can be used up."""
    names = "the mean", "the deviation"
    from_iterator = by_name(candidate(iter(batches)), *names)
    return {**by_name(candidate(batches), *names), "with an iterator for `batches`": from_iterator}


streaming_mean_std = Exercise(
    "Mean and deviation of a stream",
    streaming_mean_std_reference,
    _stream_cases,
    [
        Mistake("the means of the batches are averaged", _mean_of_means,
                "The last batch is smaller, yet counts as much as the others. Add up sums and "
                "counts, and divide once at the end."),
        Mistake("`mean()` and `std()` of the batches are averaged",
                functools.partial(_mean_of_means, correction=1),
                "The last batch is smaller, yet counts as much as the others, and the differences "
                "between batches are lost. Add up sums and counts, and divide once at the end."),
        Mistake("the deviations of the batches are averaged", _mean_of_deviations,
                "The batches differ from each other too, and that difference is lost. Keep the sum "
                "of the squares."),
        Mistake("the batches are looped over twice", _loops_twice,
                "A list can be read again; an iterator, such as a loader's, is used up by the "
                "first loop. Keep the three sums in one and the same loop."),
        Mistake("the root is missing", _variance,
                "The mean of the squares minus the squared mean is the variance; the deviation is "
                "its root."),
        Mistake("the squared mean is not subtracted", _mean_not_subtracted,
                "The variance is the mean of the squares minus the square of the mean."),
        Mistake("the sums are divided by the number of batches", _counts_batches,
                "Divide by the number of values: `batch.numel()` counts them."),
        Mistake("the sums are divided by the number of rows", _counts_rows,
                "A row holds many values. `batch.numel()` counts all of them."),
    ],
    [
        "Three running numbers are enough: how many values, their sum, the sum of their squares.",
        "`batch.numel()` counts a batch's values. The variance is the mean of the squares minus "
        "the square of the mean; the deviation is its root.",
        "Sum in float64 (`batch.double().sum()`): 47 million values are many for float32.",
    ],
    observe=_observe_stream,
    extra=True,
    example="""\
>>> streaming_mean_std([torch.tensor([[10.0]]), torch.tensor([[0.0, 0.0], [0.0, 0.0]])])
(2.0, 4.0)""",
)


# --- a split that can be repeated ------------------------------------------------------------

def split_indices_reference(count, validation_count, seed):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(count, generator=generator)
    return order[validation_count:], order[:validation_count]


def _split_unshuffled(count, validation_count, seed):
    order = torch.arange(count)
    return order[:-validation_count], order[-validation_count:]


def _split_overlapping(count, validation_count, seed):
    generator = torch.Generator().manual_seed(seed)
    validation = torch.randint(count, (validation_count,), generator=generator)
    return torch.randperm(count, generator=generator)[validation_count:], validation


def _split_with_global_state(count, validation_count, seed):
    order = torch.randperm(count)
    return order[validation_count:], order[:validation_count]


def _split_train_is_everything(count, validation_count, seed):
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return order, order[:validation_count]


def _split_swapped(count, validation_count, seed):
    train, validation = split_indices_reference(count, validation_count, seed)
    return validation, train


def _split_seeds_everything(count, validation_count, seed):
    torch.manual_seed(seed)
    return _split_with_global_state(count, validation_count, seed)


def _observe_split(split, count, validation_count, seed):
    state = torch.random.get_rng_state()
    names = "the training indices", "the validation indices"
    try:
        parts, again, other = (by_name(split(count, validation_count, drawn), *names)
                               for drawn in (seed, seed, seed + 1))
        touched = not torch.equal(state, torch.random.get_rng_state())
    finally:
        torch.random.set_rng_state(state)
    for name, part in parts.items():
        if not isinstance(part, torch.Tensor):
            raise TypeError(f"{name} are {kind_of(part)}, expected a tensor")
    train, validation = (part.tolist() for part in parts.values())
    return {
        "the dtypes": [str(part.dtype) for part in parts.values()],
        "the number of training samples": len(train),
        "the number of validation samples": len(validation),
        "the number of samples in both parts": len(set(train) & set(validation)),
        "the number of different samples in all": len(set(train) | set(validation)),
        "the smallest and the largest index": tuple(
            bound(train + validation, default=None) for bound in (min, max)),
        "whether the samples are mixed": validation not in (
            list(range(validation_count)), list(range(count - validation_count, count))),
        "whether the same seed gives the same split": all(
            torch.equal(parts[name], again[name]) for name in names),
        "whether another seed gives another split":
            sorted(other["the validation indices"].tolist()) != sorted(validation),
        "whether torch's global random state was touched": touched,
    }


split_indices = Exercise(
    "A split that can be repeated",
    split_indices_reference,
    lambda rng: [(100, 20, 0), (37, 5, 1), (1000, 400, 7)],
    [
        Mistake("the samples are not mixed", _split_unshuffled,
                "Files are often sorted, by class or by writer. Take a random permutation first."),
        Mistake("the two parts overlap", _split_overlapping,
                "A network would be tested on images it has learned. Cut one permutation in two."),
        Mistake("the global random state is used", _split_with_global_state,
                "Draw from `torch.Generator().manual_seed(seed)`, so that a seed means a split."),
        Mistake("the training part holds everything", _split_train_is_everything,
                "The validation samples must be missing from the training part."),
        Mistake("the two parts are exchanged", _split_swapped,
                "Return the training indices first, then the validation indices."),
        Mistake("`torch.manual_seed` is called", _split_seeds_everything,
                "It works, but it silently resets the random numbers of everything else in the "
                "program. A generator of your own disturbs nobody."),
    ],
    [
        "Mix first, cut then: one random order of 0 to count - 1 holds every index once.",
        "`torch.randperm(count, generator=generator)` is such an order; the generator is a "
        "`torch.Generator()` with your seed.",
        "Of the order, `[:validation_count]` is one part and `[validation_count:]` the other.",
    ],
    observe=_observe_split,
    example="""\
>>> train, validation = split_indices(count=10, validation_count=3, seed=0)
>>> len(train), len(validation)
(7, 3)
>>> sorted(train.tolist() + validation.tolist())
[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]""",
)


# --- batches without a loader ----------------------------------------------------------------

def batches_reference(inputs, targets, batch_size, generator):
    order = torch.randperm(len(inputs), generator=generator)
    for start in range(0, len(inputs), batch_size):
        chosen = order[start : start + batch_size]
        yield inputs[chosen], targets[chosen]


def _batches_without_last(inputs, targets, batch_size, generator):
    order = torch.randperm(len(inputs), generator=generator)
    for start in range(0, len(inputs) - batch_size + 1, batch_size):
        chosen = order[start : start + batch_size]
        yield inputs[chosen], targets[chosen]


def _batches_in_order(inputs, targets, batch_size, generator):
    for start in range(0, len(inputs), batch_size):
        yield inputs[start : start + batch_size], targets[start : start + batch_size]


def _batches_each_in_its_order(inputs, targets, batch_size, generator):
    inputs = inputs[torch.randperm(len(inputs), generator=generator)]
    targets = targets[torch.randperm(len(targets), generator=generator)]
    yield from _batches_in_order(inputs, targets, batch_size, generator)


def _batches_targets_left(inputs, targets, batch_size, generator):
    order = torch.randperm(len(inputs), generator=generator)
    yield from _batches_in_order(inputs[order], targets, batch_size, generator)


def _batches_with_replacement(inputs, targets, batch_size, generator):
    for _ in range(0, len(inputs), batch_size):
        chosen = torch.randint(len(inputs), (batch_size,), generator=generator)
        yield inputs[chosen], targets[chosen]


def _batches_without_generator(inputs, targets, batch_size, generator):
    yield from batches_reference(inputs, targets, batch_size, None)


def _batches_all_at_once(inputs, targets, batch_size, generator):
    return list(batches_reference(inputs, targets, batch_size, generator))


def _batches_of_row_numbers(inputs, targets, batch_size, generator):
    order = torch.randperm(len(inputs), generator=generator)
    return ((inputs[chosen], chosen) for chosen in order.split(batch_size))


def _observe_batches(make, inputs, targets, size, seed):
    """All batches; torch's global state is fixed, so that who draws from it is recognised."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1234)
        made = make(inputs, targets, size, torch.Generator().manual_seed(seed))
        if not isinstance(made, Iterable):
            raise TypeError(f"it returned {kind_of(made)}, expected batches from `yield`")
        parts = [by_name(part, "the inputs", "the targets") for part in made]
    return {
        "whether `next` gives the first batch": hasattr(made, "__next__"),
        "the number of batches": len(parts),
        "the inputs of each batch": [part["the inputs"] for part in parts],
        "the targets of each batch": [part["the targets"] for part in parts],
    }


def _batch_cases(rng):
    cases = []
    for seed, (count, size) in enumerate(((12, 4), (10, 4), (3, 5), (7, 1))):
        inputs = torch.from_numpy(rng.normal(size=(count, 3)))
        cases.append((inputs, torch.from_numpy(rng.integers(100, size=count)), size, seed))
    return cases


batches = Exercise(
    "Batches without a loader",
    batches_reference,
    _batch_cases,
    [
        Mistake("the last, smaller batch is lost", _batches_without_last,
                "Ten samples in batches of four make batches of 4, 4 and 2. A slice that reaches "
                "over the end gives what is there."),
        Mistake("the samples are not shuffled", _batches_in_order,
                "Take an order from `torch.randperm` first and cut that into pieces."),
        Mistake("inputs and targets are shuffled separately", _batches_each_in_its_order,
                "Each image now carries another one's label. Use one order for both."),
        Mistake("only the inputs are shuffled", _batches_targets_left,
                "Index the targets with the same order."),
        Mistake("samples are drawn with replacement", _batches_with_replacement,
                "Some samples come twice and others never. In an epoch each comes exactly once."),
        Mistake("the targets are row numbers", _batches_of_row_numbers,
                "The order says *which* targets belong to a batch: `targets[chosen]`."),
        Mistake("all batches are collected first", _batches_all_at_once,
                "The batches are right, but they come as one list, which holds a copy of all "
                "data. `yield` each batch, and the next one is made when it is asked for."),
        Mistake("`generator=` is forgotten", _batches_without_generator,
                "Without it `torch.randperm` draws from torch's global state, and nobody can "
                "repeat your epoch. Pass the generator on."),
    ],
    [
        "Draw one order for the whole epoch, with `torch.randperm` and the generator.",
        "`range(0, len(inputs), batch_size)` gives the start of each batch.",
        "`order[start : start + batch_size]` are the indices of one batch; `yield` its inputs and "
        "its targets.",
    ],
    observe=_observe_batches,
    example="""\
>>> inputs, labels = torch.tensor([10.0, 20.0, 30.0]), torch.tensor([1, 2, 3])
>>> for x, y in batches(inputs, labels, 2, torch.Generator().manual_seed(0)):
...     print(x, y)
tensor([30., 10.]) tensor([3, 1])
tensor([20.]) tensor([2])""",
)


# --- questions -------------------------------------------------------------------------------

share_of_arithmetic = Prediction(
    "How much of the time is learning?",
    "%",
    within=2.0,
    mistakes=[
        Guess("the network is the slow part", lambda guess, measured: guess >= 60,
              "It feels so, because that is the part with the mathematics. But 60,000 times an "
              "epoch Python opens an image, turns it into a tensor and normalises it.", 80.0),
        Guess("the network costs nothing", lambda guess, measured: guess <= measured / 4,
              "It is a small share, not none: hundreds of millions of multiplications an epoch.",
              1.0),
    ],
    lesson="Most of it goes into preparing images one by one, the same way in every epoch.",
    reference=15.0,
    hints=["For each image the loader runs five or six Python functions."],
)

mismatched_labels = Question(
    "Find the mistake: a classifier that guesses",
    {
        "a": "the images are not normalised",
        "b": "images and labels are put into two different orders",
        "c": "there are too few images for a mean",
        "d": "the generator is not seeded",
    },
    "b",
    {
        "a": "Without normalising, distances to the class means still work.",
        "b": "Two calls of `randperm` give two orders, so image 0 carries the label of some other "
             "image. Nothing raises an error, because all shapes are right.",
        "c": "There are about 6,000 images of each digit.",
        "d": "A seed decides which random order it is, not whether it is a good one.",
    },
    ["What does `images[0]` have to do with `labels[0]` after these two lines?"],
    extra=True,
)

TASKS = name_tasks(globals())
