"""What every explorer shares: state, page source, words, and answers from the kernel.

An explorer is a small class beside a plain ES module. Its page side runs in three places with the
same source: as a widget in JupyterLab, as an inline module in an exported page without a kernel
(closed-form explorers only), and in the browser tests.
"""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import anywidget
import traitlets

from course_utils.explorers.shared.bundle import page_source, stylesheet


def state(
    default: Any, choices: Iterable[str] = (), low: float | None = None, high: float | None = None
) -> Any:
    """Declare one value that page and kernel share; the kernel does not echo what the page sent.

    Args:
        default: The value at the start; its type is that of the state. A list of floats keeps
            its length.
        choices: The words that it may be.
        low: The least that a number may be.
        high: The most.
    """
    bounds = {"min": low, "max": high}
    if choices:
        trait = traitlets.Enum(list(choices), default)
    elif isinstance(default, list) and {type(value) for value in default} == {float}:
        trait = traitlets.List(
            traitlets.Float(**bounds), default, minlen=len(default), maxlen=len(default)
        )
    elif isinstance(default, list):
        trait = traitlets.List(default)
    elif type(default) in (str, bool):
        trait = {str: traitlets.Unicode, bool: traitlets.Bool}[type(default)](default)
    else:
        trait = (traitlets.Int if type(default) is int else traitlets.Float)(default, **bounds)
    return trait.tag(sync=True, echo_update=False)


class Explorer(anywidget.AnyWidget):
    """A widget that also has a sentence for pages without a kernel, and in stored ones a still.

    A subclass names its module (``class Bumps(Explorer, page="bumps")``), declares its state
    (``count = state(5)``) and says what it shows with `describe`. A kernel-driven explorer passes
    ``needs_kernel=True`` and implements `answer`.
    """

    page_name: ClassVar[str] = ""
    needs_kernel: ClassVar[bool] = False

    def __init_subclass__(cls, page: str = "", needs_kernel: bool = False, **options: Any) -> None:
        if page:
            cls.page_name, cls.needs_kernel = page, needs_kernel
            cls._esm, cls._css = page_source(page), stylesheet()
        super().__init_subclass__(**options)

    def __init__(self, **start: Any) -> None:
        self._lock = threading.RLock()  # ipykernel 7 may call back on another thread
        for name, value in start.items():
            if not self.has_trait(name):
                known = ", ".join(self.own_state())
                raise TypeError(f"{type(self).__name__} has no setting {name!r}; it has {known}.")
            choices = getattr(self.traits()[name], "values", [value])
            if value not in choices:
                known = ", ".join(choices)
                raise ValueError(f"{name} is {value!r}, but it has to be one of: {known}.")
        super().__init__(**start)
        self.on_msg(self._receive)

    def describe(self) -> str:
        """Say in a short sentence how the explorer is set; what comes of it the page says."""
        raise NotImplementedError

    def still(self) -> str:
        """Return picture and words of the page as HTML: none, until a notebook is to be stored.

        The command that does so puts a photograph of the page here, with what it says.
        """
        return ""

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Answer one request of the page, in under 15 ms of the course's own code.

        Returns:
            What the page draws: a JSON-able dict, and arrays as bytes. An exception becomes the
            sentence that the page shows.
        """
        raise NotImplementedError

    def page_state(self) -> dict[str, Any]:
        """Return the traits that this explorer itself declares, as its page receives them."""
        values = self.get_state()
        return {key: values[key] for key in self.own_state()}

    @classmethod
    def own_state(cls) -> list[str]:
        """Return the names of the traits that the explorer itself declares."""
        shared = set(anywidget.AnyWidget.class_trait_names())
        own = set(cls.class_trait_names(sync=True)) - shared
        return sorted(name for name in own if name[0] != "_")

    def _receive(self, _widget: Any, request: Any, _buffers: Any) -> None:
        if not isinstance(request, dict) or "sequence" not in request:
            return
        with self._lock:
            try:
                content, buffers = self.answer(request)
            except BaseException as error:  # the learner's function may raise anything, even exit
                content, buffers = {"failure": one_sentence(error)}, []
        fill = " " * (int(request.get("fill", 0)) - sum(map(len, buffers)))  # why: see ANSWER_BYTES
        self.send({**content, "sequence": request["sequence"], "fill": fill}, buffers)

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**options) or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        words = {"text/plain": self.describe(), "text/html": self.page_without_kernel()}
        return {**data, **words}, metadata

    def page_without_kernel(self) -> str:
        """Return the HTML for a page without a kernel: still, words, and the live closed form."""
        script = "" if self.needs_kernel else self._script()
        return (
            f'<div class="course-explorer" data-explorer="{self.page_name}">{self.still()}'
            f"<p>{html.escape(self.describe())} <em>Run this cell in Jupyter to make it move.</em>"
            f"</p></div>{script}"
        )

    def _script(self) -> str:
        style, values = (
            json.dumps(part).replace("</", "<\\/") for part in (stylesheet(), self.page_state())
        )
        source = page_source(self.page_name).replace("</", "<\\/")
        return (
            f'<script type="module">\n{source}\n'
            f'standAlone("{self.page_name}", render, {values}, {style});\n</script>'
        )


def function_name(function: Callable) -> str:
    """Return a function's name, and of a callable object that of its class."""
    return getattr(function, "__name__", type(function).__name__)


def one_sentence(error: BaseException) -> str:
    """Say an exception as one short line: its type and the first line of its message."""
    first_line = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first_line[:200]}" if first_line else type(error).__name__
