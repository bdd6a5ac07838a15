"""Run notebooks and compare every output with the stored one, except those tagged to be ignored.

    python -m tests.notebooks.compare_outputs                              all notebooks
    python -m tests.notebooks.compare_outputs notebooks/04_backprop_xor_numpy.ipynb

The everyday `pytest` compares only the cells tagged nbval-check-output; this is what .ci/run adds.
"""

import sys

import pytest

from tests.notebooks.book import NOTEBOOKS, ROOT

OPTIONS = [
    f"--rootdir={ROOT}",
    f"--config-file={ROOT / 'pyproject.toml'}",
    "--override-ini=addopts=",
    "--numprocesses=2",
    "--dist=loadscope",
    "--nbval",
    "--nbval-current-env",
    "--nbval-cell-timeout=120",
    f"--nbval-sanitize-with={ROOT / 'tests' / 'notebooks' / 'sanitize.cfg'}",
]

if __name__ == "__main__":
    given = sys.argv[1:]
    named = [argument for argument in given if not argument.startswith("-")]
    raise SystemExit(pytest.main([*OPTIONS, *given, *([] if named else [str(NOTEBOOKS)])]))
