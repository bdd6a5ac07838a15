"""Exercises of chapter 10: the same network with torch.nn."""

from __future__ import annotations

import os
import tempfile
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from course_utils.judge.tasks import (
    Exercise,
    Guess,
    Mistake,
    Prediction,
    Question,
    Tolerance,
    name_tasks,
)


def _tensor(rng, *shape):
    return torch.from_numpy(rng.normal(size=shape))


# --- what nn.Linear computes -----------------------------------------------------------------

def linear_reference(inputs, weight, bias):
    return inputs @ weight.T + bias                             # (N, D) @ (D, H) -> (N, H)


def _linear_untransposed(inputs, weight, bias):
    return inputs @ weight + bias


def _linear_without_bias(inputs, weight, bias):
    return inputs @ weight.T


def _linear_with_relu(inputs, weight, bias):
    return torch.relu(inputs @ weight.T + bias)


def _linear_turned(inputs, weight, bias):
    return weight @ inputs.T + bias[:, None]


def _linear_cases(rng):
    """The weight and the bias are parameters, as those of a layer."""
    return [(_tensor(rng, count, fan_in), nn.Parameter(_tensor(rng, fan_out, fan_in)),
             nn.Parameter(_tensor(rng, fan_out)))
            for count, fan_in, fan_out in ((5, 3, 2), (3, 3, 3), (1, 4, 6), (4, 2, 4))]


def _observe_linear(candidate, *case):
    """float32 will do: a layer's weights have it, and the text asks for no dtype."""
    result = candidate(*case)
    return result.double() if isinstance(result, torch.Tensor) else result


linear = Exercise(
    "What nn.Linear computes",
    linear_reference,
    _linear_cases,
    [
        Mistake("the inputs (N, D) meet a weight (H, D)", _linear_untransposed,
                "The product (N, D) @ (D, H) needs it turned round, once: `weight.T`."),
        Mistake("the bias is forgotten", _linear_without_bias,
                "Add the bias (H,) to every row."),
        Mistake("ReLU is in it", _linear_with_relu,
                "A linear layer has no activation; that is a layer of its own, `nn.ReLU`."),
        Mistake("the result is turned round", _linear_turned,
                "Rows are samples: the result has the shape (N, H)."),
    ],
    [
        "Write down the shapes: inputs (N, D), weight (H, D), result (N, H).",
        "A product (N, D) @ (D, H) is wanted, and `weight.T` has the shape (D, H).",
        "The bias (H,) is added to every row by itself: `... + bias`.",
    ],
    observe=_observe_linear,
    tolerance=Tolerance(relative=1e-5, absolute=1e-6),
    example='''\
>>> weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
>>> linear(torch.tensor([[2.0, 3.0]]), weight, torch.tensor([0.0, 0.0, 10.0]))
tensor([[ 2.,  3., 15.]])''',
)


# --- counting parameters ---------------------------------------------------------------------

def count_parameters_reference(model):
    return sum(parameter.numel() for parameter in model.parameters())


def _count_tensors(model):
    return len(list(model.parameters()))


def _count_weights(model):
    return sum(parameter.numel() for parameter in model.parameters() if parameter.ndim > 1)


def _count_rows(model):
    return sum(len(parameter) for parameter in model.parameters())


def _count_layers(model):
    return len(list(model.children()))


def _count_first_level(model):
    return sum(layer.weight.numel() + layer.bias.numel() for layer in model.children()
               if isinstance(layer, nn.Linear))


def _count_with_buffers(model):
    return sum(tensor.numel() for tensor in model.state_dict().values())


def _count_trainable(model):
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def _count_matrices(model):
    return sum(len(parameter) * (parameter.shape[1] if parameter.ndim > 1 else 1)
               for parameter in model.parameters())


def _count_linear_layers(model):
    return sum(layer.weight.numel() + layer.bias.numel() for layer in model.modules()
               if isinstance(layer, nn.Linear))


class _Scaled(nn.Module):
    """A layer, and parameters that belong to no layer."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.table = nn.Parameter(torch.ones(2, 3, 4))
        self.layer = nn.Linear(3, 4)


def _shared_layer():
    layer = nn.Linear(3, 3)
    return nn.Sequential(layer, nn.ReLU(), layer, nn.Linear(3, 2))


_MODELS = {
    "one linear layer": lambda: nn.Sequential(nn.Linear(3, 2)),
    "two linear layers": lambda: nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 5)),
    "a network in a network": lambda: nn.Sequential(
        nn.Sequential(nn.Linear(2, 7), nn.Tanh()), nn.Linear(7, 1)),
    "no parameters": lambda: nn.Sequential(nn.ReLU()),
    "convolution and batch normalisation": lambda: nn.Sequential(
        nn.Conv2d(1, 2, 3, bias=False), nn.BatchNorm2d(2)),
    "parameters beside a layer": _Scaled,
    "one layer frozen": lambda: nn.Sequential(
        nn.Linear(5, 3).requires_grad_(False), nn.Linear(3, 2)),
    "one layer used twice": _shared_layer,
}

count_parameters = Exercise(
    "How many numbers a model learns",
    count_parameters_reference,
    lambda rng: [(name,) for name in _MODELS],
    [
        Mistake("the tensors are counted, not their numbers", _count_tensors,
                "Each parameter is a whole tensor: add up their `.numel()`."),
        Mistake("the biases are left out", _count_weights,
                "Biases are learned too, and `model.parameters()` yields them."),
        Mistake("only the first axis of each tensor is counted", _count_rows,
                "`len()` of a matrix is its number of rows; `.numel()` counts all entries."),
        Mistake("the layers are counted", _count_layers,
                "The question is how many numbers there are in `model.parameters()`."),
        Mistake("layers inside of layers are missed", _count_first_level,
                "`model.parameters()` goes down into every part by itself."),
        Mistake("only linear layers are counted", _count_linear_layers,
                "Other layers have parameters, too, and a module may have some of its own: "
                "`model.parameters()` yields them all."),
        Mistake("what `state_dict()` holds is counted", _count_with_buffers,
                "It also holds buffers, which are kept but not parameters, and what is used twice "
                "stands in it twice."),
        Mistake("frozen parameters are left out", _count_trainable,
                "Asked for are all parameters, also those with `requires_grad=False`."),
        Mistake("only the first two axes of each tensor are counted", _count_matrices,
                "A parameter may have more axes than two; `.numel()` counts all entries."),
    ],
    [
        "`model.parameters()` yields every weight and bias, however deep.",
        "`parameter.numel()` is the number of entries of one tensor.",
        "`sum(...)` over all parameters.",
    ],
    observe=lambda candidate, name: candidate(_MODELS[name]()),
    example='''\
>>> count_parameters(torch.nn.Linear(3, 2))
8''',
)


# --- a module of your own --------------------------------------------------------------------

class NetworkReference(nn.Module):
    """A network of linear layers with ReLU between them."""

    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(fan_in, fan_out) for fan_in, fan_out in pairwise(sizes)
        )

    def forward(self, inputs):
        activations = inputs
        for layer in self.layers[:-1]:
            activations = torch.relu(layer(activations))        # (N, D) -> (N, H)
        return self.layers[-1](activations)                     # (N, H) -> (N, C)


class _PlainList(NetworkReference):
    def __init__(self, sizes):
        nn.Module.__init__(self)
        self.layers = [nn.Linear(fan_in, fan_out) for fan_in, fan_out in pairwise(sizes)]


class _OtherName(NetworkReference):
    def __init__(self, sizes):
        nn.Module.__init__(self)
        self.parts = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

    def forward(self, inputs):
        for layer in self.parts[:-1]:
            inputs = torch.relu(layer(inputs))
        return self.parts[-1](inputs)


class _ReluInList(NetworkReference):
    def __init__(self, sizes):
        super().__init__(sizes)
        between = [part for layer in self.layers for part in (layer, nn.ReLU())]
        self.layers = nn.ModuleList(between[:-1])

    def forward(self, inputs):
        for part in self.layers:
            inputs = part(inputs)
        return inputs


class _MadeInForward(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes

    def forward(self, inputs):
        return NetworkReference(self.sizes)(inputs)


class _CutOff(NetworkReference):
    def forward(self, inputs):
        return super().forward(inputs).detach()


class _WithoutSuper(NetworkReference):
    def __init__(self, sizes):
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))


class _TurnedLayers(NetworkReference):
    def __init__(self, sizes):
        nn.Module.__init__(self)
        self.layers = nn.ModuleList(nn.Linear(b, a) for a, b in pairwise(sizes))


class _WithoutBias(NetworkReference):
    def __init__(self, sizes):
        nn.Module.__init__(self)
        self.layers = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in pairwise(sizes))


class _ReluEverywhere(NetworkReference):
    def forward(self, inputs):
        return torch.relu(super().forward(inputs))


class _Linear(NetworkReference):
    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs


class _SigmoidUnits(NetworkReference):
    def forward(self, inputs):
        for layer in self.layers[:-1]:
            inputs = torch.sigmoid(layer(inputs))
        return self.layers[-1](inputs)


class _SoftmaxAtEnd(NetworkReference):
    def forward(self, inputs):
        return torch.softmax(super().forward(inputs), dim=1)


class _LastLayerMissing(NetworkReference):
    def forward(self, inputs):
        for layer in self.layers[:-1]:
            inputs = torch.relu(layer(inputs))
        return inputs


NETWORK = (
    "number of tensors in parameters()", "their shapes", "what self.layers is", "logits",
    "whether a second call gives the same", "the gradient of the first layer's weight",
)


def _look_at_network(candidate, sizes, inputs, values):
    """Its parts; and once its parameters are the given values, its logits and a gradient."""
    model = candidate(sizes)
    if not isinstance(model, nn.Module):
        raise TypeError("Network must be a subclass of nn.Module: class Network(nn.Module)")
    parameters = list(model.parameters())
    shapes = [tuple(parameter.shape) for parameter in parameters]
    report = dict.fromkeys(NETWORK, "")
    report.update(zip(NETWORK, (len(parameters), str(shapes), _what_layers_is(model)),
                      strict=False))
    if not parameters and not hasattr(model, "layers"):
        report["whether a second call gives the same"] = _gives_the_same(model, inputs.float())
    elif shapes == [tuple(value.shape) for value in values]:
        with torch.no_grad():
            for parameter, value in zip(model.double().parameters(), values, strict=True):
                parameter.copy_(value)
        logits = report["logits"] = model(inputs)
        report["whether a second call gives the same"] = _gives_the_same(model, inputs)
        report["the gradient of the first layer's weight"] = _gradient_of_first(model, logits)
    return report


def _what_layers_is(model):
    layers = getattr(model, "layers", None)
    if not isinstance(layers, nn.ModuleList | nn.Sequential | list | tuple):
        return "there is no list of that name"
    return f"{type(layers).__name__} of {', '.join(type(part).__name__ for part in layers)}"


@torch.no_grad()
def _gives_the_same(model, inputs):
    return str(model(inputs)) == str(model(inputs))


def _gradient_of_first(model, logits):
    """The gradient of the sum of the squared logits; zeros where none arrives."""
    first = next(model.parameters())
    if isinstance(logits, torch.Tensor) and logits.requires_grad:
        logits.square().sum().backward()
    return torch.zeros_like(first) if first.grad is None else first.grad


def _network_cases(rng):
    cases = []
    for count, sizes in ((4, [5, 4, 3]), (3, [3, 3, 3, 3]), (2, [6, 2]), (1, [2, 4, 5, 3, 2])):
        values = []
        for fan_in, fan_out in pairwise(sizes):
            values += [_tensor(rng, fan_out, fan_in), _tensor(rng, fan_out)]
        cases.append((sizes, _tensor(rng, count, sizes[0]), values))
    return cases


Network = Exercise(
    "A module of your own",
    NetworkReference,
    _network_cases,
    [
        Mistake("the layers are kept in a plain list", _PlainList,
                "`nn.Module` does not look into lists, so `parameters()` is empty. Use "
                "`nn.ModuleList`."),
        Mistake("the list of the layers has another name", _OtherName,
                "The exercise asks for an `nn.ModuleList` called `self.layers`."),
        Mistake("the ReLUs stand in the list, too", _ReluInList,
                "Only the linear layers belong into `self.layers`; ReLU is applied in `forward`."),
        Mistake("the layers are made in `forward`", _MadeInForward,
                "Then every call draws new ones, and no optimizer ever sees them. Make them in "
                "`__init__`."),
        Mistake("the logits are cut off from the gradients", _CutOff,
                "The values are right, but `backward()` finds no way back to the weights, so the "
                "network cannot learn."),
        Mistake("`super().__init__()` is missing", _WithoutSuper,
                "It makes the tables in which a module registers its parts; call it first."),
        Mistake("inputs and outputs of a layer are exchanged", _TurnedLayers,
                "It is `nn.Linear(inputs, outputs)`, though its weight is stored the other way."),
        Mistake("the layers have no bias", _WithoutBias,
                "`nn.Linear` has a bias unless you say `bias=False`."),
        Mistake("ReLU is applied to the logits too", _ReluEverywhere,
                "Chapter 09 measured what that costs: whole digits."),
        Mistake("there is no activation", _Linear,
                "Without it the layers collapse into one linear layer (chapter 03)."),
        Mistake("the activation is the sigmoid", _SigmoidUnits,
                "This network uses ReLU."),
        Mistake("softmax is applied at the end", _SoftmaxAtEnd,
                "Return logits; `cross_entropy` contains the softmax."),
        Mistake("the last layer is not used", _LastLayerMissing,
                "After the loop over the hidden layers comes the output layer, without ReLU."),
    ],
    [
        "`pairwise(sizes)` gives (784, 200), (200, 200), (200, 10): one pair a layer.",
        "`self.layers = nn.ModuleList(nn.Linear(...) for ... in pairwise(sizes))`",
        "In `forward`: ReLU after each of `self.layers[:-1]`, then `self.layers[-1]` without it.",
    ],
    observe=_look_at_network,
    example='''\
>>> network = Network([3, 4, 2])
>>> [tuple(parameter.shape) for parameter in network.parameters()]
[(4, 3), (4,), (2, 4), (2,)]
>>> network(torch.zeros(5, 3)).shape
torch.Size([5, 2])''',
)


# --- gradients by hand, in torch -------------------------------------------------------------

def hand_gradients_reference(parameters, images, labels):
    activations = [images]
    for weights, bias in zip(parameters[0:-2:2], parameters[1:-2:2], strict=True):
        activations.append(torch.relu(activations[-1] @ weights + bias))
    logits = activations[-1] @ parameters[-2] + parameters[-1]
    log_probabilities = logits - logits.logsumexp(dim=1, keepdim=True)
    rows = torch.arange(len(labels))
    loss = -log_probabilities[rows, labels].mean()
    delta = log_probabilities.exp()
    delta[rows, labels] -= 1
    delta = delta / len(labels)                                             # (N, C)
    gradients = []
    for position in reversed(range(len(activations))):
        gradients = [activations[position].T @ delta, delta.sum(dim=0), *gradients]
        if position > 0:
            delta = delta @ parameters[2 * position].T * (activations[position] > 0)
    return loss, gradients


def _hand_gradients_with(
    start=lambda p, onehot: (p - onehot) / len(p),
    mask=lambda passed, activations: activations > 0,
    weight=lambda inputs, delta: inputs.T @ delta,
    bias_of=lambda delta: delta.sum(dim=0),
    axis=1,
    loss_of=lambda losses: losses.mean(),
):
    """A candidate that differs from the reference in one of these points."""
    def hand_gradients(parameters, images, labels):
        activations = [images]
        for weights, bias in zip(parameters[0:-2:2], parameters[1:-2:2], strict=True):
            activations.append(torch.relu(activations[-1] @ weights + bias))
        logits = activations[-1] @ parameters[-2] + parameters[-1]
        probabilities = torch.softmax(logits, dim=axis)
        loss = loss_of(-probabilities[torch.arange(len(labels)), labels].log())
        onehot = F.one_hot(labels, logits.shape[1]).to(logits.dtype)
        delta, gradients = start(probabilities, onehot), []
        for position in reversed(range(len(activations))):
            inputs = activations[position]
            gradients = [weight(inputs, delta), bias_of(delta), *gradients]
            if position > 0:
                passed = delta @ parameters[2 * position].T
                delta = passed * mask(passed, inputs)
        return loss, gradients
    return hand_gradients


def _gradients_by_autograd(parameters, images, labels):
    parameters = [parameter.clone().requires_grad_() for parameter in parameters]
    loss, _ = hand_gradients_reference(parameters, images, labels)
    loss.backward()
    return loss, [parameter.grad for parameter in parameters]


def _gradient_cases(rng):
    """In the last one the images and the biases are so small that active units barely are.

    In the one without a hidden layer all logits are far below 0.
    """
    cases = []
    for count, sizes, scale in ((4, (3, 5, 2), 1.0), (3, (3, 3, 3, 3), 1.0), (5, (2, 4), 1.0),
                                (6, (4, 5, 6, 2, 3), 1.0), (7, (3, 8, 2), 1e-3)):
        parameters = []
        for fan_in, fan_out in pairwise(sizes):
            parameters += [_tensor(rng, fan_in, fan_out), scale * _tensor(rng, fan_out)]
        if len(sizes) == 2:
            parameters[-1] = parameters[-1] - 10
        labels = torch.from_numpy(rng.integers(0, sizes[-1], size=count))
        cases.append((parameters, scale * _tensor(rng, count, sizes[0]), labels))
    return cases


@torch.no_grad()
def _observe_gradients(candidate, parameters, images, labels):
    """The loss, and each gradient under the name of its parameter; autograd finds nothing here."""
    loss, gradients = candidate(parameters, images, labels)
    names = [f"the gradient of {kind} {layer}" for layer in range(1, 1 + len(parameters) // 2)
             for kind in ("weights", "bias")]
    report = {"the loss": loss, "how many gradients": len(gradients), **dict.fromkeys(names, "")}
    if len(gradients) == len(names):
        report.update(zip(names, gradients, strict=True))
    return report


hand_gradients = Exercise(
    "The gradients by hand, in torch",
    hand_gradients_reference,
    _gradient_cases,
    [
        Mistake("the gradient belongs to the sum of the losses, not to their mean",
                _hand_gradients_with(start=lambda p, y: p - y),
                "The loss is a mean over N samples, so delta is divided by N."),
        Mistake("loss and gradient are sums over the batch",
                _hand_gradients_with(start=lambda p, y: p - y, loss_of=lambda losses: losses.sum()),
                "Both are means over the N samples of the batch."),
        Mistake("the target is not subtracted", _hand_gradients_with(start=lambda p, y: p / len(p)),
                "delta is (p - y) / N: subtract 1 at the right class of each row."),
        Mistake("the sign is turned round",
                _hand_gradients_with(start=lambda p, y: (y - p) / len(p)),
                "delta is (p - y) / N, probabilities minus targets."),
        Mistake("ReLU is forgotten on the way back",
                _hand_gradients_with(mask=lambda passed, activations: 1.0),
                "Where a unit was 0 nothing flows back: multiply by `(activations > 0)`."),
        Mistake("the ReLU mask is made of delta",
                _hand_gradients_with(mask=lambda passed, activations: passed > 0),
                "The mask asks where the unit was active in the forward pass: `activations > 0`."),
        Mistake("delta is multiplied by the activations, not by their mask",
                _hand_gradients_with(mask=lambda passed, activations: activations),
                "ReLU's derivative is 1 or 0, not the activation itself."),
        Mistake("the bias gradients are means over the batch",
                _hand_gradients_with(bias_of=lambda delta: delta.mean(dim=0)),
                "delta is divided by N already: add it up over the rows."),
        Mistake("the bias gradients are not summed", _hand_gradients_with(bias_of=lambda d: d),
                "The bias (H,) is used by every row, so its gradient is the sum over the rows."),
        Mistake("the weight gradients are transposed",
                _hand_gradients_with(weight=lambda inputs, delta: delta.T @ inputs),
                "A gradient has the shape of its weights: (D, N) @ (N, H) -> (D, H)."),
        Mistake("the softmax runs along the wrong axis", _hand_gradients_with(axis=0),
                "The probabilities of one image, a row, add up to 1: `dim=1`."),
        Mistake("autograd is asked for the gradients", _gradients_by_autograd,
                "The check switches it off: here the backward pass is yours to write."),
    ],
    [
        "Translate `numpy_gradients` line by line: `axis` becomes `dim`, `keepdims` `keepdim`.",
        "`np.maximum(x, 0)` is `torch.relu(x)`, `np.arange` is `torch.arange`.",
        "torch has logsumexp: log p is `logits - logits.logsumexp(dim=1, keepdim=True)`.",
    ],
    observe=_observe_gradients,
    extra=True,
    example='''\
>>> loss, gradients = hand_gradients([torch.zeros(2, 2), torch.zeros(2)],
...                                  torch.tensor([[1.0, 2.0]]), torch.tensor([0]))
>>> loss
tensor(0.6931)
>>> gradients
[tensor([[-0.5000,  0.5000],
         [-1.0000,  1.0000]]), tensor([-0.5000,  0.5000])]''',
)


# --- saving ----------------------------------------------------------------------------------

def save_weights_reference(model, path):
    temporary = path.with_suffix(".unfinished")
    torch.save(model.state_dict(), temporary)
    temporary.replace(path)                     # a rename: all of the new file, or all of the old


def _save_directly(model, path):
    torch.save(model.state_dict(), path)


def _save_whole_model(model, path):
    temporary = path.with_suffix(".unfinished")
    torch.save(model, temporary)
    temporary.replace(path)


def _save_a_list(model, path):
    temporary = path.with_suffix(".unfinished")
    torch.save([parameter.detach() for parameter in model.parameters()], temporary)
    temporary.replace(path)


def _save_without_rename(model, path):
    torch.save(model.state_dict(), path.with_suffix(".unfinished"))


def _save_copy(model, path):
    temporary = path.with_suffix(".unfinished")
    torch.save(model.state_dict(), temporary)
    path.write_bytes(temporary.read_bytes())


def _save_copy_and_tidy_up(model, path):
    _save_copy(model, path)
    path.with_suffix(".unfinished").unlink()


def _save_parameters(model, path):
    temporary = path.with_suffix(".unfinished")
    torch.save(dict(model.named_parameters()), temporary)
    temporary.replace(path)


def _save_after_deleting(model, path):
    path.unlink(missing_ok=True)
    save_weights_reference(model, path)


class _Counting(nn.Linear):
    """A layer with a buffer: a number that is kept, and not learned."""

    def __init__(self, weight, bias):
        super().__init__(weight.shape[1], weight.shape[0])
        self.register_buffer("seen", torch.tensor(7))
        with torch.no_grad():
            self.weight.copy_(weight)
            self.bias.copy_(bias)


class _CannotBeSaved(_Counting):
    """Its state holds a function, which torch.save cannot write: a save that fails midway."""

    def get_extra_state(self):
        return lambda: None


def _content(path, model):
    """What a file holds, in words."""
    if not path.exists():
        return "there is no file"
    try:
        state = torch.load(path, weights_only=True)
    except Exception:  # whatever it is: the file cannot be used
        return "a file that does not load with weights_only=True"
    if not isinstance(state, dict):
        return f"a {type(state).__name__}, not a state_dict"
    wanted = model.state_dict()
    if missing := [name for name in wanted if name not in state]:
        return f"a dict without {missing[0]!r}"
    if not all(isinstance(value, torch.Tensor) for value in state.values()):
        return "a dict with values that are no tensors"
    same = all(torch.equal(state[name], value) for name, value in wanted.items())
    return "the state_dict" if same else "other weights"


def _look_at_saving(candidate, weight, bias):
    """What lies in the folder after a first save, one over an old file, and one that fails."""
    old, new = _Counting(weight, bias), _Counting(weight - 1, bias)
    with tempfile.TemporaryDirectory() as root:
        folder, witness = Path(root) / "saved", Path(root) / "old_file"
        folder.mkdir()
        path = folder / "weights.pt"
        candidate(old, path)
        report = {"after a save": _content(path, old),
                  "other files beside it": len([p for p in folder.iterdir() if p != path])}
        torch.save(old.state_dict(), path)
        os.link(path, witness)                  # a second name, under which the old file lives on
        candidate(new, path)
        report["after a save over an old file"] = _content(path, new)
        report["the old file itself"] = _content(witness, old)
        try:
            candidate(_CannotBeSaved(weight + 1, bias), path)
        except Exception:  # it is meant to fail; what counts is what it leaves
            pass
        report["over an old file, after a save that failed"] = _content(path, new)
    return report


save_weights = Exercise(
    "Save so that nothing can be lost",
    save_weights_reference,
    lambda rng: [(_tensor(rng, 2, 3), _tensor(rng, 2))],
    [
        Mistake("the file is written in its final place", _save_directly,
                "When the save breaks off, the old file is gone and the new one is half. Write to "
                "a second name and rename at the end."),
        Mistake("the whole model is saved", _save_whole_model,
                "Such a file is a program: it needs your class and can run anything when loaded. "
                "Save `model.state_dict()`."),
        Mistake("a list of tensors is saved", _save_a_list,
                "Without names nobody can check what belongs where: save `model.state_dict()`."),
        Mistake("the finished file has another name than the one asked for", _save_without_rename,
                "`temporary.replace(path)` gives the new file its final name."),
        Mistake("the file is copied, not renamed, and the copy stays", _save_copy,
                "A copy can break off too, and it leaves a second file; a rename is one step."),
        Mistake("the file is copied, not renamed", _save_copy_and_tidy_up,
                "A copy writes into the old file and can break off in the middle; a rename is one "
                "step."),
        Mistake("only the parameters are saved", _save_parameters,
                "A model may have more to remember than what it learns, such as counters: save "
                "`model.state_dict()`."),
        Mistake("the old file is deleted first", _save_after_deleting,
                "Between the deletion and the end of the save there is nothing. "
                "`temporary.replace(path)` replaces the old file by itself."),
    ],
    [
        "`path.with_suffix('.unfinished')` is a second name in the same folder.",
        "`torch.save(model.state_dict(), temporary)` writes to that name.",
        "`temporary.replace(path)` renames, and replaces an old file in one step.",
    ],
    observe=_look_at_saving,
    example='''\
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     save_weights(torch.nn.Linear(2, 1), Path(folder) / "weights.pt")
...     print([path.name for path in Path(folder).iterdir()])
['weights.pt']''',
)


# --- questions -------------------------------------------------------------------------------

agreement = Question(
    "Five programs, one network",
    {
        "a": "they are equal to the last bit",
        "b": "they differ by rounding only, by less than 1e-10",
        "c": "they differ in the third digit, because each rounds differently and it builds up",
    },
    "b",
    {
        "a": "Addition of rounded numbers depends on its order, and NumPy and torch add in "
             "different orders.",
        "b": "Each result is rounded at the sixteenth digit, in another order of additions; sixty "
             "steps multiply that a little.",
        "c": "float64 rounds at the sixteenth digit. Sixty steps do not lose thirteen digits.",
    },
    ["float64 has about 16 digits.",
     "Is (a + b) + c always equal to a + (b + c) on a computer?"],
)

find_the_mistake = Question(
    "Find the mistake: it learns, but badly",
    {
        "a": "the learning rate is too small",
        "b": "ReLU is in the wrong place",
        "c": "the hidden layers never learn, because the optimizer does not get them",
        "d": "softmax is missing at the end",
    },
    "c",
    {
        "a": "The same rate trains the repaired network well.",
        "b": "ReLU stands after each hidden layer and not after the last: right.",
        "c": "They are in a plain list. A module registers only modules that are its attributes, "
             "or stand in a `ModuleList`; so `parameters()` yields the output layer alone.",
        "d": "`cross_entropy` contains the softmax; the network returns logits.",
    },
    ["What does `model.parameters()` yield?",
     "Which of the layers is an attribute of the module, and which is only inside a list?"],
)

numbers_seen = Prediction(
    "Numbers that the optimizer gets",
    "numbers",
    within=1.001,
    mistakes=[
        Guess("lists are searched too", lambda guess, measured: abs(guess - 199_210) < 1000,
              "That is the whole network; a module does not look into plain lists.", 199_210.0),
        Guess("nothing at all is registered", lambda guess, measured: guess == 0,
              "The output layer is an attribute of the module, so it is registered.", 0.0),
        Guess("the biases are left out", lambda guess, measured: guess == 2000,
              "The output layer has 200 times 10 weights, and ten biases.", 2000.0),
    ],
    lesson="Only the output layer counts: 200 times 10 weights and 10 biases.",
    reference=2010.0,
    hints=["Which layers are attributes of the module?",
           "The output layer goes from 200 units to 10."],
    extra=True,
)

TASKS = name_tasks(globals())
