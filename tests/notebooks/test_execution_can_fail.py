"""Running the notebooks sees what the rules cannot: cells that no longer do what is stored."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.notebooks.book import ROOT
from tests.notebooks.refresh_outputs import RefreshError, execute

TIMEOUT_S = 3
SIX = new_output("stream", name="stdout", text="6\n")
SEVEN = new_output("stream", name="stdout", text="7\n")
STDERR = "import sys\nprint(6)\nprint('odd', file=sys.stderr)"

# name: (source, stored outputs, tags, what the everyday run says, what the strict one says)
CASES = {
    "good": ("print(6)", [SIX], [], "", ""),
    "good_and_quiet": ("print(6)\n6;", [SIX], ["nbval-check-output"], "", ""),
    "ignored": ("print(6)", [SEVEN], ["nbval-ignore-output"], "", ""),
    "edited_output": ("print(6)", [SEVEN], [], "", "Cell outputs differ"),
    "edited_checked_output": (
        "print(6)",
        [SEVEN],
        ["nbval-check-output"],
        "Cell outputs differ",
        "Cell outputs differ",
    ),
    "new_stderr": (STDERR, [SIX], [], "", "Cell outputs differ"),
    "warns": (
        "import warnings\nwarnings.warn('old', FutureWarning)", [], [],
        "FutureWarning", "FutureWarning"),
    "uses_what_will_go": (
        "import warnings\nwarnings.warn('old', DeprecationWarning)", [], [],
        "DeprecationWarning", "DeprecationWarning"),
    "raises": ("1 / 0", [], [], "ZeroDivisionError", "ZeroDivisionError"),
    "dies": ("import os\nos._exit(1)", [], [], "killed the kernel", "killed the kernel"),
    "sleeps": ("import time\ntime.sleep(60)", [], [], "Timeout of 3 s", "Timeout of 3 s"),
}


ENDS_THE_KERNEL = ["dies", "sleeps"]  # so it is its notebook's last cell
BOOKS = {"all_others": [name for name in CASES if name not in ENDS_THE_KERNEL],
         **{name: [name] for name in ENDS_THE_KERNEL}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The cases as cells of three notebooks."""
    folder = tmp_path_factory.mktemp("notebooks")
    for book, names in BOOKS.items():
        cells = [
            new_code_cell(source, execution_count=count, outputs=outputs, metadata={"tags": tags})
            for count, (source, outputs, tags, *_) in enumerate(map(CASES.get, names), start=1)
        ]
        nbformat.write(new_notebook(cells=cells), folder / f"{book}.ipynb")
    return folder


@pytest.fixture(scope="module")
def reports(folder):
    """Run nbval over the folder in both modes, side by side; what it printed in each."""
    command = [sys.executable, "-m", "pytest", str(folder), "-p", "tests.notebooks.kernel"]
    command += [f"--rootdir={folder}", "-c", os.devnull, "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["--nbval-current-env", f"--nbval-cell-timeout={TIMEOUT_S}", "--color=no", "-q"]

    def report(mode: str) -> str:
        return subprocess.run(
            [*command, mode], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        ).stdout

    modes = ["--nbval-lax", "--nbval"]
    with ThreadPoolExecutor() as side_by_side:
        return dict(zip(modes, side_by_side.map(report, modes), strict=True))


def said_of_each(report: str) -> dict[str, str]:
    """What a report says of each case, "" where nbval was content."""
    assert " passed" in report, report
    said = {}
    for book, names in BOOKS.items():
        for cell, name in enumerate(names):
            part = re.search(rf"_ {book}\.ipynb::Cell {cell} _.*?(?=\n____|\n====)", report,
                             flags=re.DOTALL)
            said[name] = part.group() if part else ""
    return said


@pytest.mark.parametrize(("mode", "column"), [("--nbval-lax", 3), ("--nbval", 4)])
def test_each_defect_is_seen_and_nothing_else(reports, mode, column):
    said = said_of_each(reports[mode])
    for name, case in CASES.items():
        assert bool(said[name]) == bool(case[column]), f"{name}: {said[name] or 'was accepted'}"
        assert case[column] in said[name]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (STDERR, "wrote to stderr: odd"),
        ("1 / 0", "ZeroDivisionError"),
        ("import os\nos._exit(1)", "killed the kernel"),
    ],
)
def test_refresh_refuses_a_bad_notebook_and_names_the_cell(source, says, tmp_path):
    path = tmp_path / "bad.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), path)
    with pytest.raises(RefreshError, match="cell 0") as error:
        execute(path)
    assert says in str(error.value)


def test_refresh_is_repeatable_and_counts_from_one(tmp_path):
    path = tmp_path / "good.ipynb"
    cells = [new_code_cell("print(6, end='\\r')\nprint(7)"), new_code_cell("6")]
    nbformat.write(new_notebook(cells=cells), path)
    first, cost = execute(path)
    nbformat.write(first, path)
    second, _ = execute(path)
    assert first == second
    assert [cell["execution_count"] for cell in first["cells"]] == [1, 2]
    assert first["cells"][0]["outputs"][0]["text"] == "7\n"
    assert cost.duration_s > 0 and cost.peak_memory_gb > 0
