"""Restarts: each section runs after the setup cell and the sections that its line names."""

import pytest

from tests.endurance.notebook_runs import failures, run
from tests.notebooks.book import notebook_paths, read
from tests.notebooks.sections import sections, setup_cell

Chain = tuple[int, ...]


def chains(book: dict) -> list[Chain]:
    """The runs that prove every line: what a section needs, and the section.

    A chain that another one begins with needs no run of its own, nor one without a gap: that is
    the run from top to bottom.
    """
    found = {(*sorted(section.said), section.number) for section in sections(book)}
    whole = tuple(section.number for section in sections(book))
    others = [*found, whole]
    return sorted(
        chain
        for chain in found
        if not any(chain != other and chain == other[: len(chain)] for other in others)
    )


RESTARTS = [(path, chain) for path in notebook_paths() for chain in chains(read(path))]


@pytest.mark.parametrize(
    ("path", "chain"), RESTARTS, ids=[f"{p.stem}-{'-'.join(map(str, c))}" for p, c in RESTARTS]
)
def test_section_runs_after_a_restart_with_what_it_says_it_needs(path, chain):
    book = read(path)
    code = [cell for section in sections(book) if section.number in chain for cell in section.code]
    ran = run([setup_cell(book), *code], OMP_NUM_THREADS="1")
    assert not failures(ran), failures(ran)


def test_chains_leave_out_what_another_run_proves():
    from tests.unit.test_sections import book

    restarted = book("x = 1", "y = 1", "z = 1", "print(x)", "print(x, y)")
    for section, said in ((4, "*Needs section 1.*"), (5, "*Needs sections 1 and 2.*")):
        cell = restarted.cells[2 * section - 1]
        cell.source += f"\n\n{said}"
    assert chains(restarted) == [(1, 2, 5), (1, 4), (2,), (3,)]
