"""Bug clinic: models that are built, called or switched in the wrong way."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from notebooks.exercises.clinic_parts import cause, random_tensor, repair

# --- layers in a plain list ------------------------------------------------------------------

BADLY = "It learns, but badly"


class RepairedReaderReference(nn.Module):
    """A network with ReLU between its layers; sizes such as (784, 100, 100, 10)."""

    def __init__(self, sizes):
        super().__init__()
        pairs = zip(sizes[:-2], sizes[1:-1], strict=True)
        self.hidden = nn.ModuleList([nn.Linear(before, after) for before, after in pairs])
        self.output = nn.Linear(sizes[-2], sizes[-1])

    def forward(self, inputs):
        for layer in self.hidden:
            inputs = torch.relu(layer(inputs))
        return self.output(inputs)


class _Reader(RepairedReaderReference):
    def __init__(self, sizes):
        nn.Module.__init__(self)
        pairs = zip(sizes[:-2], sizes[1:-1], strict=True)
        self.hidden = [nn.Linear(before, after) for before, after in pairs]
        self.output = nn.Linear(sizes[-2], sizes[-1])


class _OutputHiddenToo(RepairedReaderReference):
    def __init__(self, sizes):
        _Reader.__init__(self, sizes)
        self.output = [self.output]
        del self._modules["output"]

    def forward(self, inputs):
        return self.output[0](inputs)


class _FirstRegistered(_Reader):
    def __init__(self, sizes):
        super().__init__(sizes)
        self.first = self.hidden[0]


class _WithoutActivation(RepairedReaderReference):
    def forward(self, inputs):
        return self.output(nn.Sequential(*self.hidden)(inputs))


class _ReluAtTheEnd(RepairedReaderReference):
    def forward(self, inputs):
        return torch.relu(super().forward(inputs))


class _OneMoreLayer(RepairedReaderReference):
    def __init__(self, sizes):
        super().__init__(sizes)
        self.hidden.append(nn.Linear(sizes[-2], sizes[-1]))


def _network_facts(candidate, sizes):
    """How many numbers the optimizer gets, and, when these are all, the network's answers."""
    model = candidate(sizes).double()
    numbers = sum(parameter.numel() for parameter in model.parameters())
    answers = torch.zeros(2, sizes[-1], dtype=torch.float64)
    if numbers == sum((before + 1) * after for before, after in
                      zip(sizes[:-1], sizes[1:], strict=True)):
        with torch.no_grad():
            for parameter in model.parameters():  # the shapes differ, so their order is free
                filling = torch.linspace(-1, 1.2, parameter.numel()).sin()
                parameter.copy_(filling.reshape(parameter.shape))
            inputs = torch.linspace(-1, 1, 2 * sizes[0], dtype=torch.float64).reshape(2, -1)
            answers = model(inputs)
    return {"numbers that the optimizer gets": numbers, "answers": answers.detach()}


Reader_cause = cause(BADLY, "a", [
    ("The optimizer never gets the hidden layers",
     "`nn.Module` looks at its attributes. The list is one, what is inside it is not: only the "
     "output layer is in `parameters()`."),
    ("The hidden layers have too few units",
     "The repaired network has just as many."),
    ("A softmax is missing at the end",
     "`F.cross_entropy` takes logits; the softmax is inside."),
    ("ReLU stands before the layer and not behind it",
     "It stands behind: first `layer(inputs)`, then `torch.relu` of that."),
], "Count the parameters, and compare with what you expect.",
   "Print `[name for name, _ in model.named_parameters()]`.")

Reader = repair(
    BADLY, RepairedReaderReference, _Reader,
    lambda rng: [((6, 5, 4, 3),), ((7, 5, 2),), ((4, 6, 5, 7, 3),)],
    [
        ("only the first hidden layer is registered", _FirstRegistered,
         "An attribute of its own registers a layer. All of them need that, or a container that "
         "does it for you."),
        ("the activations are lost", _WithoutActivation,
         "`nn.Sequential` registers the layers, but applied as a whole it has no ReLU between "
         "them."),
        ("ReLU is applied to the output as well", _ReluAtTheEnd,
         "The layers are registered now. The logits must stay as they are."),
        ("the output layer is in the plain list too", _OutputHiddenToo,
         "Now no layer is registered at all."),
        ("one layer is made too many", _OneMoreLayer,
         "Three pairs of sizes are three layers: the output layer is one of them."),
    ],
    "There is a list that `nn.Module` looks into.",
    "Wrap the list: `nn.ModuleList([...])`.",
    example=""">>> model = RepairedReader((3, 2, 2))
>>> sum(parameter.numel() for parameter in model.parameters())
14""",
    observe=_network_facts,
)

# --- super().__init__() is missing -----------------------------------------------------------

NEVER = "It does not even start"


class RepairedScorerReference(nn.Module):
    """One linear layer: scores (N, outputs) for a batch (N, inputs)."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)

    def forward(self, batch):
        return self.linear(batch)


class _Scorer(nn.Module):
    def __init__(self, inputs, outputs):
        self.linear = nn.Linear(inputs, outputs)


class _ArgumentsHandedOn(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)


class _SelfForgotten(nn.Module):
    def __init__(self, inputs, outputs):
        nn.Module.__init__()


class _InAList(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = [nn.Linear(inputs, outputs)]

    def forward(self, batch):
        return self.linear[0](batch)


class _WithoutParent:
    def __init__(self, inputs, outputs):
        self.linear = nn.Linear(inputs, outputs)

    def __call__(self, batch):
        return self.linear(batch)


def _scorer_facts(candidate, inputs, outputs):
    """What a built model has and gives."""
    model, batch = candidate(inputs, outputs), torch.ones(3, inputs)
    parameters = list(model.double().parameters()) if isinstance(model, nn.Module) else []
    with torch.no_grad():
        for parameter in parameters:
            parameter.copy_(torch.linspace(-1, 1.2, parameter.numel()).reshape(parameter.shape))
            batch = batch.double()
    shapes = sorted(tuple(parameter.shape) for parameter in parameters)
    try:
        answers = model(batch).detach()
        answers = answers if parameters else tuple(answers.shape)  # those of random weights differ
    except NotImplementedError:  # what nn.Module says to a class without forward
        answers = "none: forward is missing"
    return {"is a module": isinstance(model, nn.Module), "parameters": shapes,
            "answers": answers}


Scorer_cause = cause(NEVER, "c", [
    ("`nn.Linear` gets its sizes in the wrong order",
     "`nn.Linear(inputs, outputs)` is the order it wants."),
    ("`forward` must be written before the constructor",
     "The order of methods in a class does not matter."),
    ("The tables in which parts are registered do not exist yet",
     "`nn.Module` makes them in its own `__init__`, and nobody has called it."),
    ("A module must not have an attribute named `linear`",
     "Any name will do, as long as `nn.Module` has not taken it."),
], "The message names a call that should have come before.",
   "Whose `__init__` has never run?")

Scorer = repair(
    NEVER, RepairedScorerReference, _Scorer, lambda rng: [(3, 2), (4, 4)],
    [
        ("the sizes are handed to `nn.Module`", _ArgumentsHandedOn,
         "`nn.Module`'s own `__init__` takes no sizes: leave the parentheses empty."),
        ("`nn.Module.__init__` is called without `self`", _SelfForgotten,
         "Written like this it does not know which object it is to set up. Use "
         "`super().__init__()`."),
        ("the class is no `nn.Module` any more", _WithoutParent,
         "Then there is no error, and no `parameters()` either: no optimizer can train it."),
        ("the layer is hidden in a plain list", _InAList,
         "`nn.Module` does not look into a list, so this layer has no registered parameters."),
    ],
    "The parent has to set itself up first.",
    "`super().__init__()` as the first line of `__init__`.",
    example=""">>> model = RepairedScorer(3, 2)
>>> model(torch.zeros(5, 3)).shape
torch.Size([5, 2])""",
    observe=_scorer_facts,
)

# --- forward() called by hand ----------------------------------------------------------------

EMPTY = "The recorder that stays empty"


def repaired_answers_of_reference(model, images):
    """The class (N,) that a model gives each image (N, D)."""
    with torch.no_grad():
        return model(images).argmax(dim=1)


def _answers_of(model, images):
    with torch.no_grad():
        return model.forward(images).argmax(dim=1)


def _scaled_by_hand(model, images):
    with torch.no_grad():
        return model.forward((images - images.mean()) / images.std()).argmax(dim=1)


def _over_the_images(model, images):
    with torch.no_grad():
        return model(images).argmax(dim=0)


def _called_twice(model, images):
    with torch.no_grad():
        model(images)
        return model(images).argmax(dim=1)


def _called_and_forwarded(model, images):
    with torch.no_grad():
        model(images)
        return model.forward(images).argmax(dim=1)


def _with_hooks(candidate, weights, images, scaled):
    """A candidate's answers, and how often the model's recorder was called."""
    model, calls = nn.Linear(weights.shape[1], weights.shape[0], bias=False).double(), []
    with torch.no_grad():
        model.weight.copy_(weights)
    if scaled:
        model.register_forward_pre_hook(lambda module, given: ((given[0] - 4.0) / 0.5,))
    model.register_forward_hook(lambda module, given, output: calls.append(len(output)))
    return {"answers": candidate(model, images), "recorded": calls}


answers_of_cause = cause(EMPTY, "b", [
    ("The recorder is attached to the wrong layer",
     "It is attached to the whole model and works when the model is called."),
    ("The model is not called: one of its methods is",
     "`model(images)` runs the hooks and `forward()`; `forward()` alone knows nothing of hooks."),
    ("Under `no_grad()` hooks do not run",
     "They run with and without gradients."),
    ("`argmax` throws the recorded values away",
     "`argmax` works on what comes out of the model; the recorder sits inside."),
], "What does `model(images)` do besides calling `forward`?",
   "Hooks belong to `Module.__call__`.", extra=True)

answers_of = repair(
    EMPTY, repaired_answers_of_reference, _answers_of,
    lambda rng: [(random_tensor(rng, 4, 3), 4.0 + random_tensor(rng, n, 3), scaled)
                 for n, scaled in ((5, True), (4, False), (7, True))],
    [
        ("the images are scaled by hand", _scaled_by_hand,
         "What a hook does is the model's affair: this guess does not fit it, and the recorder "
         "stays empty."),
        ("the classes of different images compete", _over_the_images,
         "The model is called now. The classes lie along dim 1."),
        ("the model is called twice", _called_twice,
         "The answers are right; the recorder has everything twice."),
        ("the model is called, and its answer is not used", _called_and_forwarded,
         "The recorder is content, but the answers still come from `forward()`, without the other "
         "hooks."),
    ],
    "Write `forward`, never call it.",
    "`model(images)`",
    example=""">>> model, calls = torch.nn.Identity(), []
>>> hook = model.register_forward_hook(lambda *given: calls.append("called"))
>>> repaired_answers_of(model, torch.eye(3))
tensor([0, 1, 2])
>>> calls
['called']""",
    extra=True,
    observe=_with_hooks,
)

# --- classes and functions of the same name --------------------------------------------------

ELSEWHERE = "The line that is not to blame"


def repaired_two_layers_reference(inputs, first, second):
    """Probabilities (N, C): layer, ReLU, layer, sigmoid; first and second are nn.Linear."""
    hidden = torch.relu(first(inputs))
    return torch.sigmoid(second(hidden))


def _two_layers(inputs, first, second):
    hidden = nn.ReLU(first(inputs))
    return nn.Sigmoid(second(hidden))


def _only_first_repaired(inputs, first, second):
    hidden = torch.relu(first(inputs))
    return nn.Sigmoid(second(hidden))


def _small_letter_of_nn(inputs, first, second):
    hidden = torch.relu(first(inputs))
    return nn.sigmoid(second(hidden))


def _without_sigmoid(inputs, first, second):
    return second(torch.relu(first(inputs)))


def _without_relu(inputs, first, second):
    return torch.sigmoid(second(first(inputs)))


def _sigmoid_twice(inputs, first, second):
    return torch.sigmoid(second(torch.sigmoid(first(inputs))))


def _a_layer_returned(inputs, first, second):
    return nn.Sigmoid()


def _with_layers(candidate, inputs, first_weights, second_weights):
    """A candidate's result with two given layers."""
    layers = []
    for weights in (first_weights, second_weights):
        layer = nn.Linear(weights.shape[1], weights.shape[0], bias=False).double()
        with torch.no_grad():
            layer.weight.copy_(weights)
        layers.append(layer)
    result = candidate(inputs, *layers)
    if isinstance(result, torch.Tensor):
        return result.detach()
    return f"a layer, {type(result).__name__}" if isinstance(result, nn.Module) else result


two_layers_cause = cause(ELSEWHERE, "d", [
    ("The second layer has the wrong size",
     "A wrong size gives an error that speaks of shapes. This one speaks of a type."),
    ("The inputs must be converted to `float` first",
     "They are floats. It is `hidden` that is no tensor."),
    ("`nn.Linear` can be called only inside an `nn.Module`",
     "A layer can be called anywhere."),
    ("`hidden` is a layer and not a tensor of numbers",
     "`nn.ReLU` is a class: `nn.ReLU(x)` makes a layer, with `x` taken for its setting `inplace`. "
     "The error comes one line later."),
], "Print `type(hidden)`.",
   "Names with a capital letter are classes: first made, then called.")

two_layers = repair(
    ELSEWHERE, repaired_two_layers_reference, _two_layers,
    lambda rng: [(random_tensor(rng, n, d), random_tensor(rng, h, d), random_tensor(rng, c, h))
                 for n, d, h, c in ((5, 3, 4, 2), (3, 3, 3, 3))],
    [
        ("only the first activation is repaired", _only_first_repaired,
         "The next line has the same illness: `nn.Sigmoid` is a class as well."),
        ("`nn.sigmoid` is called", _small_letter_of_nn,
         "There is no such function in `nn`. It is `torch.sigmoid`, or the class `nn.Sigmoid()`."),
        ("a layer is returned", _a_layer_returned,
         "`nn.Sigmoid()` makes the layer. It still has to be called with the totals."),
        ("the sigmoid is left out", _without_sigmoid,
         "These are totals of any size; probabilities lie between 0 and 1."),
        ("the ReLU is left out", _without_relu,
         "No error any more, but two linear layers in a row are one."),
        ("both activations are sigmoids", _sigmoid_twice,
         "The hidden layer had a ReLU."),
    ],
    "A function: `torch.relu(x)`. A class: `nn.ReLU()(x)`.",
    "Replace `nn.ReLU(...)` by `torch.relu(...)`, and `nn.Sigmoid(...)` by `torch.sigmoid(...)`.",
    example=""">>> as_it_is = torch.nn.Identity()
>>> repaired_two_layers(torch.tensor([[-3.0, 0.0]]), as_it_is, as_it_is)
tensor([[0.5000, 0.5000]])""",
    observe=_with_layers,
)

# --- eval() forgotten with batch normalisation -----------------------------------------------

TWICE = "The company an image keeps"


def repaired_predict_reference(model, images):
    """A model's predictions for images; the model is left in the mode it was in."""
    was_training = model.training
    model.eval()
    with torch.no_grad():
        predictions = model(images)
    model.train(was_training)
    return predictions


def _predict(model, images):
    with torch.no_grad():
        predictions = model(images)
    return predictions


def _left_in_evaluation(model, images):
    model.eval()
    return _predict(model, images)


def _always_back_to_training(model, images):
    predictions = _left_in_evaluation(model, images)
    model.train()
    return predictions


def _made_to_train(model, images):
    model.train()
    return _predict(model, images)


def _one_by_one(model, images):
    return torch.cat([_predict(model, image[None]) for image in images])


def _evaluation_afterwards(model, images):
    predictions = _predict(model, images)
    model.eval()
    return predictions


def _only_outside(model, images):
    model.training = False
    return _predict(model, images)


def _with_batch_norm(candidate, weights, images, training):
    """Predictions of a network with batch normalisation, and what became of the network."""
    model = nn.Sequential(nn.Linear(weights.shape[1], weights.shape[0], bias=False),
                          nn.BatchNorm1d(weights.shape[0])).double()
    with torch.no_grad():
        model[0].weight.copy_(weights)
        model[1].running_mean += 0.5
        model[1].running_var *= 4.0
    model.train(training)
    predictions = candidate(model, images)
    return {"predictions": predictions,
            "in training mode afterwards": [part.training for part in model.modules()],
            "running mean afterwards": model[1].running_mean.clone()}


predict_cause = cause(TWICE, "b", [
    ("The network is still learning: its weights change with each call",
     "No optimizer is there, and no gradient. No weight changes."),
    ("In training mode the images of a batch are normalised together",
     "Batch normalisation uses the batch's own mean and deviation until `eval()` switches to the "
     "running ones."),
    ("`no_grad()` rounds differently for different batches",
     "It changes nothing in the numbers, and rounding would not be seen in the first digit."),
    ("The images in the second test are brighter",
     "They are the same images both times; only their company changes."),
], "Which layer knows more than one image at a time?",
   "Print `model.training`.")

predict = repair(
    TWICE, repaired_predict_reference, _predict,
    lambda rng: [(random_tensor(rng, 2, 3), random_tensor(rng, n, 3), training)
                 for n, training in ((4, True), (6, False), (3, True))],
    [
        ("the model is left in evaluation mode", _left_in_evaluation,
         "The predictions are right. But the training that goes on afterwards now runs without "
         "batch statistics and without dropout."),
        ("the model is always put into training mode at the end", _always_back_to_training,
         "A model that came in evaluation mode must leave in evaluation mode. Remember "
         "`model.training`."),
        ("the model is put into training mode", _made_to_train,
         "That is the mode that mixes the images of a batch. The other one is wanted."),
        ("images are predicted one by one", _one_by_one,
         "In training mode a batch of one has no deviation: batch normalisation refuses it."),
        ("`eval()` comes after the prediction", _evaluation_afterwards,
         "By then the batch has been normalised. Switch first."),
        ("the attribute `training` is set by hand", _only_outside,
         "It reaches the outermost module only; `eval()` goes through all parts."),
    ],
    "`model.eval()` before the call, and then back to what it was.",
    "`was_training = model.training` before, and `model.train(was_training)` after.",
    example=""">>> model = torch.nn.Dropout(0.9)
>>> repaired_predict(model, torch.ones(1, 4))
tensor([[1., 1., 1., 1.]])
>>> model.training
True""",
    observe=_with_batch_norm,
)

# --- dropout that never stops ----------------------------------------------------------------

MINDS = "A network of two minds"


class RepairedGuesserReference(nn.Module):
    """Two layers with dropout at a rate of 0.5 between them."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, outputs)

    def forward(self, batch):
        hidden = torch.relu(self.first(batch))
        return self.second(F.dropout(hidden, 0.5, training=self.training))


def _guesser(change):
    """A class like the reference, with another treatment of the hidden outputs."""
    class Changed(RepairedGuesserReference):
        def forward(self, batch):
            return self.second(change(torch.relu(self.first(batch)), self.training))
    return Changed


def _scaled_at_test(hidden, training):
    return F.dropout(hidden, 0.5) if training else hidden / 2


def _guesser_facts(candidate, hidden):
    """How a network with all weights equal behaves in both modes."""
    model = candidate(2, hidden, 1).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0 if parameter.shape[0] == hidden else 1 / hidden)
        model.first.bias.zero_()
        model.second.bias.zero_()
        question = torch.full((1, 2), 0.5, dtype=torch.float64)       # every hidden output is 1
        model.eval()
        settled = [model(question).item() for _ in range(3)]
        opposite = model(-question).item()                            # every total is -1: ReLU
        model.train()
        trained = torch.tensor([model(question).item() for _ in range(100)])
    spread = trained.var().item() * hidden                            # 1 when half of them go
    return {"answers after eval()": "one" if len(set(settled)) == 1 else "several",
            "the one answer": settled[0] if len(set(settled)) == 1 else 0.0,
            "answer to negative totals": opposite,
            "units dropped in training": "none" if spread == 0 else "too few" if spread < 0.5
            else "about half" if spread < 1.8 else "too many at once",
            "training keeps the mean": abs(trained.mean().item() - 1) < 0.1}


Guesser_cause = cause(MINDS, "c", [
    ("`eval()` has to be called before every single question",
     "It has been called, and it stays until `train()` is called."),
    ("The weights have not settled yet",
     "The weights do not move between the questions."),
    ("`F.dropout` does not know in which mode the network is",
     "The function has its own argument `training`, which is `True` unless you say otherwise. Only "
     "the module `nn.Dropout` follows `eval()`."),
    ("A rate of 0.5 is too high",
     "With any rate above 0 the answers would differ."),
], "What does `eval()` change, and who asks for it?",
   "Look at the arguments of `F.dropout`.")

Guesser = repair(
    MINDS, RepairedGuesserReference, _guesser(lambda hidden, training: F.dropout(hidden, 0.5)),
    lambda rng: [(400,), (1000,)],
    [
        ("dropout is gone", _guesser(lambda hidden, training: hidden),
         "The answers are calm now, because nothing is dropped in training either."),
        ("dropout is on in the wrong mode",
         _guesser(lambda hidden, training: F.dropout(hidden, 0.5, training=not training)),
         "It should drop while `self.training` is `True`."),
        ("the hidden outputs are halved after `eval()`", _guesser(_scaled_at_test),
         "`F.dropout` doubles the units that stay, so the mean is right already. Halving again "
         "makes all answers too small."),
        ("dropped units are not made up for",
         _guesser(lambda hidden, training: F.dropout(hidden, 0.5, training) * (
             0.5 if training else 1.0)),
         "Half of the units are missing in training; those that stay have to count double."),
    ],
    "Tell the function the mode, or use the module that knows it.",
    "`F.dropout(hidden, 0.5, training=self.training)`, or `self.dropout = nn.Dropout(0.5)`.",
    example=""">>> model, question = RepairedGuesser(2, 8, 1).eval(), torch.ones(1, 2)
>>> model(question).item() == model(question).item()
True""",
    observe=_guesser_facts,
)
