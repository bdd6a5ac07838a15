"""The progress file remembers, survives damage, and never stands in the way."""

import json
import os
import re

import pytest

from course_utils.judge import attempts
from notebooks.exercises.progress_table import ProgressTable, tasks_by_chapter


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS_FILE", str(path))
    return path


def test_solved_exercise_stays_solved_and_tries_are_counted(file):
    for solved in (False, True, False):
        attempts.record("chapter_01.neuron", solved)
    assert attempts.read() == {"chapter_01.neuron": {"solved": True, "tries": 3}}


@pytest.mark.parametrize("content", ["", "not json", "[1, 2]", '{"chapter_01.neuron": 3}', "\x00"])
def test_damaged_file_is_started_anew(file, content):
    file.write_text(content)
    assert attempts.read() == {}
    attempts.record("chapter_01.neuron", True)
    assert attempts.read()["chapter_01.neuron"]["solved"]


def test_missing_folder_is_no_obstacle(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS_FILE", str(tmp_path / "gone" / "progress.json"))
    attempts.record("chapter_01.neuron", True)
    assert attempts.read() == {}


def test_count_that_is_no_number_is_started_anew(file):
    file.write_text('{"chapter_01.neuron": {"solved": true, "tries": "many"}}')
    attempts.record("chapter_01.neuron", False)
    assert attempts.read() == {"chapter_01.neuron": {"solved": True, "tries": 1}}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_folder_that_cannot_be_written_is_no_obstacle(file):
    file.parent.chmod(0o500)
    attempts.record("chapter_01.neuron", True)
    assert attempts.read() == {}


def test_no_scratch_file_is_left(file):
    attempts.record("chapter_01.neuron", True)
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert json.loads(file.read_text())


def test_table_counts_what_is_solved_of_every_chapter_core_and_extra(file, monkeypatch):
    tasks = tasks_by_chapter()["chapter_01"]
    for task in tasks[-2:]:
        monkeypatch.setattr(task, "extra", True)
    for solved in (tasks[2], tasks[-1]):
        attempts.record(solved.address, True)
    attempts.record("chapter_02.sigmoid", False)
    table = ProgressTable()
    assert [f"chapter_{row[0][-2:]}" for row in table.rows] == list(tasks_by_chapter())
    lines = repr(table).splitlines()
    assert "Chapter 01:  core   1 of 7  extra 1 of 2  ■□□□□□□ ■□" in lines
    assert "■" not in lines[2]
    assert re.search(">1 of 7</td><td[^>]*>1 of 2<", table._repr_html_())
