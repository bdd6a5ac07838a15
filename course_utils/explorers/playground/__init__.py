"""Playground: a two-input network learns a toy set in front of you, run by your own functions.

A chapter uses it like this (chapter 04)::

    from course_utils.explorers.playground import Playground
    Playground()                                                    # the course's own network
    Playground(forward=forward, backward=backward, update=update)   # yours, one hidden layer

With the learner's functions each edge is checked against central differences while it trains: a
wrong gradient is marked on its edge and named below. Without them the course's own network runs,
of any depth. Everything is computed in the kernel; the page asks for the next tick after it has
painted the last one.

Try this (answers in the chapter):
    1. XOR cloud with your functions and one hidden unit, then two, three, four; several seeds.
       From which number on are all four clouds separated? One bend never does it; two can, from
       some starts; with four hardly any start fails.
    2. Train too fast (rate 10) until it stops, go back in time and branch off with a smaller rate.
       Both curves share weights and batches up to the branch; only the rate differs.
    3. Forget the ReLU's mask in backward. Which edges are marked, and does the loss still fall?
       Those of the first layer alone, for the mistake lies behind the output on the way back; and
       the loss falls all the same, which is why the check tells more than the curve.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from course_utils.explorers.playground import frame
from course_utils.explorers.playground.network import (
    ACTIVATIONS,
    DATASETS,
    FEATURES,
    network_functions,
)
from course_utils.explorers.playground.training import Moment, Run, Settings
from course_utils.explorers.shared.base import Explorer, one_sentence, state
from course_utils.explorers.shared.bounded import LONGEST_S, NeverEnding, bounded
from course_utils.judge.guard import Stopped

TRAINING_S, CHECKING_S = 0.007, 0.0025  # of one frame
SIDES = (20, 30, 40, 60)  # of the pictures, in points; the more the faster forward is
FASTEST_PICTURE_S, SLOWEST_PICTURE_S = 0.002, 0.008
OWN = {"layers": [4], "activation": "ReLU"}


class Playground(Explorer, page="playground", needs_kernel=True):
    """A network, its data and its boundary, trained live; see the module."""

    dataset = state("XOR cloud", DATASETS)
    noise = state(0.35, low=0)
    test_share = state(0.3, low=0, high=0.95)
    seed = state(1, low=0)
    features = state(["x₁", "x₂"])
    layers = state([4, 2])
    activation = state("tanh", ACTIVATIONS)
    learning_rate = state(0.1, low=0)
    batch_size = state(10, low=1)
    regularisation = state("none", ("none", "L1", "L2"))
    strength = state(0.001)
    speed = state(10, low=1)  # steps a frame
    chosen = state(-1)  # the sample whose values are shown
    show_test = state(False)
    discrete = state(False)
    own = state(False)
    all_features = state(list(FEATURES))

    def __init__(
        self, *, forward: Callable | None = None, backward: Callable | None = None,
        update: Callable | None = None, loss: str = "sum", **start: Any,
    ) -> None:
        """Open the playground; with all three functions of chapter 04 it runs on them.

        They may be written with NumPy or with torch (float64 tensors in and out); nothing has to
        be said about it.

        Args:
            forward: ``forward(inputs, parameters)`` gives a dict with y_pred (N, 1).
            backward: ``backward(inputs, targets, parameters)`` gives a dict of gradients.
            update: ``update(parameters, gradients, learning_rate)`` gives the new parameters.
            loss: What backward derives, "sum" or "mean" of the squared errors of the rows.
            start: Start values, for example ``dataset="circles", layers=[8]``.

        Raises:
            ValueError: If only some of the functions are given, with more than one hidden layer,
                or if ``loss``, a feature or a size is none.
        """
        functions = (forward, backward, update)
        if any(functions) and not all(functions):
            raise ValueError("Give all of forward, backward and update, or none of them.")
        if loss not in ("sum", "mean"):
            raise ValueError(f'The loss is {loss!r}, but it has to be "sum" or "mean".')
        _refuse_what_is_no_network(start.get("features", ["x₁"]), start.get("layers", []))
        if all(functions):
            start = {**OWN, "learning_rate": 0.005 if loss == "sum" else 0.1, **start}
            if len(start["layers"]) != 1:
                raise ValueError(
                    f"Your functions have one hidden layer, but layers is {start['layers']}; "
                    "give one number."
                )
        self.functions, self.reduction = functions, loss if all(functions) else "mean"
        self.run: Run | None = None
        self.switched_off = ""  # why the learner's functions no longer run
        self.side, self._sharp = SIDES[0], False
        self._last: tuple[dict, list[bytes]] = ({}, [])
        self._shown: tuple[Moment | None, int] = (None, -1)  # the moment and sample of that frame
        super().__init__(own=all(functions), **start)

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Do what the page asks (train, step, show, reset, go, edit) and return the frame to draw.

        Trouble in the learner's functions is a sentence in the frame; the history stays. If they
        do not come back they are switched off, and the course's own network goes on.
        """
        if self.functions[0] is not None:
            try:
                return bounded(lambda: self._answer(request), LONGEST_S)
            except NeverEnding as error:
                return self._switched_off(str(error), request)
        with np.errstate(all="ignore"):  # a run may diverge; that is said, not warned about
            return self._answer(request)

    def _switched_off(
        self, why: str, request: dict[str, Any]
    ) -> tuple[dict[str, Any], list[bytes]]:
        self.functions, self.reduction, self.run = (None, None, None), "mean", None
        self.own = False
        self.switched_off = (
            f"Your functions {why} and were stopped; the course's own network goes on. Mend them "
            "and run the cell."
        )
        content, buffers = self._answer({**request, "do": "reset"})
        return {**content, "trouble": self.switched_off}, buffers

    def _answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        trouble, self._left = "", 0
        try:
            new = self._prepare(_settings_from(request["settings"]), request["do"] == "reset")
            if self._shows_it_already(request):
                return {**self._status(), **self._last[0], "trouble": ""}, self._last[1]
            self._act(request, checks=not new)
        except Stopped:
            raise
        except BaseException as error:  # the learner's functions may raise anything, even exit
            if self.run is None:  # the settings make no network
                raise
            trouble = one_sentence(error)
            slow = isinstance(error, (TimeoutError, KeyboardInterrupt))
        if not trouble or not slow:  # what is slow is not called again for a picture
            try:
                self._last = self._frame(int(request.get("chosen", -1)))
                self._shown = self.run.moment, request.get("chosen", -1)
            except Stopped:
                raise
            except BaseException as error:
                trouble = trouble or one_sentence(error)
        return {**self._status(), **self._last[0], "trouble": trouble}, self._last[1]

    def _prepare(self, settings: Settings, again: bool) -> bool:
        """Make the run fit the settings; says whether it is a new one."""
        new = self.run is None or again or self.run.settings.needs_new_run(settings)
        if new:
            own = self.functions[0] is not None
            functions = self.functions if own else network_functions(settings.activation)
            self.run = Run(settings, functions, self.reduction)
            self._last, self._shown = ({}, []), (None, -1)
        self.run.settings = settings
        self.run.measure_start()
        return new

    def _shows_it_already(self, request: dict[str, Any]) -> bool:
        """Whether the last frame is the answer: another learning rate changes no picture."""
        settled = self.run.check.complete and self._sharp
        shown = (self.run.moment, request.get("chosen", -1))
        return request["do"] == "show" and settled and (
            self._shown[0] is shown[0] and self._shown[1] == shown[1])

    def _act(self, request: dict[str, Any], checks: bool) -> None:
        """Do what is asked, and check a little; not in a new run's first frame: a hand waits."""
        action, run = request["do"], self.run
        if action == "train":  # while it plays
            run.train(int(request["steps"]), TRAINING_S)
        elif action == "step":  # by hand: what this frame has no time for is still owed
            self._left = run.train(int(request["steps"]), TRAINING_S)
        elif action == "go":
            run.go_to(request["index"])
        elif action == "edit":
            run.edit(int(request["place"]), float(request["value"]))
        if checks:
            run.check_some(CHECKING_S)

    def _status(self) -> dict[str, Any]:
        """What is known without calling any function."""
        run, moment = self.run, self.run.moment
        return {
            "frame": True, "left": self._left, "step": moment.step,
            "epoch": moment.step / run.batches_per_epoch,
            "sizes": list(run.sizes), "now": run.now, "settled": run.check.complete and self._sharp,
            "losses": [frame.short(moment.train_loss), frame.short(moment.test_loss)],
            "verdict": self.switched_off or run.check.verdict(),
        }

    def _frame(self, chosen: int) -> tuple[dict[str, Any], list[bytes]]:
        """Compute pictures, points and curves of the shown moment."""
        run = self.run
        units, output = self._pictures()
        heads, curves = frame.curves_of(run)
        predicted = run.call.values(run.inputs, run.moment.parameters)["y_pred"]    # (N, 1)
        known = 0 <= chosen < len(run.points)
        content = {
            "side": len(output), "unit_side": units.shape[1], "curves": heads,
            "right": frame.share_right(run, predicted),
            "detail": frame.sample_details(run, chosen) if known else [],
            "flow": frame.flow_of(run, chosen) if known else [],
        }
        check = run.check
        return content, [
            units.tobytes(), output.tobytes(), frame.flat(run.moment.parameters),
            check.marks.tobytes(), check.claimed.tobytes(), check.measured.tobytes(),
            frame.points_of(run, predicted), curves,
        ]

    def _pictures(self) -> tuple[Any, Any]:
        """Draw at the present resolution, and choose the next one by how long it took."""
        started, side = perf_counter(), self.side
        units, output = frame.pictures(self.run, side)
        took_s, place = perf_counter() - started, SIDES.index(side)
        if took_s < FASTEST_PICTURE_S and place + 1 < len(SIDES):
            self.side = SIDES[place + 1]
        elif took_s > SLOWEST_PICTURE_S and place > 0:
            self.side = SIDES[place - 1]
        self._sharp = self.side <= side
        return (units[:, ::2, ::2] if side >= 40 else units), output

    def describe(self) -> str:
        """Name the network, the set and whose functions run."""
        sizes = "-".join(str(size) for size in (len(self.features), *self.layers, 1))
        whose = "by your own forward, backward and update" if self.own else (
            f"with {self.activation} units")
        return (
            f"Playground: a {sizes} network learns the set {self.dataset} in front of you, "
            f"{whose}; each hidden unit shows what it says over the plane, each edge its weight "
            "and whether its gradient is right."
        )


def _settings_from(values: dict[str, Any]) -> Settings:
    known = {name: values[name] for name in Settings.__dataclass_fields__ if name in values}
    return Settings(
        **{**known, "features": tuple(values["features"]), "layers": tuple(values["layers"])}
    )


def _refuse_what_is_no_network(features: Any, layers: Any) -> None:
    """Raise a ValueError with a sentence, where a traceback would come from deep inside."""
    if set(features) - set(FEATURES) or not features:
        raise ValueError(f"Choose features among {', '.join(FEATURES)}, at least one.")
    sound = isinstance(layers, (list, tuple)) and all(isinstance(size, int) for size in layers)
    if not sound or min(layers, default=1) < 1:
        raise ValueError(
            f"The layers are {layers!r}, but must be a list of whole numbers of at least 1: "
            "the units of each hidden layer."
        )
