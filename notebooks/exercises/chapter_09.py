"""Exercises of chapter 09: a network for MNIST, made of plain tensors."""

from __future__ import annotations

from math import sqrt

import torch

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


# --- the first weights -----------------------------------------------------------------------

def draw_weights_reference(fan_in, fan_out, generator):
    return torch.randn(fan_in, fan_out, generator=generator) * (2 / fan_in) ** 0.5


def _scaled_draw(deviation):
    """A candidate whose deviation is a function of fan-in and fan-out."""
    def draw_weights(fan_in, fan_out, generator):
        return torch.randn(fan_in, fan_out, generator=generator) * deviation(fan_in, fan_out)
    return draw_weights


def _uncentred_draw(fan_in, fan_out, generator):
    return torch.rand(fan_in, fan_out, generator=generator) * sqrt(2 / fan_in)


def _uniform_draw(fan_in, fan_out, generator):
    return (2 * torch.rand(fan_in, fan_out, generator=generator) - 1) * sqrt(6 / fan_in)


def _transposed_draw(fan_in, fan_out, generator):
    return torch.randn(fan_out, fan_in, generator=generator) * sqrt(2 / fan_in)


def _draw_without_generator(fan_in, fan_out, generator):
    return torch.randn(fan_in, fan_out) * sqrt(2 / fan_in)


def _look_at_draw(candidate, fan_in, fan_out):
    """What can be said of random weights: shape, spread, and whether a seed repeats them."""
    first, again, other = (
        candidate(fan_in, fan_out, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)
    )
    if first is None:
        return None
    if not isinstance(first, torch.Tensor):
        raise TypeError(f"the weights must be a torch tensor, not {type(first).__name__}")
    values = first.detach().double().flatten()
    deviation = float(values.std())
    standard = (values - values.mean()) / deviation
    return {
        "shape": str(tuple(first.shape)),
        "dtype": str(first.dtype),
        "mean is near 0": bool(abs(float(values.mean())) < 0.05 * deviation),
        "deviation": deviation,
        "bell-shaped": bool(2.5 < float((standard**4).mean()) < 3.5),
        "the same seed gives the same weights": bool(torch.equal(first, again)),
        "another seed gives others": not torch.equal(first, other),
    }


draw_weights = Exercise(
    "Weights that keep the signal's size",
    draw_weights_reference,
    lambda rng: [(600, 400), (100, 1500), (300, 300)],
    [
        Mistake("fan-out stands where fan-in belongs", _scaled_draw(lambda d, h: sqrt(2 / h)),
                "A total is a sum over the inputs, so the number of inputs sets the scale. (For "
                "this shape `nn.init.kaiming_normal_` takes the wrong one too: it expects "
                "the weights as (outputs, inputs).)"),
        Mistake("the variance stands where the deviation belongs",
                _scaled_draw(lambda d, h: 2 / d),
                "`torch.randn` has deviation 1; multiply by the root of the variance "
                "`2 / fan_in`."),
        Mistake("the 2 for ReLU is forgotten", _scaled_draw(lambda d, h: sqrt(1 / d)),
                "ReLU halves the mean square in every layer; the 2 makes up for it."),
        Mistake("the mean of fan-in and fan-out is taken",
                _scaled_draw(lambda d, h: sqrt(2 / (d + h))),
                "That is Xavier's rule, for tanh and its like; chapter 10 compares the two."),
        Mistake("the weights are not scaled", _scaled_draw(lambda d, h: 1.0),
                "Multiply the normal numbers by the deviation from the text."),
        Mistake("the factor is turned upside down", _scaled_draw(lambda d, h: sqrt(d / 2)),
                "The more inputs a layer has, the smaller its weights must be."),
        Mistake("the numbers come from 0 to 1", _uncentred_draw,
                "`torch.rand` gives only positive numbers; `torch.randn` is normal around 0."),
        Mistake("the distribution is uniform", _uniform_draw,
                "The spread is right and many programs do it so, but here a normal distribution "
                "is asked for: `torch.randn`."),
        Mistake("the shape is turned round", _transposed_draw,
                "`inputs @ weights` is (N, D) @ (D, H): fan-in comes first."),
        Mistake("the generator is not used", _draw_without_generator,
                "Hand it on with `torch.randn(..., generator=generator)`; otherwise no seed can "
                "repeat the run."),
    ],
    [
        "`torch.randn` draws numbers with deviation 1; multiplying them by s makes it s.",
        "s is the root of `2 / fan_in`; the shape is `(fan_in, fan_out)`.",
    ],
    example="""\
>>> weights = draw_weights(200, 300, torch.Generator().manual_seed(0))
>>> weights.shape
torch.Size([200, 300])
>>> round(weights.std().item(), 2)      # the root of 2 / 200
0.1""",
    observe=_look_at_draw,
    tolerance=Tolerance(relative=0.02),
)


# --- the forward pass ------------------------------------------------------------------------

def forward_reference(inputs, parameters):
    activations = inputs
    layers = list(zip(parameters[0::2], parameters[1::2], strict=True))
    for weights, bias in layers[:-1]:
        activations = torch.relu(activations @ weights + bias)  # (N, D) @ (D, H) -> (N, H)
    weights, bias = layers[-1]
    return activations @ weights + bias                         # (N, H) @ (H, C) -> (N, C)


def _forward_with(activation, last=lambda logits: logits, use_bias=True, turn=lambda w: w):
    """A candidate that differs from the reference in one of these points."""
    def forward(inputs, parameters):
        activations = inputs
        for position in range(0, len(parameters), 2):
            activations = activations @ turn(parameters[position])
            if use_bias:
                activations = activations + parameters[position + 1]
            if position < len(parameters) - 2:
                activations = activation(activations)
        return last(activations)
    return forward


def _relu_before_product(inputs, parameters):
    activations = inputs
    for weights, bias in zip(parameters[0::2], parameters[1::2], strict=True):
        activations = torch.relu(activations) @ weights + bias
    return activations


def _relu_before_bias(inputs, parameters):
    activations = inputs
    for weights, bias in zip(parameters[0:-2:2], parameters[1:-2:2], strict=True):
        activations = torch.relu(activations @ weights) + bias
    return activations @ parameters[-2] + parameters[-1]


def _three_layers_only(inputs, parameters):
    w1, b1, w2, b2, w3, b3 = parameters
    return torch.relu(torch.relu(inputs @ w1 + b1) @ w2 + b2) @ w3 + b3


def _network(rng, *sizes):
    parameters = []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        parameters += [_tensor(rng, fan_in, fan_out), _tensor(rng, fan_out)]
    return parameters


def _forward_cases(rng):
    shapes = [(5, (4, 3, 2)), (2, (6, 4, 4, 5)), (3, (3, 3, 3)), (4, (5, 2)), (1, (3, 4, 2, 3, 2))]
    return [(_tensor(rng, count, sizes[0]), _network(rng, *sizes)) for count, sizes in shapes]


forward = Exercise(
    "The forward pass",
    forward_reference,
    _forward_cases,
    [
        Mistake("ReLU is applied to the logits too", _forward_with(torch.relu, torch.relu),
                "A logit must be free to be negative. Section 8 measures what this costs."),
        Mistake("softmax is applied at the end",
                _forward_with(torch.relu, lambda logits: torch.softmax(logits, dim=1)),
                "`F.cross_entropy` contains the softmax already and wants logits."),
        Mistake("log-softmax is applied at the end",
                _forward_with(torch.relu, lambda logits: torch.log_softmax(logits, dim=1)),
                "`F.cross_entropy` contains it already and wants logits."),
        Mistake("there is no activation", _forward_with(lambda totals: totals),
                "Without ReLU between them, layers collapse into one linear layer (chapter 03)."),
        Mistake("the activation is the sigmoid", _forward_with(torch.sigmoid),
                "This network uses ReLU, and its weights are scaled for that."),
        Mistake("the biases are forgotten", _forward_with(torch.relu, use_bias=False),
                "Each layer adds its bias to the product, before ReLU."),
        Mistake("the weights are transposed",
                _forward_with(torch.relu, turn=lambda weights: weights.T),
                "Here weights have the shape (inputs, outputs), so no transpose is needed."),
        Mistake("ReLU comes before the product", _relu_before_product,
                "It then cuts the negative pixels of the input: multiply and add first."),
        Mistake("ReLU comes before the bias", _relu_before_bias,
                "Add the bias to the product first; ReLU acts on the total."),
        Mistake("the number of layers is fixed at three", _three_layers_only,
                "The list may hold any number of layers: loop over it."),
    ],
    [
        "`zip(parameters[0::2], parameters[1::2])` gives the layers one by one.",
        "In each layer: `activations @ weights + bias`.",
        "`torch.relu` after every layer but the last; the last one is easiest outside the loop.",
    ],
    example="""\
>>> inputs = torch.tensor([[1.0, 2.0]])
>>> one_layer = [torch.tensor([[1.0], [1.0]]), torch.tensor([-5.0])]
>>> forward(inputs, one_layer)          # 1 + 2 - 5
tensor([[-2.]])
>>> second = [torch.tensor([[3.0]]), torch.tensor([1.0])]
>>> forward(inputs, one_layer + second)  # 3 * ReLU(-2) + 1
tensor([[1.]])""",
)


# --- the loss at the start -------------------------------------------------------------------

start_loss = Prediction(
    "The loss before training",
    "",
    within=1.1,
    mistakes=[
        Guess("the share of errors is taken for the loss", lambda guess, measured: 0.85 < guess < 1,
              "Nine answers in ten are wrong, but cross-entropy is the negative logarithm of the "
              "right class's probability: -ln(1/10).", 0.9),
        Guess("the logarithm is taken to base 2", lambda guess, measured: 3.1 < guess < 3.5,
              "In bits it is 3.32; `F.cross_entropy` uses the natural logarithm.", 3.32),
        Guess("the logarithm is taken to base 10", lambda guess, measured: guess == 1,
              "To base 10 it is 1; `F.cross_entropy` uses the natural logarithm.", 1.0),
        Guess("the probability is taken for the loss", lambda guess, measured: 0 < guess < 0.2,
              "The right class has probability 1/10; its loss is the negative logarithm of that.",
              0.1),
        Guess("the minus sign is missing", lambda guess, measured: -2.6 < guess < -2.0,
              "ln(1/10) is negative, the loss is its opposite.", -2.303),
        Guess("the number of classes is taken for the loss", lambda guess, measured: guess == 10,
              "Ten classes, yes; the loss is the logarithm of that number.", 10.0),
    ],
    lesson="Ten equally likely classes give ln 10 = 2.303; a start far from it is a finding.",
    reference=2.31,
    hints=["Cross-entropy of one image is -ln p, with p the probability of its true class.",
           "With ten equal probabilities p is 1/10."],
)


# --- accuracy --------------------------------------------------------------------------------

def accuracy_reference(logits, labels):
    answers = logits.argmax(dim=1)                              # (N, C) -> (N,)
    return (answers == labels).float().mean().item()


def _accuracy_wrong_axis(logits, labels):
    return (logits.argmax(dim=0) == labels).double().mean().item()


def _accuracy_count(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item()


def _accuracy_percent(logits, labels):
    return 100 * accuracy_reference(logits, labels)


def _accuracy_by_classes(logits, labels):
    return (logits.argmax(dim=1) == labels).sum().item() / logits.shape[1]


def _accuracy_of_values(logits, labels):
    return (logits.max(dim=1).values == labels).double().mean().item()


def _accuracy_of_booleans(logits, labels):
    return (logits.argmax(dim=1) == labels).mean()


def _error_rate(logits, labels):
    return 1 - accuracy_reference(logits, labels)


def _accuracy_smallest(logits, labels):
    return (logits.argmin(dim=1) == labels).double().mean().item()


def _accuracy_cases(rng):
    cases = []
    for count, classes in ((4, 4), (7, 3), (20, 10), (1, 5)):
        logits = _tensor(rng, count, classes)
        labels = torch.from_numpy(rng.integers(0, classes, size=count))
        keep = torch.from_numpy(rng.random(count) < 0.6)
        cases.append((logits, torch.where(keep, logits.argmax(dim=1), labels)))
    equal_to_label = torch.tensor([[0.0, 1.0], [3.0, 1.0], [0.0, -1.0]], dtype=torch.float64)
    return [*cases, (equal_to_label, torch.tensor([1, 1, 0]))]


accuracy = Exercise(
    "The share of right answers",
    accuracy_reference,
    _accuracy_cases,
    [
        Mistake("the largest logit is sought along the wrong axis", _accuracy_wrong_axis,
                "`dim=0` compares the images with each other; the classes of one image are "
                "`dim=1`."),
        Mistake("the right answers are counted, not averaged", _accuracy_count,
                "Divide by the number of images, `len(labels)`."),
        Mistake("it is a percentage", _accuracy_percent,
                "A share goes from 0 to 1; leave the factor 100 to the printing."),
        Mistake("the number of classes divides", _accuracy_by_classes,
                "Divide by the number of images, the first axis."),
        Mistake("the largest value is compared, not its place", _accuracy_of_values,
                "`max` gives the logit itself; `argmax` gives the class it stands for."),
        Mistake("the mean of `True` and `False` is taken directly", _accuracy_of_booleans,
                "torch has no mean of booleans: turn them into numbers first, with "
                "`.float()`."),
        Mistake("the share of errors is returned", _error_rate,
                "Count where answer and label are equal."),
        Mistake("the smallest logit is the answer", _accuracy_smallest,
                "The answer is the class with the largest logit: `argmax`."),
    ],
    [
        "`logits.argmax(dim=1)` is the answer for each image.",
        "Comparing it with the labels gives `True` and `False`; `.float()` makes 1 and 0 of them.",
    ],
    example="""\
>>> logits = torch.tensor([[2.0, 5.0, 1.0], [3.0, 0.0, 1.0]])
>>> accuracy(logits, torch.tensor([1, 2]))      # the answers are 1 and 0
0.5""",
)


# --- one step --------------------------------------------------------------------------------

def take_step_reference(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad
            parameter.grad = None


def _step_recorded(parameters, learning_rate):
    for parameter in parameters:
        parameter -= learning_rate * parameter.grad
        parameter.grad = None


def _step_without_clearing(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad


def _step_uphill(parameters, learning_rate):
    take_step_reference(parameters, -learning_rate)


def _step_without_rate(parameters, learning_rate):
    take_step_reference(parameters, 1.0)


def _step_nowhere(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter.grad.zero_()
            parameter -= learning_rate * parameter.grad


def _step_replaces(parameters, learning_rate):
    with torch.no_grad():
        for position, parameter in enumerate(parameters):
            parameters[position] = parameter - learning_rate * parameter.grad


def _step_weights_only(parameters, learning_rate):
    take_step_reference(parameters[0::2], learning_rate)


def _clears_last_only(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad
    parameters[-1].grad = None


def _three_steps(candidate, values, learning_rate):
    """Parameters after each of three steps on a loss whose gradients differ from step to step."""
    parameters = [torch.from_numpy(value.copy()).requires_grad_() for value in values]
    path = []
    for number in range(3):
        loss = sum(((parameter - number) ** 2 * (place + 1)).sum()
                   for place, parameter in enumerate(parameters))
        loss.backward()
        candidate(parameters, learning_rate)
        path += [parameter.detach().clone() for parameter in parameters]
    return path


take_step = Exercise(
    "One step for a list of tensors",
    take_step_reference,
    lambda rng: [
        ([rng.normal(size=shape) for shape in shapes], rate)
        for shapes, rate in (([(3, 2), (2,)], 0.1), ([(2, 2), (2,), (2, 3), (3,)], 0.03))
    ],
    [
        Mistake("`torch.no_grad()` is forgotten", _step_recorded,
                "Otherwise torch would have to record the step as a part of the network."),
        Mistake("the gradients are not cleared", _step_without_clearing,
                "`backward` adds to `.grad`, so the next step would use the sum of both: set "
                "`parameter.grad = None`."),
        Mistake("only the last gradient is cleared", _clears_last_only,
                "The clearing belongs into the loop over the parameters."),
        Mistake("the step goes uphill", _step_uphill,
                "The gradient points to where the loss grows: subtract it."),
        Mistake("the learning rate is forgotten", _step_without_rate,
                "Multiply the gradient by the learning rate."),
        Mistake("the tensors of the list stay as they were", _step_nowhere,
                "Either the gradient is cleared before it is used, or `parameter = parameter - "
                "...` makes a new tensor that nobody keeps. Use `parameter -= ...`."),
        Mistake("the list gets new tensors, which have no gradient", _step_replaces,
                "`parameters[i] = ...` puts tensors into the list that autograd does not follow. "
                "Change the old ones in place with `-=`."),
        Mistake("the biases do not learn", _step_weights_only,
                "Every tensor of the list takes the same step."),
    ],
    [
        "Loop over the parameters inside `with torch.no_grad():`.",
        "`parameter -= learning_rate * parameter.grad` changes the tensor in place.",
        "Then `parameter.grad = None`.",
    ],
    example="""\
>>> weights = torch.tensor([1.0, 2.0], requires_grad=True)
>>> (3 * weights).sum().backward()      # both gradients are 3
>>> take_step([weights], learning_rate=0.5)
>>> weights
tensor([-0.5000,  0.5000], requires_grad=True)
>>> print(weights.grad)
None""",
    observe=_three_steps,
)


# --- the mean over a data set ----------------------------------------------------------------

def dataset_mean_reference(batch_means, batch_sizes):
    total = sum(mean * size for mean, size in zip(batch_means, batch_sizes, strict=True))
    return total / sum(batch_sizes)


def _unweighted(batch_means, batch_sizes):
    return sum(batch_means) / len(batch_means)


def _means_by_samples(batch_means, batch_sizes):
    return sum(batch_means) / sum(batch_sizes)


def _weighted_by_batches(batch_means, batch_sizes):
    return dataset_mean_reference(batch_means, batch_sizes) * sum(batch_sizes) / len(batch_sizes)


def _sum_only(batch_means, batch_sizes):
    return sum(mean * size for mean, size in zip(batch_means, batch_sizes, strict=True))


def _last_batch(batch_means, batch_sizes):
    return batch_means[-1]


def _first_size_for_all(batch_means, batch_sizes):
    return sum(batch_means) * batch_sizes[0] / sum(batch_sizes)


def _without_last(batch_means, batch_sizes):
    return dataset_mean_reference(batch_means[:-1] or batch_means, batch_sizes[:-1] or batch_sizes)


def _mean_cases(rng):
    sizes = [[100, 100, 37], [4, 4, 4, 4, 1], [50, 50], [3], [200, 100]]
    return [([float(mean) for mean in rng.uniform(0.1, 3, size=len(some))], some)
            for some in sizes]


dataset_mean = Exercise(
    "The mean over a data set",
    dataset_mean_reference,
    _mean_cases,
    [
        Mistake("it is the mean of the batch means", _unweighted,
                "A small last batch then counts as much as a full one: weight each mean with its "
                "number of samples."),
        Mistake("the sum of the means is divided by the number of samples", _means_by_samples,
                "Each mean has been divided by its batch size already: multiply it by that first."),
        Mistake("the weighted sum is divided by the number of batches", _weighted_by_batches,
                "The sum now runs over samples, so divide by the number of samples."),
        Mistake("the sum is not divided", _sum_only,
                "You have the sum over all samples; divide it by their number."),
        Mistake("only the last batch counts", _last_batch,
                "The result must use every batch: add up first, return at the end."),
        Mistake("every batch is taken to be as large as the first", _first_size_for_all,
                "The last batch may be smaller: use the size of each."),
        Mistake("the last batch is left out", _without_last,
                "Its samples belong to the data set too."),
    ],
    [
        "A mean times its batch size is the sum over the samples of that batch.",
        "Add up these sums, and divide by the number of all samples.",
    ],
    example="""\
>>> dataset_mean([1.0, 5.0], [3, 1])    # three samples with mean 1, and one with 5
2.0""",
    extra=True,
)


# --- questions -------------------------------------------------------------------------------

find_the_mistake = Question(
    "Find the mistake: the loss stays at 2.30",
    {
        "a": "the learning rate is too small",
        "b": "images and labels are shuffled separately",
        "c": "the gradients are never cleared",
        "d": "the weights all start equal",
    },
    "b",
    {
        "a": "A small rate learns slowly, but it learns: the loss would creep on below 2.30.",
        "b": "Each image gets the label of another one, so there is nothing to find but the class "
             "sizes, and the best possible loss is that of guessing: about ln 10. A loss that "
             "settles at ln 10 says: the network sees no connection between input and label.",
        "c": "Here `take_step` clears them after every step.",
        "d": "They come from `new_parameters`, which draws them at random.",
    },
    ["What loss does a network get that ignores the image?",
     "Which label stands beside the first image of a batch?"],
    extra=True,
)

relu_on_logits = Question(
    "ReLU on the logits",
    {
        "a": "nothing different: the largest logit stays the largest",
        "b": "in many runs some digits are never learned at all",
        "c": "the loss becomes NaN",
    },
    "b",
    {
        "a": "That holds for one finished network with a positive logit. In training, a logit "
             "that is cut to 0 gets no gradient, and that changes everything.",
        "b": "A logit that is cut to 0 gets no gradient, so its digit cannot ask for a larger one; "
             "once it is cut on all images it is lost for good.",
        "c": "ReLU makes nothing infinite: the logits stay finite and so does the loss.",
    },
    ["What is the derivative of ReLU at a negative total?",
     "The logit of the right class is cut to 0. How could it grow again?"],
)

TASKS = name_tasks(globals())
