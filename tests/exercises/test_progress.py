"""The progress file remembers, survives damage, and never stands in the way."""

import json
import os

import pytest

from course_utils.judge import attempts


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


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_folder_that_cannot_be_written_is_no_obstacle(file):
    file.parent.chmod(0o500)
    attempts.record("chapter_01.neuron", True)
    assert attempts.read() == {}


def test_no_scratch_file_is_left(file):
    attempts.record("chapter_01.neuron", True)
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert json.loads(file.read_text())


def test_table_lists_every_chapter_with_exercises(file):
    attempts.record("chapter_01.neuron", True)
    table = attempts.ProgressTable()
    assert [row[0] for row in table.rows] == [
        name.removeprefix("chapter_") for name in attempts.exercises_by_chapter()
    ]
    assert dict((row[0], row[1]) for row in table.rows)["01"] == 1
    assert "<td>1 of" in table._repr_html_()
