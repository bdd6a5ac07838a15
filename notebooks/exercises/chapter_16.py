"""Exercises of chapter 16: scaling out."""

from __future__ import annotations

import operator
import os
import shutil
from collections.abc import Sized
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks

# --- one gradient from many ------------------------------------------------------------------

def combine_gradients_reference(gradients, counts):
    return (gradients * counts[:, None]).sum(dim=0) / counts.sum()


def _combined(summary):
    return lambda gradients, counts: summary(gradients, counts.to(gradients.dtype))


combine_gradients = Exercise(
    "One gradient from many",
    combine_gradients_reference,
    lambda rng: [
        (torch.from_numpy(rng.normal(size=(ranks, size))), torch.tensor(counts))
        for ranks, size, counts in ((2, 5, [4, 4]), (3, 3, [5, 1, 2]), (2, 4, [7, 3]),
                                    (4, 2, [1, 6, 2, 2]), (1, 3, [9]))
    ],
    [
        Mistake("the gradients are added up and not divided",
                lambda gradients, counts: gradients.sum(dim=0),
                "Then the step is as many times too long as there are processes. The loss is a "
                "mean, so its gradient is one as well."),
        Mistake("every process counts the same", lambda gradients, counts: gradients.mean(dim=0),
                "Right only when the parts are of one size. A process with few samples must have "
                "less say: weight each gradient by its number of samples."),
        Mistake("the sum is divided by the number of samples",
                _combined(lambda g, n: g.sum(dim=0) / n.sum()),
                "Each gradient is a mean already. Multiply it by its number of samples first; "
                "that gives a sum over samples, which you may divide."),
        Mistake("the weighted sum is not divided",
                _combined(lambda g, n: (g * n[:, None]).sum(dim=0)),
                "That is the sum over all samples. Divide by how many they are."),
        Mistake("the weighted sum is divided by the number of processes",
                _combined(lambda g, n: (g * n[:, None]).mean(dim=0)),
                "The weights are numbers of samples, so divide by the number of all samples."),
        Mistake("the weights are turned round",
                _combined(lambda g, n: (g / n[:, None]).sum(dim=0) / (1 / n).sum()),
                "Now the smallest part has the largest say. Multiply by the number of samples."),
        Mistake("only the gradient of rank 0 is used", lambda gradients, counts: gradients[0],
                "Then the others have worked for nothing."),
    ],
    [
        "A mean over all samples is a sum over all samples, divided by their number.",
        "A rank's gradient times its number of samples is its sum over samples.",
        "`counts[:, None]` has shape (R, 1), so that it multiplies each row of (R, P).",
    ],
    example=""">>> gradients = torch.tensor([[1.0, 0.0], [4.0, 3.0]])
>>> combine_gradients(gradients, torch.tensor([2, 1]))
tensor([2., 1.])""",
)


# --- the rows of a rank ----------------------------------------------------------------------

def shard_reference(order, rank, world_size):
    even = len(order) - len(order) % world_size           # what divides without remainder
    return order[rank:even:world_size]


def _blocks(order, rank, world_size):
    size = len(order) // world_size
    return order[rank * size : (rank + 1) * size]


def _padded(order, rank, world_size):
    missing = -len(order) % world_size
    return torch.cat([order, order[:missing]])[rank::world_size]


shard = Exercise(
    "The rows of a rank",
    shard_reference,
    lambda rng: [(torch.from_numpy(rng.permutation(size)), rank, world_size)
                 for size, rank, world_size in ((8, 0, 2), (8, 1, 2), (11, 2, 3), (11, 0, 3),
                                                (10, 3, 4), (14, 1, 5), (5, 0, 1), (9, 2, 3))],
    [
        Mistake("each rank gets a block", _blocks,
                "Equally many rows, but not dealt like cards. Then a batch taken across the ranks "
                "is not one piece of the order."),
        Mistake("the rows that are left over are dealt out as well",
                lambda order, rank, world_size: order[rank::world_size],
                "Then some ranks have one more row than others, take one more step, and wait in "
                "it for ever."),
        Mistake("the first rows are dealt out twice to come out even", _padded,
                "That is what the sampler does unless drop_last=True. Here nothing is repeated: "
                "leave out what does not divide."),
        Mistake("ranks are counted from 1",
                lambda order, rank, world_size: shard_reference(
                    order, (rank - 1) % world_size, world_size),
                "The first rank is 0: it gets the first card."),
        Mistake("every rank gets everything", lambda order, rank, world_size: order,
                "Then all of them do the same work."),
        Mistake("the step is the rank", lambda order, rank, world_size: order[:: rank + 1],
                "The step from card to card is the number of players; the rank says where to "
                "start."),
        Mistake("the rows are taken in their own order, not in the shuffled one",
                lambda order, rank, world_size: torch.arange(
                    rank, len(order) - len(order) % world_size, world_size),
                "Return entries of `order`, not their positions."),
    ],
    [
        "Deal like cards: rank 0 gets the entries 0, R, 2R, ...",
        "A slice has a start, an end and a step.",
        "The end: `len(order) - len(order) % world_size`.",
    ],
    example=""">>> shard(torch.tensor([4, 0, 3, 1, 2]), 1, 2)
tensor([0, 1])""",
)


# --- exact accuracy from uneven shares -------------------------------------------------------

def exact_accuracy_reference(table):
    hits, counts = table.sum(dim=0)
    return float(hits / counts)


exact_accuracy = Exercise(
    "Accuracy from uneven shares",
    exact_accuracy_reference,
    lambda rng: [(torch.tensor(rows),) for rows in (
        [[3, 4], [1, 2]], [[9, 10], [0, 1], [5, 6]], [[2, 5], [3, 5]], [[7, 8]],
        [[1, 3], [2, 2], [0, 2], [1, 2]], [[2, 3], [4, 7]])],
    [
        Mistake("the ranks' accuracies are averaged",
                lambda table: float((table[:, 0] / table[:, 1]).mean()),
                "An image in a small share then counts more than one in a large share. Add up "
                "first, divide once."),
        Mistake("only rank 0 is asked", lambda table: float(table[0, 0] / table[0, 1]),
                "That is the accuracy on a part of the images."),
        Mistake("all shares are taken to be as large as the largest",
                lambda table: float(table[:, 0].sum() / (table[:, 1].max() * len(table))),
                "Shares may differ by an image. Add up the counts that were really there."),
        Mistake("all shares are taken to be as large as that of rank 0",
                lambda table: float(table[:, 0].sum() / (table[0, 1] * len(table))),
                "Shares may differ by an image. Add up the counts that were really there."),
        Mistake("the hits are divided by the number of ranks",
                lambda table: float(table[:, 0].double().mean()),
                "That is the mean number of hits. Divide by the number of images."),
        Mistake("hits and counts change places",
                lambda table: float(table[:, 1].sum() / table[:, 0].sum()),
                "Right answers come above the line, images below it."),
    ],
    [
        "How many are right in all, and how many are there in all?",
        "`table.sum(dim=0)` adds up the rows: its two entries are all you need.",
    ],
    example=""">>> exact_accuracy(torch.tensor([[9, 10], [1, 10]]))
0.5""",
)


# --- a checkpoint that is whole or not there -------------------------------------------------

class PowerFailure(BaseException):
    """What ends the writing in the middle; like a real one it is not caught as an error."""


def save_atomically_reference(content, path, write):
    temporary = path.with_suffix(".tmp")          # the same folder, so that it can be renamed
    write(content, temporary)
    os.replace(temporary, path)


def _written_in_place(content, path, write):
    write(content, path)


def _deleted_first(content, path, write):
    path.unlink(missing_ok=True)
    save_atomically_reference(content, path, write)


def _never_renamed(content, path, write):
    write(content, path.with_suffix(".tmp"))


def _elsewhere(content, path, write):
    with TemporaryDirectory(prefix="elsewhere_") as folder:
        write(content, Path(folder, "checkpoint.tmp"))
        shutil.move(Path(folder, "checkpoint.tmp"), path)


def _copied(content, path, write):
    temporary = path.with_suffix(".tmp")
    write(content, temporary)
    shutil.copy(temporary, path)


def _copied_and_removed(content, path, write):
    _copied(content, path, write)
    path.with_suffix(".tmp").unlink()


def _read(path):
    return path.read_text(encoding="utf-8") if path.exists() else "no file"


def _observe_saving(candidate, old, new, fails):
    """Where is written, what stands at the path meanwhile and afterwards, which files are left."""
    during, nearby, written = [], [], set()
    with TemporaryDirectory(prefix="checkpoint_") as folder:
        path = Path(folder, "checkpoint.pt")
        if old:
            path.write_text(old, encoding="utf-8")

        def write(content, place):
            Path(place).write_text(content[: len(content) // 2], encoding="utf-8")
            during.append(_read(path))
            nearby.append(path.parent.resolve() in Path(place).resolve().parents)
            if fails:
                raise PowerFailure
            Path(place).write_text(content, encoding="utf-8")
            written.add(Path(place).stat().st_ino)

        with suppress(PowerFailure):
            candidate(new, path, write)
        seen = {"while writing": during, "in the path's folder": nearby, "at the path": _read(path)}
        if not fails:
            seen |= {"the written file itself is at the path":
                     path.exists() and path.stat().st_ino in written,
                     "number of files": len(list(Path(folder).iterdir()))}
        return seen


save_atomically = Exercise(
    "A checkpoint that is whole or not there",
    save_atomically_reference,
    lambda rng: [("step 10", "step 20", False), ("step 10", "step 20", True),
                 ("", "step 10", False), ("", "step 10", True)],
    [
        Mistake("the old file is overwritten", _written_in_place,
                "While it is being written, half a file stands at the path; if the power fails "
                "then, the old checkpoint is gone as well. Write to another name and rename."),
        Mistake("the old file is deleted first", _deleted_first,
                "For a while there is no checkpoint at all. `os.replace` puts the new one in the "
                "place of the old one; nothing has to be deleted."),
        Mistake("the temporary file is never renamed", _never_renamed,
                "Nobody will look for it there. `os.replace(temporary, path)` at the end."),
        Mistake("the temporary file lies in another folder", _elsewhere,
                "Another folder may be on another disk, and from there a file is not renamed but "
                "copied, bit by bit. Write beside the place where it is to stand."),
        Mistake("the temporary file is copied", _copied,
                "A copy is written bit by bit like any file, and the temporary one stays behind. "
                "Rename it."),
        Mistake("the temporary file is copied and then removed", _copied_and_removed,
                "A copy is written bit by bit like any file: when the power fails then, half a "
                "file stands at the path. Rename the temporary one."),
    ],
    [
        "Write to another name in the same folder, for instance `path.with_suffix(\".tmp\")`.",
        "When the file is complete, `os.replace(temporary, path)` does the rest in one instant.",
    ],
    observe=_observe_saving,
    example=""">>> import pathlib, tempfile
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> for step in (10, 20):
...     save_atomically(f"step {step}", folder / "a.pt", lambda content, path: print(
...         "written beside it:", path != folder / "a.pt", path.write_text(content)))
written beside it: True 7
written beside it: True 7
>>> [(file.name, file.read_text()) for file in folder.iterdir()]
[('a.pt', 'step 20')]""",
)


# --- dealing out a sweep ---------------------------------------------------------------------

def deal_out_reference(count, rank, world_size):
    return list(range(rank, count, world_size))


def _equal_blocks(count, rank, world_size):
    size = count // world_size
    return list(range(rank * size, (rank + 1) * size))


def _rounded_up(count, rank, world_size):
    size = -(-count // world_size)
    return [(rank * size + i) % count for i in range(size)]


def _last_takes_the_rest(count, rank, world_size):
    size = count // world_size
    return list(range(rank * size, count if rank == world_size - 1 else (rank + 1) * size))


def _observe_dealing(candidate, count, world_size):
    """How often each run is trained, and by how many runs the shares of the ranks differ."""
    dealt = [candidate(count, rank, world_size) for rank in range(world_size)]
    if not all(isinstance(share, Sized) for share in dealt):
        raise ValueError("it must return a list")
    shares = [[operator.index(run) for run in share] for share in dealt]
    trained = [sum(share.count(run) for share in shares) for run in range(count)]
    strangers = sum(not 0 <= run < count for share in shares for run in share)
    lengths = [len(share) for share in shares]
    return {"how often each run is trained": trained, "numbers that are no run": strangers,
            "shares that differ by more than one": max(lengths) - min(lengths) > 1,
            "largest share": max(lengths)}


deal_out = Exercise(
    "Dealing out a sweep",
    deal_out_reference,
    lambda rng: [(10, 4), (9, 2), (6, 3), (3, 5), (7, 1)],
    [
        Mistake("the runs that are left over are lost", _equal_blocks,
                "Ten runs for four ranks are not four times two. Every run must be trained by "
                "somebody."),
        Mistake("some runs are trained twice to come out even", _rounded_up,
                "In training a repeated image does little harm; here a whole network is trained "
                "for nothing."),
        Mistake("the last rank takes all that is left over", _last_takes_the_rest,
                "Then all wait for the last rank. Deal like cards, and the shares differ by one "
                "at most."),
        Mistake("every rank trains everything",
                lambda count, rank, world_size: list(range(count)),
                "Then nothing is gained. Each run belongs to one rank."),
        Mistake("ranks are counted from 1",
                lambda count, rank, world_size: list(range(rank + 1, count, world_size)),
                "Run 0 has nobody now. The first rank is 0."),
    ],
    [
        "Deal like cards, and this time deal out everything.",
        "`range` takes a start, an end and a step.",
    ],
    observe=_observe_dealing,
    example=""">>> deal_out(5, 0, 2)
[0, 2, 4]
>>> deal_out(5, 1, 2)
[1, 3]""",
    extra=True,
)


# --- predictions and a question --------------------------------------------------------------

steps_twice = Prediction(
    "Steps that are done twice", "steps", 1.01,
    [
        Guess("training starts over", lambda said, measured: said == 33,
              "It does not start over: it goes on from the last checkpoint.", 33),
        Guess("everything up to the end is done again", lambda said, measured: said in (7, 10),
              "The steps after the accident had not been done before: only those since the last "
              "checkpoint are done twice.", 7),
        Guess("a whole interval is lost", lambda said, measured: said == 6,
              "An interval is the most that can be lost, when the accident comes right before "
              "the next checkpoint.", 6),
        Guess("nothing is lost", lambda said, measured: said == 0,
              "Only what is in the checkpoint survives. The steps since then are in nobody's "
              "memory.", 0),
    ],
    "Checkpoints are written after steps 6, 12, ..., 30. What was done after step 30 is lost, and "
    "done again.",
    3,
    ["After which step was the last checkpoint before the accident?",
     "Count the steps from there to the accident."],
)

speed_of_two = Prediction(
    "Two processes against one", "times as fast", 1.5,
    [
        Guess("twice the processes, twice the speed", lambda said, measured: said >= 1.8,
              "That would be so if the one process had used half the machine, and if talking "
              "cost nothing. Neither is the case.", 2.0),
        Guess("nothing changes", lambda said, measured: 0.9 <= said <= 1.1,
              "The arithmetic is the same, but now gradients have to be exchanged in every step; "
              "with small batches that takes longer than the arithmetic.", 1.0),
    ],
    "One process uses all cores already, by threads. Two processes share the same cores, and must "
    "exchange a gradient for each step.",
    0.4,
    ["How many cores does one process keep busy?",
     "Each step exchanges as many numbers as the network has weights, however small the batch."],
)

find_the_mistake = Question(
    "Find the mistake",
    {"a": "The port is taken", "b": "Rank 1 never calls `all_reduce`",
     "c": "`all_reduce` works on gradients only", "d": "The loss should have been detached"},
    "b",
    {
        "a": "Then the processes would not have found each other in the first place.",
        "b": "`all_reduce` is a call that all ranks make together. Rank 0 waits inside it for "
             "numbers that rank 1 never sends; rank 1 waits in its next step for rank 0. Call "
             "first, on all ranks, and print on rank 0 alone.",
        "c": "It adds up any tensor.",
        "d": "A clone that is part of a graph is still a tensor to send. Look at who makes the "
             "call.",
    },
    ["Follow rank 1 through the lines. Which calls does it make?"],
)

TASKS = name_tasks(globals())
