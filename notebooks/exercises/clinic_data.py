"""Bug clinic: what a network is trained on, and what it is judged by."""

from __future__ import annotations

import numpy as np
from torch.utils.data.distributed import DistributedSampler

from notebooks.exercises.clinic_parts import cause, repair

# --- a table with a repeated row -------------------------------------------------------------

ZERO = "A loss of 0"


def repaired_xor_samples_reference():
    """The table of XOR: inputs (4, 2) and targets (4,)."""
    inputs = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    targets = np.array([0.0, 1.0, 1.0, 0.0])
    return inputs, targets


def _table(inputs, targets):
    """A function that returns these rows, for the wrong repairs."""
    return lambda: (np.array(inputs, dtype=float), np.array(targets, dtype=float))


def _sorted_rows(candidate):
    """The rows (x_1, x_2, target) in a fixed order, because any order is right; and the shape."""
    inputs, targets = (np.asarray(part) for part in candidate())
    if inputs.dtype.kind not in "iuf" or targets.dtype.kind not in "iuf":
        raise ValueError("inputs and targets should be arrays of numbers")
    rows = np.column_stack([inputs, targets.reshape(-1)]).astype(float)
    return {"the rows": rows[np.lexsort(rows.T[::-1])], "the shape of the targets": targets.shape}


_xor_samples = _table([[0, 0], [1, 0], [0, 1], [0, 0]], [0, 1, 1, 0])

xor_samples_cause = cause(ZERO, "b", [
    ("The network is too small to learn XOR",
     "A loss of 0 says that it learned everything it was shown."),
    ("The network was never shown the question it gets wrong",
     "The row (0, 0) stands there twice and (1, 1) is missing. On the three rows that are left, "
     "`x_1 + x_2` is a perfect answer."),
    ("It has been trained for too long and overfits",
     "With fewer steps the answer is just as wrong: nothing in the table speaks of it."),
    ("The targets have the wrong shape",
     "With a wrong shape the loss would not come down to 0."),
], "Look at the data before you look at the network.",
   "Which of the four questions is missing?")

xor_samples = repair(
    ZERO, repaired_xor_samples_reference, _xor_samples, lambda rng: [()],
    [
        ("the table is that of OR", _table([[0, 0], [1, 0], [0, 1], [1, 1]], [0, 1, 1, 1]),
         "1 xor 1 is 0: exactly one of the two inputs must be 1."),
        ("the repeated row is only removed", _table([[0, 0], [1, 0], [0, 1]], [0, 1, 1]),
         "The missing question is still missing."),
        ("only the last target is changed", _table([[0, 0], [1, 0], [0, 1], [0, 0]],
                                                   [0, 1, 1, 1]),
         "Now the same question has two different answers, and (1, 1) is still missing."),
        ("the new row takes the place of another one",
         _table([[1, 1], [1, 0], [0, 1], [1, 1]], [0, 1, 1, 0]),
         "All four questions must be there, each once."),
        ("the table is that of XNOR", _table([[0, 0], [1, 0], [0, 1], [1, 1]], [1, 0, 0, 1]),
         "All targets are turned round: XOR is 1 where the inputs differ."),
    ],
    "XOR has four rows: every pair of 0 and 1.",
    "The last row should be `[1.0, 1.0]`, with target 0.",
    example=""">>> inputs, targets = repaired_xor_samples()
>>> inputs.sum(axis=0).tolist()
[2.0, 2.0]
>>> targets.sum().item()
2.0""",
    observe=_sorted_rows,
)

# --- sorted data, not shuffled ---------------------------------------------------------------

ONE = "One pass, little learned"


def repaired_make_batches_reference(labels, batch_size, rng):
    """The batches of one epoch, as a list of index arrays; rng is NumPy's generator."""
    order = rng.permutation(len(labels))
    return np.split(order, range(batch_size, len(order), batch_size))


def _make_batches(labels, batch_size, rng):
    order = np.arange(len(labels))
    return np.split(order, range(batch_size, len(order), batch_size))


def _batches_shuffled(labels, batch_size, rng):
    batches = _make_batches(labels, batch_size, rng)
    return [batches[position] for position in rng.permutation(len(batches))]


def _with_replacement(labels, batch_size, rng):
    order = rng.integers(0, len(labels), size=len(labels))
    return np.split(order, range(batch_size, len(order), batch_size))


def _same_order_each_epoch(labels, batch_size, rng):
    return repaired_make_batches_reference(labels, batch_size, np.random.default_rng(0))


def _other_generator(labels, batch_size, rng):
    return repaired_make_batches_reference(labels, batch_size, np.random.default_rng())


def _rest_dropped(labels, batch_size, rng):
    batches = repaired_make_batches_reference(labels, batch_size, rng)
    return [batch for batch in batches if len(batch) == batch_size]


def _about_batches(candidate, labels, batch_size, seed):
    """What must hold of any good order, whichever it is."""
    rng, twin = np.random.default_rng(seed), np.random.default_rng(seed)
    epochs = [[np.asarray(batch) for batch in candidate(labels, batch_size, rng)]
              for _ in range(2)]
    again = [np.asarray(batch) for batch in candidate(labels, batch_size, twin)]
    first, second = (np.concatenate(batches) for batches in epochs)
    mixed = [len(np.unique(labels[batch])) > 1 for batch in epochs[0] if len(batch) > 1]
    return {
        "every sample exactly once": np.array_equal(np.sort(first), np.arange(len(labels))),
        "batch sizes": sorted(len(batch) for batch in epochs[0]),
        "share of batches with several classes above one half": float(np.mean(mixed)) > 0.5,
        "another order in the next epoch": not np.array_equal(first, second),
        "the generator decides the order": np.array_equal(first, np.concatenate(again)),
    }


make_batches_cause = cause(ONE, "c", [
    ("The network is too small for ten digits",
     "With the repair the same network learns them."),
    ("The learning rate is too small",
     "It learns each digit within a few batches, and forgets the one before."),
    ("Batch after batch holds one digit only",
     "The samples are sorted. While zeros go by, \"0\" is right every time; then come the ones."),
    ("The last batch is smaller than the others",
     "That happens, but one small batch cannot wipe out nine digits."),
], "Look at the labels of the first batch, and of the last.",
   "In which order do the samples lie in the file, and in which order are they used?")

make_batches = repair(
    ONE, repaired_make_batches_reference, _make_batches,
    lambda rng: [(np.repeat(np.arange(classes), each), size, 3)
                 for classes, each, size in ((5, 20, 10), (10, 30, 25), (4, 11, 8))],
    [
        ("the batches are shuffled, and not the samples", _batches_shuffled,
         "Each batch still holds one digit. It has to be mixed inside."),
        ("samples are drawn with replacement", _with_replacement,
         "About a third of the samples is never seen in an epoch, others come twice. A permutation "
         "takes each once."),
        ("every epoch has the same order", _same_order_each_epoch,
         "A generator made inside the function starts anew each time. Use the one that is handed "
         "in."),
        ("another generator decides", _other_generator,
         "It works, but nobody can repeat the run. Use the generator that is handed in."),
        ("the last, smaller batch is dropped", _rest_dropped,
         "The mixing is right. But every sample should be in some batch."),
    ],
    "Mix the samples before they are cut into batches.",
    "`order = rng.permutation(len(labels))`",
    example=""">>> labels, rng = np.array([0, 0, 1, 1, 2]), np.random.default_rng(0)
>>> batches = repaired_make_batches(labels, 2, rng)
>>> [len(batch) for batch in batches]
[2, 2, 1]
>>> order = np.concatenate(batches).tolist()
>>> sorted(order), order == sorted(order)
([0, 1, 2, 3, 4], False)""",
    observe=_about_batches,
)

# --- chosen by the test set ------------------------------------------------------------------

WINNER = "The best of two hundred"


def repaired_choose_and_report_reference(validation_hits, test_hits):
    """(number of the chosen model, the score to report); hits are (models, samples), 0 or 1."""
    winner = int(validation_hits.mean(axis=1).argmax())
    return winner, float(test_hits[winner].mean())


def _choose_and_report(validation_hits, test_hits):
    scores = test_hits.mean(axis=1)
    winner = int(scores.argmax())
    return winner, float(scores[winner])


def _validation_score(validation_hits, test_hits):
    scores = validation_hits.mean(axis=1)
    return int(scores.argmax()), float(scores.max())


def _both_sets(validation_hits, test_hits):
    winner = int(np.hstack([validation_hits, test_hits]).mean(axis=1).argmax())
    return winner, float(test_hits[winner].mean())


def _best_test_score(validation_hits, test_hits):
    return int(validation_hits.mean(axis=1).argmax()), float(test_hits.mean(axis=1).max())


def _mean_of_all_models(validation_hits, test_hits):
    return int(validation_hits.mean(axis=1).argmax()), float(test_hits.mean())


def _test_winner_on_validation(validation_hits, test_hits):
    winner = int(test_hits.mean(axis=1).argmax())
    return winner, float(validation_hits[winner].mean())


choose_and_report_cause = cause(WINNER, "d", [
    ("The models overfit their training images",
     "These models have seen no images: they flip coins."),
    ("The new samples are harder",
     "A coin finds all samples equally hard."),
    ("200 models are too few to find a good one",
     "With more coins the reported score is even higher, and the truth is still one half."),
    ("The score that is reported also chose the winner",
     "The largest of 200 scores is mostly luck, and the luck does not repeat itself."),
], "What would be reported for 200 coins, and what is true of them?",
   "Which samples had a part in the choice? May they judge it?")

choose_and_report = repair(
    WINNER, repaired_choose_and_report_reference, _choose_and_report,
    lambda rng: [((rng.random((models, 31)) < 0.5).astype(float),
                  (rng.random((models, 37)) < 0.5).astype(float))
                 for models in (6, 9, 20, 60, 200)],
    [
        ("the validation score is reported", _validation_score,
         "The choice is right. But this score chose the winner, so now it is the flattered one."),
        ("both sets choose", _both_sets,
         "Samples that had a part in the choice are used up: they cannot judge it any more."),
        ("the best test score is reported for another winner", _best_test_score,
         "The highest test score belongs to some other model. Report that of the chosen one."),
        ("the mean score of all models is reported", _mean_of_all_models,
         "The question is how good the chosen model is, not the average one."),
        ("the test set chooses and the validation set reports", _test_winner_on_validation,
         "An honest number, but with the sets in each other's role: the test set stays closed "
         "until the choice is made."),
    ],
    "One set chooses, another one reports.",
    "`winner` from `validation_hits.mean(axis=1)`, the score from `test_hits[winner]`.",
    example=""">>> validation_hits = np.array([[1, 1, 0, 1], [0, 1, 0, 0]])
>>> test_hits = np.array([[1, 0, 0, 0], [1, 1, 1, 1]])
>>> repaired_choose_and_report(validation_hits, test_hits)
(0, 0.25)""",
)

# --- a sampler that does not know the epoch --------------------------------------------------

HALF = "Half of it"


def repaired_epochs_of_reference(rows, rank, workers, epochs):
    """What a worker trains on in each epoch: a list of rows for each of so many epochs."""
    sampler = DistributedSampler(rows, workers, rank, shuffle=True, drop_last=True)
    visited = []
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        visited.append([rows[place] for place in sampler])
    return visited


def _epochs_of(rows, rank, workers, epochs):
    sampler = DistributedSampler(rows, workers, rank, shuffle=True, drop_last=True)
    return [[rows[place] for place in sampler] for _ in range(epochs)]


def _epochs_in_order(rows, rank, workers, epochs):
    sampler = DistributedSampler(rows, workers, rank, shuffle=False, drop_last=True)
    return [[rows[place] for place in sampler] for _ in range(epochs)]


def _seed_of_rank(rows, rank, workers, epochs):
    sampler = DistributedSampler(rows, workers, rank, seed=rank, drop_last=True)
    return [[rows[place] for place in sampler] for _ in range(epochs)]


def _own_part_shuffled(rows, rank, workers, epochs):
    mine = _epochs_of(rows, rank, workers, 1)[0]
    return [[mine[place] for place in np.random.default_rng(epoch).permutation(len(mine))]
            for epoch in range(epochs)]


def _own_order_each(rows, rank, workers, epochs):
    each = [DistributedSampler(rows, workers, rank, seed=1000 * rank + epoch, drop_last=True)
            for epoch in range(epochs)]
    return [[rows[place] for place in sampler] for sampler in each]


def _everything(rows, rank, workers, epochs):
    return [[rows[place] for place in np.random.default_rng(epoch).permutation(len(rows))]
            for epoch in range(epochs)]


def _observe_epochs(candidate, count, workers, epochs):
    """What matters of the orders; any repair that shuffles anew in each epoch is right."""
    rows = list(range(100, 100 + count))
    visited = [candidate(rows, rank, workers, epochs) for rank in range(workers)]
    together = [sorted(row for rank in visited for row in rank[epoch]) for epoch in range(epochs)]
    return {
        "number of epochs": len(visited[0]),
        "visits no row that does not exist": all(row in rows for row in sum(together, [])),
        "rows of a worker in an epoch": [len(part) for part in visited[0]],
        "rows that two workers share": [len(epoch) - len(set(epoch)) for epoch in together],
        "different orders": len({tuple(part) for part in visited[0]}),
        "sees more than its first part": len({row for part in visited[0] for row in part})
        > len(visited[0][0]),
        "shuffled": visited[0][0] != sorted(visited[0][0]),
    }


epochs_of_cause = cause(HALF, "a", [
    ("Each epoch comes in the same order as the first",
     "The order is drawn from the sampler's seed plus the epoch, and nobody tells the sampler "
     "which epoch it is."),
    ("Two workers get the same rows",
     "Within an epoch every row is visited exactly once, by one of the two."),
    ("The rows are not shuffled",
     "They are, once. Look at two epochs side by side."),
    ("20 epochs are too few to visit 1,000 rows",
     "Each epoch visits 500 of them. With new orders, hardly one would be left after 10."),
], "Print the first rows of two epochs.",
   "From what does `DistributedSampler` draw its order?", extra=True)

epochs_of = repair(
    HALF, repaired_epochs_of_reference, _epochs_of,
    lambda rng: [(24, 2, 6), (31, 3, 5), (40, 4, 4)],
    [
        ("the rows are not shuffled at all", _epochs_in_order,
         "Now every epoch comes in the order of the file. A new order in each epoch is wanted."),
        ("each worker has a seed of its own", _seed_of_rank,
         "Then the workers deal from different orders: some rows come twice and some not at all. "
         "And the epochs are still all alike."),
        ("each worker shuffles its own part", _own_part_shuffled,
         "The order changes, but the part does not: the other half is still never seen."),
        ("each worker draws an order of its own in each epoch", _own_order_each,
         "New orders at last. But the workers must deal from one order, or they visit the same "
         "rows."),
        ("each worker visits everything", _everything,
         "Then the workers do not share the work any more."),
    ],
    "The sampler has a method for this. What does it have to be told?",
    "`sampler.set_epoch(epoch)`, at the start of each epoch.",
    example=""">>> visited = repaired_epochs_of(list(range(20)), rank=0, workers=2, epochs=2)
>>> [len(rows) for rows in visited]
[10, 10]
>>> visited[0] == visited[1]
False""",
    extra=True,
    observe=_observe_epochs,
)
