"""Sweeps: many multilayer perceptrons of one shape, trained at once, each with its own settings.

    runs = grid(rule=[sgd_step, adam_step], learning_rate=[0.001, 0.01, 0.1], seed=range(5))
    result = sweep((784, 32, 10), train, runs, epochs=3, batch_size=200, test=test)
    result.test_accuracy[result.where(rule=adam_step)]   # (15, 3): a row for each run

A rule is any function ``step(w, g, state, learning_rate=...)`` as chapter 14 writes them, or the
name of one in `rules`. Network m comes out as if it had been trained alone with torch.optim,
whichever others are there. Behind this door: `runs` and `settings`, what each network and what all
of them are given; `rules`, `rule_check` and `update`, the steps; `network`, the stacked weights;
`training`, the loop; `memory`, how many fit; `result`, what was measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from itertools import product
from typing import Any

from torch import Tensor

from course_utils.checks import check_count
from course_utils.progress import progress_bar
from course_utils.sweeps.memory import models_at_a_time, out_of_memory_in_words
from course_utils.sweeps.result import SweepResult, joined
from course_utils.sweeps.rule_check import check_rule
from course_utils.sweeps.runs import Run, check_names
from course_utils.sweeps.settings import Samples, Settings, check_choices
from course_utils.sweeps.training import train_part

Pair = tuple[Tensor, Tensor]


def grid(**settings: Any) -> list[Run]:
    """Return a run for each combination, the last setting varying fastest.

    ``grid(rule="adam", learning_rate=[0.01, 0.1], seed=range(5))`` gives 10 runs.

    Args:
        **settings: Fields of `Run`, each a value or several.

    Raises:
        ValueError: If `Run` has no setting of that name.
    """
    check_names(settings)
    columns = [list(values) if _are_many(values) else [values] for values in settings.values()]
    return [Run(**dict(zip(settings, row, strict=True))) for row in product(*columns)]


def _are_many(values: Any) -> bool:
    """Return whether a setting has several values; a name, or an array without axes, is one."""
    return isinstance(values, Iterable) and not isinstance(values, str) and (
        getattr(values, "ndim", 1) > 0
    )


def sweep(
    sizes: Sequence[int],
    train: Pair,
    runs: Sequence[Run],
    *,
    epochs: int,
    batch_size: int,
    test: Pair | None = None,
    activation: str = "relu",
    loss: str = "cross_entropy",
    progress: bool = True,
) -> SweepResult:
    """Train one network for each run, all at once, and measure them.

    All see the samples in the same order, the one that `fit` draws from ``generator(0)``.

    Args:
        sizes: Numbers of inputs, hidden units and outputs, such as (784, 200, 200, 10).
        train: Inputs (N, D) and class numbers (N,) int64. Their device and dtype are those of the
            training.
        runs: The settings of the M networks; see `grid`.
        epochs: How often to visit the training data.
        batch_size: Samples a step.
        test: Inputs and class numbers to measure after each epoch.
        activation: Of the hidden layers: "relu" or "sigmoid".
        loss: "cross_entropy", or "softmax_mse": softmax, then the mean squared miss.
        progress: Show a bar where someone watches.

    Raises:
        TypeError, ValueError: If a setting, a rule or the data cannot be used; before the first
            step.
        MemoryError: If not even one network fits.
    """
    runs = list(runs)
    _check_runs(runs)
    check_count("epochs", epochs, least=0)
    check_count("batch_size", batch_size, least=1)
    check_choices(sizes, activation, loss)
    samples = Samples.checked("training", train, sizes)
    tested = None if test is None else Samples.checked("test", test, sizes, like=samples.inputs)
    settings = Settings(sizes, epochs, batch_size, activation, loss, samples, tested)
    parts = list(_parts(runs, models_at_a_time(len(runs), settings)))
    steps = len(parts) * settings.steps
    shown = progress_bar(total=steps, description="sweep") if progress else nullcontext()
    with shown as bar, out_of_memory_in_words():
        trained = [train_part([runs[i] for i in part], settings, bar) for part in parts]
    return joined(runs, trained, order=[i for part in parts for i in part])


def _check_runs(runs: Sequence[Run]) -> None:
    """Raise unless there are runs, and each rule among them can train networks."""
    if not runs:
        raise ValueError("The sweep has no runs, but needs at least one: make some with grid().")
    if not all(isinstance(run, Run) for run in runs):
        raise TypeError("The runs must all be of type Run: make them with grid().")
    for step in {run.step for run in runs}:
        check_rule(step)


def _parts(runs: Sequence[Run], at_a_time: int) -> Iterable[list[int]]:
    """Yield the numbers of runs that train together: of one rule, and no more than are given."""
    kinds = [(run.step, run.weight_decay is None) for run in runs]
    for kind in dict.fromkeys(kinds):
        members = [number for number, other in enumerate(kinds) if other == kind]
        size = math.ceil(len(members) / math.ceil(len(members) / at_a_time))  # of equal parts
        yield from (members[start : start + size] for start in range(0, len(members), size))
