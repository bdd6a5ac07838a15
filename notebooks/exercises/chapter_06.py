"""Exercises of chapter 06: autograd, and the small engine that the chapter builds."""

from __future__ import annotations

import math

import torch
from torch.autograd.graph import saved_tensors_hooks

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks
from notebooks.exercises.entries import by_name

# --- the gradient of one neuron, by hand -----------------------------------------------------

def neuron_gradients_reference(inputs, targets, weights, bias):
    answers = torch.tanh(inputs @ weights + bias)                    # (N, D) @ (D,) -> (N,)
    delta = 2 / len(targets) * (answers - targets) * (1 - answers**2)  # (N,)
    return inputs.T @ delta, delta.sum()                             # (D,), ()


def _neuron_with(delta_of, bias_of=torch.sum):
    """The gradients with another delta, or another way to collect the bias's."""

    def gradients(inputs, targets, weights, bias):
        totals = inputs @ weights + bias
        delta = delta_of(totals, torch.tanh(totals), targets)
        return inputs.T @ delta, bias_of(delta)

    return gradients


def _neuron_cases(rng):
    def draw(*shape):
        return torch.from_numpy(rng.normal(size=shape))

    return [(draw(n, d), draw(n), draw(d), draw(1)[0]) for n, d in ((5, 2), (3, 3), (4, 1), (7, 4))]


def _neuron_by_autograd(inputs, targets, weights, bias):
    weights, bias = weights.clone().requires_grad_(), bias.clone().requires_grad_()
    ((torch.tanh(inputs @ weights + bias) - targets) ** 2).mean().backward()
    return weights.grad, bias.grad


def _observe_neuron(candidate, *case):
    """Both gradients, and whether autograd kept anything for a way back."""
    kept = []
    with saved_tensors_hooks(lambda tensor: kept.append(tensor) or tensor, lambda tensor: tensor):
        gradients = candidate(*case)
    return {**by_name(gradients, "the gradient of the weights", "the gradient of the bias"),
            "whether autograd was used": bool(kept)}


neuron_gradients = Exercise(
    "Both gradients of one neuron",
    neuron_gradients_reference,
    _neuron_cases,
    [
        Mistake("the derivative of tanh is forgotten",
                _neuron_with(lambda z, a, y: 2 / len(y) * (a - y)),
                "Between the answer and the total stands tanh: multiply by its slope, `1 - a**2`."),
        Mistake("the derivative of tanh is written with the total instead of the answer",
                _neuron_with(lambda z, a, y: 2 / len(y) * (a - y) * (1 - z**2)),
                "The slope of tanh is `1 - a**2`: the square is of the answer `a`, not of the "
                "total."),
        Mistake("the sum stands where the mean belongs",
                _neuron_with(lambda z, a, y: 2 * (a - y) * (1 - a**2)),
                "This loss is the mean over the rows: divide by N."),
        Mistake("the factor 2 is missing",
                _neuron_with(lambda z, a, y: (a - y) * (1 - a**2) / len(y)),
                "The derivative of a square is twice what is squared."),
        Mistake("the sign is wrong",
                _neuron_with(lambda z, a, y: 2 / len(y) * (y - a) * (1 - a**2)),
                "The derivative of `(a - y)**2` with respect to `a` is `2 * (a - y)`."),
        Mistake("the bias gradient is not summed over the rows",
                _neuron_with(lambda z, a, y: 2 / len(y) * (a - y) * (1 - a**2), lambda d: d),
                "One bias serves all rows: add up `delta`."),
        Mistake("the bias gradient is divided by N twice",
                _neuron_with(lambda z, a, y: 2 / len(y) * (a - y) * (1 - a**2), torch.mean),
                "`delta` already holds the 1/N of the mean; its rows are now summed."),
        Mistake("autograd computes them", _neuron_by_autograd,
                "The numbers are right. Here they are wanted by hand, so that autograd has "
                "something to be compared with: write `delta` as the formula says."),
    ],
    [
        "Four links: the mean of squares, the miss `a - y`, tanh, the total. Call the derivative "
        "with respect to the totals `delta`, shape (N,).",
        "The formula for it stands above: `a` is `torch.tanh(inputs @ weights + bias)`, and N is "
        "`len(targets)`.",
        "Chapter 04's rule: what came in, transposed, times delta: `inputs.T @ delta`. The bias "
        "sums it.",
    ],
    observe=_observe_neuron,
    example="""\
>>> inputs, targets = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([1.0, 1.0])
>>> neuron_gradients(inputs, targets, torch.zeros(2), torch.tensor(0.0))
(tensor([-4., -6.]), tensor(-2.))""",
)


# --- detach ----------------------------------------------------------------------------------

def weighted_loss_reference(errors, weights):
    return (weights.detach() * errors**2).mean()


def _observe_loss(candidate, start, targets):
    """The loss, its gradient, and whether a later change of the weights could go unnoticed."""
    point = start.clone().requires_grad_()
    errors = torch.tanh(point) - targets
    weights = torch.sigmoid(2 * point)
    loss = candidate(errors, weights)
    carries = isinstance(loss, torch.Tensor) and loss.requires_grad and loss.ndim == 0
    gradient, noticed = 0 * start, True
    if carries:
        gradient = torch.autograd.grad(loss, point, retain_graph=True)[0]
        noticed = _is_safe(loss, point, weights, gradient)
    return {"the loss": loss, "whether a gradient flows": carries, "the gradient": gradient,
            "whether a later change of the weights would be noticed": noticed}


def _is_safe(loss, point, weights, expected) -> bool:
    """Change the weights afterwards: autograd must complain, or give the same gradient."""
    with torch.no_grad():
        weights.mul_(3)
    try:
        return torch.allclose(torch.autograd.grad(loss, point)[0], expected)
    except RuntimeError:
        return True


weighted_loss = Exercise(
    "A loss whose weights are constants",
    weighted_loss_reference,
    lambda rng: [(torch.from_numpy(rng.normal(size=n)), torch.from_numpy(rng.normal(size=n)))
                 for n in (4, 1, 6)],
    [
        Mistake("the weights are not detached",
                lambda errors, weights: (weights * errors**2).mean(),
                "The value is right, but the gradient also flows through the weights: the network "
                "can lower its loss by giving its worst rows less weight. Use `weights.detach()`."),
        Mistake("the errors are detached instead of the weights",
                lambda errors, weights: (weights * errors.detach() ** 2).mean(),
                "Now the network learns through the weights alone; it should be the other way "
                "round."),
        Mistake("nothing is left that carries a gradient",
                lambda errors, weights: (weights * errors**2).mean().detach(),
                "Detaching the result, or taking its `.item()`, cuts everything off. Detach the "
                "weights only."),
        Mistake("`.data` stands where `.detach()` belongs",
                lambda errors, weights: (weights.data * errors**2).mean(),
                "The numbers agree today. But when somebody changes the weights before backward, "
                "`.detach()` makes autograd raise an error and `.data` gives a wrong "
                "gradient without a word."),
        Mistake("the sum stands where the mean belongs",
                lambda errors, weights: (weights.detach() * errors**2).sum(),
                "The loss is the mean over the rows."),
        Mistake("the mean is forgotten",
                lambda errors, weights: weights.detach() * errors**2,
                "You have a loss for each row. `.mean()` makes one number of them, and only from "
                "one number can `backward` start."),
        Mistake("the squares are missing",
                lambda errors, weights: (weights.detach() * errors).mean(),
                "Each error is squared before it is weighted."),
    ],
    ["Write the loss first as if nothing had to be constant: multiply, square, take the mean.",
     "`weights.detach()` has the same numbers as `weights`, and no history."],
    observe=_observe_loss,
    extra=True,
    example="""\
>>> errors = torch.tensor([1.0, 3.0], requires_grad=True)
>>> weights = torch.tensor([1.0, 2.0], requires_grad=True)
>>> loss = weighted_loss(errors, weights)
>>> loss.backward()
>>> loss.item(), errors.grad, weights.grad
(9.5, tensor([1., 6.]), None)""",
)


# --- a step without recording ----------------------------------------------------------------

def take_step_reference(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad
            parameter.grad = None


def _observe_step(candidate, values, learning_rate):
    """What a step leaves behind: values, cleared gradients, leaves, and a warned autograd."""
    parameters = [value.clone().requires_grad_() for value in values]
    sum(((parameter - 1) ** 2).sum() for parameter in parameters).backward()
    earlier = sum((parameter**2).sum() for parameter in parameters)  # has saved the old values
    candidate(list(parameters), learning_rate)
    return {
        "the new values": [parameter.detach().clone() for parameter in parameters],
        "whether the gradients are cleared": all(
            p.grad is None or not p.grad.any() for p in parameters),
        "whether they are leaves that want a gradient": all(
            p.is_leaf and p.requires_grad for p in parameters),
        "whether autograd noticed the change": _is_noticed(earlier),
    }


def _is_noticed(earlier) -> bool:
    """Whether an older graph refuses to go back through what was changed after it was built."""
    try:
        earlier.backward()
    except RuntimeError:
        return True
    return False


def _step_with(*, sign=-1.0, rate=True, clear=True, data=False, guard=True, move=True):
    """A step that makes one mistake."""

    def step(parameters, learning_rate):
        with torch.set_grad_enabled(not guard):
            for parameter in parameters:
                change = sign * (learning_rate if rate else 1.0) * parameter.grad
                if data:
                    parameter.data += change
                elif move:
                    parameter += change
                if clear:
                    parameter.grad = None

    return step


take_step = Exercise(
    "One step, without recording it",
    take_step_reference,
    lambda rng: [([torch.from_numpy(rng.normal(size=shape)) for shape in shapes], rate)
                 for shapes, rate in ((((3, 2), (2,)), 0.1), (((4,), (), (1, 5)), 0.5))],
    [
        Mistake("the update is recorded", _step_with(guard=False),
                "Changing a leaf in place while autograd records is an error. Put the update under "
                "`with torch.no_grad():`."),
        Mistake("`.data` is changed", _step_with(data=True),
                "The values are right, but autograd does not learn of the change, so an older "
                "graph would give a wrong gradient silently. Use `torch.no_grad()`."),
        Mistake("the gradients are not cleared", _step_with(clear=False),
                "The next backward adds to what is there. Set `parameter.grad = None` after the "
                "step."),
        Mistake("the sign is wrong", _step_with(sign=1.0), "Downhill is against the gradient."),
        Mistake("the learning rate is forgotten", _step_with(rate=False),
                "Multiply the gradient by the learning rate."),
        Mistake("the gradients are cleared and the parameters stay where they were",
                _step_with(move=False),
                "Was the gradient cleared before the step? Change the tensor itself with `-=` "
                "first, and clear after that."),
        Mistake("the tensors in the list are left as they were",
                _step_with(move=False, clear=False),
                "`parameter = parameter - ...` does that: it makes a new tensor and calls it "
                "`parameter`, and so does a new tensor put into the list. Change the tensor "
                "itself, with `-=`."),
    ],
    ["The loop over the parameters stands under `with torch.no_grad():`.",
     "`parameter -= ...` changes the tensor itself; `parameter = parameter - ...` does not.",
     "After the step comes `parameter.grad = None`."],
    observe=_observe_step,
    example="""\
>>> weights = torch.tensor([1.0, 2.0], requires_grad=True)
>>> (weights**2).sum().backward()
>>> take_step([weights], learning_rate=0.25)
>>> weights, weights.grad
(tensor([0.5000, 1.0000], requires_grad=True), None)""",
)


# --- the engine: one rule an operator --------------------------------------------------------

def add_rule(a, b):
    """Value of a + b, and its slopes towards a and b."""
    return a + b, (1.0, 1.0)


def multiply_rule_reference(a, b):
    return a * b, (b, a)


def divide_rule_reference(a, b):
    return a / b, (1 / b, -a / b**2)


def sigmoid_rule_reference(a):
    s = 1 / (1 + math.exp(-a))
    return s, (s * (1 - s),)


def _pairs(rng):
    return [(2.0, 3.0), (-1.5, 4.0)] + [tuple(rng.normal(size=2).tolist()) for _ in range(6)]


def _observe_rule(rule, *inputs):
    """The value and each slope, under their names."""
    value, slopes = by_name(rule(*inputs), "the value", "a tuple of slopes").values()
    names = (f"the slope towards {name}" for name in "ab"[: len(inputs)])
    return {"the value": value, **by_name(slopes, *names)}


multiply_rule = Exercise(
    "The rule of multiplication",
    multiply_rule_reference,
    _pairs,
    [
        Mistake("the slopes are swapped", lambda a, b: (a * b, (a, b)),
                "Raise `a` by a little, and `a * b` grows `b` times as much: the slope towards "
                "`a` is `b`."),
        Mistake("the slopes are those of addition", lambda a, b: (a * b, (1.0, 1.0)),
                "The slope of a product depends on the other factor."),
        Mistake("one slope is given for both", lambda a, b: (a * b, (a + b,)),
                "There are two inputs, so two slopes, in the order of the inputs."),
        Mistake("only one number is returned", lambda a, b: a * b,
                "A rule returns two things: the value, and a tuple with a slope for each input."),
        Mistake("the slopes have no tuple of their own", lambda a, b: (a * b, b, a),
                "You return three things. A rule returns two: the value, and `(slope, slope)`."),
    ],
    ["Two things are returned: the value, and a tuple of slopes.",
     "How much does `a * b` grow when `a` grows by 1? And when `b` does?"],
    observe=_observe_rule,
    example="""\
>>> multiply_rule(2.0, 3.0)
(6.0, (3.0, 2.0))""",
)

divide_rule = Exercise(
    "The rule of division",
    divide_rule_reference,
    _pairs,
    [
        Mistake("the minus sign is missing", lambda a, b: (a / b, (1 / b, a / b**2)),
                "A larger denominator makes a positive quotient smaller."),
        Mistake("the denominator is not squared", lambda a, b: (a / b, (1 / b, -a / b)),
                "The slope of `1 / b` towards `b` is `-1 / b**2`."),
        Mistake("the slopes are swapped", lambda a, b: (a / b, (-a / b**2, 1 / b)),
                "The first slope belongs to the first input, `a`."),
        Mistake("the numerator is missing in the second slope",
                lambda a, b: (a / b, (1 / b, -1 / b**2)),
                "`a / b` is `a` times `1 / b`, so its slope towards `b` is `a` times `-1 / b**2`."),
        Mistake("the slopes are those of multiplication", lambda a, b: (a / b, (b, a)),
                "Those are the slopes of `a * b`."),
    ],
    ["`a / b` is `a` times `1 / b`. What does that grow by when `a` grows by 1?",
     "The slope of `1 / b` towards `b` is `-1 / b**2`; here it is multiplied by `a`."],
    observe=_observe_rule,
    extra=True,
    example="""\
>>> divide_rule(6.0, 2.0)
(3.0, (0.5, -1.5))""",
)

sigmoid_rule = Exercise(
    "The rule of the sigmoid",
    sigmoid_rule_reference,
    lambda rng: [(0.0,), (3.0,), (-2.0,)] + [(float(x),) for x in rng.normal(size=4)],
    [
        Mistake("the slope is written with a instead of the sigmoid",
                lambda a: (sigmoid_rule_reference(a)[0], (a * (1 - a),)),
                "The slope is `s * (1 - s)`, where `s` is the value you have just computed."),
        Mistake("the slope is that of tanh",
                lambda a: (sigmoid_rule_reference(a)[0], (1 - sigmoid_rule_reference(a)[0] ** 2,)),
                "`1 - s**2` belongs to tanh; for the sigmoid it is `s * (1 - s)`."),
        Mistake("the sign in the exponent is missing",
                lambda a: (1 / (1 + math.exp(a)), (sigmoid_rule_reference(a)[1][0],)),
                "The sigmoid rises: `1 / (1 + math.exp(-a))`."),
        Mistake("the slope is not in a tuple",
                lambda a: (sigmoid_rule_reference(a)[0], sigmoid_rule_reference(a)[1][0]),
                "One input means a tuple with one slope: `(slope,)`, with the comma."),
        Mistake("the slope is given as 1/4", lambda a: (sigmoid_rule_reference(a)[0], (0.25,)),
                "1/4 is its largest slope, at 0; elsewhere it is smaller."),
    ],
    ["Compute the value first and keep it in a name, `s`: chapter 02 writes its slope with it.",
     "The slope is `s * (1 - s)`, and a tuple of one is written `(slope,)`."],
    observe=_observe_rule,
    extra=True,
    example="""\
>>> sigmoid_rule(0.0)
(0.5, (0.25,))""",
)


# --- the engine: values that remember --------------------------------------------------------

def make(rule, *inputs):
    """Apply a rule to Values or numbers; return a Value that remembers both."""
    parents = tuple(x if isinstance(x, Value) else Value(x) for x in inputs)
    data, slopes = rule(*(parent.data for parent in parents))
    return Value(data, parents, slopes)


class Value:
    """A number that remembers which numbers it was made of, and its slope towards each."""

    def __init__(self, data, parents=(), slopes=()):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes = parents, slopes

    def __add__(self, other):
        return make(add_rule, self, other)

    def __mul__(self, other):
        return make(multiply_rule_reference, self, other)

    def __truediv__(self, other):
        return make(divide_rule_reference, self, other)

    def __sub__(self, other):
        return self + other * -1.0

    def sigmoid(self):
        return make(sigmoid_rule_reference, self)

    def tanh(self):
        return make(lambda a: (math.tanh(a), (1 - math.tanh(a) ** 2,)), self)

    def relu(self):
        return make(lambda a: (max(a, 0.0), (1.0 if a > 0 else 0.0,)), self)

    def backward(self):
        """Add d self / d node to the grad of every node that self was made of."""
        propagate_reference(recorded(self))


def recorded(result):
    """All Values behind a result, each after those it was made of; the result comes last."""
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(result)
    return order


def propagate_reference(order):
    order[-1].grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad


def _propagate_with(*, start=1.0, add=True, turned=True, slope_used=True, arriving=True):
    """A walk that makes one mistake."""

    def propagate(order):
        order[-1].grad = start
        for node in reversed(order) if turned else order:
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                change = (slope if slope_used else 1.0) * (node.grad if arriving else 1.0)
                parent.grad = parent.grad + change if add else change

    return propagate


EXPRESSIONS = {
    "x * y": lambda x, y: x * y,
    "x * x + y": lambda x, y: x * x + y,
    "x * y + x": lambda x, y: x * y + x,
    "u = x * y; (u + x) * u": lambda x, y: (x * y + x) * (x * y),
    "u = sigmoid(x + y); u * u / y": lambda x, y: _square((x + y).sigmoid()) / y,
    "u = tanh(x * y); u * x - u": lambda x, y: _times_less((x * y).tanh(), x),
}


def _square(u):
    return u * u


def _times_less(u, x):
    return u * x - u


def _observe_propagation(candidate, expression, x, y):
    x, y = Value(x), Value(y)
    nodes = recorded(EXPRESSIONS[expression](x, y))
    candidate(list(nodes))
    return {"the gradient of the result": nodes[-1].grad, "the gradient of x": x.grad,
            "the gradient of y": y.grad,
            "the gradients of all nodes, in their order": [node.grad for node in nodes]}


propagate = Exercise(
    "The walk back",
    propagate_reference,
    lambda rng: [(expression, *(rng.normal(size=2) * 1.5).tolist()) for expression in EXPRESSIONS],
    [
        Mistake("`=` stands where `+=` belongs", _propagate_with(add=False),
                "A number that is used twice receives from both uses; `=` keeps only one of them."),
        Mistake("the result's own gradient is not set to 1", _propagate_with(start=0.0),
                "Everything is multiplied by what arrives from the result. Its derivative with "
                "respect to itself is 1."),
        Mistake("the walk goes forwards", _propagate_with(turned=False),
                "A node can pass on its gradient only when it has it: start at the end, "
                "`reversed(order)`."),
        Mistake("what arrives is not passed on", _propagate_with(arriving=False),
                "The chain rule multiplies: the slope of this step times `node.grad`."),
        Mistake("the slopes are left out", _propagate_with(slope_used=False),
                "Each parent receives `node.grad` times the slope towards that parent."),
    ],
    [
        "The result is the last in `order`. Its `grad` is 1.",
        "Go through `reversed(order)`; `node.parents` and `node.slopes` belong together.",
        "A parent may be used twice, so its part is added: `parent.grad += ...`.",
    ],
    observe=_observe_propagation,
    example="""\
>>> from types import SimpleNamespace as Node
>>> x = Node(grad=0.0, parents=(), slopes=())
>>> square = Node(grad=0.0, parents=(x, x), slopes=(3.0, 3.0))
>>> propagate([x, square])
>>> x.grad, square.grad
(6.0, 1.0)""",
)


# --- questions -------------------------------------------------------------------------------

three_backwards = Question(
    "Backward three times",
    {"a": "6, because each call computes the same gradient", "b": "18, because the calls add up",
     "c": "216, because the calls multiply", "d": "0, because backward clears what was there"},
    "b",
    {
        "a": "That is what one call gives. The second one does not replace it.",
        "b": "`backward` adds to `.grad`. That is useful when one step needs the gradients of "
             "several batches, and a trap when you forget to clear it.",
        "c": "The calls do not know of each other; each adds 6 to what it finds.",
        "d": "`backward` never clears anything: clearing is your job.",
    },
    ["What would you want if a number is used twice in one loss?"],
)

find_the_mistake = Question(
    "Find the mistake: the second step fails",
    {
        "a": "backward has deleted the gradient after the first step",
        "b": "after the first step weights is no leaf any more, so it gets no .grad",
        "c": "the learning rate is so large that the gradient became None",
        "d": "the loss has no grad_fn",
    },
    "b",
    {
        "a": "`backward` adds to `.grad` and never deletes it; and in the second step it is "
             "another tensor that has no `.grad`.",
        "b": "`weights = weights - ...` is an operation like any other: its result has a `grad_fn` "
             "and a history, and autograd fills `.grad` of leaves only. An update changes the leaf "
             "itself, under `torch.no_grad()`.",
        "c": "Numbers that are too large become inf or nan, never `None`.",
        "d": "It has one: `backward` ran without an error.",
    },
    ["Which tensors does autograd give a `.grad`?",
     "Print `weights.is_leaf` before and after the first step."],
)

stuck_share = Prediction(
    "Starts still on the plateau after 10,000 epochs",
    "%",
    within=1.4,
    mistakes=[
        Guess("10,000 epochs are enough for all", lambda guess, measured: guess <= 10,
              "So many epochs sound endless, but what counts is the size of each step, and on the "
              "plateau the gradient is tiny.", 5.0),
        Guess("nothing is ever learned", lambda guess, measured: guess >= 95,
              "Some starts do leave the plateau in time.", 100.0),
    ],
    lesson="About half of the starts still say nearly 0.5 to everything. Whoever shows one run has "
           "chosen its seed.",
    reference=53.0,
    hints=["The plateau's length differs from start to start by more than a factor of ten."],
)

TASKS = name_tasks(globals())
