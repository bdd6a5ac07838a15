"""The benchmarks' table, and the list of them."""

import json

import pytest

from tests.benchmarks.__main__ import available
from tests.benchmarks.report import Row, Table, machine, time_by_turns, times_as_fast, write_json


def test_ratio_compares_neighbours_of_one_round():
    slow, fast = [8.0, 80.0, 9.0], [1.0, 10.0, 3.0]  # the second round ran on a busy machine
    assert times_as_fast(slow, fast) == (8.0, 3.0, 8.0)


def test_sides_run_by_turns_and_the_warm_up_is_not_counted():
    calls = []
    sides = {"slow": lambda: calls.append("slow"), "fast": lambda: calls.append("fast")}
    rows = time_by_turns(sides, repeats=2)
    assert calls == ["slow", "fast"] * 3
    assert [len(row.seconds) for row in rows] == [len(row.cpu_seconds) for row in rows] == [2, 2]


def test_table_and_file_name_the_rows_and_the_machine(tmp_path):
    table = Table("Title", [Row("slow", [2.0, 4.0]), Row("fast", [1.0, 1.0])], ["a finding"])
    title, _, _, fast, finding = str(table).splitlines()
    assert (title, finding) == ("Title", "a finding")
    assert fast.split() == "fast 1.0000 s 1.0000 s 1.0000 s 3.00 (2.00 to 4.00)".split()
    write_json(tmp_path / "found.json", machine(), {"name": [table]})
    stored = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert stored["results"]["name"][0]["rows"][0]["seconds"] == [2.0, 4.0]
    assert stored["machine"]["machine"] and stored["machine"]["torch"]


def test_each_benchmark_is_listed_with_its_purpose():
    found = available()
    assert "fit" in found and "report" not in found and "__main__" not in found
    assert all(purpose.endswith((".", "`.")) for purpose in found.values())


def test_rounds_must_match():
    with pytest.raises(ValueError, match="zip"):
        times_as_fast([1.0, 2.0], [1.0])
