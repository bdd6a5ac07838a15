"""Sweeps against the same networks trained alone with torch.optim, and what they refuse."""

import math
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional as F

from course_utils.datasets import load_mnist, xor_table
from course_utils.reproducibility import generator
from course_utils.sweeps import Run, grid, products, sweep, zip_runs
from course_utils.sweeps import memory as sweep_memory
from course_utils.sweeps import training as sweep_training
from course_utils.sweeps.cuda_graphs import RecordedStep
from course_utils.sweeps.draws import DropoutMasks
from course_utils.sweeps.losses import LOSSES, StackedData
from course_utils.sweeps.network import ACTIVATIONS, StackedNetwork
from course_utils.sweeps.runs import start_weights
from course_utils.training import evaluate, fit
from tests.unit.test_optimizers import TORCH

SIZES = (784, 12, 8, 10)
RULES = list(TORCH)
TOLERANCE = {"rtol": 0, "atol": 1e-10}


@pytest.fixture(scope="module")
def digits():
    """400 real images (N, 784) in float64, and their labels."""
    images, labels = load_mnist("train")
    return images[:400].double(), labels[:400]


def network_of(run, sizes=SIZES, activation="relu"):
    """The network of a run before training, as an ordinary Sequential."""
    tensors, modules = start_weights(sizes, run, torch.float64), []
    for weight, bias in zip(tensors[0::2], tensors[1::2], strict=True):
        linear = nn.Linear(*weight.shape, dtype=torch.float64)
        linear.weight.data, linear.bias.data = weight.T.clone(), bias.clone()
        modules += [linear, ACTIVATIONS[activation].module()]
    return nn.Sequential(*modules[:-1])


def trained_alone(run, data, *, seed, epochs, batch_size=40, activation="relu", **settings):
    """The run trained by the course's plain loop; returns the network and the losses."""
    model = network_of(run, activation=activation)
    optimizer = TORCH[run.rule](
        model.parameters(), lr=run.learning_rate, weight_decay=run.weight_decay, **run.options
    )
    history = fit(
        model,
        data,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=batch_size,
        generator=generator(seed),
        **settings,
    )
    return model, torch.tensor(history.losses, dtype=torch.float64), history


def assert_same_weights(result, index, model):
    """Compare each tensor of one network of a sweep with an ordinary network's."""
    ours = result.model(index).state_dict()
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(ours[name], tensor, **TOLERANCE)


MIXED = [
    Run(0.05 if rule in ("sgd", "momentum", "nesterov", "adagrad") else 0.002, seed=i, rule=rule)
    for i, rule in enumerate(RULES * 2)
]


@pytest.mark.parametrize("order", ["shared", "own"])
def test_every_rule_in_one_sweep_equals_torch_alone_for_100_steps(digits, order):
    result = sweep(SIZES, digits, MIXED, epochs=10, batch_size=40, order=order, order_seed=3)
    assert result.losses.shape == (14, 100)
    for index, run in enumerate(MIXED):
        seed = run.seed if order == "own" else 3
        model, losses, _ = trained_alone(run, digits, seed=seed, epochs=10)
        torch.testing.assert_close(result.losses[index], losses, **TOLERANCE)
        assert_same_weights(result, index, model)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_equals_torch_alone(digits, activation):
    runs = grid(rule=["nesterov", "adam"], learning_rate=0.003, initialization="torch")
    result = sweep(SIZES, digits, runs, epochs=3, batch_size=40, activation=activation)
    for index, run in enumerate(runs):
        model, losses, _ = trained_alone(run, digits, seed=0, epochs=3, activation=activation)
        torch.testing.assert_close(result.losses[index], losses, **TOLERANCE)
        assert_same_weights(result, index, model)


TORCH_LOSSES = {
    "cross_entropy": F.cross_entropy,
    "mse": F.mse_loss,
    "sigmoid_mse": lambda outputs, targets: F.mse_loss(outputs.sigmoid(), targets),
    "softmax_mse": lambda outputs, targets: F.mse_loss(outputs.softmax(1), targets),
    "binary_cross_entropy": F.binary_cross_entropy_with_logits,
}


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_equals_torch_alone(digits, loss):
    images, labels = digits
    runs = zip_runs(learning_rate=[0.01, 0.1], seed=[0, 1], initialization="xavier")
    result = sweep(SIZES, digits, runs, epochs=2, batch_size=40, loss=loss)
    # fit takes the same targets as rows of 0 and one 1
    rows = (images, F.one_hot(labels, 10).double())
    for index, run in enumerate(runs):
        model, losses, _ = trained_alone(
            run, rows, seed=0, epochs=2, loss_function=TORCH_LOSSES[loss]
        )
        torch.testing.assert_close(result.losses[index], losses, **TOLERANCE)
        assert_same_weights(result, index, model)


def test_weight_decay_and_options_hold_for_their_run_alone(digits):
    runs = [
        Run(0.05, rule="nesterov", weight_decay=1e-2, options={"momentum": 0.8}),
        Run(0.05, rule="nesterov"),
        Run(0.05, rule="nesterov", options={"momentum": 0.8}),
    ]
    result = sweep(SIZES, digits, runs, epochs=2, batch_size=40)
    for index, run in enumerate(runs):
        model, losses, _ = trained_alone(run, digits, seed=0, epochs=2)
        torch.testing.assert_close(result.losses[index], losses, **TOLERANCE)
        assert_same_weights(result, index, model)


def test_dropout_equals_the_same_masks_applied_to_one_network(digits):
    runs = [Run(0.05, seed=5), Run(0.05, seed=5, dropout=0.5), Run(0.05, seed=6, dropout=0.2)]
    result = sweep(SIZES, digits, runs, epochs=2, batch_size=40, activation="tanh")
    for index, run in enumerate(runs):
        losses = dropout_losses_alone(run, digits, epochs=2)
        torch.testing.assert_close(result.losses[index], losses, **TOLERANCE)


def dropout_losses_alone(run, data, epochs):
    """Train one network with autograd and with the masks that its seed draws."""
    model = network_of(run, activation="tanh")
    optimizer = torch.optim.SGD(model.parameters(), lr=run.learning_rate)
    masks = DropoutMasks([run], SIZES[1:-1], torch.device("cpu"), torch.float64)
    order, losses = generator(0), []
    for _ in range(epochs):
        for rows in torch.randperm(len(data[0]), generator=order).split(40):
            values = data[0][rows]
            drawn = masks.draw(len(rows)) or [torch.ones(1, width, 1) for width in SIZES[1:-1]]
            for linear, mask in zip(model[0:4:2], drawn, strict=True):
                values = torch.tanh(linear(values)) * mask[0].T
            loss = F.cross_entropy(model[4](values), data[1][rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return torch.tensor(losses, dtype=torch.float64)


def test_dropout_masks_keep_the_expected_value_and_differ_between_seeds():
    runs = [Run(0.1, seed=0, dropout=0.3), Run(0.1, seed=1, dropout=0.3), Run(0.1, seed=1)]
    (mask,) = DropoutMasks(runs, [100], torch.device("cpu"), torch.float64).draw(200)
    assert sorted(mask[0].unique().tolist()) == pytest.approx([0, 1 / 0.7])
    assert mask[0].mean() == pytest.approx(1, abs=0.03)
    agreement = ((mask[0] > 0) == (mask[1] > 0)).double().mean()
    assert agreement == pytest.approx(0.7**2 + 0.3**2, abs=0.03)  # as for independent draws
    assert (mask[2] == 1).all()


def test_epoch_figures_equal_those_of_fit_with_a_small_last_batch(digits):
    run, parts = Run(0.1, rule="sgd", seed=2), [(part[:310], part[310:]) for part in digits]
    train, test = zip(*parts, strict=True)
    result = sweep(SIZES, train, [run], epochs=3, batch_size=40, test=test, order="own")
    _, _, history = trained_alone(run, train, seed=2, epochs=3, validation=test)
    for name, theirs in {
        "train_loss": history.train_loss,
        "train_accuracy": history.train_accuracy,
        "test_loss": history.validation_loss,
        "test_accuracy": history.validation_accuracy,
    }.items():
        assert getattr(result, name)[0].tolist() == pytest.approx(theirs, abs=1e-10)


def test_measured_training_data_are_those_after_the_epoch(digits):
    run = Run(0.1, dropout=0.5)
    result = sweep(SIZES, digits, [run], epochs=2, batch_size=40, measure_train=True)
    loss, accuracy = evaluate(result.model(0), digits)
    assert result.train_loss[0, -1].item() == pytest.approx(loss)
    assert result.train_accuracy[0, -1].item() == pytest.approx(accuracy)
    losses, accuracies = result.evaluate(digits)
    assert (losses.item(), accuracies.item()) == pytest.approx((loss, accuracy))


def test_a_run_that_diverges_becomes_nan_for_itself_alone(digits):
    calm = [Run(0.05), Run(0.05, seed=1)]
    alone = sweep(SIZES, digits, calm, epochs=2, batch_size=40, test=digits)
    wild = [calm[0], Run(1e30), Run(1e200, rule="momentum"), calm[1]]
    result = sweep(SIZES, digits, wild, epochs=2, batch_size=40, test=digits)
    for name in ("losses", "accuracies", "test_loss", "test_accuracy", "train_accuracy"):
        ours, theirs = getattr(result, name)[[0, 3]], getattr(alone, name)
        torch.testing.assert_close(ours, theirs, **TOLERANCE)
        assert getattr(result, name)[[1, 2], -1].isnan().all(), name
    assert result.losses[[1, 2], 0].isfinite().all()  # the first loss, before any step


def test_the_company_changes_no_number(digits):
    together = sweep(SIZES, digits, MIXED, epochs=1, batch_size=40, order="own")
    pair = sweep(SIZES, digits, MIXED[5:7], epochs=1, batch_size=40, order="own")
    torch.testing.assert_close(together.losses[5:7], pair.losses, **TOLERANCE)


def test_a_sweep_in_parts_gives_the_same_and_says_so(digits, capsys):
    settings = {"epochs": 1, "batch_size": 40, "test": digits}
    whole = sweep(SIZES, digits, MIXED, **settings)
    assert capsys.readouterr().out == ""
    parts = sweep(SIZES, digits, MIXED, memory_limit_gb=0.006, **settings)
    printed = capsys.readouterr().out
    assert "14 networks at once would need about" in printed and "parts" in printed
    torch.testing.assert_close(parts.losses, whole.losses, **TOLERANCE)
    torch.testing.assert_close(parts.test_loss, whole.test_loss, **TOLERANCE)
    for ours, theirs in zip(parts.weights, whole.weights, strict=True):
        torch.testing.assert_close(ours, theirs, **TOLERANCE)


def test_the_memory_estimate_covers_what_training_takes():
    for sizes, rule in (((784, 200, 10), "adam"), ((50, 300, 300, 2), "sgd")):
        runs, rows = [Run(0.1, rule=rule)] * 8, 500
        needed = sweep_memory.bytes_in_training(sizes, runs, rows, False, False, 4)
        weights = sum((a + 1) * b for a, b in zip(sizes, sizes[1:], strict=False))
        memories = {"adam": 2, "sgd": 0}[rule]
        at_least = (2 + memories) * weights + 2 * rows * sum(sizes[1:])
        assert at_least * 4 <= needed <= 4 * at_least * 4


def test_xor_with_one_output_and_full_batches_learns():
    inputs, targets = xor_table(torch.float64)
    runs = grid(learning_rate=0.3, rule="momentum", seed=range(20), initialization="xavier")
    for loss in ("binary_cross_entropy", "sigmoid_mse"):
        result = sweep(
            (2, 8, 1),
            (inputs, targets),
            runs,
            epochs=400,
            batch_size=4,
            loss=loss,
            activation="tanh",
        )
        assert result.losses.shape == (20, 400)
        solved = result.evaluate((inputs, targets))[1] == 1
        assert solved.sum() >= 15
        assert torch.equal(result.train_accuracy, result.accuracies)


def test_regression_has_losses_but_no_accuracy():
    inputs = torch.randn(64, 3, generator=generator(0))
    targets = inputs @ torch.tensor([[1.0, 2.0], [0.5, -1.0], [0.0, 1.0]])
    result = sweep((3, 2), (inputs, targets), [Run(0.1)], epochs=50, batch_size=16, loss="mse")
    assert result.losses[0, -1] < 1e-3
    assert result.accuracies.isnan().all()


def test_given_first_weights_are_the_start(digits):
    start = [start_weights(SIZES, Run(0.1, seed=9), torch.float64)] * 2
    runs = zip_runs(learning_rate=0.1, rule=["sgd", "adam"])
    result = sweep(SIZES, digits, runs, epochs=1, batch_size=40, start=start)
    drawn = sweep(SIZES, digits, [Run(0.1, seed=9)], epochs=1, batch_size=40)
    assert torch.equal(result.losses[0], drawn.losses[0])
    assert result.losses[0, 0] == result.losses[1, 0]


@pytest.mark.parametrize(
    ("initialization", "deviation"),
    [("kaiming", math.sqrt(2 / 784)), ("xavier", math.sqrt(2 / 1084)), ("normal", 1), (0.01, 0.01)],
)
def test_initializations_have_their_deviation(initialization, deviation):
    weight, bias, *_ = start_weights((784, 300, 10), Run(0.1, initialization=initialization))
    assert weight.std().item() == pytest.approx(deviation, rel=0.01)
    assert (bias == 0).all()


def test_torch_initialization_has_the_bounds_of_a_linear_layer():
    weight, bias, *_ = start_weights((784, 300, 10), Run(0.1, initialization="torch"))
    linear = nn.Linear(784, 300)
    for ours, theirs in ((weight, linear.weight), (bias, linear.bias)):
        assert ours.abs().max().item() == pytest.approx(theirs.abs().max().item(), rel=0.02)
        assert ours.std().item() == pytest.approx(theirs.std().item(), rel=0.1)


def test_grid_gives_all_combinations_and_where_finds_them(digits):
    runs = grid(rule=["sgd", "adam"], learning_rate=[0.1, 0.01], seed=range(3), dropout=0.1)
    assert len(runs) == 12 and len({(r.rule, r.learning_rate, r.seed) for r in runs}) == 12
    result = sweep(SIZES, digits, runs, epochs=1, batch_size=200)
    rows = result.where(rule="adam", learning_rate=0.01).nonzero().flatten().tolist()
    assert [(runs[i].rule, runs[i].learning_rate, runs[i].seed) for i in rows] == [
        ("adam", 0.01, seed) for seed in range(3)
    ]


def test_settings_may_come_from_numpy(digits):
    (run,) = grid(learning_rate=np.logspace(-1, -1, 1), seed=np.arange(3, 4))
    same = Run(float(run.learning_rate), seed=3)  # the power of older NumPy ends in another digit
    theirs = sweep(SIZES, digits, [run], epochs=1, batch_size=40, order="own")
    ours = sweep(SIZES, digits, [same], epochs=1, batch_size=40, order="own")
    assert torch.equal(ours.losses, theirs.losses)


def test_default_weight_decay_is_that_of_torch():
    assert Run(0.1, rule="adamw").weight_decay == 0.01
    assert Run(0.1, rule="adam").weight_decay == 0


def test_the_loop_never_asks_the_device_for_a_number(digits, monkeypatch):
    def refuse(*_):
        raise AssertionError("the loop asked for a number, which makes a GPU wait")

    measured = sweep_training.train_part

    def watched(*arguments):
        with monkeypatch.context() as patch:
            for name in ("item", "tolist", "__bool__", "__float__", "__int__", "cpu", "numpy"):
                patch.setattr(torch.Tensor, name, refuse)
            measured(*arguments)

    monkeypatch.setattr("course_utils.sweeps.train_part", watched)
    sweep(SIZES, digits, MIXED, epochs=1, batch_size=40, test=digits, order="own")


@pytest.fixture
def pretended_gpu(monkeypatch):
    """Tensors that have shape, dtype and the device "cuda", and no numbers: torch checks with them
    what a GPU would refuse, here without one."""
    monkeypatch.setattr("course_utils.sweeps.draws.generator", lambda seed, device: generator(seed))
    monkeypatch.setattr(sweep_training, "RECORD_BELOW_WEIGHTS", 0)  # nothing can be recorded
    with FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad():
        try:
            torch.zeros(1, device="cuda").new_tensor([1.0])
        except RuntimeError:
            pytest.skip("this torch wants a GPU even for tensors that have no numbers")
        yield torch.device("cuda")


def train_on(device, order):
    """Train every rule, with dropout, on samples without numbers; the curves."""
    samples = (torch.rand(410, shape, device=device) for shape in (20, 10))
    data = StackedData(*samples, torch.zeros(410, dtype=torch.int64, device=device))
    runs = grid(rule=RULES, seed=range(2), learning_rate=0.1, dropout=0.2)
    settings = sweep_training.Settings(data, data, 2, 50, "cross_entropy", order, 0, True)
    network = StackedNetwork((20, 8, 10), len(runs), activation="relu", like=data.inputs)
    curves = sweep_training.Curves.empty(len(runs), settings)
    sweep_training.train_part(network, runs, settings, curves, None)
    return curves


@pytest.mark.parametrize("order", ["shared", "own"])
def test_on_a_gpu_all_work_of_the_loop_is_done_there(pretended_gpu, order):
    curves = train_on(pretended_gpu, order)
    assert curves.losses.device.type == curves.test_accuracy.device.type == "cuda"


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda *_: torch.zeros(14), "same device, but found at least two devices"),
        (lambda outputs, *_: outputs.new_full((14,), outputs.sum().item()), "_local_scalar_dense"),
    ],
    ids=["a tensor left behind", "a question to the device"],
)
def test_the_pretended_gpu_refuses_what_a_gpu_would(pretended_gpu, monkeypatch, function, words):
    monkeypatch.setattr(sweep_training, "accuracy", function)
    with pytest.raises(RuntimeError, match=words):
        train_on(pretended_gpu, "shared")


@pytest.mark.parametrize("fast", [True, False])
def test_products_equal_torch_by_either_library(fast, monkeypatch):
    monkeypatch.setattr(products, "_onednn_is_faster", lambda: fast)
    weights, rows = (torch.randn(n, 100, generator=generator(n)) for n in (30, 7))
    torch.testing.assert_close(products.product(weights, rows), weights @ rows.T)
    columns = weights.T.contiguous().T  # the same values in another order in memory
    torch.testing.assert_close(products.product(columns, rows), weights @ rows.T)


def test_a_sweep_in_float32_equals_fit_to_its_precision(digits):
    data, run = (digits[0].float(), digits[1]), Run(0.05, rule="momentum")
    _, losses, _ = trained_alone(run, digits, seed=0, epochs=2)
    start = [start_weights(SIZES, run, torch.float64)] * 3
    single = [[tensor.float() for tensor in tensors] for tensors in start]
    result = sweep(SIZES, data, [run] * 3, epochs=2, batch_size=40, start=single)
    torch.testing.assert_close(result.losses[2].double(), losses, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_gpu_gives_the_same_numbers(digits, device):
    devices = {"cuda": torch.cuda, "mps": torch.backends.mps}
    if not devices[device].is_available():
        pytest.skip(f"there is no {device} device here")
    dtype, tolerance = (torch.float64, 1e-9) if device == "cuda" else (torch.float32, 1e-2)
    here = (digits[0].to(dtype), digits[1])
    there = tuple(part.to(device) for part in here)
    settings = {"epochs": 3, "batch_size": 60, "order": "own"}  # 400 leave a small last batch
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


def test_running_out_of_memory_is_said_in_words(digits, monkeypatch):
    def allocate(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr("course_utils.sweeps.train_part", allocate)
    with pytest.raises(MemoryError, match="pass a smaller memory_limit_gb"):
        sweep(SIZES, digits, [Run(0.1)], epochs=1, batch_size=40)


def test_another_error_of_training_stays_what_it_is(digits, monkeypatch):
    def fail(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr("course_utils.sweeps.train_part", fail)
    with pytest.raises(RuntimeError, match="something else"):
        sweep(SIZES, digits, [Run(0.1)], epochs=1, batch_size=40)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"runs": []}, ValueError, "no runs"),
        ({"runs": [0.1]}, TypeError, "of type Run"),
        ({"epochs": -1}, ValueError, "epochs is -1"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"sizes": (784,)}, ValueError, "whole numbers above 0"),
        ({"sizes": (784, 0, 10)}, ValueError, "whole numbers above 0"),
        ({"sizes": (100, 5, 10)}, ValueError, r"must be \(N, 100\)"),
        ({"sizes": (784, 5, 3)}, ValueError, "go from 0 to 9, but must be .* 0 to 2"),
        ({"activation": "gelu"}, ValueError, "one of: relu"),
        ({"loss": "huber"}, ValueError, "one of: cross_entropy"),
        ({"order": "random"}, ValueError, '"shared" or "own"'),
        ({"memory_limit_gb": 1e-6}, MemoryError, "choose smaller networks"),
        ({"start": []}, ValueError, "first weights for 0 networks, but 1 runs"),
        (
            {"start": [start_weights((784, 5, 10), Run(0.1), torch.float64)]},
            ValueError,
            "cannot be stacked",
        ),
        ({"train": (torch.zeros(3, 784), torch.zeros(3).int())}, TypeError, r"labels\.long\(\)"),
        ({"test": (torch.zeros(3, 784), torch.zeros(3).long())}, ValueError, "all data .* alike"),
        ({"train": (torch.zeros(3, 784), torch.zeros(2).long())}, ValueError, "for each of the N"),
        ({"train": torch.zeros(3, 784)}, TypeError, "pair of tensors"),
        ({"train": (torch.zeros(3, 784).long(), torch.zeros(3).long())}, TypeError, "float"),
        ({"train": (torch.zeros(3, 784), torch.ones(3, 10))}, ValueError, "no probabilities"),
        ({"train": (torch.zeros(3, 784), torch.ones(3, 4))}, ValueError, "4 numbers"),
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
    ("make", "words"),
    [
        (lambda: Run(0.1, rule="adan"), "'adan', but must be one of: sgd, momentum"),
        (lambda: Run(0.1, options={"momentum": 1}), "sgd has no option 'momentum'"),
        (lambda: Run(-0.1), "learning_rate is -0.1"),
        (lambda: start_weights(SIZES, Run(0.1, seed=-1)), "seed is -1"),
        (lambda: Run(math.nan), "learning_rate is nan"),
        (lambda: Run(0.1, weight_decay=-1), "weight_decay is -1"),
        (lambda: Run(0.1, dropout=1), "dropout is 1"),
        (lambda: Run(0.1, initialization="he"), "'he', but must be a deviation or one of"),
        (lambda: Run(0.1, initialization=None), "None, but must be a deviation or one of"),
        (lambda: Run(0.1, seed=1.7), "seed is 1.7, but must be a whole number"),
        (lambda: Run(None), "learning_rate is None, but must be a number"),
        (lambda: grid(lr=[0.1]), "no setting 'lr'; it has learning_rate"),
        (
            lambda: zip_runs(learning_rate=[0.1, 0.2, 0.3], seed=[0, 1]),
            "3 of learning_rate and 2 of seed, but each run takes one of each",
        ),
    ],
)
def test_bad_runs_are_refused_in_one_sentence(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_the_message_counts_the_runs_as_they_were_given():
    data = torch.zeros(4, 3), torch.zeros(4, dtype=torch.int64)
    sound, wrong = [torch.zeros(3, 2), torch.zeros(2)], [torch.zeros(3, 3), torch.zeros(2)]
    runs = [Run(0.1, rule="sgd"), Run(0.1, rule="adam")]  # adam is trained first
    with pytest.raises(ValueError, match="Model 1 cannot be stacked"):
        sweep((3, 2), data, runs, epochs=1, batch_size=2, start=[sound, wrong])


def test_the_result_refuses_what_it_does_not_know(digits):
    result = sweep((784, 10), digits, [Run(0.1)], epochs=1, batch_size=200)
    with pytest.raises(ValueError, match="no setting 'learnin_rate'"):
        result.where(learnin_rate=0.1)
    with pytest.raises(ValueError, match=r"must be \(N, 784\)"):
        result.evaluate((torch.zeros(4, 5).double(), torch.zeros(4).long()))


def test_the_number_of_parts_that_is_said_is_that_of_the_training(capsys):
    at_a_time = sweep_memory.models_at_a_time(200, 10**7, 0, 10**9, torch.device("cpu"))
    assert f"in {math.ceil(200 / at_a_time)} parts" in capsys.readouterr().out


def test_a_single_number_may_be_a_tensor_without_axes():
    assert len(grid(learning_rate=torch.tensor(0.1), seed=range(2))) == 2
