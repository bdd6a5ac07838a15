"""Defects that notebooks could have: each planted by one function, each caught by one rule."""

from collections.abc import Callable
from dataclasses import dataclass

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from course_utils.claims import NOT_THIS_TIME
from tests.notebooks.rules import Rule, code, exercises, names, page, restart, stored, text


@dataclass(frozen=True)
class Defect:
    """One way to break a notebook.

    Attributes:
        name: What is wrong, in words.
        rule: The rule that is meant to see it.
        plant: Changes a good notebook (`sample.sample_book`) in place.
        says: What the rule's message must contain.
    """

    name: str
    rule: Rule
    plant: Callable[[dict], None]
    says: str


def _on(start: str, change: Callable[[dict], None]) -> Callable[[dict], None]:
    """A planter that changes the one cell whose source starts so."""
    return lambda book: change(next(c for c in book["cells"] if c["source"].startswith(start)))


def _source(start: str, old: str, new: str) -> Callable[[dict], None]:
    """A planter that edits the source of one cell."""

    def change(cell):
        assert old in cell["source"], f"the sample has no {old!r} to replace"
        cell["source"] = cell["source"].replace(old, new)

    return _on(start, change)


def _append(start: str, more: str) -> Callable[[dict], None]:
    """A planter that adds text to the end of one cell."""
    return _on(start, lambda cell: cell.update(source=cell["source"] + more))


def _output(start: str, *outputs: dict) -> Callable[[dict], None]:
    """A planter that replaces the outputs of one cell."""
    return _on(start, lambda cell: cell.update(outputs=list(outputs)))


def _metadata(start: str, **changes: object) -> Callable[[dict], None]:
    """A planter that changes the metadata of one cell, its tags among them."""
    return _on(start, lambda cell: cell["metadata"].update(changes))


def _drop(start: str) -> Callable[[dict], None]:
    """A planter that removes one cell."""
    return lambda book: _on(start, book["cells"].remove)(book)


def _second_section(line: str) -> Callable[[dict], None]:
    """A planter that adds a section, which uses a function of the first."""

    def plant(book):
        heading = new_markdown_cell(f"## 2. Twice\n\n{line}\n\nAnd once more.")
        book["cells"][-1:-1] = [heading, new_code_cell("twice = [double(n) for n in (1, 2)]")]

    return plant


def _strip_outputs(book):
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []


def _swap_cells(book):
    book["cells"][3], book["cells"][4] = book["cells"][4], book["cells"][3]


def _widget_state(book):
    book["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


def _language_version(book):
    book["metadata"]["language_info"]["version"] = "3.11.7"


def _leftover(book):
    _append("print", "\nfor seed in (1, 2):\n    tripled = 3 * seed")(book)
    _append("math", "\ntripled")(book)


def _shown(**data: str) -> dict:
    return new_output(
        "display_data", data={name.replace("_", "/"): text for name, text in data.items()}
    )


_VIEW = new_output("display_data", data={stored.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "x"})
_STDERR = new_output("stream", name="stderr", text="UserWarning: something is odd\n")
_ERROR = new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])
_HUGE = new_output("stream", name="stdout", text="6" * 1_600_000)
_UNDESCRIBED = _shown(image_png="iVBORw0KGgo=", text_plain="<Figure size 640x480>")
_LONG = "\n" + "\n".join(f"a_{number} = {number}" for number in range(31))

DEFECTS = [
    Defect("outputs stripped", stored.outputs_are_stored, _strip_outputs, "no stored output"),
    Defect("cells reordered", stored.run_in_order, _swap_cells, "count 3, not 2"),
    Defect("a cell not run", stored.run_in_order,
           _on("print", lambda cell: cell.update(execution_count=None)), "count None"),
    Defect("a speed claim that does not hold", stored.speed_claims_hold,
           _output("print", _shown(text_plain=f"○ It is faster.\n  {NOT_THIS_TIME}")),
           "did not hold"),
    Defect("an error stored", stored.no_stored_errors, _output("print", _ERROR), "ValueError: no"),
    Defect("stderr stored", stored.no_stored_stderr, _output("print", _STDERR), "UserWarning"),
    Defect("a tag mistyped", stored.known_tags,
           _metadata("print", tags=["nbval-ignore-ouput"]), "ouput"),
    Defect("contradicting tags", stored.known_tags,
           _metadata("print", tags=["nbval-check-output", "nbval-ignore-output"]),
           "to check and to ignore"),
    Defect("nothing compared", stored.some_cells_are_compared, _metadata("print", tags=[]),
           "1 cells"),
    Defect("widget state", stored.no_widget_state, _widget_state, "widget state"),
    Defect("a view without still", stored.no_widget_state, _output("math", _VIEW), "still"),
    Defect("timing stored", stored.in_stored_form,
           _metadata("print", execution={"iopub.status.busy": "2024-01-01T00:00:00Z"}),
           "not in the stored form"),
    Defect("a random cell id", stored.in_stored_form,
           _on("## 1.", lambda cell: cell.update(id="a1b2c3d4-random")), "not in the stored form"),
    Defect("a Python version", stored.in_stored_form, _language_version, "metadata"),
    Defect("a huge output", stored.small_enough, _output("print", _HUGE), "1.6 MB"),
    Defect("no time in the header", text.opens_with_its_question,
           _source("# 99", "· 12 s", "· about 12 s"), "'**Time:**"),
    Defect("no prerequisites", text.opens_with_its_question,
           _source("# 99", "**Prerequisites:** none.", ""), "prerequisites"),
    Defect("a section unnumbered", text.sections_are_numbered,
           _source("## 1.", "## 1. ", "## "), "'1. '"),
    Defect("no sources", text.sections_are_numbered, _source("## Sum", "## Sources", "Or"),
           "Sources"),
    Defect("little prose", text.more_words_than_code, _append("print", 3 * _LONG), "words for"),
    Defect("a figure undescribed", text.figures_are_described, _output("# Drawing", _UNDESCRIBED),
           "<Figure size"),
    Defect("an HTML picture undescribed", text.figures_are_described,
           _output("# Drawing", _shown(text_html="<img src='data:image/png;base64,'>")), "<img>"),
    Defect("a picture without alt text", text.pictures_have_alt_text,
           _append("## 1.", "![](99_sample.ipynb)"), "without alt text"),
    Defect("a remote picture", text.no_remote_pictures,
           _append("## 1.", "![a picture from elsewhere](https://example.org/a.png)"),
           "another machine"),
    Defect("a dead link", text.links_are_alive, _append("## 1.", "[x](98_gone.ipynb)"), "no file"),
    Defect("a dead anchor", text.links_are_alive, _append("## 1.", "[x](#Nowhere)"), "#Nowhere"),
    Defect("a dead anchor in a file", text.links_are_alive,
           _source("## 1.", "ipynb#Sources", "ipynb#sources"), "no heading"),
    Defect("not Python", code.cells_are_python, _append("print", "\nprint(2 *"), "not Python"),
    Defect("a long cell", page.cells_are_short, _append("print", _LONG), "32 lines"),
    Defect("a long folded cell", page.cells_are_short, _append("# Drawing", _LONG), "at most 30"),
    Defect("a folded cell without caption", page.folded_cells_have_captions,
           _source("# Drawing", "# Drawing: a line that rises", "fig"), "# Drawing: ..."),
    Defect("a folded cell that defines", page.folded_cells_define_nothing,
           _append("# Drawing", "\nmath = 3"), "uses math, which"),
    Defect("a figure drawn in the open", page.open_cells_do_not_draw,
           _append("print", "\nax.annotate('here', (0, 0))"), "draws with annotate()"),
    Defect("a claim in the open", page.open_cells_do_not_draw,
           _append("print", "\nclaim('Few.', 3, at_most=4)"), "claims; fold it"),
    Defect("a colour in a cell", page.looks_come_from_the_style_sheet,
           _append("# Drawing", "\nax.plot([1], color='#ff0000')"), "#ff0000"),
    Defect("a font in a cell", page.looks_come_from_the_style_sheet,
           _append("# Drawing", "\nax.set_title('A', fontsize=9)"), "sets fontsize"),
    Defect("a claim without a measured value", page.claims_are_measured,
           _append("# Checking", "\nclaim('All is well.', all_is_well == 3)"),
           "claim() has no measured value"),
    Defect("a claim of a constant", page.claims_are_measured,
           _append("# Checking", "\nclaim('It fits.', measured(-3, 'gap', below=0))"),
           "measured() has no measured value"),
    Defect("a claim of a fixed text", page.claims_are_measured,
           _append("# Checking", "\nclaim('It fits.', f'{gap}')"), "no measured value"),
    Defect("a late import", code.one_setup_cell, _append("print", "\nimport re"), "setup cell"),
    Defect("a star import", code.no_star_imports, _append("import", "\nfrom math import *"),
           "math import *"),
    Defect("output captured", code.no_hidden_output,
           _source("print", "print", "%%capture\nprint"), "capture"),
    Defect("a shell command", code.no_hidden_output, _source("print", "print", "!ls\nprint"), "!"),
    Defect("a speed that stops the notebook", code.speed_stops_nothing,
           _append("print", "\nclaim('Twice as fast.', ratio, above=2)"), "use speed_claim()"),
    Defect("input", code.nothing_dangerous, _append("print", "\ninput()"), "input()"),
    Defect("unsafe loading", code.nothing_dangerous,
           _append("print", "\ntorch.load('a.pt', weights_only=False)"), "weights_only=True"),
    Defect("unsafe loading under another name", code.nothing_dangerous,
           _append("print", "\nload('a.pt', weights_only=False)"), "weights_only=True"),
    Defect("loading that trusts its default", code.nothing_dangerous,
           _append("print", "\ntorch.load('a.pt')"), "weights_only=True"),
    Defect("an undeclared import", code.imports_are_declared, _append("import", "\nimport pandas"),
           "pandas"),
    Defect("another chapter's exercises", exercises.own_exercises_only,
           _source("import", "chapter_99", "chapter_98"), "expected chapter_99"),
    Defect("an exercise unused", exercises.exercises_are_used_once, _drop("double = "),
           "double 0 times"),
    Defect("an exercise that does not exist", exercises.exercises_are_used_once,
           _source("double = ", "exercises.double", "exercises.dubble"), "dubble"),
    Defect("a check without stub", exercises.stubs_stand_before_checks, _drop("def double"),
           "no stub"),
    Defect("a stub with its answer", exercises.stubs_stand_before_checks,
           _source("def double", "...", "return 2 * number"), "contains its answer"),
    Defect("a solved exercise stored", exercises.checks_say_not_started,
           _output("double = ", _shown(text_plain="✓ Double: Right.")),
           "other than 'not started'"),
    Defect("a section whose needs are not said", restart.needs_are_said,
           _second_section("No line here."), "should say '*Needs section 1.*'"),
    Defect("a section whose needs are said wrong", restart.needs_are_said,
           _second_section("*Needs sections 2 and 3.*"),
           "section 2 should say '*Needs sections 1 to 3.*'"),
    Defect("a section that needs a later one", restart.needs_are_said,
           _second_section("*Needs sections 1 to 3.*"), "needs itself or a later section"),
    Defect("a compared cell without output", stored.compared_cells_say_something,
           _output("print"), "no text to compare"),
    Defect("a compared cell with an empty output", stored.compared_cells_say_something,
           _output("print", new_output("stream", name="stdout", text="\n")), "no text to compare"),
    Defect("minutes by feeling", text.minutes_are_estimated,
           _source("# 99", "**Time:** 5 ", "**Time:** 40 "), "'5 minutes to read, 10 with"),
    Defect("a core exercise called extra", exercises.headings_say_what_is_extra,
           _source("## 1.", "### Exercise 1", "### Extra exercise 1"), "double is core"),
    Defect("a text under a function's name", names.names_keep_their_kind,
           _append("print", "\ndouble = 'twice'"), "double is text in"),
    Defect("a function under which its result is kept", names.names_keep_their_kind,
           _append("print", "\ndouble = double(2)"), "double is what double() returns in"),
    Defect("axes under a number's name", names.names_keep_their_kind,
           _append("math.tau", "\nright = 0.3\nfig, (left, right) = plt.subplots(1, 2)"),
           "right is a number in"),
    Defect("a loop's last round read elsewhere", names.loops_leave_nothing, _leftover,
           "reads tripled, left over from the loop in cell 3"),
    Defect("another letter for the bias", names.the_bias_is_b,
           _append("## 1.", "\n\n$z = w_1 x_1 + c$"), "'x_1 + c'"),
    Defect("arguments in another order", names.functions_keep_their_arguments,
           _append("print", "\n\n\ndef cross_entropy(labels, logits):\n    return logits"),
           "says cross_entropy(logits, labels)"),
]
