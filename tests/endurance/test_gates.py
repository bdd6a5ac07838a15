"""Gates that can fail: a defect planted in a copy of the project turns its check red."""

import os
import re
import subprocess
import sys

import pytest

from tests.endurance.gates import GATES

LEAST_DEFECTS = 25
LONGEST_S = 240
CHECKS = {" ".join(gate.check): gate.check for gate in GATES}


def run(project, check):
    """Run one check in a copy of the project; (whether it is green, what it said)."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("PYTEST", "COURSE", "PYTHONWARNINGS"))}
    environment.update(PYTHONPATH=str(project), COURSE_DATA=str(project / "data"),
                       COURSE_PROGRESS_FILE=str(project / "progress.json"))
    command = [sys.executable, *check]
    if "pytest" in check:
        command += ["-n", "0", "-p", "no:cacheprovider", "--color=no", "--tb=short"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True,
                          timeout=LONGEST_S)
    return done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_check_is_green_on_a_sound_copy(check, project):
    green, said = run(project, check)
    assert green, said
    assert "skipped" not in said or "passed" in said


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name.replace(" ", "_"))
def test_defect_turns_its_check_red(gate, project):
    gate.plant(project)
    green, said = run(project, gate.check)
    assert not green, f"{gate.name}: nothing was noticed\n{said[-2000:]}"
    assert re.search(gate.says, re.sub(r"\x1b\[[0-9;]*m", "", said)), said[-4000:]


def test_there_are_enough_defects_with_names_of_their_own():
    assert len({gate.name for gate in GATES}) == len(GATES) >= LEAST_DEFECTS
