"""Exercises of chapter 18: the whole way of working, on FashionMNIST."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.datasets import FASHION_MEAN, FASHION_STD
from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks
from notebooks.exercises.trained_model import PROBE, Diagnosis, TrainedModel, outputs_of

# --- the sealed test set ---------------------------------------------------------------------

class SealedTestSetReference:
    def __init__(self, inputs, targets, say=print):
        self.data = (inputs, targets)
        self.say = say
        self.openings = []

    def open(self, reason):
        self.openings.append(reason)
        if len(self.openings) > 1:
            self.say(f"Opened {len(self.openings)} times, last for: {reason}. "
                     "Whoever chooses by these numbers chooses luck too.")
        return self.data


class _NeverSays(SealedTestSetReference):
    def open(self, reason):
        self.openings.append(reason)
        return self.data


class _SaysAtOnce(SealedTestSetReference):
    def open(self, reason):
        self.openings.append(reason)
        self.say(f"opened for {reason}")
        return self.data


class _SaysOnlyTheSecondTime(SealedTestSetReference):
    def open(self, reason):
        self.openings.append(reason)
        if len(self.openings) == 2:
            self.say("opened a second time")
        return self.data


class _SharesItsList:
    openings: list = []

    def __init__(self, inputs, targets, say=print):
        self.data = (inputs, targets)
        self.say = say

    def open(self, reason):
        self.openings.append(reason)
        if len(self.openings) > 1:
            self.say("opened again")
        return self.data


class _KeepsTheLastReason(SealedTestSetReference):
    def open(self, reason):
        if self.openings:
            self.say("opened again")
        self.openings = [reason]
        return self.data


class _SaysForTheSameReason(SealedTestSetReference):
    def open(self, reason):
        if reason in self.openings:
            self.say("opened again")
        self.openings.append(reason)
        return self.data


def _open_two_sets(sealed_class, inputs, targets, reasons):
    """What two sealed sets give and say, opened in turn for each reason."""
    observed = {}
    vars(sealed_class).get("openings", []).clear()  # a list of the class: begin anew
    for place in ("the first set", "a second set"):
        said: list[str] = []
        sealed = sealed_class(inputs, targets, say=said.append)
        for number, reason in enumerate(reasons, start=1):
            before = len(said)
            data = sealed.open(reason)
            pair = tuple(data) if isinstance(data, (tuple, list)) else data
            observed[f"{place}, opening {number}"] = {
                "what it returns": pair, "it speaks": len(said) > before,
                "the reasons noted": list(sealed.openings)}
    return observed


SealedTestSet = Exercise(
    "A sealed test set",
    SealedTestSetReference,
    lambda rng: [
        (rng.normal(size=(4, 3)), np.array([3, 1, 2, 0]), reasons)
        for reasons in (["final number"], ["final number", "one more idea"],
                        ["first", "second", "second", "third"])
    ],
    [
        Mistake("it never says anything", _NeverSays,
                "From the second opening on, call `self.say` with a sentence."),
        Mistake("it complains at the first opening", _SaysAtOnce,
                "The first opening is what the set is for. Only from the second on is there "
                "something to say."),
        Mistake("it speaks at the second opening only", _SaysOnlyTheSecondTime,
                "The third opening is no better than the second: compare with `> 1`, not `== 2`."),
        Mistake("all sets share one list", _SharesItsList,
                "A list made in the body of the class belongs to the class. Make it in `__init__`, "
                "with `self.openings = []`."),
        Mistake("earlier reasons are forgotten", _KeepsTheLastReason,
                "The list is the record for the model card: append to it, do not replace it."),
        Mistake("only a repeated reason counts", _SaysForTheSameReason,
                "A new reason is still a second look at the same images."),
    ],
    [
        "`__init__` keeps the pair and an empty list; `open()` appends its reason to the list.",
        "After appending, a list longer than 1 means that this is not the first time.",
        "Say it with `self.say(...)`, and return `(inputs, targets)` in any case.",
    ],
    observe=_open_two_sets,
    example=""">>> sealed = SealedTestSet([0.5], [1], say=print)
>>> sealed.open("the final number")
([0.5], [1])
>>> sealed.openings
['the final number']""",
)


# --- the uncertainty of an accuracy ----------------------------------------------------------

def standard_error_reference(accuracy, count):
    return (accuracy * (1 - accuracy) / count) ** 0.5


def _variance_of_the_mean(accuracy, count):
    return accuracy * (1 - accuracy) / count


def _deviation_of_one_image(accuracy, count):
    return (accuracy * (1 - accuracy)) ** 0.5


def _divided_by_count(accuracy, count):
    return (accuracy * (1 - accuracy)) ** 0.5 / count


def _only_the_right_ones(accuracy, count):
    return (accuracy / count) ** 0.5


def _worst_case(accuracy, count):
    return 0.5 / count**0.5


def _of_the_number(accuracy, count):
    return (accuracy * (1 - accuracy) * count) ** 0.5


standard_error = Exercise(
    "The standard error of an accuracy",
    standard_error_reference,
    lambda rng: [(0.88, 10_000), (0.88, 100), (0.5, 400), (1.0, 50), (0.0, 7), (0.3, 1)],
    [
        Mistake("the square root is missing", _variance_of_the_mean,
                "p (1 - p) / N is the variance; its root has the unit of the accuracy."),
        Mistake("the number of images is forgotten", _deviation_of_one_image,
                "That is the deviation of one image's 0 or 1; averaging N of them divides it by "
                "the root of N."),
        Mistake("N stands outside the root", _divided_by_count,
                "Variances are divided by N, so deviations are divided by the root of N."),
        Mistake("the factor 1 - p is missing", _only_the_right_ones,
                "A model that is always right has no spread at all: the variance is p (1 - p)."),
        Mistake("the accuracy is taken to be one half", _worst_case,
                "0.5 / sqrt(N) is the largest it can be; use the accuracy you have."),
        Mistake("it is the error of a count, not of a share", _of_the_number,
                "The number of right answers has the deviation sqrt(N p (1 - p)); the accuracy is "
                "that number divided by N."),
    ],
    [
        "One image counts 1 with probability p and 0 otherwise: its variance is p (1 - p).",
        "The mean of N independent numbers has 1 / N of their variance.",
    ],
    example=""">>> round(standard_error(0.9, 900), 4)
0.01""",
)


# --- the most confident mistakes -------------------------------------------------------------

def most_confident_mistakes_reference(logits, targets, count):
    confidences, answers = torch.softmax(logits, dim=1).max(dim=1)     # (N, C) -> (N,), (N,)
    wrong = (answers != targets).nonzero().flatten()                   # rows, (W,)
    order = confidences[wrong].argsort(descending=True)
    return wrong[order[:count]]


def _rows_among_the_wrong(logits, targets, count):
    confidences, answers = torch.softmax(logits, dim=1).max(dim=1)
    return confidences[answers != targets].argsort(descending=True)[:count]


def _least_confident(logits, targets, count):
    confidences, answers = torch.softmax(logits, dim=1).max(dim=1)
    wrong = (answers != targets).nonzero().flatten()
    return wrong[confidences[wrong].argsort()[:count]]


def _all_images(logits, targets, count):
    return torch.softmax(logits, dim=1).max(dim=1).values.argsort(descending=True)[:count]


def _by_largest_logit(logits, targets, count):
    largest, answers = logits.max(dim=1)
    wrong = (answers != targets).nonzero().flatten()
    return wrong[largest[wrong].argsort(descending=True)[:count]]


def _by_probability_of_the_target(logits, targets, count):
    probabilities = torch.softmax(logits, dim=1)
    wrong = (probabilities.argmax(dim=1) != targets).nonzero().flatten()
    of_target = probabilities.gather(1, targets[:, None])[:, 0]
    return wrong[of_target[wrong].argsort()[:count]]


def _softmax_over_rows(logits, targets, count):
    confidences = torch.softmax(logits, dim=0).max(dim=1).values
    wrong = (logits.argmax(dim=1) != targets).nonzero().flatten()
    return wrong[confidences[wrong].argsort(descending=True)[:count]]


def _confidence_cases(rng):
    cases = []
    for rows, classes, count in ((40, 10, 6), (25, 4, 5), (12, 12, 4), (30, 3, 100)):
        logits = 2 * rng.normal(size=(rows, classes)) + 3 * rng.normal(size=(rows, 1))
        targets = rng.integers(0, classes, size=rows)
        targets[::3] = logits.argmax(axis=1)[::3]
        cases.append((torch.from_numpy(logits), torch.from_numpy(targets), count))
    return cases


most_confident_mistakes = Exercise(
    "The most confident mistakes",
    most_confident_mistakes_reference,
    _confidence_cases,
    [
        Mistake("the numbers count within the mistakes only", _rows_among_the_wrong,
                "Position 3 among the mistakes is another row of the data. Keep the rows of the "
                "mistakes, and pick from those."),
        Mistake("the least confident come first", _least_confident,
                "`argsort` goes up; ask for `descending=True`."),
        Mistake("right answers are in the list", _all_images,
                "Keep the rows whose answer differs from the target, then sort those."),
        Mistake("they are sorted by the largest logit", _by_largest_logit,
                "A logit means nothing alone: only its distance to the others counts. Softmax "
                "turns it into a probability."),
        Mistake("they are sorted by the probability of the true class",
                _by_probability_of_the_target,
                "That tells how wrong an answer is. Confidence is the probability that the network "
                "gives to its own answer."),
        Mistake("softmax runs along the wrong axis", _softmax_over_rows,
                "The ten classes of one image share the probability 1: `dim=1`."),
    ],
    [
        "`torch.softmax(logits, dim=1).max(dim=1)` gives the confidences and the answers.",
        "`(answers != targets).nonzero().flatten()` are the rows of the mistakes.",
        "Sort the confidences of those rows with `argsort(descending=True)`; use the order to pick "
        "from the rows.",
    ],
    example=""">>> logits = torch.tensor([[3.0, 0.0], [0.0, 1.0], [0.0, 4.0], [2.0, 0.0]])
>>> most_confident_mistakes(logits, torch.tensor([0, 0, 0, 0]), 2)
tensor([2, 1])""",
    extra=True,
)


# --- questions and a prediction --------------------------------------------------------------

choose = Question(
    "Which setting?",
    {
        "a": "setting A, because its training accuracy is the highest",
        "b": "setting B, because its median validation accuracy is the highest",
        "c": "setting C, because one of its seeds has the highest validation accuracy of all",
        "d": "the one of the three with the highest test accuracy",
    },
    "b",
    {
        "a": "Training accuracy rises as a network learns its images by heart. It says nothing "
             "about new ones.",
        "b": "The validation images are new to all three, and the median over seeds does not "
             "follow a single lucky run.",
        "c": "The best of several runs is partly luck, and luck does not repeat. Compare medians.",
        "d": "Then the test set would have taken part in the choice, and there would be nothing "
             "left to measure the result with.",
    },
    ["Which images may take part in a choice?", "Which number would you expect to see again?"],
)

shirt_share = Prediction(
    "How many of the mistakes involve shirts?",
    "%",
    within=1.25,
    mistakes=[
        Guess("all classes are taken to be equally hard", lambda guess, measured: guess <= 25,
              "Each class takes part in a fifth of the mistakes on average, as the true class or "
              "as the answer. But classes are not equally hard, and some look alike.", 20.0),
        Guess("nearly every mistake is blamed on one class", lambda guess, measured: guess >= 85,
              "Shirts are the hardest class, but sneakers and boots, coats and pullovers get mixed "
              "up without them.", 95.0),
    ],
    lesson="One class takes part in about half of all mistakes, so the mean accuracy hides the one "
           "thing a user should know.",
    reference=56.0,
    hints=["Each mistake involves two of the ten classes: its true class and the answer.",
           "Which classes have sleeves, a front and about the same outline?"],
)

find_the_mistake = Question(
    "Find the mistake: too good on validation",
    {
        "a": "the seed is fixed, so the split is not random",
        "b": "the validation images are among the training images",
        "c": "5,000 validation images are too few",
        "d": "the network should have been measured on the test images",
    },
    "b",
    {
        "a": "A fixed seed gives one random split and the same one tomorrow. That is what you "
             "want.",
        "b": "`fit` gets all images, also those that are in `validation`. The network has seen "
             "the answers, and the number measures its memory.",
        "c": "The standard error with 5,000 images is about half a percentage point, not ten.",
        "d": "Then it would be the test set that takes part in every later decision.",
    },
    ["Which images does `fit` see?", "Which rows did `order` keep out of training?"],
)


# --- the learner's own model -----------------------------------------------------------------

def _stand_in_images(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Small images of ten kinds (N, 784), as bright as FashionMNIST, and their classes (N,)."""
    random = np.random.default_rng(seed)
    targets = np.arange(count) % 10
    brightness = _PROTOTYPES[targets] + random.normal(0, 1.0, size=(count, 784))
    images = torch.from_numpy(brightness).float()
    return (images - FASHION_MEAN) / FASHION_STD, torch.from_numpy(targets)


_PROTOTYPES = np.random.default_rng(18).uniform(0, 1, size=(10, 784)) \
    * np.linspace(0.2, 1.0, 10)[:, None]


class _StandInTestSet(SealedTestSetReference):
    def __init__(self):
        super().__init__(*_stand_in_images(400, seed=2), say=lambda sentence: None)


def _nearest_prototype(mean: float, std: float) -> nn.Linear:
    """A network that knows the kinds: -|x - p|^2 / 2 is linear in x, but for |x|^2."""
    prototypes = torch.from_numpy((_PROTOTYPES - mean) / std).float()          # (10, 784)
    layer = nn.Linear(784, 10)
    layer.weight.data = prototypes
    layer.bias.data = -prototypes.square().sum(dim=1) / 2
    return layer


class _Then(nn.Module):
    """A right network with something done to its outputs."""

    def __init__(self, change):
        super().__init__()
        self.network, self.change = _nearest_prototype(FASHION_MEAN, FASHION_STD), change

    def forward(self, images):
        return self.change(self.network(images))


class _Memory(nn.Module):
    """Knows the validation images by heart, and answers with the most similar one."""

    def __init__(self, images, targets):
        super().__init__()
        self.images, self.targets = images, targets

    def forward(self, images):
        nearest = torch.cdist(images, self.images).argmin(dim=1)
        return F.one_hot(self.targets[nearest], 10).float()


def _untrained() -> nn.Linear:
    layer = nn.Linear(784, 10)
    nn.init.zeros_(layer.weight)
    return layer


def _accuracy(model: nn.Module, images: Tensor, targets: Tensor) -> float:
    outputs = outputs_of(model, images)
    if outputs.ndim != 2 or outputs.shape[1] < 10:
        return 0.0
    return (outputs.argmax(dim=1) == targets).float().mean().item()


def _gives_class_numbers(model: nn.Module, validation: tuple[Tensor, Tensor]) -> bool:
    return outputs_of(model, validation[0][:PROBE]).shape == validation[1][:PROBE].shape


def _drops_in_evaluation(model: nn.Module, validation: tuple[Tensor, Tensor]) -> bool:
    images = validation[0][:PROBE]
    return not torch.allclose(outputs_of(model, images), outputs_of(model, images), atol=1e-4,
                              equal_nan=True)


def _drops_as_handed_over(model: nn.Module, validation: tuple[Tensor, Tensor]) -> bool:
    images = validation[0][:PROBE]
    return model.training and not torch.allclose(
        outputs_of(model, images, training=True), outputs_of(model, images, training=True),
        atol=1e-4, equal_nan=True)


def _is_shifted(model: nn.Module, validation: tuple[Tensor, Tensor]) -> bool:
    images, targets = (part[:PROBE] for part in validation)
    right, up, down = (_accuracy(model, images, (targets + shift) % 10) for shift in (0, 1, -1))
    return max(up, down) > right + 0.2


def _wants_other_pixels(model: nn.Module, validation: tuple[Tensor, Tensor]) -> bool:
    images, targets = (part[:PROBE] for part in validation)
    brightness = images * FASHION_STD + FASHION_MEAN
    other = max(_accuracy(model, scale * brightness, targets) for scale in (1, 255))
    return other > _accuracy(model, images, targets) + 0.04


def _knows_nothing(model: nn.Module, validation: tuple[Tensor, Tensor]) -> bool:
    outputs = outputs_of(model, validation[0][:PROBE])
    return (outputs.ndim == 2 and outputs.shape[1] == 10 and bool(outputs.isfinite().all())
            and _accuracy(model, *validation) < 0.2)


def _right(model: nn.Module) -> tuple[nn.Module, str]:
    return model.eval(), "a stand-in"


own_model = TrainedModel(
    "Your own model",
    {
        0.85: "Next, 87 %: a hidden layer of 100 units or more, Adam, and about five epochs.",
        0.87: "Next, 88.5 %: more units, dropout, more epochs, and a smaller learning rate for "
              "the last ones.",
        0.885: "Next, 90 %: let the network see that pixels have neighbours, with nn.Conv2d after "
               "nn.Unflatten(1, (1, 28, 28)).",
        0.90: "That is the last milestone. From here on each tenth of a per cent is within the "
              "error of the test set.",
    },
    [
        Diagnosis("it answers with class numbers", _gives_class_numbers,
                  "The outputs have the shape (N,). Return the ten logits (N, 10); argmax is taken "
                  "outside, because a class number has no gradient and no confidence.",
                  _right(_Then(lambda logits: logits.argmax(dim=1)))),
        Diagnosis("dropout is active in evaluation mode, too", _drops_in_evaluation,
                  "Two passes in evaluation mode disagree. Use nn.Dropout, or hand over "
                  "F.dropout(x, p, training=self.training).",
                  _right(_Then(lambda logits: F.dropout(logits, 0.5)))),
        Diagnosis("the model is left in training mode", _drops_as_handed_over,
                  "As you hand it over, its dropout is on and two passes disagree. Call "
                  "own_model.eval() before anybody uses it; `fit` gives the mode back as it was.",
                  (nn.Sequential(nn.Dropout(0.2), _nearest_prototype(FASHION_MEAN, FASHION_STD)),
                   "a stand-in")),
        Diagnosis("the labels are shifted by one", _is_shifted,
                  "Its answers fit the class next to the right one. FashionMNIST counts its "
                  "classes from 0 to 9.",
                  _right(_Then(lambda logits: logits.roll(1, dims=1)))),
        Diagnosis("it was trained on pixels of another scale", _wants_other_pixels,
                  "It does better on brightness from 0 to 1 (or 255) than on the normalised pixels "
                  "of this chapter. Train on what load_fashion_mnist gives by default, or make the "
                  "scaling the network's first layer.",
                  _right(_nearest_prototype(0.0, 1.0))),
        Diagnosis("the network was never trained", _knows_nothing,
                  "It is right about as often as chance. Was the model built again after training, "
                  "or does the optimizer hold the parameters of another one?",
                  _right(_untrained())),
    ],
    Diagnosis("validation images are among the training images",
              lambda model, validation: False,
              "It does far better on the validation images than on the test images, more than "
              "chance explains. Train on the training part only.",
              _right(_Memory(*_stand_in_images(400, seed=1)))),
    _right(_nearest_prototype(FASHION_MEAN, FASHION_STD)),
    (_stand_in_images(400, seed=1), _StandInTestSet),
    "Try the way of section 4 first: 784 inputs, one hidden layer of 100 ReLU units, Adam with "
    "learning rate 0.001, five epochs.",
    [
        "Softmax regression alone comes close to the first milestone; one hidden layer passes it.",
        "Train with fit(..., validation=validation), look at the curve, and change one thing at a "
        "time.",
        "Wider layers, nn.Dropout(0.2), more epochs, and a learning rate ten times smaller at the "
        "end lead beyond 87 %. For 90 % use nn.Conv2d.",
    ],
)

TASKS = name_tasks(globals())
