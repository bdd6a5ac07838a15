"""Bug clinic: gradients, updates and losses that training follows."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from notebooks.exercises.clinic_parts import (
    cause,
    loss_and_gradient,
    random_labels,
    random_tensor,
    repair,
)

# --- gradients that are never cleared --------------------------------------------------------

SWING = "Down, up, down"


def repaired_fit_line_reference(inputs, targets, learning_rate, steps):
    """Slope and intercept (2,) after some steps from 0, and the loss at each step."""
    parameters, losses = torch.zeros(2, dtype=inputs.dtype, requires_grad=True), []
    for _ in range(steps):
        loss = ((parameters[0] * inputs + parameters[1] - targets) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            parameters -= learning_rate * parameters.grad
        parameters.grad = None
        losses.append(loss.item())
    return parameters.detach(), losses


def _fit_line(inputs, targets, learning_rate, steps):
    parameters, losses = torch.zeros(2, dtype=inputs.dtype, requires_grad=True), []
    for _ in range(steps):
        loss = ((parameters[0] * inputs + parameters[1] - targets) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            parameters -= learning_rate * parameters.grad
        losses.append(loss.item())
    return parameters.detach(), losses


def _cleared_before_the_step(inputs, targets, learning_rate, steps):
    parameters = torch.zeros(2, dtype=inputs.dtype)
    return parameters, [(targets**2).mean().item()] * steps


def _smaller_rate(inputs, targets, learning_rate, steps):
    return _fit_line(inputs, targets, learning_rate / 10, steps)


def _divided_by_the_step(inputs, targets, learning_rate, steps):
    parameters, losses = torch.zeros(2, dtype=inputs.dtype, requires_grad=True), []
    for step in range(steps):
        loss = ((parameters[0] * inputs + parameters[1] - targets) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            parameters -= learning_rate * parameters.grad / (step + 1)
        losses.append(loss.item())
    return parameters.detach(), losses


def _slope_cleared_only(inputs, targets, learning_rate, steps):
    parameters, losses = torch.zeros(2, dtype=inputs.dtype, requires_grad=True), []
    for _ in range(steps):
        loss = ((parameters[0] * inputs + parameters[1] - targets) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            parameters -= learning_rate * parameters.grad
        parameters.grad[0] = 0
        losses.append(loss.item())
    return parameters.detach(), losses


fit_line_cause = cause(SWING, "b", [
    ("The learning rate is too large",
     "With a rate that is too large the loss grows from step to step. Here it swings slowly, and a "
     "smaller rate makes the swings longer."),
    ("Each step uses the sum of all gradients so far",
     "`backward()` adds to `.grad`. The parameters gather speed like a ball in a bowl."),
    ("Under `no_grad()` the gradient is not computed",
     "The gradient comes from `backward()`, which stands before. The update must not be recorded."),
    ("The starting point 0 has no gradient",
     "The loss falls at the first step, so there is one."),
], "Print `parameters.grad` in the first few steps.",
   "What does a second `backward()` do to a `.grad` that is not empty?")

fit_line = repair(
    SWING, repaired_fit_line_reference, _fit_line,
    lambda rng: [(random_tensor(rng, n), random_tensor(rng, n), 0.05, steps)
                 for n, steps in ((5, 1), (8, 2), (20, 30))],
    [
        ("the gradient is cleared between backward and the update", _cleared_before_the_step,
         "Then there is nothing left to step along: the parameters stay where they are."),
        ("the learning rate is made ten times smaller", _smaller_rate,
         "The swing becomes slower and comes back all the same. The sum is still there."),
        ("the sum is divided by the number of steps", _divided_by_the_step,
         "The mean of all gradients so far still remembers places that were left long ago."),
        ("only the slope's gradient is cleared", _slope_cleared_only,
         "The intercept goes on swinging. Clear the whole `.grad`."),
    ],
    "Every step wants a fresh gradient.",
    "After the update: `parameters.grad = None`, or `parameters.grad.zero_()`.",
    example=""">>> inputs, targets = torch.tensor([1.0]), torch.tensor([2.0])
>>> repaired_fit_line(inputs, targets, learning_rate=0.125, steps=2)
(tensor([0.7500, 0.7500]), [4.0, 1.0])""",
)

# --- a saved tensor changed in place ---------------------------------------------------------

REFUSED = "Backward refuses"


def repaired_centred_loss_reference(weights, inputs, targets):
    """Squared error of summed sigmoid outputs that are centred over the rows; weights (D, H)."""
    hidden = torch.sigmoid(inputs @ weights)                           # (N, H)
    hidden = hidden - hidden.mean(dim=0)
    return (((hidden**2).sum(dim=1) - targets) ** 2).mean()


def _centred_loss(weights, inputs, targets):
    hidden = torch.sigmoid(inputs @ weights)
    hidden -= hidden.mean(dim=0)
    return (((hidden**2).sum(dim=1) - targets) ** 2).mean()


def _centred_through_data(weights, inputs, targets):
    hidden = torch.sigmoid(inputs @ weights)
    hidden.data -= hidden.mean(dim=0)
    return (((hidden**2).sum(dim=1) - targets) ** 2).mean()


def _centred_detached(weights, inputs, targets):
    hidden = torch.sigmoid(inputs @ weights).detach()
    hidden -= hidden.mean(dim=0)
    return (((hidden**2).sum(dim=1) - targets) ** 2).mean()


def _mean_detached(weights, inputs, targets):
    hidden = torch.sigmoid(inputs @ weights)
    hidden = hidden - hidden.mean(dim=0).detach()
    return (((hidden**2).sum(dim=1) - targets) ** 2).mean()


def _one_mean_for_all(weights, inputs, targets):
    hidden = torch.sigmoid(inputs @ weights)
    hidden = hidden - hidden.mean()
    return (((hidden**2).sum(dim=1) - targets) ** 2).mean()


def _not_centred(weights, inputs, targets):
    hidden = torch.sigmoid(inputs @ weights)
    return (((hidden**2).sum(dim=1) - targets) ** 2).mean()


centred_loss_cause = cause(REFUSED, "d", [
    ("The sigmoid saturates, so its gradient is 0",
     "A gradient of 0 is no error; backward would run and return zeros."),
    ("The shapes (N, H) and (H,) do not fit",
     "They do: the forward pass gave a loss. The trouble comes on the way back."),
    ("The mean over the rows has no derivative",
     "It has one: 1/N for every row."),
    ("The values that the sigmoid kept for the way back have been overwritten",
     "The sigmoid's slope is s(1 - s), so the graph keeps s. `-=` writes over it, and autograd "
     "notices the changed version."),
], "Which operation needs its own output again on the way back?",
   "`-=` writes into the tensor; what does `hidden = hidden - ...` do?", extra=True)

centred_loss = repair(
    REFUSED, repaired_centred_loss_reference, _centred_loss,
    lambda rng: [(random_tensor(rng, d, h), random_tensor(rng, n, d), random_tensor(rng, n))
                 for n, d, h in ((5, 2, 3), (3, 3, 3))],
    [
        ("the change goes through `.data`", _centred_through_data,
         "The alarm is off and the values are still overwritten: backward runs, and its gradient "
         "is wrong."),
        ("the hidden outputs are cut out of the graph", _centred_detached,
         "After `detach()` no gradient can reach the weights, and backward has nothing to do."),
        ("no gradient flows through the mean", _mean_detached,
         "The mean depends on the weights too. Leave it in the graph."),
        ("one mean is taken over all units", _one_mean_for_all,
         "Each unit has its own mean over the rows: `dim=0`."),
        ("nothing is centred any more", _not_centred,
         "The error is gone together with the step that caused it. The centring is wanted."),
    ],
    "Make a new tensor instead of writing into the old one.",
    "`hidden = hidden - hidden.mean(dim=0)`",
    example=""">>> weights = torch.zeros(1, 2, requires_grad=True)
>>> inputs, targets = torch.tensor([[0.0], [1.0]]), torch.tensor([1.0, 3.0])
>>> loss = repaired_centred_loss(weights, inputs, targets)
>>> loss.backward()
>>> loss.item()
5.0""",
    extra=True,
    observe=loss_and_gradient,
)

# --- an update through .data -----------------------------------------------------------------

NEARLY = "Nearly the right step"


def repaired_train_step_reference(first, second, inputs, targets, learning_rate):
    """Both weight matrices after one step of gradient descent on the squared error."""
    loss = ((torch.sigmoid(inputs @ first) @ second - targets) ** 2).sum()
    second_gradient = torch.autograd.grad(loss, second, retain_graph=True)[0]
    first_gradient = torch.autograd.grad(loss, first)[0]
    with torch.no_grad():
        second -= learning_rate * second_gradient
        first -= learning_rate * first_gradient
    return first, second


def _train_step(first, second, inputs, targets, learning_rate):
    loss = ((torch.sigmoid(inputs @ first) @ second - targets) ** 2).sum()
    second_gradient = torch.autograd.grad(loss, second, retain_graph=True)[0]
    second.data -= learning_rate * second_gradient
    first_gradient = torch.autograd.grad(loss, first)[0]
    first.data -= learning_rate * first_gradient
    return first, second


def _loss_computed_anew(first, second, inputs, targets, learning_rate):
    loss = ((torch.sigmoid(inputs @ first) @ second - targets) ** 2).sum()
    second.data -= learning_rate * torch.autograd.grad(loss, second)[0]
    loss = ((torch.sigmoid(inputs @ first) @ second - targets) ** 2).sum()
    first.data -= learning_rate * torch.autograd.grad(loss, first)[0]
    return first, second


def _no_grad_in_the_old_order(first, second, inputs, targets, learning_rate):
    loss = ((torch.sigmoid(inputs @ first) @ second - targets) ** 2).sum()
    second_gradient = torch.autograd.grad(loss, second, retain_graph=True)[0]
    with torch.no_grad():
        second -= learning_rate * second_gradient
    first_gradient = torch.autograd.grad(loss, first)[0]
    with torch.no_grad():
        first -= learning_rate * first_gradient
    return first, second


def _only_second_moves(first, second, inputs, targets, learning_rate):
    _, moved = repaired_train_step_reference(first.detach().clone().requires_grad_(), second,
                                             inputs, targets, learning_rate)
    return first, moved


def _uphill(first, second, inputs, targets, learning_rate):
    return repaired_train_step_reference(first, second, inputs, targets, -learning_rate)


train_step_cause = cause(NEARLY, "a", [
    ("The gradient of the first matrix is taken when the second has already moved",
     "The way back to the first matrix multiplies with the second one, and finds its new values. "
     "Through `.data` nobody notices."),
    ("`retain_graph=True` keeps old gradients and adds them up",
     "It keeps the graph so that it can be walked a second time. `torch.autograd.grad` adds "
     "nothing up."),
    ("The loss is a sum and should be a mean",
     "A mean would make both gradients smaller by the same factor; it would not turn one of them."),
    ("The sigmoid should be a ReLU",
     "The gradient of any activation must agree with central differences."),
], "Which numbers does the way back to the first matrix use?",
   "Write the steps in order, and mark where each matrix changes.", extra=True)


def _both_matrices(candidate, first, second, inputs, targets, learning_rate):
    """What a step makes of two leaves of the graph."""
    leaves = first.clone().requires_grad_(), second.clone().requires_grad_()
    result = candidate(*leaves, inputs, targets, learning_rate)
    return tuple(part.detach() if isinstance(part, torch.Tensor) else part for part in result)


train_step = repair(
    NEARLY, repaired_train_step_reference, _train_step,
    lambda rng: [(random_tensor(rng, d, h), random_tensor(rng, h, 1), random_tensor(rng, n, d),
                  random_tensor(rng, n, 1), rate)
                 for n, d, h, rate in ((4, 2, 3, 0.1), (5, 3, 3, 0.5))],
    [
        ("the loss is computed anew between the two updates", _loss_computed_anew,
         "That is the gradient of another loss, at a place where one matrix has moved. Gradient "
         "descent takes both gradients at one place."),
        ("`no_grad()` is used in the old order", _no_grad_in_the_old_order,
         "Autograd now notices what was hidden before, and stops. Change the order as well."),
        ("the first matrix does not move any more", _only_second_moves,
         "Both matrices take a step."),
        ("the step goes uphill", _uphill,
         "Gradient descent subtracts the gradient."),
    ],
    "First take all gradients, then move.",
    "Move the line with `first_gradient` up by one, and update under `torch.no_grad()`.",
    example=""">>> first = torch.tensor([[0.0]], requires_grad=True)
>>> second = torch.tensor([[2.0]], requires_grad=True)
>>> inputs, targets = torch.tensor([[1.0]]), torch.tensor([[0.0]])
>>> moved = repaired_train_step(first, second, inputs, targets, learning_rate=0.5)
>>> [matrix.item() for matrix in moved]
[-0.5, 1.5]""",
    extra=True,
    observe=_both_matrices,
)

# --- ReLU on the logits ----------------------------------------------------------------------

SILENT = "Digits that are never answered"


def repaired_forward_reference(inputs, parameters):
    """Logits (N, C) of inputs (N, D); parameters is a list of (weights, bias), one a layer."""
    activations = inputs
    for weights, bias in parameters[:-1]:
        activations = torch.relu(activations @ weights + bias)
    weights, bias = parameters[-1]
    return activations @ weights + bias


def _forward(inputs, parameters):
    activations = inputs
    for weights, bias in parameters:
        activations = torch.relu(activations @ weights + bias)
    return activations


def _without_any_relu(inputs, parameters):
    for weights, bias in parameters:
        inputs = inputs @ weights + bias
    return inputs


def _with_end(end):
    def forward(inputs, parameters):
        return end(repaired_forward_reference(inputs, parameters))
    return forward


def _last_layer_lost(inputs, parameters):
    return _forward(inputs, parameters[:-1])


forward_cause = cause(SILENT, "d", [
    ("The learning rate is too small; these digits come last",
     "Longer training does not bring them back: no gradient reaches them."),
    ("There are too few images of these digits",
     "About a tenth of the images belong to each digit, and other digits are lost from other "
     "starts."),
    ("Softmax is missing at the end",
     "`F.cross_entropy` takes logits and has the softmax inside."),
    ("The last layer has an activation that can switch an output off for good",
     "Where ReLU cuts an output off its slope is 0. An output that is cut off for all images is "
     "dead."),
], "How small can a logit become in this network, and how does it get up again?",
   "What is the slope of ReLU where its output is 0?")

forward = repair(
    SILENT, repaired_forward_reference, _forward,
    lambda rng: [
        (random_tensor(rng, n, sizes[0]),
         [(random_tensor(rng, a, b), random_tensor(rng, b))
          for a, b in zip(sizes[:-1], sizes[1:], strict=True)])
        for n, sizes in ((5, (3, 4, 3)), (4, (2, 5, 4, 3)), (3, (4, 2)))
    ],
    [
        ("ReLU is gone from every layer", _without_any_relu,
         "Without activations between them the layers are one single layer. Only the last one "
         "goes without."),
        ("the last layer has a leaky ReLU", _with_end(lambda z: F.leaky_relu(z, 0.01)),
         "A gradient gets through, a hundred times weaker, and a logit still can hardly say "
         "\"surely not\". Logits need no activation."),
        ("the network ends with a softmax", _with_end(lambda z: torch.softmax(z, dim=1)),
         "The loss takes logits; with a softmax here there would be two of them."),
        ("the network ends with a sigmoid", _with_end(torch.sigmoid),
         "That squeezes the logits between 0 and 1, where cross-entropy cannot become small."),
        ("the last layer is left out", _last_layer_lost,
         "The last weights and bias are needed; only the ReLU behind them is not."),
    ],
    "Which layers get an activation, and which one does not?",
    "Loop over `parameters[:-1]` with ReLU, then apply `parameters[-1]` without it.",
    example=""">>> hidden = torch.tensor([[1.0]]), torch.tensor([0.0])
>>> output = torch.tensor([[-2.0]]), torch.tensor([1.0])
>>> repaired_forward(torch.tensor([[3.0]]), [hidden, output])
tensor([[-5.]])""",
)

# --- softmax twice ---------------------------------------------------------------------------

FLOOR = "The floor"


def repaired_classifier_loss_reference(logits, labels):
    """Mean cross-entropy of logits (N, C) and labels (N,)."""
    return F.cross_entropy(logits, labels)


def _classifier_loss(logits, labels):
    probabilities = torch.softmax(logits, dim=1)
    return F.cross_entropy(probabilities, labels)


def _nll_of_probabilities(logits, labels):
    return F.nll_loss(torch.softmax(logits, dim=1), labels)


def _floor_subtracted(logits, labels):
    classes = torch.eye(logits.shape[1], dtype=logits.dtype)[:1]
    floor = F.cross_entropy(classes, torch.zeros(1, dtype=torch.int64))
    return _classifier_loss(logits, labels) - floor


def _squared_shares(logits, labels):
    wanted = F.one_hot(labels, logits.shape[1]).to(logits.dtype)
    return ((torch.softmax(logits, dim=1) - wanted) ** 2).mean()


def _nll_of_logits(logits, labels):
    return F.nll_loss(logits, labels)


def _softmax_over_samples(logits, labels):
    return F.cross_entropy(torch.softmax(logits, dim=0), labels)


classifier_loss_cause = cause(FLOOR, "c", [
    ("The logits are too small",
     "They go up to 20, which is as good as certain, and the loss does not move any more."),
    ("Ten classes need a larger network",
     "There is no network in this code. The logits are perfect and the loss is 1.46."),
    ("`F.cross_entropy` applies a softmax to what is already one",
     "It takes numbers between 0 and 1 for logits. The surest answer, 1 against nine zeros, then "
     "has the probability `e / (e + 9)`."),
    ("The mean over the samples is missing",
     "`F.cross_entropy` takes the mean; a missing mean would not give a floor that no logit "
     "passes."),
], "What does `F.cross_entropy` expect: logits or probabilities?",
   "`-log(e / (e + 9))` is 1.46. Where does the e come from?")

classifier_loss = repair(
    FLOOR, repaired_classifier_loss_reference, _classifier_loss,
    lambda rng: [(random_tensor(rng, n, c, scale=2.0), random_labels(rng, n, c))
                 for n, c in ((5, 3), (4, 4), (3, 10))],
    [
        ("`nll_loss` is handed probabilities", _nll_of_probabilities,
         "`F.nll_loss` takes logarithms of probabilities. Without the logarithm a perfect loss is "
         "-1."),
        ("the floor is subtracted", _floor_subtracted,
         "The number can reach 0 now. The gradients are as weak as before."),
        ("the squared error takes the place of cross-entropy", _squared_shares,
         "It has no floor, but it was cross-entropy that was wanted."),
        ("`nll_loss` is handed logits", _nll_of_logits,
         "`F.nll_loss` has no softmax and no logarithm inside: give it `log_softmax` of the "
         "logits."),
        ("the softmax runs over the samples", _softmax_over_samples,
         "It is still there, along another axis. There must be none."),
    ],
    "One of the two softmaxes has to go, and one of them is hidden inside the loss.",
    "`F.cross_entropy(logits, labels)`",
    example=""">>> repaired_classifier_loss(torch.tensor([[200.0, 0.0]]), torch.tensor([0]))
tensor(0.)
>>> repaired_classifier_loss(torch.tensor([[200.0, 0.0]]), torch.tensor([1]))
tensor(200.)""",
    observe=loss_and_gradient,
)

# --- the minus sign is missing ---------------------------------------------------------------

BELOW = "The loss falls and falls"


def repaired_log_loss_reference(logits, labels):
    """Mean surprise about the true class: logits (N, C), labels (N,)."""
    log_probabilities = torch.log_softmax(logits, dim=1)               # (N, C)
    return -log_probabilities[torch.arange(len(labels)), labels].mean()


def _log_loss(logits, labels):
    log_probabilities = torch.log_softmax(logits, dim=1)
    return log_probabilities[torch.arange(len(labels)), labels].mean()


def _minus_at_the_logits(logits, labels):
    return _log_loss(-logits, labels)


def _squared_logarithms(logits, labels):
    log_probabilities = torch.log_softmax(logits, dim=1)
    return (log_probabilities[torch.arange(len(labels)), labels] ** 2).mean()


def _shifted_above_zero(logits, labels):
    return _log_loss(logits, labels) + 10


def _cut_off_at_zero(logits, labels):
    return _log_loss(logits, labels).clamp(min=0)


def _minus_twice(logits, labels):
    return -_log_loss(-logits, labels)


log_loss_cause = cause(BELOW, "b", [
    ("The learning rate is too large and the weights explode",
     "The weights do grow, but they follow the gradient faithfully, at any rate."),
    ("Minimising this number makes the true class improbable",
     "The logarithm of a probability is 0 at best. To lower it, the network makes the right "
     "answer as improbable as it can."),
    ("The labels are shuffled against the images",
     "Then the loss would hover near 2.3. It could not fall below 0."),
    ("`log_softmax` runs along the wrong axis",
     "`dim=1` are the classes: that is right."),
], "Can a mean surprise be negative?",
   "What does the smallest possible value of this loss say about the true class?")

log_loss = repair(
    BELOW, repaired_log_loss_reference, _log_loss,
    lambda rng: [(random_tensor(rng, n, c, scale=2.0), random_labels(rng, n, c))
                 for n, c in ((5, 3), (4, 4), (1, 10))],
    [
        ("the minus stands before the logits", _minus_at_the_logits,
         "That asks for the smallest logit to be the true one, and the loss is still negative."),
        ("the minus stands before the logits and before the loss", _minus_twice,
         "The loss is positive now, and the true class should have the *smallest* logit."),
        ("the logarithms are squared", _squared_logarithms,
         "It is positive and 0 for a perfect answer, but it is not the surprise: rare misses "
         "weigh far too much."),
        ("the loss is only shifted", _shifted_above_zero,
         "A constant changes no gradient: training goes the same wrong way."),
        ("the loss is cut off at 0", _cut_off_at_zero,
         "All its values are below 0, so now it is 0 everywhere, with a gradient of 0."),
    ],
    "Surprise is minus the logarithm of a probability.",
    "One character before the last expression.",
    example=""">>> repaired_log_loss(torch.tensor([[200.0, 0.0]]), torch.tensor([1]))
tensor(200.)""",
    observe=loss_and_gradient,
)
