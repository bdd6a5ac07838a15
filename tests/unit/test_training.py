"""The training loop against a loop written out by hand, against counting, and with bad input."""

import copy
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_utils.reproducibility import generator
from course_utils.training import TrainingDiverged, evaluate, fit

COUNT, INPUTS, CLASSES = 107, 6, 3  # 107 is prime: the last batch is never even


def make_data(dtype=torch.float64):
    """Return inputs (N, D) and labels (N,) that a small network can learn."""
    inputs = torch.randn(COUNT, INPUTS, generator=generator(0), dtype=dtype)
    return inputs, inputs[:, :CLASSES].argmax(dim=1)


def make_model(dtype=torch.float64):
    """Return a small network with the same weights each time."""
    model = nn.Sequential(nn.Linear(INPUTS, 8), nn.Tanh(), nn.Linear(8, CLASSES)).to(dtype)
    with torch.no_grad():
        for number, weights in enumerate(model.parameters()):
            weights.copy_(0.3 * torch.randn(weights.shape, generator=generator(number)))
    return model


def sgd(model, learning_rate=0.5):
    """Return plain gradient descent over all of a model's parameters."""
    return torch.optim.SGD(model.parameters(), lr=learning_rate)


def train(model, data=None, **options):
    """Call `fit` with settings that suit the small data."""
    settings = {"optimizer": sgd(model), "epochs": 2, "batch_size": 10, "generator": generator(1)}
    return fit(model, make_data() if data is None else data, **{**settings, **options})


def test_fit_equals_the_loop_written_out_by_hand():
    ours, theirs = make_model(), make_model()
    inputs, labels = make_data()
    history = train(ours, epochs=3, batch_size=10)
    draws, losses = generator(1), []
    for _ in range(3):
        order = torch.randperm(COUNT, generator=draws)
        for start in range(0, COUNT, 10):
            rows = order[start : start + 10]
            loss = -theirs(inputs[rows]).log_softmax(1)[range(len(rows)), labels[rows]].mean()
            gradients = torch.autograd.grad(loss, list(theirs.parameters()))
            with torch.no_grad():
                for weights, gradient in zip(theirs.parameters(), gradients, strict=True):
                    weights -= 0.5 * gradient
            losses.append(loss.item())
    assert history.losses == pytest.approx(losses, abs=1e-12)
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine, other, rtol=0, atol=1e-12)


def test_every_sample_is_visited_once_an_epoch_in_a_new_order():
    seen = []

    class Watcher(nn.Linear):
        def forward(self, inputs):
            seen.append(inputs[:, 0].int())
            return super().forward(inputs)

    numbers = torch.arange(COUNT, dtype=torch.float32).reshape(-1, 1)
    model = Watcher(1, 2)
    data = (numbers, torch.zeros(COUNT, dtype=torch.int64))
    train(model, data, optimizer=sgd(model, 0.0), epochs=2, batch_size=25)
    assert [len(batch) for batch in seen] == [25, 25, 25, 25, 7] * 2
    epochs = torch.cat(seen[:5]), torch.cat(seen[5:])
    for order in epochs:
        assert sorted(order.tolist()) == list(range(COUNT))
    assert not epochs[0].equal(epochs[1])


def test_metrics_weigh_every_sample_the_same_despite_a_small_last_batch():
    model = make_model()
    inputs, labels = make_data()
    history = train(model, optimizer=sgd(model, 0.0), epochs=1, batch_size=50)  # 50, 50 and 7
    with torch.no_grad():
        losses = F.cross_entropy(model(inputs), labels, reduction="none")
        right = (model(inputs).argmax(1) == labels).double()
    assert history.train_loss == pytest.approx([losses.mean().item()], abs=1e-12)
    assert history.train_accuracy == pytest.approx([right.mean().item()], abs=1e-12)


@pytest.mark.parametrize("batch_size", [1, 10, 50, COUNT, 10_000])
def test_evaluation_does_not_depend_on_the_batch_size(batch_size):
    model, (inputs, labels) = make_model(), make_data()
    loss, accuracy = evaluate(model, (inputs, labels), batch_size=batch_size)
    hits = sum(int(model(row).argmax()) == int(label) for row, label in zip(inputs, labels))  # noqa: B905
    assert accuracy == pytest.approx(hits / COUNT, abs=1e-12)
    assert loss == pytest.approx(F.cross_entropy(model(inputs), labels).item(), abs=1e-12)


def test_history_has_an_entry_for_each_step_and_each_epoch():
    model = make_model()
    history = train(model, epochs=4, batch_size=25, validation=make_data())
    assert len(history.losses) == 4 * math.ceil(COUNT / 25)
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
        values = getattr(history, name)
        assert len(values) == 4 and all(type(value) is float for value in values)
    assert len(history.seconds) == 4 and min(history.seconds) > 0
    final = evaluate(model, make_data())
    assert (history.validation_loss[-1], history.validation_accuracy[-1]) == final


def test_network_learns():
    history = train(make_model(), epochs=30, validation=make_data())
    assert history.validation_accuracy[-1] > 0.95
    assert history.validation_loss[-1] < 0.3 * history.train_loss[0]


def test_zero_epochs_do_nothing():
    model = make_model()
    before = copy.deepcopy(model.state_dict())
    history = train(model, epochs=0)
    assert history.losses == history.train_loss == history.seconds == []
    assert all(before[name].equal(weights) for name, weights in model.state_dict().items())


def test_same_generator_seed_gives_the_same_training():
    first, again = train(make_model()), train(make_model())
    other = train(make_model(), generator=generator(2))
    assert first.losses == again.losses != other.losses


def test_global_random_state_is_left_alone():
    model = make_model()
    state = torch.get_rng_state()
    train(model, validation=make_data())
    assert state.equal(torch.get_rng_state())


def test_data_are_not_changed():
    data = make_data()
    before = [part.clone() for part in data]
    train(make_model(), data)
    assert all(old.equal(new) for old, new in zip(before, data, strict=True))


@pytest.mark.parametrize("modes", [(True, True), (False, False), (True, False)])
def test_each_part_of_the_model_gets_its_mode_back(modes):
    model = nn.Sequential(nn.Linear(INPUTS, 8), nn.BatchNorm1d(8), nn.Linear(8, CLASSES)).double()
    model.train(modes[0])
    model[1].train(modes[1])
    before = [module.training for module in model.modules()]
    evaluate(model, make_data())
    assert before == [module.training for module in model.modules()]
    train(model, validation=make_data())
    assert before == [module.training for module in model.modules()]
    with pytest.raises(TrainingDiverged):
        train(model, optimizer=sgd(model, math.inf))
    assert before == [module.training for module in model.modules()]


def test_dropout_is_on_in_training_and_off_in_evaluation():
    modes = []

    class Watcher(nn.Linear):
        def forward(self, inputs):
            modes.append(self.training)
            return super().forward(inputs)

    model = Watcher(INPUTS, CLASSES).double()
    train(model, epochs=2, batch_size=COUNT, validation=make_data())
    assert modes == [True, False, True, False]


def test_evaluation_records_no_graph():
    recorded = []

    class Watcher(nn.Linear):
        def forward(self, inputs):
            recorded.append(torch.is_grad_enabled())
            return super().forward(inputs)

    model = Watcher(INPUTS, CLASSES).double()
    evaluate(model, make_data())
    assert recorded == [False] and torch.is_grad_enabled()


def test_regression_has_a_loss_and_no_accuracy():
    inputs, _ = make_data()
    model = nn.Linear(INPUTS, 2).double()
    targets = inputs @ torch.ones(INPUTS, 2, dtype=torch.float64)
    options = {"loss_function": nn.MSELoss(), "validation": (inputs, targets)}
    history = train(model, (inputs, targets), optimizer=sgd(model, 0.1), epochs=60, **options)
    assert history.validation_loss[-1] < 1e-3 * history.train_loss[0]
    assert math.isnan(history.train_accuracy[-1]) and math.isnan(history.validation_accuracy[-1])


def test_loss_function_of_ones_own_is_used():
    def squared(outputs, targets):
        return ((outputs.softmax(1) - F.one_hot(targets, CLASSES)) ** 2).sum(1).mean()

    model = make_model()
    history = train(model, epochs=1, batch_size=COUNT, loss_function=squared)
    inputs, labels = make_data()
    assert history.losses[0] == pytest.approx(squared(make_model()(inputs), labels).item())


def test_float32_images_train_without_a_change_of_type():
    model = make_model(torch.float32)
    history = train(model, make_data(torch.float32), validation=make_data(torch.float32))
    assert next(model.parameters()).dtype == torch.float32
    assert all(math.isfinite(loss) for loss in history.losses)


# Bad input: one sentence each, before anything is trained


def replaced(**changes):
    """Return the small data with the inputs or the labels replaced."""
    inputs, labels = make_data()
    return changes.get("inputs", inputs), changes.get("labels", labels)


LABELS = make_data()[1]
BAD_DATA = {
    "label too high": (
        replaced(labels=LABELS + 1),
        ValueError,
        "from [01] to 3, but the model has 3",
    ),
    "label negative": (replaced(labels=LABELS - 1), ValueError, "from -1 to [12]"),
    "labels short": (replaced(labels=LABELS[:-1]), ValueError, "one target for each input"),
    "labels as floats": (replaced(labels=LABELS.double()), TypeError, r"labels\.long\(\)"),
    "labels as int32": (replaced(labels=LABELS.int()), TypeError, r"labels\.long\(\)"),
    "labels as bools": (replaced(labels=LABELS > 0), TypeError, r"labels\.long\(\)"),
    "labels a number": (replaced(labels=torch.tensor(1)), ValueError, "one target for each input"),
    "labels a list": (replaced(labels=LABELS.tolist()), TypeError, "torch.as_tensor"),
    "inputs float32": (make_data(torch.float32), TypeError, "must agree"),
    "nothing": (tuple(part[:0] for part in make_data()), ValueError, "are empty"),
    "no pair": (make_data()[0], TypeError, r"\(inputs, targets\)"),
    "elsewhere": (tuple(part.to("meta") for part in make_data()), ValueError, "must be together"),
}


@pytest.mark.parametrize("name", BAD_DATA)
def test_bad_data_are_refused_before_the_first_step(name):
    data, error, words = BAD_DATA[name]
    model = make_model()
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(error, match=words) as caught:
        train(model, data)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")
    with pytest.raises(error, match=words):
        evaluate(model, data)
    with pytest.raises(error, match=words):
        train(model, epochs=1, validation=data)
    assert all(before[key].equal(weights) for key, weights in model.state_dict().items())


@pytest.mark.parametrize(
    ("setting", "value", "error", "words"),
    [
        ("batch_size", 0, ValueError, "batch_size is 0, but must be at least 1"),
        ("generator", 0, TypeError, "generator is 0, but must be of the kind Generator"),
        ("optimizer", torch.optim.SGD, TypeError, "SGD.*, but must be of the kind Optimizer"),
        ("loss_function", lambda *_: 1.0, TypeError, "result of the loss function is 1.0"),
        ("batch_size", -5, ValueError, "at least 1"),
        ("batch_size", 2.5, TypeError, "whole number"),
        ("batch_size", True, TypeError, "whole number"),
        ("epochs", -1, ValueError, "epochs is -1, but must be at least 0"),
        ("epochs", None, TypeError, "whole number"),
    ],
)
def test_bad_setting_is_refused(setting, value, error, words):
    with pytest.raises(error, match=words):
        train(make_model(), **{setting: value})


def test_evaluation_refuses_a_batch_of_nothing():
    with pytest.raises(ValueError, match="at least 1"):
        evaluate(make_model(), make_data(), batch_size=0)


def test_optimizer_of_another_model_is_refused():
    with pytest.raises(ValueError, match="none of this model's parameters"):
        train(make_model(), optimizer=sgd(make_model()))


def test_loss_function_that_does_not_average_is_refused():
    with pytest.raises(ValueError, match="mean loss"):
        train(make_model(), loss_function=nn.CrossEntropyLoss(reduction="none"))


def test_divergence_is_named_with_step_and_learning_rate():
    model = nn.Linear(INPUTS, 1).double()
    inputs, _ = make_data()
    data = (inputs, inputs.sum(1, keepdim=True))
    with pytest.raises(TrainingDiverged) as caught:
        train(model, data, optimizer=sgd(model, 1e30), loss_function=F.mse_loss, epochs=5)
    message, history = str(caught.value), caught.value.history
    first_bad = next(i for i, loss in enumerate(history.losses) if not math.isfinite(loss))
    assert f"at step {first_bad + 1} with learning rate 1e+30" in message
    assert "ten times smaller" in message and "\n" not in message
    assert len(history.losses) == math.ceil(COUNT / 10)  # it stopped after the epoch


def test_inputs_with_nan_are_named_as_the_cause():
    inputs, labels = make_data()
    inputs[5, 2] = math.nan
    with pytest.raises(TrainingDiverged, match="repair the data"):
        train(make_model(), (inputs, labels))


def test_losses_whose_sum_is_infinite_have_diverged_too():
    with pytest.raises(TrainingDiverged):
        train(make_model(), epochs=1, loss_function=lambda outputs, _: 0 * outputs.sum() + 1.7e308)
