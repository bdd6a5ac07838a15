"""Generators, devices and budgets."""

import os

import pytest
import torch

from course_utils import reproducibility
from course_utils.reproducibility import budget, choose_device, cpu_cores, generator


def test_same_seed_gives_the_same_numbers_and_leaves_the_global_state_alone():
    state = torch.get_rng_state()
    first, again = (torch.rand(5, generator=generator(7)) for _ in range(2))
    assert first.equal(again)
    assert not first.equal(torch.rand(5, generator=generator(8)))
    assert state.equal(torch.get_rng_state())


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None, True, 2**63])
def test_impossible_seed_is_refused(seed):
    with pytest.raises(ValueError, match="whole number"):
        generator(seed)


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_fastest_device_is_chosen(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device() == torch.device(expected)
    assert budget(cpu=1, gpu=2) == (1 if expected == "cpu" else 2)


@pytest.mark.parametrize(("device", "expected"), [("cpu", 10), ("cuda:0", 99), ("mps", 99)])
def test_budget_follows_the_named_device(device, expected):
    assert budget(cpu=10, gpu=99, device=device) == expected
    assert budget(cpu=10, gpu=99, device=torch.device(device)) == expected


def test_cores_are_those_the_process_may_use(monkeypatch):
    assert 1 <= cpu_cores() <= os.cpu_count()
    monkeypatch.setattr(reproducibility.os, "sched_getaffinity", lambda pid: {3}, raising=False)
    assert cpu_cores() == 1
    monkeypatch.delattr(reproducibility.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(reproducibility.os, "cpu_count", lambda: None)
    assert cpu_cores() == 1
