"""CUDA graphs: record the GPU's work of one step, and start all of it with a single call.

A step of small networks is some fifty operations of microseconds each; Python takes longer to ask
for them than the GPU to do them. Chapter 15 measures it.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

STEPS_BEFORE_RECORDING = 3  # libraries choose their methods and take their memory in these
Step = Callable[[Tensor, Sequence[Tensor]], tuple[Tensor, ...]]


class RecordedStep:
    """A training step that is recorded once and then replayed on an NVIDIA GPU.

    The step must do all its work on the device, in place, and never ask for a result. Batches of
    another shape than the first run as they are. The results of a call are overwritten by the next.
    """

    def __init__(self, step: Step) -> None:
        """Prepare to record ``step(rows, masks)``."""
        self._step, self._calls = step, 0
        self._usual_shape: torch.Size | None = None
        self._graph: torch.cuda.CUDAGraph | None = None
        self._arguments: list[Tensor] = []
        self._results: tuple[Tensor, ...] = ()

    def __call__(self, rows: Tensor, masks: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Take one step."""
        self._calls += 1
        self._usual_shape = self._usual_shape or rows.shape
        if self._calls <= STEPS_BEFORE_RECORDING or rows.shape != self._usual_shape:
            return self._step(rows, masks)
        if self._graph is None:
            self._record(rows, masks)
        for kept, new in zip(self._arguments, (rows, *masks), strict=True):
            kept.copy_(new)
        self._graph.replay()
        return self._results

    def _record(self, rows: Tensor, masks: Sequence[Tensor]) -> None:
        """Record the step; this does not take it."""
        self._arguments = [argument.clone() for argument in (rows, *masks)]
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._results = self._step(self._arguments[0], self._arguments[1:])
