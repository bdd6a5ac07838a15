"""What the rules on names let pass: they are silent where a kind is not sure."""

import pytest
from nbformat.v4 import new_code_cell

from tests.notebooks import sample
from tests.notebooks.rules.names import loops_leave_nothing, names_keep_their_kind


def _with_cells(*sources: str) -> dict:
    book = sample.sample_book()
    book["cells"][-1:-1] = [new_code_cell(source) for source in sources]
    return book


@pytest.mark.parametrize("sources", [
    ("total = 0\nfor n in (1, 2):\n    total += n", "total"),
    ("for n in (1, 2):\n    math.tau\nn = 3", "n"),
    ("def first(numbers):\n    for n in numbers:\n        return n\n\n\nn = 1", "n"),
], ids=["carried_on", "bound_again", "in_a_function"])
def test_what_a_loop_carries_on_is_not_left_over(sources):
    assert loops_leave_nothing(_with_cells(*sources), None) == []


@pytest.mark.parametrize("sources", [
    ("x = 2", "x = x * math.tau"),
    ("model = nn.Linear(2, 1)", "model = exercises.model.check(model)"),
    ("x = []", "x = np.array(x)"),
    ("def step(w):\n    w = [w]", "w = 3"),
], ids=["unknown", "checked", "another_form", "in_a_function"])
def test_a_kind_that_is_not_sure_fits_every_other(sources):
    assert names_keep_their_kind(_with_cells(*sources), None) == []
