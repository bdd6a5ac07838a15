"""Wrong answers written by hand, for exercises whose reference has few small changes.

Each is a slip that somebody could make and that no list of mistakes names.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from notebooks.exercises import (
    chapter_04,
    chapter_07,
    chapter_08,
    chapter_10,
    chapter_16,
    chapter_17,
)


def _module(build, forward):
    """A class of networks from two functions."""

    class Answer(nn.Module):
        def __init__(self, *sizes):
            super().__init__()
            build(self, *sizes)

    Answer.forward = forward
    return Answer


def _chain(network, sizes, *, bias=True):
    network.layers = nn.ModuleList(
        nn.Linear(before, after, bias=bias) for before, after in zip(sizes, sizes[1:], strict=False)
    )


def _through(activation, last):
    def forward(network, inputs):
        for layer in network.layers[:-1]:
            inputs = activation(layer(inputs))
        return last(network.layers[-1](inputs))

    return forward


def _same(values):
    return values


def _saves_under_another_name(model, path):
    torch.save(model.state_dict(), path.with_suffix(".backup"))


def _saves_half(model, path):
    state = model.state_dict()
    torch.save(dict(list(state.items())[: len(state) // 2]), path)


def _saves_zeros(model, path):
    torch.save({name: torch.zeros_like(value) for name, value in model.state_dict().items()}, path)


def _steps_twice(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= 2 * learning_rate * parameter.grad
            parameter.grad = None


def _steps_by_the_sign(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad.sign()
            parameter.grad = None


def _guesser(rate, activation):
    def build(network, inputs, hidden, outputs):
        network.first, network.second = nn.Linear(inputs, hidden), nn.Linear(hidden, outputs)

    def forward(network, batch):
        hidden = activation(network.first(batch))
        return network.second(F.dropout(hidden, rate, training=network.training))

    return _module(build, forward)


def _scorer(change, bias=True):
    def build(network, inputs, outputs):
        network.linear = nn.Linear(inputs, outputs, bias=bias)

    return _module(build, lambda network, batch: change(network.linear(batch)))


def _step(change):
    """Chapter 04's training step, with its result or its arguments changed."""
    return lambda inputs, targets, parameters, learning_rate: change(
        chapter_04.training_step.reference, inputs, targets, parameters, learning_rate)


def _replaces(content, path, write):
    chapter_16.save_atomically.reference(content, path, write)


def _changed(exercise, change):
    """The reference, with what it returns changed."""
    return lambda *arguments, **options: change(exercise.reference(*arguments, **options))


def _split(change):
    return _changed(chapter_07.split_indices, lambda parts: change(*parts))


_sharded = partial(_changed, chapter_16.shard)
_dealt = partial(_changed, chapter_16.deal_out)
_predicts = partial(_changed, chapter_17.predict)
_counts = partial(_changed, chapter_10.count_parameters)
_LOSSES = {
    "halved": lambda s, y: F.cross_entropy(s, y) / 2,
    "a margin": lambda s, y: F.multi_margin_loss(s, y),
    "smoothed": lambda s, y: F.cross_entropy(s, y, label_smoothing=0.1),
}

WRONG_ANSWERS = {
    "chapter_01.nand_parameters": {
        "exclusive or is wanted": ((1.0, -1.0), 0.5),
        "only (1, 0) is left out": ((-1.0, 1.0), 0.5),
        "only (0, 0) and (0, 1) fire": ((-2.0, 0.5), 0.0),
        "only (1, 0) fires": ((1.0, -1.0), -1.0),
        "three weights": ((-1.0, -1.0, 0.0), 1.5),
    },
    "chapter_02.relu": {
        "cut at one": lambda x: np.maximum(x, 1.0),
        "cut on both sides": lambda x: np.clip(x, 0.0, 1.0),
        "a step": lambda x: np.where(x > 0, 1.0, 0.0) + 0 * x,
        "the square": lambda x: np.maximum(x, 0.0) ** 2,
    },
    "chapter_03.layer": {
        "the biases twice": lambda x, w, b: x @ w + 2 * b,
        "a ReLU behind it": lambda x, w, b: np.maximum(x @ w + b, 0.0),
        "inputs doubled": lambda x, w, b: 2 * x @ w + b,
    },
    "chapter_03.collapse": {
        "first biases unchanged": lambda w, b, v, c: (w @ v, b.sum() + c),
        "biases subtracted": lambda w, b, v, c: (w @ v, b @ v - c),
        "a mean of matrices": lambda w, b, v, c: (w @ v / 2, b @ v + c),
    },
    "chapter_03.xor_parameters": {
        "both hidden units are OR": (((1.0, 1.0), (1.0, 1.0)), (-0.5, -0.5), (1.0, 1.0), -1.5),
        "a silent output": (((1.0, -1.0), (1.0, -1.0)), (-0.5, 1.5), (1.0, 1.0), -5.0),
        "the first input": (((1.0, 0.0), (0.0, 0.0)), (-0.5, -0.5), (1.0, 0.0), -0.5),
        "the second input": (((0.0, 0.0), (1.0, 0.0)), (-0.5, -0.5), (1.0, 0.0), -0.5),
        "not the first input": (((1.0, 0.0), (0.0, 0.0)), (-0.5, -0.5), (-1.0, 0.0), 0.5),
    },
    "chapter_03.hinge_weights": {
        "slopes times widths": lambda k, v: np.diff(np.diff(v) * np.diff(k), prepend=0.0),
        "second differences": lambda k, v: np.diff(np.diff(v), prepend=0.0),
        "sums of the slopes": lambda k, v: np.cumsum(np.diff(v) / np.diff(k)),
    },
    "chapter_04.compute_h": {
        "a tanh behind it": lambda x, w, b: np.tanh(x @ w + b),
        "the bias twice": lambda x, w, b: x @ w + 2 * b,
        "divided by the inputs": lambda x, w, b: x @ w / x.shape[1] + b,
    },
    "chapter_04.compute_grad_w2": {
        "the mean over the rows": lambda h, g: h.T @ g / len(g),
        "units off are counted": lambda h, g: (h + 1).T @ g,
        "the size alone": lambda h, g: np.abs(h.T @ g),
        "doubled": lambda h, g: 2 * h.T @ g,
    },
    "chapter_04.compute_grad_h_relu": {
        "the size alone": lambda g, w: np.abs(g @ w.T),
        "the sign of the weights": lambda g, w: g @ np.sign(w.T),
        "the mean gradient": lambda g, w: g.mean() + 0 * (g @ w.T),
    },
    "chapter_04.compute_grad_h": {
        "the size where it is on": lambda g, h: np.where(h > 0, np.abs(g), 0.0),
        "on from one": lambda g, h: np.where(h > 1, g, 0.0),
        "a small slope to the left": lambda g, h: np.where(h > 0, g, 0.01 * g),
    },
    "chapter_04.compute_grad_w1": {
        "the mean over the rows": lambda x, g: x.T @ g / len(g),
        "the size alone": lambda x, g: np.abs(x.T @ g),
        "half": lambda x, g: x.T @ g / 2,
        "only gradients above 0": lambda x, g: x.T @ np.maximum(g, 0),
    },
    "chapter_04.training_step": {
        "half a step": _step(lambda f, x, y, p, r: f(x, y, p, r / 2)),
        "two steps": _step(lambda f, x, y, p, r: f(x, y, f(x, y, p, r), r)),
        "only the first row": _step(lambda f, x, y, p, r: f(x[:1], y[:1], p, r)),
        "no training": _step(lambda f, x, y, p, r: {k: v.copy() for k, v in p.items()}),
        "targets turned round": _step(lambda f, x, y, p, r: f(x, y[::-1], p, r)),
    },
    "chapter_05.gather": {
        "the largest score": lambda s, y: s.max(dim=1).values,
        "the next class": lambda s, y: s[torch.arange(len(s)), (y + 1) % s.shape[1]],
        "the first label for all": lambda s, y: s[:, y[0]],
        "sorted": lambda s, y: s[torch.arange(len(s)), y].sort().values,
    },
    "chapter_05.one_hot": {
        "the next class": lambda y, c: F.one_hot((y + 1) % c, c).float(),
        "all but one": lambda y, c: 1 - F.one_hot(y, c).float(),
        "up to the class": lambda y, c: (y[:, None] >= torch.arange(c)).float(),
    },
    "chapter_05.causal_mask": {
        "only the diagonal": lambda n: torch.eye(n, dtype=torch.bool),
        "everything": lambda n: torch.ones(n, n, dtype=torch.bool),
        "two steps back only": lambda n: torch.ones(n, n).tril().triu(-1).bool(),
    },
    "chapter_05.row_normalise": {
        "by the largest": lambda c: c / c.max(dim=1, keepdim=True).values,
        "by the length": lambda c: c / c.norm(dim=1, keepdim=True),
        "a softmax": lambda c: c.double().softmax(dim=1).to(c.dtype),
    },
    "chapter_06.take_step": {"a double step": _steps_twice, "by the sign": _steps_by_the_sign},
    "chapter_07.split_indices": {
        "one index on both sides": _split(lambda a, b: (torch.cat([a, b[:1]]), b)),
        "one index lost": _split(lambda a, b: (a[1:], b)),
        "nothing left to train": _split(lambda a, b: (a[:0], torch.cat([a, b]))),
        "sides swapped": _split(lambda a, b: (b, a)),
        "numbers shifted by one": _split(lambda a, b: (a + 1, b + 1)),
    },
    "chapter_08.softmax": {
        "clamped": lambda z: z.clamp(max=700).softmax(dim=1),
        "minus the median": lambda z: chapter_08._softmax_minus(
            lambda logits: logits.median(dim=1, keepdim=True).values)(z),
    },
    "chapter_08.cross_entropy": {
        "a little added": lambda z, y: F.nll_loss((z.softmax(dim=1) + 1e-9).log(), y),
        "at most 100": lambda z, y: F.cross_entropy(z, y).clamp(max=100),
    },
    "chapter_09.accuracy": {
        "the error": lambda s, y: 1 - (s.argmax(dim=1) == y).float().mean().item(),
        "a class off by one": lambda s, y: (s.argmax(dim=1) + 1 == y).float().mean().item(),
        "without the last row": lambda s, y: (s.argmax(1) == y)[:-1].float().mean().item(),
    },
    "chapter_09.take_step": {"a double step": _steps_twice, "by the sign": _steps_by_the_sign},
    "chapter_10.linear": {
        "a ReLU behind it": lambda x, w, b: torch.relu(x @ w.T + b),
        "the bias twice": lambda x, w, b: x @ w.T + 2 * b,
        "scaled by the inputs": lambda x, w, b: x @ w.T / x.shape[1] ** 0.5 + b,
    },
    "chapter_10.count_parameters": {
        "one too many": _counts(lambda count: count + 1),
        "rows only": lambda m: sum(p.shape[0] for p in m.parameters() if p.dim()),
        "the first layer": lambda m: next(iter(m.parameters())).numel(),
        "nothing": lambda m: 0,
        "twice": _counts(lambda count: 2 * count),
    },
    "chapter_10.Network": {
        "sigmoid between": _module(_chain, _through(torch.sigmoid, _same)),
        "tanh between": _module(_chain, _through(torch.tanh, _same)),
        "doubled scores": _module(_chain, _through(torch.relu, lambda scores: 2 * scores)),
        "one layer left out": _module(lambda network, sizes: _chain(network, sizes[1:]),
                                      _through(torch.relu, _same)),
    },
    "chapter_10.save_weights": {
        "another name": _saves_under_another_name, "half": _saves_half, "zeros": _saves_zeros,
        "an empty file": lambda model, path: path.write_bytes(b""),
        "nothing": lambda model, path: None,
    },
    "chapter_13.average_probabilities": {
        "the median": lambda s: s.softmax(dim=2).median(dim=0).values,
        "the last pass": lambda s: s.softmax(dim=2)[-1],
        "the largest": lambda s: s.softmax(dim=2).max(dim=0).values,
    },
    "chapter_15.move_to": {
        "a list for everything": lambda data, device: [data],
        "nothing moves": lambda data, device: data,
        "only the first level": lambda data, device: data.to(device)
        if isinstance(data, torch.Tensor) else data,
    },
    "chapter_16.shard": {
        "turned round": _sharded(lambda rows: rows.flip(0)),
        "one row fewer": _sharded(lambda rows: rows[:-1]),
        "sorted": _sharded(lambda rows: rows.sort().values),
        "one row twice": _sharded(lambda rows: torch.cat([rows, rows[:1]])),
    },
    "chapter_16.exact_accuracy": {
        "the errors": _changed(chapter_16.exact_accuracy, lambda share: 1 - share),
        "without the last rank": lambda table: float(table[:-1, 0].sum() / table[:, 1].sum()),
    },
    "chapter_16.save_atomically": {
        "the end is missing": lambda content, path, write: _replaces(content[:-1], path, write),
        "nothing": lambda content, path, write: None,
        "turned round": lambda content, path, write: _replaces(content[::-1], path, write),
    },
    "chapter_16.deal_out": {
        "one run lost": _dealt(lambda runs: runs[:-1]),
        "numbers shifted by one": _dealt(lambda runs: [run + 1 for run in runs]),
        "nothing": _dealt(lambda runs: []),
        "one run twice": _dealt(lambda runs: runs + runs[:1]),
    },
    "chapter_17.make_batches": {
        "the last batch is left out": lambda y, size, rng: np.split(
            rng.permutation(len(y)), range(size, len(y), size))[:-1],
        "drawn with repetition": lambda y, size, rng: np.split(
            rng.integers(0, len(y), len(y)), range(size, len(y), size)),
        "one index a batch": lambda y, size, rng: np.split(rng.permutation(len(y)), len(y)),
    },
    "chapter_17.classifier_loss": {
        **_LOSSES, "the sum": lambda s, y: F.cross_entropy(s, y, reduction="sum"),
    },
    "chapter_17.log_loss": _LOSSES,
    "chapter_17.Guesser": {
        "tanh in place of ReLU": _guesser(0.5, torch.tanh),
        "half the rate": _guesser(0.1, torch.relu),
        "nearly all dropped": _guesser(0.95, torch.relu),
        "the bare total": _guesser(0.5, _same),
    },
    "chapter_17.Scorer": {
        "no bias": _scorer(_same, bias=False),
        "a ReLU behind it": _scorer(torch.relu),
        "a softmax behind it": _scorer(lambda scores: scores.softmax(dim=-1)),
        "doubled scores": _scorer(lambda scores: 2 * scores),
    },
    "chapter_17.answers_of": {
        "the least likely class": lambda m, x: (-m(x)).detach().argmax(dim=1),
        "the next class": lambda m, x: m(x).detach().argmax(dim=1) + 1,
        "the largest score": lambda m, x: m(x).detach().max(dim=1).values,
    },
    "chapter_17.predict": {
        "the sign is lost": _predicts(torch.abs),
        "turned round": _predicts(lambda values: values.flip(0)),
        "scaled": _predicts(lambda values: 1.01 * values),
    },
    "chapter_17.two_layers": {
        "tanh between": lambda x, f, s: torch.sigmoid(s(torch.tanh(f(x)))),
        "sigmoid between": lambda x, f, s: torch.sigmoid(s(torch.sigmoid(f(x)))),
        "nothing between": lambda x, f, s: torch.sigmoid(s(f(x))),
        "a softmax behind": lambda x, f, s: torch.softmax(s(torch.relu(f(x))), dim=1),
        "twice as steep": lambda x, f, s: torch.sigmoid(2 * s(torch.relu(f(x)))),
    },
    "chapter_17.brightness": {
        "cut at one": lambda t: np.clip(t, 0.0, 1.0),
        "the root": lambda t: np.sqrt(np.maximum(t, 0.0)),
        "the square": lambda t: np.maximum(t, 0.0) ** 2,
    },
    "chapter_17.squash": {
        "a sigmoid": lambda t: 1 / (1 + np.exp(-t)),
        "cut off": lambda t: np.clip(t, -1, 1),
        "the arc tangent": lambda t: np.arctan(t),
        "half as steep": lambda t: np.tanh(t / 2),
    },
    "chapter_18.most_confident_mistakes": {
        "the right ones": lambda s, y, n: (s.argmax(1) == y).nonzero().flatten()[:n],
        "the first ones": lambda s, y, n: (s.argmax(1) != y).nonzero().flatten()[:n],
        "by the largest logit": lambda s, y, n: torch.tensor(
            sorted((s.argmax(1) != y).nonzero().flatten().tolist(),
                   key=lambda row: -s[row].max().item())[:n]),
    },
}
