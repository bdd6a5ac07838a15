"""Temperature explorer: softmax, what it does to differences, and where it overflows.

A chapter uses it like this (chapter 08)::

    from course_utils.explorers.temperature import Temperature
    Temperature()
    Temperature(scores=[3, 3, 1, 0, -2], temperature=0.5)

Everything is closed form and computed in the page.

Try this (answers in the chapter):
    1. Lower the temperature to 0.05, then raise it to 20. What do the probabilities become? All
       for the largest score; nearly 1/5 for each.
    2. Add 50 to all scores. Which probabilities change? None: only differences of scores count.
    3. Add 100 at temperature 1. The stable formula does not notice; what does the naive one
       give in float32? Not a number: exp(102) is larger than the largest float32.
"""

from __future__ import annotations

from course_utils.explorers.shared.base import Explorer, state

SCORES = (2.0, 1.0, 0.0, -1.0, 1.5)


class Temperature(Explorer, page="temperature"):
    """Five scores, one temperature; see the module."""

    scores = state(list(SCORES))  # the logits, from -4 to 4
    temperature = state(1.0)
    shift = state(0.0)

    def describe(self) -> str:
        """Name the scores and the temperature."""
        scores = ", ".join(f"{score:g}" for score in self.scores)
        return f"Temperature explorer: scores {scores} at temperature {self.temperature:g}."
