"""What chance decides while a sweep trains: the order of the samples, and the dropout masks.

A network's draws depend on its own seed alone, so it does not matter which others are in the sweep.
Networks with the same seed share a draw.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from course_utils.reproducibility import generator
from course_utils.sweeps.runs import Run

ALL_ROWS = slice(None)  # a batch that holds all the data needs no order, and no copy


class BatchOrder:
    """Draws, for each epoch, which samples each step takes; as `fit` does with the same seed."""

    def __init__(self, runs: Sequence[Run], order: str, order_seed: int, count: int) -> None:
        """Prepare the generators.

        Args:
            runs: The networks; with ``order="own"`` each has the order that its seed gives.
            order: "shared" or "own".
            order_seed: Seed of the shared order.
            count: Number N of samples.

        Raises:
            ValueError: If the order is another word.
        """
        if order not in ("shared", "own"):
            raise ValueError(f'The order is {order!r}, but must be "shared" or "own".')
        self.own, self._count = order == "own", count
        self._draws = _SeededDraws([run.seed for run in runs] if self.own else [order_seed], "cpu")

    def epoch(self, batch_size: int, device: torch.device) -> Iterator[Tensor | slice]:
        """Yield the rows of each batch: (B,) for all networks, or (M, B), each its own."""
        if batch_size >= self._count:
            yield ALL_ROWS
            return
        orders = self._draws.draw(lambda chance: torch.randperm(self._count, generator=chance))
        rows = orders if self.own else orders[0]
        yield from rows.to(device).split(batch_size, dim=-1)


class DropoutMasks:
    """Draws the factors of the hidden outputs: 0 where dropped, else 1 / (1 - rate)."""

    def __init__(
        self, runs: Sequence[Run], widths: Sequence[int], device: torch.device, dtype: torch.dtype
    ) -> None:
        """Prepare a generator for each seed; hidden layers have so many units each."""
        self._draws = _SeededDraws([run.seed for run in runs], device)
        rates = [run.dropout for run in runs]
        self._kept = 1 - torch.tensor(rates, dtype=dtype, device=device).view(-1, 1, 1)
        self._widths, self._needed = widths, any(rates)

    def draw(self, count: int) -> list[Tensor]:
        """Return a mask (M, H, N) for each hidden layer; none if no network drops anything."""
        if not self._needed:
            return []
        return [self._mask(width, count) for width in self._widths]

    def _mask(self, width: int, count: int) -> Tensor:
        """Draw one layer's mask (M, H, N)."""
        like = {"dtype": self._kept.dtype, "device": self._kept.device}
        noise = self._draws.draw(lambda chance: torch.rand(width, count, generator=chance, **like))
        return (noise < self._kept).to(self._kept.dtype).div_(self._kept)


class _SeededDraws:
    """One generator for each distinct seed; gives every network the draw of its seed."""

    def __init__(self, seeds: Sequence[int], device: str | torch.device) -> None:
        places = {seed: place for place, seed in enumerate(dict.fromkeys(seeds))}
        self._generators = [generator(seed, device) for seed in places]
        self._which = torch.tensor([places[seed] for seed in seeds], device=device)
        self._all_distinct = len(places) == len(seeds)

    def draw(self, draw_one: Callable[[torch.Generator], Tensor]) -> Tensor:
        """Return ``draw_one(chance)`` for every network, stacked along a first axis M."""
        drawn = torch.stack([draw_one(chance) for chance in self._generators])
        return drawn if self._all_distinct else drawn.index_select(0, self._which)
