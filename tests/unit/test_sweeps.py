"""Sweeps against the same networks trained alone with torch.optim, and what they refuse."""

import math
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from course_utils.datasets import load_mnist
from course_utils.reproducibility import generator
from course_utils.sweeps import grid, sweep, training
from course_utils.sweeps.cuda_graphs import RecordedStep
from course_utils.sweeps.memory import models_at_a_time
from course_utils.sweeps.rules import RULES
from course_utils.sweeps.runs import Run
from course_utils.sweeps.settings import Samples, Settings
from course_utils.training import evaluate, fit
from tests.unit.test_sweep_rules import TORCH

SIZES = (784, 12, 8, 10)
TOLERANCE = {"rtol": 0, "atol": 1e-10}


@pytest.fixture(scope="module")
def digits():
    """400 real images (N, 784) in float64, and their labels."""
    images, labels = load_mnist("train")
    return images[:400].double(), labels[:400]


def first_network(run, sizes=SIZES, **settings):
    """The network of a run before its first step."""
    nothing = (torch.zeros(1, sizes[0]).double(), torch.zeros(1).long())
    return sweep(sizes, nothing, [run], epochs=0, batch_size=1, **settings).model(0)


def trained_alone(run, data, optimizer, *, epochs, activation="relu", **settings):
    """The run trained by the course's plain loop; returns the network and its history."""
    model = first_network(run, activation=activation)
    decay = {} if run.weight_decay is None else {"weight_decay": run.weight_decay}
    history = fit(
        model,
        data,
        optimizer=optimizer(model.parameters(), lr=run.learning_rate, **decay),
        epochs=epochs,
        batch_size=40,
        generator=generator(0),
        **settings,
    )
    return model, history


def assert_equal(result, index, model, history):
    """Compare the losses and each tensor of one network of a sweep with an ordinary network's."""
    losses = torch.tensor(history.losses, dtype=torch.float64)
    torch.testing.assert_close(result.losses[index], losses, **TOLERANCE)
    ours = result.model(index).state_dict()
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(ours[name], tensor, **TOLERANCE)


def learners_adam(w, g, state, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Adam as a learner of chapter 14 writes it, counting its steps in Python."""
    step = state.get("step", 0) + 1
    mean = beta1 * state.get("mean", 0.0) + (1 - beta1) * g
    squares = beta2 * state.get("squares", 0.0) + (1 - beta2) * g**2
    root = (squares / (1 - beta2**step)) ** 0.5
    new_w = w - learning_rate * mean / (1 - beta1**step) / (root + epsilon)
    return new_w, {"mean": mean, "squares": squares, "step": step}


OPTIMIZERS = {**TORCH, learners_adam: torch.optim.Adam}
MIXED = [
    Run(0.05 if rule in ("sgd", "momentum", "nesterov", "adagrad") else 0.002, seed=i, rule=rule)
    for i, rule in enumerate([*OPTIMIZERS, *OPTIMIZERS])
]


def test_every_rule_in_one_sweep_equals_torch_alone_for_100_steps(digits):
    result = sweep(SIZES, digits, MIXED, epochs=10, batch_size=40)
    assert result.losses.shape == (16, 100)
    for index, run in enumerate(MIXED):
        alone = trained_alone(run, digits, OPTIMIZERS[run.rule], epochs=10)
        assert_equal(result, index, *alone)


def test_sigmoid_units_equal_torch_alone(digits):
    runs = grid(rule=["nesterov", "adam"], learning_rate=0.003)
    result = sweep(SIZES, digits, runs, epochs=3, batch_size=40, activation="sigmoid")
    for index, run in enumerate(runs):
        alone = trained_alone(run, digits, TORCH[run.rule], epochs=3, activation="sigmoid")
        assert_equal(result, index, *alone)


def test_squared_error_of_probabilities_equals_torch_alone(digits):
    images, labels = digits
    runs = grid(learning_rate=[0.01, 0.1])
    result = sweep(SIZES, digits, runs, epochs=2, batch_size=40, loss="softmax_mse")
    rows = (images, F.one_hot(labels, 10).double())
    for index, run in enumerate(runs):
        alone = trained_alone(run, rows, torch.optim.SGD, epochs=2, loss_function=lambda outputs,
                              targets: F.mse_loss(outputs.softmax(1), targets))
        assert_equal(result, index, *alone)


def test_weight_decay_holds_for_its_run_alone(digits):
    runs = grid(rule="adamw", learning_rate=0.01, weight_decay=[None, 0.5, 0.0])
    result = sweep(SIZES, digits, runs, epochs=2, batch_size=40)
    for index, run in enumerate(runs):
        assert_equal(result, index, *trained_alone(run, digits, torch.optim.AdamW, epochs=2))


def test_a_rule_of_ones_own_may_take_a_decay_too(digits):
    def shrinking(w, g, state, learning_rate=0.1, weight_decay=0.0):
        return w - learning_rate * (g + weight_decay * w), state

    runs = grid(rule=shrinking, learning_rate=0.05, weight_decay=[0.01, 0.1])
    result = sweep(SIZES, digits, runs, epochs=2, batch_size=40)
    for index, run in enumerate(runs):
        assert_equal(result, index, *trained_alone(run, digits, torch.optim.SGD, epochs=2))


def test_a_rule_may_remember_its_weights(digits):
    def towards_the_start(keep):
        def step(w, g, state, learning_rate=0.1):
            start = state.get("start", keep(w))
            return w - learning_rate * (g + w - start), {"start": start}
        return step

    runs = [Run(0.1, rule=towards_the_start(keep)) for keep in (lambda w: w, torch.clone)]
    result = sweep(SIZES, digits, runs, epochs=3, batch_size=40)
    assert torch.equal(result.losses[0], result.losses[1])


def test_dropout_equals_the_same_masks_applied_to_one_network(digits):
    runs = [Run(0.05, seed=5), Run(0.05, seed=5, dropout=0.5), Run(0.05, seed=6, dropout=0.2)]
    result = sweep(SIZES, digits, runs, epochs=2, batch_size=40)
    for index, run in enumerate(runs):
        losses = dropout_losses_alone(run, digits, epochs=2)
        torch.testing.assert_close(result.losses[index], losses, **TOLERANCE)


def dropout_losses_alone(run, data, epochs):
    """Train one network with autograd and with the masks that its seed draws."""
    model, chance = first_network(run), generator(run.seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=run.learning_rate)
    order, losses = generator(0), []
    for _ in range(epochs):
        for rows in torch.randperm(len(data[0]), generator=order).split(40):
            values = data[0][rows]
            for linear, width in zip(model[0:4:2], SIZES[1:-1], strict=True):
                noise = torch.rand(width, len(rows), generator=chance, dtype=torch.float64)
                mask = (noise.T < 1 - run.dropout) / (1 - run.dropout)
                values = torch.relu(linear(values)) * mask
            loss = F.cross_entropy(model[4](values), data[1][rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return torch.tensor(losses, dtype=torch.float64)


def test_test_figures_equal_those_of_fit_with_a_small_last_batch(digits):
    parts = [(part[:310], part[310:]) for part in digits]
    train, test = zip(*parts, strict=True)
    result = sweep(SIZES, train, [Run(0.1, seed=2)], epochs=3, batch_size=40, test=test)
    _, history = trained_alone(Run(0.1, seed=2), train, torch.optim.SGD, epochs=3, validation=test)
    assert result.test_loss[0].tolist() == pytest.approx(history.validation_loss, abs=1e-10)
    assert result.test_accuracy[0].tolist() == pytest.approx(history.validation_accuracy, abs=1e-10)


def test_what_is_measured_later_is_what_the_network_gives(digits):
    result = sweep(SIZES, digits, [Run(0.1, dropout=0.5)], epochs=2, batch_size=40)
    losses, accuracies = result.evaluate(digits)
    expected = evaluate(result.model(0), digits)
    assert (losses.item(), accuracies.item()) == pytest.approx(tuple(expected))
    assert result.test_loss is None and result.test_accuracy is None


def test_a_run_that_diverges_becomes_nan_for_itself_alone(digits):
    calm = [Run(0.05), Run(0.05, seed=1)]
    alone = sweep(SIZES, digits, calm, epochs=2, batch_size=40, test=digits)
    wild = [calm[0], Run(1e30), Run(1e200, rule="momentum"), calm[1]]
    result = sweep(SIZES, digits, wild, epochs=2, batch_size=40, test=digits)
    for name in ("losses", "test_loss", "test_accuracy"):
        ours, theirs = getattr(result, name)[[0, 3]], getattr(alone, name)
        torch.testing.assert_close(ours, theirs, **TOLERANCE)
        assert getattr(result, name)[[1, 2], -1].isnan().all(), name
    assert result.losses[[1, 2], 0].isfinite().all()  # the first loss, before any step


def test_the_company_changes_no_number(digits):
    together = sweep(SIZES, digits, MIXED, epochs=1, batch_size=40)
    pair = sweep(SIZES, digits, MIXED[5:7], epochs=1, batch_size=40)
    torch.testing.assert_close(together.losses[5:7], pair.losses, **TOLERANCE)


def test_a_sweep_in_parts_gives_the_same_and_says_so(digits, capsys, monkeypatch):
    settings = {"epochs": 1, "batch_size": 40, "test": digits}
    whole = sweep(SIZES, digits, MIXED, **settings)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr("course_utils.sweeps.memory.free_bytes", lambda device: 9_000_000)
    parts = sweep(SIZES, digits, MIXED, **settings)
    printed = capsys.readouterr().out
    assert "16 networks at once would need about" in printed and "parts" in printed
    torch.testing.assert_close(parts.losses, whole.losses, **TOLERANCE)
    torch.testing.assert_close(parts.test_loss, whole.test_loss, **TOLERANCE)
    for ours, theirs in zip(parts.model(9).parameters(), whole.model(9).parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, **TOLERANCE)


def test_too_little_memory_is_said_before_the_first_step(digits, monkeypatch):
    monkeypatch.setattr("course_utils.sweeps.memory.free_bytes", lambda device: 1000)
    with pytest.raises(MemoryError, match="choose smaller networks, smaller batches or fewer runs"):
        sweep(SIZES, digits, [Run(0.1)], epochs=1, batch_size=40)


def test_larger_batches_and_networks_need_more_memory(digits, monkeypatch):
    monkeypatch.setattr("course_utils.sweeps.memory.free_bytes", lambda device: 10**9)
    many = tuple(torch.cat([part] * 8) for part in digits)
    samples = Samples.checked("training", many, (784, 10))

    def at_a_time(hidden, batch_size):
        sizes = (784, hidden, 10)
        settings = Settings(sizes, 1, batch_size, "relu", "cross_entropy", samples, None)
        return models_at_a_time(50, settings)

    assert at_a_time(400, 40) < at_a_time(40, 40)
    assert at_a_time(40, 3000) < at_a_time(40, 40)


def test_kaiming_weights_have_their_deviation_and_zeros_are_zero():
    sizes = (784, 300, 10)
    linear = first_network(Run(0.1), sizes)[0]
    assert linear.weight.std().item() == pytest.approx(math.sqrt(2 / 784), rel=0.01)
    assert (linear.bias == 0).all()
    zeros = first_network(Run(0.1, initialization="zeros"), sizes)
    assert all((tensor == 0).all() for tensor in zeros.parameters())


def test_grid_gives_all_combinations_and_where_finds_them(digits):
    runs = grid(rule=["sgd", learners_adam], learning_rate=[0.1, 0.01], seed=range(3), dropout=0.1)
    assert len(runs) == 12 and len({(r.rule, r.learning_rate, r.seed) for r in runs}) == 12
    result = sweep(SIZES, digits, runs, epochs=1, batch_size=200)
    assert torch.equal(result.where(rule=RULES["sgd"]), result.where(rule="sgd"))
    assert result.where(rule="sgd").sum() == 6
    rows = result.where(rule=learners_adam, learning_rate=0.01).nonzero().flatten().tolist()
    assert [(runs[i].rule, runs[i].learning_rate, runs[i].seed) for i in rows] == [
        (learners_adam, 0.01, seed) for seed in range(3)
    ]


def test_settings_may_come_from_numpy_and_single_ones_from_tensors(digits):
    (run,) = grid(learning_rate=np.array([0.1]), seed=np.arange(3, 4))
    assert run == Run(0.1, seed=3)
    assert len(grid(learning_rate=torch.tensor(0.1), seed=range(2))) == 2


def test_the_loop_never_asks_the_device_for_a_number(digits, monkeypatch):
    def refuse(*_):
        raise AssertionError("the loop asked for a number, which makes a GPU wait")

    measured = training.train_part

    def watched(*arguments):
        with monkeypatch.context() as patch:
            for name in ("item", "tolist", "__bool__", "__float__", "__int__", "cpu", "numpy"):
                patch.setattr(torch.Tensor, name, refuse)
            return measured(*arguments)

    monkeypatch.setattr("course_utils.sweeps.train_part", watched)
    sweep(SIZES, digits, MIXED, epochs=1, batch_size=40, test=digits)


@pytest.fixture
def pretended_gpu(monkeypatch):
    """The device "meta", whose tensors have shape and dtype but no numbers: torch refuses with
    them what a GPU would refuse, and what would make it wait."""
    monkeypatch.setattr(training, "generator", lambda seed, device="cpu": generator(seed))
    return torch.device("meta")


def train_on(device, rule):
    """Train four networks, with dropout, on samples without numbers; the result."""
    labels = torch.zeros(410, dtype=torch.int64, device=device)
    inputs, one_hot = (torch.rand(410, size, device=device) for size in (20, 10))
    samples = Samples(inputs, labels, one_hot)
    settings = Settings((20, 8, 10), 2, 50, "relu", "cross_entropy", samples, samples)
    runs = grid(rule=rule, seed=range(4), learning_rate=0.1, dropout=0.2)
    return training.train_part(runs, settings, None)


@pytest.mark.parametrize("rule", [*RULES, learners_adam])
def test_on_a_gpu_all_work_of_the_loop_is_done_there(pretended_gpu, rule):
    result = train_on(pretended_gpu, rule)
    assert result.losses.device.type == result.test_accuracy.device.type == "meta"


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda losses, _: losses + torch.zeros(4, 1), "device cpu"),
        (lambda losses, _: losses * losses.sum().item(), "cannot be called on meta"),
    ],
    ids=["a tensor left behind", "a question to the device"],
)
def test_the_pretended_gpu_refuses_what_a_gpu_would(pretended_gpu, monkeypatch, function, words):
    monkeypatch.setattr(training, "nan_where_diverged", function)
    with pytest.raises(RuntimeError, match=words):
        train_on(pretended_gpu, "sgd")


def test_a_sweep_in_float32_equals_fit_to_its_precision(digits):
    data, settings = (digits[0].float(), digits[1]), {"epochs": 2, "batch_size": 40}
    runs = grid(rule="momentum", learning_rate=0.05, seed=range(3))
    result = sweep(SIZES, data, runs, **settings)
    model = sweep(SIZES, data, runs, epochs=0, batch_size=40).model(2).double()
    optimizer = TORCH["momentum"](model.parameters(), lr=0.05)
    alone = fit(model, digits, optimizer=optimizer, generator=generator(0), **settings)
    assert result.losses[2].tolist() == pytest.approx(alone.losses, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_gpu_gives_the_same_numbers(digits, device):
    devices = {"cuda": torch.cuda, "mps": torch.backends.mps}
    if not devices[device].is_available():
        pytest.skip(f"there is no {device} device here")
    dtype, tolerance = (torch.float64, 1e-9) if device == "cuda" else (torch.float32, 1e-2)
    here = (digits[0].to(dtype), digits[1])
    there = tuple(part.to(device) for part in here)
    settings = {"epochs": 3, "batch_size": 60}  # 400 leave a small last batch
    ours = sweep(SIZES, here, MIXED, test=here, **settings)
    theirs = sweep(SIZES, there, MIXED, test=there, **settings)
    for name in ("losses", "test_loss"):
        found, expected = getattr(theirs, name).cpu(), getattr(ours, name)
        torch.testing.assert_close(found, expected, rtol=0, atol=tolerance)


class PretendedGraph:
    """Stands for a CUDA graph: recording does nothing yet, replaying does what was recorded."""

    recording = None

    def __init__(self):
        self.work = []

    def replay(self):
        for step in self.work:
            step()


def test_a_recorded_step_is_taken_once_a_call_whatever_its_batch(monkeypatch):
    @contextmanager
    def recording(graph):
        PretendedGraph.recording = graph
        yield
        PretendedGraph.recording = None

    monkeypatch.setattr(torch.cuda, "CUDAGraph", PretendedGraph)
    monkeypatch.setattr(torch.cuda, "graph", recording)
    total = torch.zeros(())

    def step(rows, masks):
        def work():
            total.add_(rows.sum() * masks[0].sum())

        graph = PretendedGraph.recording
        graph.work.append(work) if graph else work()
        return (total,)

    recorded, expected = RecordedStep(step), 0
    for size, value in ((3, 1), (3, 2), (3, 3), (2, 4), (3, 5), (2, 6), (3, 7)):
        (result,) = recorded(torch.full((size,), value), [torch.tensor([2])])
        expected += size * value * 2
        assert result == expected


@pytest.mark.parametrize("rule", RULES)
def test_a_state_that_stays_in_its_place_gives_the_same_steps(rule):
    from course_utils.sweeps.update import Update

    runs = grid(rule=rule, learning_rate=[0.1, 0.01])
    stacks = [torch.ones(2, 3, 2).double() for _ in range(2)]
    updates = [Update([stacks[0]], runs, in_place=True), Update([stacks[1]], runs, in_place=False)]
    for step in range(5):
        for stack, update in zip(stacks, updates, strict=True):
            update.take([stack.sin() + step])
    assert torch.equal(*stacks)


def test_running_out_of_memory_is_said_in_words(digits, monkeypatch):
    def allocate(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr("course_utils.sweeps.train_part", allocate)
    with pytest.raises(MemoryError, match="split the runs over several sweeps"):
        sweep(SIZES, digits, [Run(0.1)], epochs=1, batch_size=40)


def test_another_error_of_training_stays_what_it_is(digits, monkeypatch):
    def fail(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr("course_utils.sweeps.train_part", fail)
    with pytest.raises(RuntimeError, match="something else"):
        sweep(SIZES, digits, [Run(0.1)], epochs=1, batch_size=40)


def without_return(w, g, state, learning_rate=0.1):
    """What a learner hands over who forgot the last line."""


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"runs": []}, ValueError, "no runs"),
        ({"runs": [0.1]}, TypeError, "of type Run"),
        ({"runs": grid(learning_rate=0.1, rule=without_return)}, ValueError, "returned NoneType"),
        ({"epochs": -1}, ValueError, "epochs is -1"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"sizes": (784,)}, ValueError, "whole numbers above 0"),
        ({"sizes": (784, 0, 10)}, ValueError, "whole numbers above 0"),
        ({"sizes": [(784, 5, 10), (784, 9, 10)]}, ValueError, "cannot be stacked"),
        ({"sizes": (100, 5, 10)}, ValueError, r"must be \(N, 100\)"),
        ({"sizes": (784, 5, 3)}, ValueError, "go from 0 to 9, but must be .* 0 to 2"),
        ({"activation": "gelu"}, ValueError, "one of: relu"),
        ({"loss": "huber"}, ValueError, "one of: cross_entropy"),
        ({"train": (torch.zeros(3, 784), torch.zeros(3).int())}, TypeError, r"labels\.long\(\)"),
        ({"train": (torch.zeros(3, 784), torch.zeros(3, 1).long())}, ValueError, "one class"),
        ({"train": (torch.zeros(3, 784), torch.zeros(3).long() - 1)}, ValueError, "from -1"),
        ({"test": (torch.zeros(3, 784), torch.zeros(3).long())}, TypeError, "must agree"),
        ({"train": (torch.zeros(3, 784), torch.zeros(2).long())}, ValueError, "for each input"),
        ({"train": torch.zeros(3, 784)}, TypeError, "pair of tensors"),
        ({"train": (torch.zeros(3, 784).long(), torch.zeros(3).long())}, TypeError, "float"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(digits, settings, error, words):
    usual = {
        "sizes": SIZES,
        "train": digits,
        "runs": [Run(0.1)],
        "epochs": 1,
        "batch_size": 40,
    }
    with pytest.raises(error, match=words):
        sweep(**{**usual, **settings})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rule": "adan"}, "'adan', but must be a function or one of: sgd, momentum"),
        ({"learning_rate": -0.1}, "learning_rate is -0.1"),
        ({"learning_rate": math.nan}, "learning_rate is nan"),
        ({"learning_rate": None}, "learning_rate is None, but must be a number"),
        ({"rule": "adamw", "weight_decay": -1}, "weight_decay is -1"),
        ({"rule": "sgd", "weight_decay": 0.1}, "takes no weight_decay"),
        ({"dropout": 1}, "dropout is 1"),
        ({"initialization": "he"}, "'he', but must be one of: kaiming, zeros"),
        ({"seed": 1.7}, "seed is 1.7, but must be a whole number"),
        ({"lr": [0.1]}, "no setting 'lr'; it has learning_rate"),
    ],
)
def test_bad_runs_are_refused_in_one_sentence(settings, words):
    with pytest.raises(ValueError, match=words):
        grid(**{"learning_rate": 0.1, **settings})


def test_the_result_refuses_what_it_does_not_know(digits):
    result = sweep((784, 10), digits, [Run(0.1)], epochs=1, batch_size=200)
    with pytest.raises(ValueError, match="no setting 'learnin_rate'"):
        result.where(learnin_rate=0.1)
    with pytest.raises(ValueError, match=r"must be \(N, 784\)"):
        result.evaluate((torch.zeros(4, 5).double(), torch.zeros(4).long()))
