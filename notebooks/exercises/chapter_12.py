"""Exercises of chapter 12: regression from images."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import torch
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

ROUNDED = Tolerance(relative=1e-5, absolute=1e-6)  # where float32 is as good as float64


def _in_double(result):
    return result.double() if isinstance(result, torch.Tensor) else result


# --- draw the blobs --------------------------------------------------------------------------

def draw_blobs_reference(parameters, pixels):
    x, y, size, e1, e2 = parameters[:, :, None, None].unbind(1)
    axis = torch.arange(pixels) - (pixels - 1) / 2
    dx, dy = axis[None, None, :] - x, axis[None, :, None] - y
    form = (1 - e1) * dx**2 - 2 * e2 * dx * dy + (1 + e1) * dy**2
    squared_radius = form / (size**2 * (1 - e1**2 - e2**2))
    return torch.exp(-squared_radius / 2)


def _blobs(parameters, pixels, *, swapped=False, origin=None, sign_e1=1, cross=2.0, area=True,
           squared=True, half=True):
    """The reference with one thing changed."""
    x, y, size, e1, e2 = parameters[:, :, None, None].unbind(1)
    axis = torch.arange(pixels) - ((pixels - 1) / 2 if origin is None else origin(pixels))
    dx, dy = axis[None, None, :] - x, axis[None, :, None] - y
    if swapped:
        dx, dy = axis[None, :, None] - x, axis[None, None, :] - y
    e1 = sign_e1 * e1
    form = (1 - e1) * dx**2 - cross * e2 * dx * dy + (1 + e1) * dy**2
    scale = size**2 if squared else size
    squared_radius = form / (scale * (1 - e1**2 - e2**2) if area else scale)
    return torch.exp(-squared_radius / (2 if half else 1))


def _blob_cases(rng):
    def parameters(count, reach):
        shape = rng.uniform(-0.45, 0.45, size=(count, 2))
        place, size = rng.uniform(-reach, reach, (count, 2)), rng.uniform(1.5, 3, (count, 1))
        rows = [torch.from_numpy(part) for part in (place, size, shape)]
        return torch.cat(rows, dim=1)

    return [(parameters(3, 3.0), 15), (parameters(5, 2.0), 12), (parameters(1, 4.0), 9)]


def _observe_blobs(candidate, parameters, pixels):
    """The images; and the dtype for float32 parameters, as a network is trained on those."""
    images, small = candidate(parameters, pixels), candidate(parameters.float(), pixels)
    return {"the images": _in_double(images),
            "the dtype for float32 parameters": str(getattr(small, "dtype", type(small)))}


draw_blobs = Exercise(
    "Draw the blobs",
    draw_blobs_reference,
    _blob_cases,
    [
        Mistake("x and y are swapped", lambda p, pixels: _blobs(p, pixels, swapped=True),
                "x runs along a row, so it changes with the last axis: dx has shape (N, 1, P) and "
                "dy has shape (N, P, 1)."),
        Mistake("the coordinates start in the corner",
                lambda p, pixels: _blobs(p, pixels, origin=lambda pixels: 0),
                "(0, 0) is the middle of the image: subtract (pixels - 1) / 2."),
        Mistake("the middle is half a pixel off",
                lambda p, pixels: _blobs(p, pixels, origin=lambda pixels: pixels / 2),
                "With pixels 0 to P - 1 the middle is at (P - 1) / 2, not P / 2."),
        Mistake("the sign of e1 is wrong", lambda p, pixels: _blobs(p, pixels, sign_e1=-1),
                "A positive e1 stretches along x, so there the squared radius grows more slowly: "
                "(1 - e1) belongs to dx."),
        Mistake("the sign of e2 is wrong", lambda p, pixels: _blobs(p, pixels, cross=-2.0),
                "The mixed term is subtracted: - 2 * e2 * dx * dy."),
        Mistake("the factor 2 of the mixed term is missing",
                lambda p, pixels: _blobs(p, pixels, cross=1.0),
                "The formula has 2 * e2 * dx * dy."),
        Mistake("the divisor 1 - e1² - e2² is missing",
                lambda p, pixels: _blobs(p, pixels, area=False),
                "Without it an elongated blob also becomes smaller, and `size` loses its meaning."),
        Mistake("the size is not squared", lambda p, pixels: _blobs(p, pixels, squared=False),
                "The numerator has pixels squared, so the divisor must have them, too: size**2."),
        Mistake("the half in the exponent is missing",
                lambda p, pixels: _blobs(p, pixels, half=False),
                "The brightness is exp(-r²/2), so that `size` is a standard deviation."),
    ],
    [
        "Give each parameter the shape (N, 1, 1): `parameters[:, 0, None, None]` is x.",
        "`axis = torch.arange(pixels) - (pixels - 1) / 2`; `dx = axis[None, None, :] - x` and "
        "`dy = axis[None, :, None] - y`.",
        "Then write the two formulas as they stand; broadcasting makes (N, P, P) of them.",
    ],
    observe=_observe_blobs,
    tolerance=ROUNDED,
    example=""">>> circle = torch.tensor([[1.0, 0.0, 1.0, 0.0, 0.0]])    # right of the middle
>>> draw_blobs(circle, 3)[0]
tensor([[0.0821, 0.3679, 0.6065],
        [0.1353, 0.6065, 1.0000],
        [0.0821, 0.3679, 0.6065]])""",
)


# --- measure a blob without a network --------------------------------------------------------

def moments_reference(image):
    pixels = image.shape[0]
    axis = torch.arange(pixels) - (pixels - 1) / 2
    weights = image / image.sum()
    x, y = (weights * axis[None, :]).sum(), (weights * axis[:, None]).sum()
    dx, dy = axis[None, :] - x, axis[:, None] - y
    xx, yy, xy = ((weights * part).sum() for part in (dx**2, dy**2, dx * dy))
    return torch.stack([x, y, ((xx + yy) / 2).sqrt(), (xx - yy) / (xx + yy), 2 * xy / (xx + yy)])


def _second_moments(image, *, centred=True, divided=True):
    pixels = image.shape[0]
    axis = torch.arange(pixels) - (pixels - 1) / 2
    weights = image / image.sum() if divided else image
    x, y = (weights * axis[None, :]).sum(), (weights * axis[:, None]).sum()
    dx, dy = (axis[None, :] - x, axis[:, None] - y) if centred else (axis[None, :], axis[:, None])
    xx, yy, xy = ((weights * part).sum() for part in (dx**2, dy**2, dx * dy))
    return x, y, xx, yy, xy


def _moments_with(change, **settings):
    """A wrong version: the parts of the result after ``change(x, y, xx, yy, xy)``."""
    def wrong(image):
        return torch.stack(change(*_second_moments(image, **settings)))
    return wrong


def _as_they_should(x, y, xx, yy, xy):
    return [x, y, ((xx + yy) / 2).sqrt(), (xx - yy) / (xx + yy), 2 * xy / (xx + yy)]


def _moment_cases(rng):
    rows = torch.tensor([[1.0, -2.0, 2.0, 0.3, 0.2], [-3.0, 0.5, 2.5, -0.4, 0.1],
                         [0.0, 0.0, 3.0, 0.0, -0.5]], dtype=torch.float64)
    images = draw_blobs_reference(rows, 31)
    bumpy = torch.from_numpy(rng.uniform(size=(6, 6)))
    return [(3 * image,) for image in images] + [(bumpy,)]


MOMENTS = ("what it returns", "x", "y", "the size", "e1", "e2", "the dtype for a float32 image")


def _observe_moments(candidate, image):
    """Each of the five numbers by its name; float32 images must give float32 numbers."""
    result = candidate(image)
    seen = dict.fromkeys(MOMENTS, "")
    is_tensor = isinstance(result, torch.Tensor)
    seen["what it returns"] = f"a tensor {tuple(result.shape)}" if is_tensor \
        else f"a {type(result).__name__}"
    if is_tensor and result.shape == (5,):
        seen.update(zip(MOMENTS[1:6], result.tolist(), strict=True))
        seen[MOMENTS[6]] = str(getattr(candidate(image.float()), "dtype", "no tensor"))
    return seen


moments = Exercise(
    "Measure a blob by its moments",
    moments_reference,
    _moment_cases,
    [
        Mistake("x and y are swapped",
                _moments_with(lambda x, y, xx, yy, xy: _as_they_should(y, x, yy, xx, xy)),
                "x runs along a row: axis[None, :] belongs to x and axis[:, None] to y."),
        Mistake("the brightness is not divided by its sum",
                _moments_with(_as_they_should, divided=False),
                "A mean is weighted with shares that add up to 1: image / image.sum()."),
        Mistake("the second moments are taken about the middle of the image",
                _moments_with(_as_they_should, centred=False),
                "Subtract the blob's own centre first: dx = axis - x."),
        Mistake("the root of the size is missing",
                _moments_with(lambda x, y, xx, yy, xy: [
                    x, y, (xx + yy) / 2, (xx - yy) / (xx + yy), 2 * xy / (xx + yy)]),
                "The mean of xx and yy is a size squared."),
        Mistake("xx and yy are added and not averaged in the size",
                _moments_with(lambda x, y, xx, yy, xy: [
                    x, y, (xx + yy).sqrt(), (xx - yy) / (xx + yy), 2 * xy / (xx + yy)]),
                "The size squared is the mean of both directions: (xx + yy) / 2."),
        Mistake("the ellipticity is not divided by xx + yy",
                _moments_with(lambda x, y, xx, yy, xy: [
                    x, y, ((xx + yy) / 2).sqrt(), xx - yy, 2 * xy]),
                "Ellipticity has no unit: a blob twice as large has the same. Divide by xx + yy."),
        Mistake("the factor 2 of e2 is missing",
                _moments_with(lambda x, y, xx, yy, xy: [
                    x, y, ((xx + yy) / 2).sqrt(), (xx - yy) / (xx + yy), xy / (xx + yy)]),
                "e2 is 2 xy / (xx + yy)."),
    ],
    [
        "`weights = image / image.sum()` are the shares of the brightness; a mean is "
        "`(weights * something).sum()`.",
        "First x and y, the means of the coordinates. Then `dx` and `dy`, and the means of "
        "`dx**2`, `dy**2` and `dx * dy`.",
        "`size = ((xx + yy) / 2).sqrt()`, `e1 = (xx - yy) / (xx + yy)`, "
        "`e2 = 2 * xy / (xx + yy)`.",
    ],
    observe=_observe_moments,
    example=""">>> image = torch.zeros(3, 3)
>>> image[1, 0] = image[1, 2] = 1.0          # two bright pixels, left and right of the middle
>>> moments(image)                           # all the light spreads along x
tensor([0.0000, 0.0000, 0.7071, 1.0000, 0.0000])""",
    extra=True,
)


# --- targets on one scale --------------------------------------------------------------------

def standardise_reference(parameters, train_parameters):
    return (parameters - train_parameters.mean(dim=0)) / train_parameters.std(dim=0)


def _target_cases(rng):
    """Five columns, each with a mean and a deviation of its own."""
    scale, offset = np.array([9.0, 8.0, 1.5, 0.3, 0.02]), np.array([-4.0, 2.5, 6.5, 0.1, -0.3])
    return [tuple(torch.from_numpy(rng.normal(size=(rows, 5)) * scale + offset) for rows in sizes)
            for sizes in ((4, 9), (6, 6), (1, 7), (8, 3))]


standardise = Exercise(
    "Targets on one scale",
    standardise_reference,
    _target_cases,
    [
        Mistake("the parameters' own mean and deviation are used",
                lambda p, train: (p - p.mean(dim=0)) / p.std(dim=0),
                "Test data must be treated exactly like training data: take mean and deviation "
                "from train_parameters."),
        Mistake("one mean and one deviation serve all columns",
                lambda p, train: (p - train.mean()) / train.std(),
                "Each column has its own unit and its own scale: mean(dim=0) and std(dim=0)."),
        Mistake("the deviation is computed with N and not with N - 1",
                lambda p, train: (p - train.mean(dim=0)) / train.std(dim=0, correction=0),
                "A small difference, but another number: torch's `.std(dim=0)` divides by N - 1."),
        Mistake("the variance is divided by",
                lambda p, train: (p - train.mean(dim=0)) / train.var(dim=0),
                "Divide by the deviation; the variance has squared units."),
        Mistake("the mean is not subtracted", lambda p, train: p / train.std(dim=0),
                "Then each column keeps an offset that the network has to learn first."),
        Mistake("the deviation is multiplied by",
                lambda p, train: (p - train.mean(dim=0)) * train.std(dim=0),
                "That makes wide columns even wider: divide."),
        Mistake("the columns are squeezed between 0 and 1",
                lambda p, train: (p - train.amin(dim=0)) / (train.amax(dim=0) - train.amin(dim=0)),
                "That is another common scaling. Here use mean and deviation, so that a loss of 1 "
                "means 'no better than the mean'."),
    ],
    [
        "`dim=0` runs down the samples: `train_parameters.mean(dim=0)` has one number a column.",
        "Subtract the mean of the column and divide by its deviation, `.std(dim=0)`.",
    ],
    observe=lambda candidate, *case: _in_double(candidate(*case)),
    tolerance=ROUNDED,
    example=""">>> train_parameters = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
>>> standardise(torch.tensor([[3.0, 10.0]]), train_parameters)
tensor([[ 1., -1.]])""",
)


# --- errors over batches of different size ---------------------------------------------------

def error_per_parameter_reference(batches):
    total, count = 0.0, 0
    for predictions, targets in batches:
        total = total + ((predictions - targets) ** 2).sum(dim=0)
        count += len(targets)
    return (total / count).sqrt()


def _mean_of_batch_errors(batches):
    errors = [((p - t) ** 2).mean(dim=0).sqrt() for p, t in batches]
    return torch.stack(errors).mean(dim=0)


def _mean_of_batch_squares(batches):
    squares = [((p - t) ** 2).mean(dim=0) for p, t in batches]
    return torch.stack(squares).mean(dim=0).sqrt()


def _one_error_for_all(batches):
    squares = torch.cat([((p - t) ** 2).flatten() for p, t in batches])
    return squares.mean().sqrt()


def _squares_only(batches):
    return error_per_parameter_reference(batches) ** 2


def _absolute_errors(batches):
    return torch.cat([(p - t).abs() for p, t in batches]).mean(dim=0)


def _last_batch_only(batches):
    return error_per_parameter_reference(list(batches)[-1:])


def _root_of_sum(batches):
    return torch.cat([(p - t) ** 2 for p, t in batches]).sum(dim=0).sqrt()


def _means_over_samples(batches):
    total = sum(((p - t) ** 2).mean(dim=0) for p, t in batches)
    return (total / sum(len(t) for _, t in batches)).sqrt()


def _signed_errors(batches):
    return torch.cat([p - t for p, t in batches]).mean(dim=0)


def _error_cases(rng):
    """Columns and batches are off by amounts of their own, on both sides of 0."""
    offset = np.array([0.5, -2.0, 0.0, 3.0, -0.1])

    def batches(*sizes):
        return [tuple(torch.from_numpy((1 + number) * rng.normal(size=(rows, 5)) + shift)
                      for shift in (0.0, offset)) for number, rows in enumerate(sizes)]

    return [(batches(4, 4, 1),), (batches(5, 2),), (batches(3, 3),), (batches(7),)]


error_per_parameter = Exercise(
    "The error of each parameter",
    error_per_parameter_reference,
    _error_cases,
    [
        Mistake("the errors of the batches are averaged", _mean_of_batch_errors,
                "A batch of one image would count like a batch of fifty. Add up squares and counts "
                "over all batches, and divide once at the end."),
        Mistake("the mean squares of the batches are averaged", _mean_of_batch_squares,
                "That is right only when all batches have the same size, and the last one seldom "
                "has."),
        Mistake("all parameters are thrown together", _one_error_for_all,
                "Return one error for each column: sum over the samples only, dim=0."),
        Mistake("the root is missing", _squares_only,
                "The mean square is in squared units; its root has the unit of the parameter."),
        Mistake("absolute errors are averaged", _absolute_errors,
                "A fair measure, too, but another one: here square, average, take the root."),
        Mistake("only the last batch is measured", _last_batch_only,
                "Collect over all batches; start the sum before the loop."),
        Mistake("the sum is never divided by the number of samples", _root_of_sum,
                "Then a longer test set looks worse. Divide by the number of samples."),
        Mistake("a mean of each batch is divided by the number of samples", _means_over_samples,
                "Each batch was divided by its size already. Add up sums, or multiply by len()."),
        Mistake("errors of opposite sign cancel", _signed_errors,
                "Square the differences before you add them."),
    ],
    [
        "Keep two things: the sum of the squared differences, one for each column, and the number "
        "of samples.",
        "`((predictions - targets) ** 2).sum(dim=0)` is the contribution of one batch.",
        "At the end: `(total / count).sqrt()`.",
    ],
    observe=lambda candidate, batches: _in_double(candidate(batches)),
    tolerance=ROUNDED,
    example=""">>> large = torch.tensor([[1.0], [1.0], [1.0]]), torch.zeros(3, 1)   # three ones
>>> small = torch.tensor([[5.0]]), torch.zeros(1, 1)                  # one miss of 5
>>> error_per_parameter([large, small])                               # root of (3 + 25) / 4
tensor([2.6458])""",
)


# --- two heads, one loss ---------------------------------------------------------------------

Outputs = namedtuple("Outputs", ["logits", "aux_logits"])


def loss_with_aux_reference(outputs, targets):
    if isinstance(outputs, torch.Tensor):
        return F.mse_loss(outputs, targets)
    main, auxiliary = outputs
    return F.mse_loss(main, targets) + 0.3 * F.mse_loss(auxiliary, targets)


def _aux_ignored(outputs, targets):
    main = outputs if isinstance(outputs, torch.Tensor) else outputs[0]
    return F.mse_loss(main, targets)


def _aux_in_full(outputs, targets):
    if isinstance(outputs, torch.Tensor):
        return F.mse_loss(outputs, targets)
    return F.mse_loss(outputs[0], targets) + F.mse_loss(outputs[1], targets)


def _heads_swapped(outputs, targets):
    if isinstance(outputs, torch.Tensor):
        return F.mse_loss(outputs, targets)
    return 0.3 * F.mse_loss(outputs[0], targets) + F.mse_loss(outputs[1], targets)


def _weights_sum_to_one(outputs, targets):
    if isinstance(outputs, torch.Tensor):
        return F.mse_loss(outputs, targets)
    return 0.7 * F.mse_loss(outputs[0], targets) + 0.3 * F.mse_loss(outputs[1], targets)


def _first_image_only(outputs, targets):
    main = F.mse_loss(outputs[0].expand_as(targets), targets)
    if isinstance(outputs, torch.Tensor):
        return main
    return main + 0.3 * F.mse_loss(outputs[1], targets)


def _pair_in_evaluation(outputs, targets):
    return F.mse_loss(outputs[0].expand_as(targets), targets) \
        + 0.3 * F.mse_loss(outputs[1].expand_as(targets), targets)


def _cut_off(outputs, targets):
    return loss_with_aux_reference(outputs, targets).detach()


def _summed_squares(outputs, targets):
    if isinstance(outputs, torch.Tensor):
        return ((outputs - targets) ** 2).sum()
    return ((outputs[0] - targets) ** 2).sum() + 0.3 * ((outputs[1] - targets) ** 2).sum()


def _aux_cases(rng):
    def table(rows, columns):
        return torch.from_numpy(rng.normal(size=(rows, columns)))

    return [(Outputs(table(4, 5), table(4, 5)), table(4, 5)), (table(3, 5), table(3, 5)),
            (Outputs(table(2, 2), table(2, 2)), table(2, 2)), (table(2, 3), table(2, 3))]


def _observe_aux(candidate, outputs, targets):
    """The loss, and the gradient of each head: zeros where none arrives."""
    alone = isinstance(outputs, torch.Tensor)
    heads = [head.clone().requires_grad_() for head in ([outputs] if alone else outputs)]
    loss = candidate(heads[0] if alone else Outputs(*heads), targets)
    if isinstance(loss, torch.Tensor) and loss.requires_grad:
        loss.sum().backward()
    names = ("the main output", "the auxiliary output")
    return {"the loss": loss} | {
        f"its gradient with respect to {name}":
            torch.zeros_like(head) if head.grad is None else head.grad
        for name, head in zip(names, heads, strict=False)}


loss_with_aux = Exercise(
    "Two heads, one loss",
    loss_with_aux_reference,
    _aux_cases,
    [
        Mistake("the auxiliary head is ignored", _aux_ignored,
                "It runs, but the second head and its gradient are wasted: add 0.3 times its "
                "loss."),
        Mistake("the auxiliary head counts in full", _aux_in_full,
                "It is a helper and gets the weight 0.3."),
        Mistake("the weights of the two heads are swapped", _heads_swapped,
                "The first output is the main one; 0.3 belongs to the second."),
        Mistake("the main head is weighted down to 0.7", _weights_sum_to_one,
                "The main loss counts in full; the auxiliary one is added to it."),
        Mistake("outputs[0] is taken in evaluation mode, too", _first_image_only,
                "In evaluation mode `outputs` is a tensor, and outputs[0] is its first image. "
                "Nothing raises, since the row is stretched over the batch."),
        Mistake("a tensor is taken apart as if it were a pair", _pair_in_evaluation,
                "In evaluation mode `outputs` is a tensor; outputs[0] and outputs[1] are then its "
                "first two images. Ask first: `isinstance(outputs, torch.Tensor)`."),
        Mistake("the loss is cut off from the outputs", _cut_off,
                "The value is right, but `backward()` finds no way back, so nothing could be "
                "learned from it. Return the tensor itself, without `.item()` or `.detach()`."),
        Mistake("the squares are summed and not averaged", _summed_squares,
                "Use the mean (F.mse_loss), so that the loss does not depend on the batch size."),
    ],
    [
        "`isinstance(outputs, torch.Tensor)` tells the two cases apart.",
        "In training: `main, auxiliary = outputs`.",
        "`F.mse_loss(main, targets) + 0.3 * F.mse_loss(auxiliary, targets)`",
    ],
    observe=_observe_aux,
    example=""">>> targets = torch.zeros(1, 1)
>>> loss_with_aux((torch.tensor([[1.0]]), torch.tensor([[2.0]])), targets)    # 1 + 0.3 * 4
tensor(2.2000)
>>> loss_with_aux(torch.tensor([[1.0]]), targets)
tensor(1.)""",
    extra=True,
)


# --- questions -------------------------------------------------------------------------------

why_not_an_angle = Question(
    "Why not the angle?",
    {
        "a": "angles are in degrees and networks need numbers near 1",
        "b": "the squared error punishes an answer that is nearly right",
        "c": "a network cannot compute a sine or a cosine",
    },
    "b",
    {
        "a": "Scaling would cure that. The jump from 180° back to 0° stays.",
        "b": "179° and 1° are almost the same ellipse, but the squared error sees 178° between "
             "them. e1 and e2 change by a little when the ellipse turns by a little.",
        "c": "Chapter 03: with enough hidden units it can approximate any continuous function. The "
             "angle of an ellipse is not a continuous function of the image.",
    },
    ["Draw an ellipse that points to 179° and one that points to 1°."],
)

hardest = Question(
    "The hardest parameter",
    {"a": "the position", "b": "the size", "c": "the ellipticity"},
    "c",
    {
        "a": "The position decides which pixels are bright at all; that is the first thing a "
             "network finds.",
        "b": "Harder than the position, since the network has to know where the blob is and look "
             "how far it reaches.",
        "c": "It has to be told from how the brightness falls off in different directions, "
             "wherever the blob happens to be and however large it is.",
    },
    ["Which pixels change when a parameter changes a little, and by how much?"],
)

inception_size = Prediction(
    "How many numbers does Inception v3 learn?",
    "million",
    within=2.0,
    mistakes=[
        Guess("a deep network has hundreds of millions of weights",
              lambda guess, measured: guess > measured,
              "Depth alone costs little: a filter of 3 x 3 serves every place of the image.",
              200.0),
        Guess("shared filters make it tiny", lambda guess, measured: guess < measured,
              "Each filter is small, but there are thousands, and each looks at hundreds of "
              "channels.", 1.0),
    ],
    lesson="About 40 times our perceptron, in nearly a hundred layers. One 3 x 3 filter serves all "
           "places, so size of image and number of weights are independent.",
    reference=24.4,
    hints=["The perceptron above has 0.57 million, nearly all of them in its first layer.",
           "The last block has 2,048 channels."],
)

find_the_mistake = Question(
    "Find the mistake: testing made it worse",
    {
        "a": "no_grad() was forgotten, so the weights were trained a little",
        "b": "the first test moved the running means and variances",
        "c": "the large blobs used up the network's capacity",
        "d": "the test loader was not shuffled",
    },
    "b",
    {
        "a": "There is a no_grad(), and without optimizer.step() no weight changes anyway.",
        "b": "In training mode each forward pass moves the running statistics towards its batch, "
             "with or without gradients. They are part of the model (look into state_dict), so the "
             "model is now another one.",
        "c": "A forward pass learns nothing, so it can use nothing up.",
        "d": "In evaluation mode the order of the images has no influence.",
    },
    ["What in a model can change without gradients and without an optimizer?",
     "Compare model.state_dict() before and after."],
)

TASKS = name_tasks(globals())
