"""Dropout explorer: the mask, the scale that keeps the average, and what goes wrong without.

A chapter uses it like this (chapter 13)::

    from course_utils.explorers.dropout_mask import DropoutMask
    DropoutMask()
    DropoutMask(rate=0.8, scaling="none")

Six samples pass a hidden layer of twelve units; the output is the mean of the units. The masks
come from a small counter-based generator, so a seed gives the same masks everywhere. Everything
is closed form and computed in the page.

Try this (answers in the chapter):
    1. Rate 0.5, 200 masks, scaling "none". Where does the running average come to rest? At half
       the evaluation output: the share that is kept. Divide by 1 - p, and it comes to rest on it.
    2. Raise the rate to 0.9, with the right scaling. The average stays; what changes? The single
       masks scatter three times as widely: the price of dropping more.
    3. Use one mask for the whole batch. The average stays again; what is lost? The samples of a
       batch no longer average each other's noise away, and the gradient of a batch is noisier.
"""

from __future__ import annotations

from course_utils.explorers.shared.base import Explorer, state

SCALINGS = ("divide by 1 - p", "none", "multiply by p")


class DropoutMask(Explorer, page="dropout_mask"):
    """Masks on a small layer, and their average; see the module."""

    rate = state(0.5, low=0, high=0.99)
    scaling = state(SCALINGS[0], choices=SCALINGS)
    one_for_all = state(False)
    evaluating = state(False)
    draws = state(30)
    seed = state(1)

    def describe(self) -> str:
        """Name the rate, the scaling and how many masks are drawn."""
        return (
            f"Dropout explorer: {self.draws} masks at rate {self.rate:g}, "
            f"scaling: {self.scaling}."
        )
