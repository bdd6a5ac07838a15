"""Exercises of chapter 15: GPU and speed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks

# --- moving data to a device -----------------------------------------------------------------

def move_to_reference(data, device):
    if isinstance(data, torch.Tensor):
        return data.to(device)
    if isinstance(data, dict):
        return {name: move_to_reference(value, device) for name, value in data.items()}
    return [move_to_reference(value, device) for value in data]


def _moved_in_vain(data, device):
    if isinstance(data, torch.Tensor):
        data.to(device)
    elif isinstance(data, dict):
        for value in data.values():
            _moved_in_vain(value, device)
    else:
        for value in data:
            _moved_in_vain(value, device)
    return data


def _moved_first_only(data, device):
    if isinstance(data, torch.Tensor):
        return data.to(device)
    if isinstance(data, dict):
        names = list(data)
        return {**data, names[0]: _moved_first_only(data[names[0]], device)}
    return [_moved_first_only(data[0], device), *data[1:]]


def _moved_top_level_only(data, device):
    if isinstance(data, torch.Tensor):
        return data.to(device)
    if isinstance(data, dict):
        return {name: value.to(device) if isinstance(value, torch.Tensor) else value
                for name, value in data.items()}
    return [value.to(device) if isinstance(value, torch.Tensor) else value for value in data]


def _moved_keys_lost(data, device):
    if isinstance(data, torch.Tensor):
        return data.to(device)
    values = data.values() if isinstance(data, dict) else data
    return [_moved_keys_lost(value, device) for value in values]


def _moved_and_converted(data, device):
    if isinstance(data, torch.Tensor):
        return data.to(device, torch.float32)
    if isinstance(data, dict):
        return {name: _moved_and_converted(value, device) for name, value in data.items()}
    return [_moved_and_converted(value, device) for value in data]


def _described(data):
    """Where everything is, in words; the numbers of a pretended device cannot be looked at."""
    if isinstance(data, torch.Tensor):
        return f"{data.dtype} {tuple(data.shape)} on {data.device.type}"
    if isinstance(data, dict):
        return {name: _described(value) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [f"a {type(data).__name__} of", *[_described(value) for value in data]]
    return data


move_to = Exercise(
    "Move a batch to a device",
    move_to_reference,
    lambda rng: [
        (torch.zeros(2, 3), "meta"),
        ([torch.zeros(4, 2), torch.zeros(4, dtype=torch.int64)], "meta"),
        ({"images": torch.zeros(2, 5), "labels": torch.zeros(2, dtype=torch.int64)}, "meta"),
        ({"images": [torch.zeros(1, 2), torch.zeros(3, 2)], "labels": torch.zeros(3)}, "meta"),
        ([torch.zeros(2, 2)], "cpu"),
    ],
    [
        Mistake("the result of .to() is thrown away", _moved_in_vain,
                "`tensor.to(device)` returns a tensor on the device and leaves the old one where "
                "it is. (Only a module's `.to()` changes the module itself.)"),
        Mistake("only the first part is moved", _moved_first_only,
                "The labels have to be on the device as well, or the loss cannot be computed."),
        Mistake("what lies deeper stays behind", _moved_top_level_only,
                "A list may hold another list: call `move_to` on each part."),
        Mistake("the names are lost", _moved_keys_lost,
                "A dict comes back as a dict: `{name: move_to(value, device) for name, value in "
                "data.items()}`."),
        Mistake("everything becomes float32", _moved_and_converted,
                "Class numbers must stay int64. Give `.to()` the device only."),
    ],
    [
        "Three cases: a tensor, a dict, a list. `isinstance` tells them apart.",
        "For a dict or a list, call `move_to` on each of its parts and put the results into a new "
        "one.",
        "A tensor: return `data.to(device)`.",
    ],
    example="""\
>>> batch = {"images": torch.zeros(2, 3), "extras": [torch.ones(2)]}
>>> moved = move_to(batch, "meta")
>>> moved["images"].device, moved["extras"][0].device
(device(type='meta'), device(type='meta'))
>>> batch["images"].device
device(type='cpu')""",
    observe=lambda candidate, data, device: _described(candidate(data, device)),
)


# --- timing ----------------------------------------------------------------------------------

class PretendDevice:
    """A device with a clock of its own: asking takes 1 s, the work is done later."""

    def __init__(self, durations: list[float], left_over: float) -> None:
        self._now, self._free_at = 0.0, left_over
        self._durations, self.calls = list(durations), 0

    def clock(self) -> float:
        """The time in seconds."""
        return self._now

    def work(self) -> None:
        """Ask for some work, which takes its time after this has returned."""
        self._now += 1.0
        duration = self._durations[min(self.calls, len(self._durations) - 1)]
        self.calls += 1
        self._free_at = max(self._free_at, self._now) + duration

    def synchronize(self) -> None:
        """Wait until all work is done."""
        self._now = max(self._now, self._free_at)


def median_seconds_reference(work, repeats, synchronize, clock):
    work()                                   # the warm-up is not counted
    durations = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        work()
        synchronize()
        durations.append(clock() - start)
    return float(np.median(durations))


def _timed(*, warm_up=True, before=True, after=True, summary=np.median, together=False):
    """A timing function with one thing changed."""
    def timing(work, repeats, synchronize, clock):
        if warm_up:
            work()
        if together:
            synchronize()
            start = clock()
            for _ in range(repeats):
                work()
            synchronize()
            return (clock() - start) / repeats
        durations = []
        for _ in range(repeats):
            if before:
                synchronize()
            start = clock()
            work()
            if after:
                synchronize()
            durations.append(clock() - start)
        return summary(durations)
    return timing


def _observe_timing(candidate, durations, repeats, left_over):
    device = PretendDevice(durations, left_over)
    return candidate(device.work, repeats, device.synchronize, device.clock)


median_seconds = Exercise(
    "Time work on a device",
    median_seconds_reference,
    lambda rng: [
        ([500.0, 10.0, 12.0, 90.0], 3, 0.0),
        ([300.0, 5.0, 4.0, 7.0, 6.0, 200.0], 5, 0.0),
        ([80.0, 3.0], 1, 1000.0),
        ([2.0, 30.0, 20.0, 60.0, 25.0, 22.0, 21.0, 1.0], 7, 50.0),
    ],
    [
        Mistake("nothing waits for the device at the end", _timed(after=False),
                "You measure how long it takes to ask. Wait with `synchronize()` before you read "
                "the clock."),
        Mistake("earlier work is counted as well", _timed(before=False),
                "Something may still be running when you start the clock: `synchronize()` first."),
        Mistake("the first call is counted", _timed(warm_up=False),
                "The first call prepares things (memory, the choice of a method). Call `work()` "
                "once before you measure."),
        Mistake("the mean is taken", _timed(summary=np.mean),
                "One disturbance spoils a mean. The median does not care how bad the worst was."),
        Mistake("the fastest run is taken", _timed(summary=min),
                "The minimum is what happens on the luckiest day. Here we ask for the median."),
        Mistake("the slowest run is taken", _timed(summary=max),
                "The maximum shows the worst disturbance. Take the median."),
        Mistake("all runs are timed together", _timed(together=True),
                "Then the result is a mean. Time each run by itself and take the median."),
        Mistake("all durations are returned", _timed(summary=sum),
                "Add nothing up: `np.median(durations)` is the answer."),
    ],
    [
        "Call `work()` once before measuring anything.",
        "In each of the repeats: synchronize, read the clock, work, synchronize, read the clock.",
        "Return `np.median` of the list of durations.",
    ],
    example="""\
>>> readings = iter([0.0, 4.0, 10.0, 11.0, 20.0, 22.0])    # three runs: 4, 1 and 2 seconds
>>> def nothing():
...     pass
>>> median_seconds(nothing, 3, synchronize=nothing, clock=lambda: next(readings))
2.0""",
    observe=_observe_timing,
)


# --- counting operations ---------------------------------------------------------------------

def step_flops_reference(sizes, batch_size):
    total = 0
    for layer, (inputs, outputs) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        products = 2 if layer == 0 else 3            # nobody needs the gradient of the images
        total += products * 2 * batch_size * inputs * outputs
    return total


def _flops(products_first=2, products=3, each=2, batch=True):
    def count(sizes, batch_size):
        total = 0
        for layer, (inputs, outputs) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
            number = products_first if layer == 0 else products
            total += number * each * inputs * outputs * (batch_size if batch else 1)
        return total
    return count


def _flops_last_layer_spared(sizes, batch_size):
    return _flops(products_first=3)(sizes, batch_size) - 2 * batch_size * sizes[-2] * sizes[-1]


step_flops = Exercise(
    "Operations of a training step",
    step_flops_reference,
    lambda rng: [((784, 200, 200, 10), 200), ((5, 3), 4), ((2, 7, 3), 1), ((6, 6, 6, 6), 10)],
    [
        Mistake("the multiplications are counted and the additions are not", _flops(each=1),
                "Each entry of a product is a sum of products: one multiplication and one addition "
                "for each pair."),
        Mistake("the gradient of the images is computed, too", _flops(products_first=3),
                "The first layer passes no error back: nobody needs the gradient of the images."),
        Mistake("only the forward pass is counted", _flops(products_first=1, products=1),
                "Going back costs two more products for each layer: one for the gradient of the "
                "weights, one to pass the error on."),
        Mistake("nothing passes the error back", _flops(products_first=2, products=2),
                "Each layer but the first needs a third product: `deltas @ weights.T`."),
        Mistake("the batch is forgotten", _flops(batch=False),
                "Each sample goes through the network: multiply by the batch size."),
        Mistake("the last layer is spared the third product, not the first",
                _flops_last_layer_spared,
                "The error comes in at the last layer and must be passed back from there. It is "
                "the first layer that has nobody to pass it to."),
    ],
    [
        "`(B, D) @ (D, H)` takes `B * D * H` multiplications and as many additions.",
        "Forward: one product a layer. Backward: one for the weights, one to pass the error back.",
        "The first layer need not pass anything back: 2 products; the others have 3.",
    ],
    example="""\
>>> step_flops((2, 3), 1)         # 2 products of 2 * 3 pairs, 2 operations each
24
>>> step_flops((2, 3, 1), 1)      # and 3 products of 3 * 1 pairs
42""",
)


# --- the step by hand ------------------------------------------------------------------------

def hand_step_reference(inputs, targets, weights, biases, learning_rate):
    layers = [inputs]
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        layers.append(torch.addmm(bias, layers[-1], weight).relu_())        # (N, D) -> (N, H)
    logs = torch.addmm(biases[-1], layers[-1], weights[-1]).log_softmax(dim=1)
    delta = (logs.exp() - targets) / len(inputs)                            # (N, C)
    for layer in reversed(range(len(weights))):
        if layer > 0:                                                       # before the update
            passed = (delta @ weights[layer].T).mul_(layers[layer].sign())  # (N, C) -> (N, H)
        weights[layer].addmm_(layers[layer].T, delta, alpha=-learning_rate)
        biases[layer].sub_(delta.sum(dim=0), alpha=learning_rate)
        if layer > 0:
            delta = passed
    return -(targets * logs).sum() / len(inputs)


def _hand(*, early_update=False, mean=True, mask=True, sign=-1, biases_learn=True,
          bias_mean=False, softmax_axis=1, in_place=True, summed_loss=False):
    """The step by hand with one thing changed."""
    def step(inputs, targets, weights, biases, learning_rate):
        layers = [inputs]
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            layers.append((layers[-1] @ weight + bias).relu())
        logs = (layers[-1] @ weights[-1] + biases[-1]).log_softmax(dim=softmax_axis)
        delta = (logs.exp() - targets) / (len(inputs) if mean else 1)
        for layer in reversed(range(len(weights))):
            weight = weights[layer].clone()
            change = sign * learning_rate * (layers[layer].T @ delta)
            bias_change = sign * learning_rate * (delta.mean(0) if bias_mean else delta.sum(0))
            if in_place:
                weights[layer].add_(change)
                biases[layer].add_(bias_change * biases_learn)
            else:
                weights[layer] = weights[layer] + change
                biases[layer] = biases[layer] + bias_change
            if layer > 0:
                delta = delta @ (weights[layer] if early_update else weight).T
                delta = delta * layers[layer].sign() if mask else delta
        loss = -(targets * logs).sum()
        return loss if summed_loss else loss / len(inputs)
    return step


def _observe_step(candidate, inputs, targets, weights, biases, learning_rate):
    """The loss, and what is then in the very tensors that were handed over."""
    tensors = [*weights, *biases]
    loss = candidate(inputs, targets, weights, biases, learning_rate)
    return loss, [tensor.clone() for tensor in tensors]


def _step_cases(rng):
    cases = []
    for samples, sizes in ((4, (3, 5, 2)), (6, (4, 4, 4, 4)), (5, (2, 3)), (3, (6, 4, 5, 3))):
        pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
        labels = torch.from_numpy(rng.integers(sizes[-1], size=samples))
        cases.append((
            torch.from_numpy(rng.normal(size=(samples, sizes[0]))),
            torch.nn.functional.one_hot(labels, sizes[-1]).double(),
            [torch.from_numpy(rng.normal(size=pair)) for pair in pairs],
            [torch.from_numpy(0.5 * rng.normal(size=pair[1])) for pair in pairs],
            0.3,
        ))
    return cases


hand_step = Exercise(
    "A training step by hand",
    hand_step_reference,
    _step_cases,
    [
        Mistake("a layer is updated before the error has passed through it",
                _hand(early_update=True),
                "The error must go back through the weights that made it. Compute what is passed "
                "back first, then update."),
        Mistake("the gradient is a sum over the batch", _hand(mean=False),
                "The loss is the mean over the samples, so `delta` is divided by their number."),
        Mistake("the ReLU is left out on the way back", _hand(mask=False),
                "Where a hidden output is 0, no error passes: multiply by `layer.sign()`."),
        Mistake("the step goes uphill", _hand(sign=1),
                "The gradient points uphill: `alpha=-learning_rate` subtracts."),
        Mistake("the biases do not learn", _hand(biases_learn=False),
                "Each bias takes the step `learning_rate * delta.sum(dim=0)`."),
        Mistake("the bias gradient is a mean", _hand(bias_mean=True),
                "`delta` holds the division by the batch already; add its rows up."),
        Mistake("the softmax runs along the batch", _hand(softmax_axis=0),
                "The classes of one sample compete: `log_softmax(dim=1)`."),
        Mistake("new tensors are made in place of changed ones", _hand(in_place=False),
                "Change the tensors themselves (`weight.addmm_`, `bias.sub_`): that is what saves "
                "the memory traffic, and whoever else holds them sees the change."),
        Mistake("the loss is a sum", _hand(summed_loss=True),
                "The weights are right. The loss to return is the mean over the samples."),
    ],
    [
        "Forward: keep the inputs of each layer in a list. `torch.addmm(bias, x, weight)` is "
        "`x @ weight + bias`.",
        "At the output, `delta` is the softmax minus the targets, divided by N. For each layer "
        "from the last to the first: first compute `(delta @ weight.T) * layer.sign()`, then "
        "update.",
        "`weight.addmm_(received.T, delta, alpha=-learning_rate)` is the gradient and the update "
        "in one product.",
    ],
    observe=_observe_step,
    extra=True,
    example="""\
>>> weights, biases = [torch.zeros(2, 2)], [torch.zeros(2)]
>>> inputs, targets = torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 0.0]])
>>> hand_step(inputs, targets, weights, biases, learning_rate=1.0)
tensor(0.6931)
>>> weights[0]
tensor([[ 0.5000, -0.5000],
        [ 1.0000, -1.0000]])""",
)


# --- predictions and questions ---------------------------------------------------------------

overhead = Prediction(
    "The readable loop in units of its bare products",
    "times",
    within=1.35,
    mistakes=[
        Guess("a loop in Python is a hundred times slower than the arithmetic",
              lambda guess, measured: guess >= 20,
              "That holds for loops over single numbers. Here Python only asks for large "
              "operations; each works on thousands of numbers.", 100.0),
        Guess("the products are all there is", lambda guess, measured: guess <= 1.05,
              "Picking a batch, biases, activations, the loss and the update do little arithmetic, "
              "but they move as much memory.", 1.0),
    ],
    lesson="On a CPU the loop takes a small multiple of its products; on a GPU, where the products "
           "take hardly any time, it is more.",
    reference=1.6,
    hints=["Look at the figure of section 4: add up the lengths of all bars, and divide by the "
           "place of the dotted line."],
)

batch_throughput = Prediction(
    "Samples a second: batches of 1,000 against batches of 10",
    "times as many",
    within=2.0,
    mistakes=[
        Guess("the batch size does not matter", lambda guess, measured: guess < 1.5,
              "The arithmetic for each sample is the same. But each step also has a fixed price, "
              "and a batch of 10 hardly dilutes it.", 1.0),
        Guess("a hundred times larger batches are a hundred times as fast",
              lambda guess, measured: guess >= 70,
              "That would hold if a step took the same time whatever its size. Arithmetic takes "
              "over at some point.", 100.0),
    ],
    lesson="A step has a fixed price; large batches spread it over more samples, until the "
           "arithmetic itself is the limit.",
    reference=4.0,
    hints=["A step asks for some fifty operations, each of which costs microseconds to ask for."],
)

find_the_mistake = Question(
    "Find the mistake: a network in bfloat16",
    {
        "a": "bfloat16 cannot hold numbers as small as the gradients",
        "b": "the steps are too small to change a number with three digits",
        "c": "the learning rate is too large for bfloat16",
        "d": "the labels were not converted",
    },
    "b",
    {
        "a": "It can: bfloat16 has the same range of exponents as float32, down to about 1e-38.",
        "b": "Near 1 the next larger bfloat16 number is 1/128 away. A step of less than half of "
             "that is rounded off, and the weight stays what it was.",
        "c": "Then the loss would grow or jump. Here it stands still.",
        "d": "Class numbers stay whole numbers; they are never computed with.",
    },
    ["What is `1 + 0.001` in bfloat16?"],
    extra=True,
)


# --- what the benchmark has stored -----------------------------------------------------------

def stored_tables():
    """Tables of the course's benchmark, (machine, title, {name: median seconds}); [] if none."""
    folder = Path(__file__).parents[2] / "tests" / "benchmarks" / "results"
    documents = [json.loads(path.read_text(encoding="utf-8"))
                 for path in sorted(folder.glob("*.json"))]
    return [(_machine(document.get("machine", {})), table["title"], _medians(table["rows"]))
            for document in documents
            for tables in document.get("results", {}).values() for table in tables]


def _machine(about):
    return about.get("gpu") or f"{about.get('processor')}, {about.get('threads')} threads"


def _medians(rows):
    return {row["name"].strip(): float(np.median(row["seconds"]))
            for row in rows if row.get("seconds")}


TASKS = name_tasks(globals())
