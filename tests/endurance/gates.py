"""Defects to plant in a copy of the project, each with the check that is meant to see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

NOTEBOOK = "notebooks/01_single_neuron.ipynb"
RULES = ["-m", "pytest", "tests/notebooks/test_rules.py", "-k", "01_single or README"]
EVERYDAY = ["-m", "pytest", NOTEBOOK, "--nbval-cell-timeout=20"]
STRICT = ["-m", "tests.notebooks.compare_outputs", NOTEBOOK, "-n", "0"]
EXERCISES = ["-m", "pytest", "tests/exercises/test_all_exercises.py", "-k", "chapter_01"]
WRONG_ANSWERS = ["-m", "pytest", "tests/endurance/test_wrong_answers.py", "-k", "chapter_01"]
ENGINE = ["-m", "pytest", "tests/unit/test_judge.py", "-k", "not hostile and not stopped"]
DATA = ["-m", "pytest", "tests/unit/test_datasets.py", "-k", "published_sets or agree"]
DEPENDENCIES = ["-m", "pytest", "tests/unit/test_dependencies.py"]
FORBIDDEN = ["-m", "pytest", "tests/unit/test_forbidden_code.py"]
EXPLORERS = ["-m", "pytest", "tests/unit/test_explorers_playground.py"]
ESCAPES = ["-m", "pytest", "tests/unit/test_html_escapes.py"]
FIGURES = ["-m", "pytest", "tests/unit/test_claims_and_figures.py"]
HOUSE = ["-m", "pytest", "tests/unit/test_house.py"]
STYLE = ["-m", "ruff", "check", "course_utils", "notebooks/01_single_neuron.ipynb"]
PAGES = ["-c", "from subprocess import call; exit(call(['oxlint', 'course_utils/explorers']))"]


@dataclass(frozen=True)
class Gate:
    """One defect.

    Attributes:
        name: What is wrong, in words.
        check: The command, after the name of Python, that must go red.
        plant: Breaks the copy of the project whose folder it is given.
        says: What the check must say; a regular expression.
    """

    name: str
    check: list[str]
    plant: Callable[[Path], None]
    says: str


def book(change: Callable[[list], None]) -> Callable[[Path], None]:
    """A planter that changes the cells of the notebook."""

    def plant(project):
        path = project / NOTEBOOK
        notebook = nbformat.read(path, as_version=4)
        change(notebook.cells)
        nbformat.write(notebook, path)

    return plant


def text(file: str, old: str, new: str) -> Callable[[Path], None]:
    """A planter that replaces the first place where a text stands in a file."""

    def plant(project):
        path = project / file
        before = path.read_text(encoding="utf-8")
        assert old in before, f"{file} has no {old!r} to replace"
        path.write_text(before.replace(old, new, 1), encoding="utf-8")

    return plant


def code_cells(cells: list) -> list:
    return [cell for cell in cells if cell.cell_type == "code"]


def first(cells: list, words: str):
    """The first code cell in which words stand."""
    return next(cell for cell in code_cells(cells) if words in cell.source)


def add_code(source: str) -> Callable[[Path], None]:
    """A planter that puts a code cell at the notebook's end."""

    def change(cells):
        count = len(code_cells(cells)) + 1
        cells.append(new_code_cell(source, execution_count=count))

    return book(change)


def strip_outputs(cells):
    for cell in code_cells(cells):
        cell.outputs = []


def use_before_definition(cells):
    setup = first(cells, "import")
    cells.remove(setup)
    cells.append(setup)


def edit_output(cells):
    """Change one number in an output that every run compares with the stored one."""
    for cell in code_cells(cells):
        if "nbval-check-output" in cell.metadata.get("tags", []):
            for output in cell.outputs:
                words = output.get("data", {}).get("text/plain", "")
                if re.search(r"\d", words):
                    output.data["text/plain"] = re.sub(r"\d+", "77", words, count=1)
                    return
    raise AssertionError("no compared output holds a number")


def edit_output_without_tag(cells):
    """The same where only the strict run looks."""
    edit_output(cells)
    for cell in code_cells(cells):
        cell.metadata["tags"] = [tag for tag in cell.metadata.get("tags", [])
                                 if tag != "nbval-check-output"]


def change_a_claim(cells):
    """Let a claim ask for something else than what is measured."""
    cell = first(cells, "claim(")
    cell.source = re.sub(r"claim\((\s*)(f?\"[^\"]*\"(?:\s*f?\"[^\"]*\")*),\s*",
                         r"claim(\1\2, not ", cell.source, count=1)
    assert ", not " in cell.source


def answer_in_stub(cells):
    stub = next(cell for cell in code_cells(cells) if re.search(r"^    \.\.\.$", cell.source, re.M))
    stub.source = re.sub(r"^    \.\.\.$", "    return 1", stub.source, flags=re.M)


def flip_a_bit(project):
    path = project / "data/MNIST/raw/train-labels-idx1-ubyte.gz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


CHAPTER = "notebooks/exercises/chapter_01.py"
CALLBACK = """import traitlets
class Slider(traitlets.HasTraits):
    value = traitlets.Int(0)
def moved(change):
    raise ValueError("the callback is broken")
slider = Slider()
slider.observe(moved, "value")
slider.value = 3"""

GATES = [
    Gate("outputs stripped", RULES, book(strip_outputs), "no stored output"),
    Gate("a name used before its cell", EVERYDAY, book(use_before_definition), "NameError"),
    Gate("a compared output edited", EVERYDAY, book(edit_output), "Cell outputs differ"),
    Gate("any output edited", STRICT, book(edit_output_without_tag), "Cell outputs differ"),
    Gate("a claim's number changed", EVERYDAY, book(change_a_claim), "ClaimFailed"),
    Gate("a widget's callback that raises", EVERYDAY, add_code(CALLBACK), "callback is broken"),
    Gate("an explorer's callback that raises", EXPLORERS,
         text("course_utils/explorers/playground/__init__.py",
              "            return self._answer(request)",
              "            raise ValueError('the callback is broken')"), "callback is broken"),
    Gate("a stub with its answer, judged", EXERCISES, book(answer_in_stub),
         "assert '(mistake|finding|right)' == 'not started'"),
    Gate("a named mistake that equals the reference", EXERCISES,
         text(CHAPTER, "return neuron_reference(inputs, weights, 0.0)",
              "return neuron_reference(inputs, weights, bias)"), r"assert \('right', ''\) =="),
    Gate("a check that accepts everything", EXERCISES,
         text("course_utils/judge/tasks.py",
              "if self.trial.agree(self.trial.expected, outcome)", "if True"), "assert .*'right'"),
    Gate("a check that accepts everything, by wrong answers", WRONG_ANSWERS,
         text("course_utils/judge/tasks.py",
              "if self.trial.agree(self.trial.expected, outcome)", "if True"),
         "accepted, or listed for nothing"),
    Gate("a check that sees no changed inputs", ENGINE,
         text("course_utils/judge/trial.py",
              "                differs = Difference(CHANGED_INPUTS, wanted[1], given[1])",
              "                pass"), "CHANGED_INPUTS|changes_inputs"),
    Gate("cases too weak to tell", WRONG_ANSWERS,
         text(CHAPTER, "return [*cases, *((*on_the_line, target, 0.25) for target in (0.0, 1.0))]",
              "return cases"), "bias >= 0 -> inputs @ weights [+] bias > 0"),
    Gate("an exercise without hints", EXERCISES,
         text("course_utils/judge/tasks.py", "self.address = self.title", "self.hints = ()"),
         "assert 0 >= 1"),
    Gate("a dead link in README", RULES,
         text("README.md", "# ", "# [x](docs/gone.md) "), "gone.md leads to no file"),
    Gate("show() that asks for no description", FIGURES,
         text("course_utils/figures.py", "if len(describe.split()) < 6", "if False"),
         "DID NOT RAISE"),
    Gate("a data file with one bit flipped", DATA, flip_a_bit,
         "labels-idx1-ubyte.gz is not the published file"),
    Gate("a kernel that dies", EVERYDAY, add_code("import os\nos._exit(1)"), "killed the kernel"),
    Gate("a warning of the course's own line", EVERYDAY,
         text("course_utils/claims.py", "    try:\n        return bool",
              "    import warnings\n    warnings.warn('old', FutureWarning)\n"
              "    try:\n        return bool"), "FutureWarning"),
    Gate("the same in a test", FIGURES,
         text("course_utils/claims.py", "    try:\n        return bool",
              "    import warnings\n    warnings.warn('old', DeprecationWarning)\n"
              "    try:\n        return bool"), "DeprecationWarning: old"),
    Gate("an undeclared import in the package", DEPENDENCIES,
         text("course_utils/history.py", "import math\n", "import math\nimport pandas\n"),
         "imports pandas, which"),
    Gate("a dependency that nothing uses", DEPENDENCIES,
         text("requirements.txt", "tqdm>=", "pandas>=2\ntqdm>="), "never used: pandas"),
    Gate("a dependency without reason", DEPENDENCIES,
         text("CONTRIBUTING.md", "| tqdm |", "| progress |"), "not why it is here: tqdm"),
    Gate("eval in a notebook", STYLE, add_code("eval('6')"), "S307"),
    Gate("pickle in the package", STYLE,
         text("course_utils/history.py", "import math\n", "import math\nimport pickle\n"),
         "`pickle` is banned"),
    Gate("weights_only=False in the package", FORBIDDEN,
         text("course_utils/claims.py", "    try:\n        return bool",
              "    torch.load('a.pt', weights_only=False)\n    try:\n        return bool"),
         "pass weights_only=True"),
    Gate("remote code in an explorer", FORBIDDEN,
         text("course_utils/explorers/bumps/bumps.js", "export const",
              "import x from 'https://a.org/b.js';\nexport const"), "https://a.org"),
    Gate("eval in an explorer", PAGES,
         text("course_utils/explorers/bumps/bumps.js", "export const",
              "const six = eval('6');\nexport const"), "no-eval"),
    Gate("a name that is passed on, in a circle", HOUSE,
         text("course_utils/progress.py", "course_utils.history", "course_utils.training"),
         "(?s)test_each_name.*in a circle"),
    Gate("a text that becomes markup", ESCAPES,
         text("course_utils/cards.py", "{title}{_with_code(self.sentence)}",
              "{title}{self.sentence}"),
         "test_hostile_text_stays_text.cards"),
    Gate("an unused import", STYLE,
         text("course_utils/history.py", "import math\n", "import math\nimport os\n"), "F401"),
]
