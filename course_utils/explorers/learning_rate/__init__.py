"""Learning-rate explorer: one slider, from too small to divergence, on a bowl and on XOR.

A chapter uses it like this (chapter 04)::

    from course_utils.explorers.learning_rate import LearningRate
    LearningRate()                                                    # the bowl alone
    LearningRate(forward=forward, backward=backward, update=update)   # and the learner's network

The bowl is L(w) = (steepest w1**2 + flattest w2**2) / 2. Gradient descent multiplies each
coordinate by 1 - rate * curvature in each step, so its path is closed form and is computed in
the page. The XOR network is trained in the kernel by the learner's own functions, a few
milliseconds at a time, each time the slider moves.

Try this (answers in the chapter):
    1. Find the rate where the bowl's path neither shrinks nor grows. It is 2 / 10 = 0.2: two
       divided by the largest curvature. Is 0.19 enough less to arrive? Yes, bouncing.
    2. Make the bowl rounder (ratio 1) and then longer (ratio 50). What happens to the rates that
       are good? They shrink from a wide band to none: what is slow enough for the steep direction
       is too slow for the flat one.
    3. Raise the rate on the XOR network step by step. Where does its loss explode, and what
       happens shortly before? Near a quarter; before that one big step kills hidden units and the
       loss stays where it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from course_utils.explorers.learning_rate.xor_training import XorTraining, outcome
from course_utils.explorers.shared.base import Explorer, state
from course_utils.explorers.shared.bounded import LONGEST_S, NeverEnding, bounded


class LearningRate(Explorer, page="learning_rate"):
    """One slider for the bowl and the XOR network of chapter 04; see the module."""

    learning_rate = state(0.05, low=0)
    ratio = state(8.0, low=1)  # steepest curvature over flattest
    steps = state(40, low=1)
    start = state([0.75, 0.9])
    has_network = state(False)
    network_steps = state(500, low=1)

    def __init__(
        self, *, forward: Callable | None = None, backward: Callable | None = None,
        update: Callable | None = None, seed: int = 1, hidden_size: int = 6, **start: Any,
    ) -> None:
        """Open the explorer; with all three functions of chapter 04 also the XOR network.

        Args:
            forward: ``forward(inputs, parameters)`` gives y_pred (4, 1), or a dict that has it.
            backward: ``backward(inputs, targets, parameters)`` gives a dict of gradients.
            update: ``update(parameters, gradients, learning_rate)`` gives the new parameters.
            seed: Seed of the network's start.
            hidden_size: Number of hidden units H.
            start: Start values, for example ``learning_rate=0.1``.

        Raises:
            ValueError: If only some of the three functions are given.
        """
        functions = (forward, backward, update)
        if any(functions) and not all(functions):
            raise ValueError("Give all of forward, backward and update, or none of them.")
        self.functions, self.seed, self.hidden_size = functions, seed, hidden_size
        self.run: XorTraining | None = None
        self.switched_off = ""  # why the learner's functions no longer run
        super().__init__(has_network=all(functions), **start)

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Train the network a little further at the asked rate and return the new losses."""
        rate, known = float(request["rate"]), int(request["known"])
        if self.run is None or self.run.learning_rate != rate:
            self.run = XorTraining(
                *self.functions, learning_rate=rate, steps=self.network_steps, seed=self.seed,
                hidden_size=self.hidden_size,
            )
        run = self.run
        if known >= len(run.losses) and not self.switched_off:
            try:
                bounded(run.train_a_slice, LONGEST_S)
            except NeverEnding as error:  # a loop for ever is not started again
                self.switched_off = (
                    f"Your functions {error} and were stopped; mend them and run the cell again."
                )
        if self.switched_off:
            return {"failure": self.switched_off}, []
        fresh = [float(f"{loss:.6g}") if math.isfinite(loss) else None for loss in run.losses]
        return {
            "rate": rate, "from": min(known, len(fresh)), "losses": fresh[known:],
            "predictions": [round(v, 4) if math.isfinite(v) else None for v in run.predictions],
            "outcome": outcome(run.losses, rate, run.steps), "finished": run.finished,
        }, []

    def describe(self) -> str:
        """Name the rate and the bowl, and whether a network trains beside it."""
        network = " and on the XOR network" if self.has_network else ""
        return (
            f"Learning-rate explorer: rate {self.learning_rate:g} for {self.steps} steps on a bowl "
            f"{self.ratio:g} times steeper one way than the other{network}."
        )
