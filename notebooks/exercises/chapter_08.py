"""Exercises of chapter 08: logistic and softmax regression."""

from __future__ import annotations

import torch
from torch.overrides import TorchFunctionMode

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks

SHAPES = ((3, 5), (4, 4), (5, 2), (1, 3), (20, 3))
# Rows in which one way of keeping the exponentials small overflows and another does not: what is
# subtracted may be nothing, the mean, the median, the first logit, or that of another row.
EXTREME = torch.tensor([[-2000.0, -2001.0, -1999.0], [2000.0, 0.0, 1.0], [0.0, 2000.0, 1998.0],
                        [0.0, 2.0, 2000.0], [1.0, 0.0, 1000.0]], dtype=torch.float64)


def _normal(rng, *shape):
    return torch.from_numpy(rng.normal(size=shape) * 2)


def _with_labels(rng):
    """Logits and labels; of each extreme row the truth is once far behind and once in front."""
    random = [(_normal(rng, count, classes), torch.from_numpy(rng.integers(0, classes, size=count)))
              for count, classes in SHAPES]
    single = [(EXTREME[row : row + 1], torch.tensor([label]))
              for row, label in ((0, 0), (1, 0), (1, 2), (2, 0), (2, 1), (3, 2), (4, 2))]
    return random + single + [(EXTREME, torch.tensor([1, 0, 0, 1, 0]))]


# --- stable softmax --------------------------------------------------------------------------

def softmax_reference(logits):
    shifted = logits - logits.max(dim=1, keepdim=True).values            # (N, C) - (N, 1)
    exponentials = shifted.exp()                                         # at most 1
    return exponentials / exponentials.sum(dim=1, keepdim=True)          # (N, C) / (N, 1)


def _softmax_overflowing(logits):
    return logits.exp() / logits.exp().sum(dim=1, keepdim=True)


def _softmax_shifted_by_all(logits):
    exponentials = (logits - logits.max()).exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


def _softmax_shifted_by_columns(logits):
    exponentials = (logits - logits.max(dim=0).values).exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


def _softmax_of_table(logits):
    exponentials = (logits - logits.max()).exp()
    return exponentials / exponentials.sum()


def _softmax_without_keepdim(logits):
    exponentials = (logits - logits.max(dim=1, keepdim=True).values).exp()
    return exponentials / exponentials.sum(dim=1)


def _softmax_in_place(logits):
    logits -= logits.max(dim=1, keepdim=True).values
    return logits.exp() / logits.exp().sum(dim=1, keepdim=True)


def _softmax_minus(shift_of):
    """Softmax with something else taken off each row than its maximum."""

    def softmax(logits):
        exponentials = (logits - shift_of(logits)).exp()
        return exponentials / exponentials.sum(dim=1, keepdim=True)

    return softmax


_softmax_minus_mean = _softmax_minus(lambda logits: logits.mean(dim=1, keepdim=True))


def _softmax_cases(rng):
    return [(_normal(rng, *shape),) for shape in SHAPES] + [(EXTREME,)]


softmax = Exercise(
    "Softmax that cannot overflow",
    softmax_reference,
    _softmax_cases,
    [
        Mistake("the softmax runs along the wrong axis", lambda logits: torch.softmax(logits, 0),
                "The columns sum to 1, so the samples of a batch compete with each other. The "
                "classes of one sample should: `dim=1`."),
        Mistake("no maximum is subtracted", _softmax_overflowing,
                "e to the power 2000 is infinity, and infinity over infinity is NaN. Subtract the "
                "largest logit of each row first."),
        Mistake("the mean of each row is subtracted", _softmax_minus_mean,
                "One logit can lie far above the mean, and its exponential overflows. Only the "
                "largest logit of the row leaves nothing above 0."),
        Mistake("the first logit of each row is subtracted",
                _softmax_minus(lambda logits: logits[:, :1]),
                "Another logit can lie far above the first, and its exponential overflows. "
                "Subtract the largest of the row."),
        Mistake("the smallest logit of each row is subtracted",
                _softmax_minus(lambda logits: logits.min(dim=1, keepdim=True).values),
                "Then all exponents are above 0, and large ones overflow. Subtract the largest, "
                "and all are 0 or below."),
        Mistake("the maximum of the whole table is subtracted", _softmax_shifted_by_all,
                "One extreme row then pushes others to e to the power -4000, which is 0, and 0 "
                "over 0 is NaN. Each row needs its own maximum."),
        Mistake("the maxima are taken down the columns", _softmax_shifted_by_columns,
                "A shift changes nothing only if it is the same for all classes of a row: "
                "`dim=1`."),
        Mistake("the sum runs over the whole table", _softmax_of_table,
                "Each row is a distribution of its own and sums to 1: sum over `dim=1`."),
        Mistake("`keepdim` is missing", _softmax_without_keepdim,
                "Maxima and sums then have shape (N,) and are laid along the classes. "
                "`keepdim=True` keeps them upright, (N, 1); chapter 05 shows why."),
        Mistake("the exponential is forgotten",
                lambda logits: logits / logits.sum(dim=1, keepdim=True),
                "Logits can be negative, so their shares are no probabilities. Take the "
                "exponential first."),
        Mistake("the sum is forgotten",
                lambda logits: (logits - logits.max(dim=1, keepdim=True).values).exp(),
                "The winner always gets 1. Divide each row by its sum."),
        Mistake("the logarithm is returned", lambda logits: torch.log_softmax(logits, 1),
                "These are logarithms of probabilities; the probabilities themselves are asked."),
        Mistake("the logits are changed in place", _softmax_in_place,
                "`-=` writes into the caller's tensor. Write `logits - ...` and keep the "
                "result."),
    ],
    [
        "Subtracting the same number from all logits of a row changes no probability.",
        "`logits.amax(dim=1, keepdim=True)` is the largest logit of each row; with it taken off, "
        "every exponential is at most 1. (`max` along an axis gives a pair: largest values and "
        "their places.)",
        "Divide the exponentials by their sum over `dim=1`, with `keepdim=True`.",
    ],
    example="""\
>>> softmax(torch.tensor([[0.0, 0.0], [1000.0, 0.0]]))
tensor([[0.5000, 0.5000],
        [1.0000, 0.0000]])""",
)


# --- cross-entropy from logits ---------------------------------------------------------------

def cross_entropy_reference(logits, labels):
    shifted = logits - logits.max(dim=1, keepdim=True).values            # (N, C)
    log_sums = shifted.exp().sum(dim=1).log()                            # (N,)
    true_logits = shifted[torch.arange(len(labels)), labels]             # (N,)
    return (log_sums - true_logits).mean()


def _log_probabilities(logits, labels):
    return torch.log_softmax(logits, 1)[torch.arange(len(labels)), labels]


def _log_of_softmax(logits, labels):
    return -torch.softmax(logits, 1)[torch.arange(len(labels)), labels].log().mean()


def _log_of_overflowing_softmax(logits, labels):
    return -_softmax_overflowing(logits)[torch.arange(len(labels)), labels].log().mean()


def _overflowing_log_sum(logits, labels):
    return (logits.exp().sum(dim=1).log() - logits[torch.arange(len(labels)), labels]).mean()


def _entropy_minus(shift_of):
    """Log-sum-exp with something else taken off each row than its maximum."""

    def cross_entropy(logits, labels):
        shifted = logits - shift_of(logits)
        true_logits = shifted[torch.arange(len(labels)), labels]
        return (shifted.exp().sum(dim=1).log() - true_logits).mean()

    return cross_entropy


def _column_meets_row(logits, labels):
    log_sums = torch.logsumexp(logits, dim=1, keepdim=True)
    return (log_sums - logits[torch.arange(len(labels)), labels]).mean()


class _LargestTable(TorchFunctionMode):
    """Remembers how many numbers the largest tensor had that an operation gave."""

    size = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor):
            self.size = max(self.size, result.numel())
        return result


def _observe_entropy(candidate, logits, labels):
    """The loss, and whether a table of N by N was made on the way, where N is large."""
    with _LargestTable() as largest:
        loss = candidate(logits, labels)
    allowed = logits.numel() + logits.shape[1] ** 2
    return {"the loss": loss, "whether a table (N, N) was made": largest.size > allowed}


def _entropy_wrong_axis(logits, labels):
    return -torch.log_softmax(logits, 0)[torch.arange(len(labels)), labels].mean()


def _without_logarithm(logits, labels):
    return -torch.softmax(logits, 1)[torch.arange(len(labels)), labels].mean()


cross_entropy = Exercise(
    "Cross-entropy from logits",
    cross_entropy_reference,
    _with_labels,
    [
        Mistake("the sum stands where the mean belongs",
                lambda logits, labels: -_log_probabilities(logits, labels).sum(),
                "The loss of a batch is the mean of its samples, so that it does not grow with the "
                "batch: `.mean()`."),
        Mistake("the mean is forgotten",
                lambda logits, labels: -_log_probabilities(logits, labels),
                "You have one loss for each sample, (N,). Training needs one number: `.mean()`."),
        Mistake("the sign is wrong",
                lambda logits, labels: _log_probabilities(logits, labels).mean(),
                "The logarithm of a probability is never positive, and a loss should fall when the "
                "probability rises: minus."),
        Mistake("the softmax runs along the wrong axis", _entropy_wrong_axis,
                "The samples compete with each other instead of the classes: `dim=1`."),
        Mistake("the logarithm is taken of a probability that has become 0", _log_of_softmax,
                "A sure and wrong row has a probability too small for any float. Do not go through "
                "probabilities: log-sum-exp minus the true logit."),
        Mistake("no maximum is subtracted before the softmax", _log_of_overflowing_softmax,
                "e to the power 2000 overflows, and e to the power -2000 is 0. Use log-sum-exp "
                "with the maximum taken out."),
        Mistake("no maximum is subtracted in log-sum-exp", _overflowing_log_sum,
                "The sum of exponentials overflows before its logarithm is taken. Subtract the "
                "maximum of the row first."),
        Mistake("the mean is subtracted instead of the maximum",
                _entropy_minus(lambda logits: logits.mean(dim=1, keepdim=True)),
                "One logit can lie far above the mean, and its exponential overflows. Take the "
                "largest logit of the row out."),
        Mistake("the first logit is subtracted instead of the maximum",
                _entropy_minus(lambda logits: logits[:, :1]),
                "Another logit can lie far above the first, and its exponential overflows. Take "
                "the largest logit of the row out."),
        Mistake("the maximum of the whole table is subtracted",
                _entropy_minus(lambda logits: logits.max()),
                "One extreme row then pushes the exponentials of others to 0, and the logarithm of "
                "0 is minus infinity. Each row needs its own maximum."),
        Mistake("a table (N, N) is made on the way", _column_meets_row,
                "The number is right, but for 10,000 test images that table has 100 million "
                "entries. Either (N, 1) met (N,), as at the end of chapter 05, or `[:, labels]` "
                "asked every row for every label."),
        Mistake("all classes are averaged",
                lambda logits, labels: -torch.log_softmax(logits, 1).mean(),
                "Only the true class of each row counts: pick it with the labels before the mean."),
        Mistake("all classes are added up",
                lambda logits, labels: -torch.log_softmax(logits, 1).sum(dim=1).mean(),
                "Only the true class of each row counts: pick it with the labels before the mean."),
        Mistake("every row meets every label",
                lambda logits, labels: -torch.log_softmax(logits, 1)[:, labels].mean(),
                "`[:, labels]` asks each row for all labels. Pair them: row numbers and labels, as "
                "in chapter 05's `gather`."),
        Mistake("the log-sum-exp is forgotten",
                lambda logits, labels: -logits[torch.arange(len(labels)), labels].mean(),
                "A large logit means little when the others are large too: subtract it from the "
                "log-sum-exp of its row."),
        Mistake("the logarithm is forgotten", _without_logarithm,
                "Minus the probability is no surprise. Take the logarithm."),
    ],
    [
        "For one row: the logarithm of the sum of exponentials, minus the logit of the truth.",
        "Take the row's maximum out of the exponentials first, as in softmax.",
        "`logits[torch.arange(len(labels)), labels]` picks the true logits; `.mean()` at the end.",
    ],
    observe=_observe_entropy,
    example="""\
>>> logits = torch.tensor([[0.0, 0.0], [100.0, 0.0]])
>>> cross_entropy(logits, torch.tensor([0, 1]))     # (ln 2 + 100) / 2
tensor(50.3466)""",
)


# --- the gradient ----------------------------------------------------------------------------

def cross_entropy_gradient_reference(logits, labels):
    exponentials = (logits - logits.max(dim=1, keepdim=True).values).exp()
    errors = exponentials / exponentials.sum(dim=1, keepdim=True)        # p, shape (N, C)
    errors[torch.arange(len(labels)), labels] -= 1                       # p - y
    return errors / len(labels)


def _one_hot(logits, labels):
    return torch.nn.functional.one_hot(labels, logits.shape[1])


def _minus_in_every_row(logits, labels):
    errors = torch.softmax(logits, 1)
    errors[:, labels] -= 1
    return errors / len(labels)


cross_entropy_gradient = Exercise(
    "The gradient p - y",
    cross_entropy_gradient_reference,
    _with_labels,
    [
        Mistake("the mean is forgotten",
                lambda logits, labels: torch.softmax(logits, 1) - _one_hot(logits, labels),
                "The loss is a mean over N samples, so each sample's share of the gradient is "
                "divided by N."),
        Mistake("the sign is wrong",
                lambda logits, labels: (_one_hot(logits, labels) - torch.softmax(logits, 1))
                / len(labels),
                "Raising a wrong class's logit raises the loss: its entry must be positive, so "
                "p - y."),
        Mistake("the target is forgotten",
                lambda logits, labels: torch.softmax(logits, 1) / len(labels),
                "That pushes every class down, the true one too. Subtract 1 at the label."),
        Mistake("the softmax runs along the wrong axis",
                lambda logits, labels: (torch.softmax(logits, 0) - _one_hot(logits, labels))
                / len(labels),
                "p is the distribution over the classes of one sample: `dim=1`."),
        Mistake("it is divided by the number of entries",
                lambda logits, labels: (torch.softmax(logits, 1) - _one_hot(logits, labels))
                / logits.numel(),
                "The mean runs over the N samples only, not over the N times C entries."),
        Mistake("it is divided by the number of classes",
                lambda logits, labels: (torch.softmax(logits, 1) - _one_hot(logits, labels))
                / logits.shape[1],
                "The mean runs over the samples: divide by `len(labels)`."),
        Mistake("the logits stand where the probabilities belong",
                lambda logits, labels: (logits - _one_hot(logits, labels)) / len(labels),
                "Take the softmax first: the target is compared with the probabilities."),
        Mistake("no maximum is subtracted",
                lambda logits, labels: (_softmax_overflowing(logits) - _one_hot(logits, labels))
                / len(labels),
                "e to the power 2000 overflows. Use your stable softmax."),
        Mistake("the mean of each row is subtracted, not its maximum",
                lambda logits, labels: (_softmax_minus_mean(logits) - _one_hot(logits, labels))
                / len(labels),
                "One logit can lie far above the mean, and its exponential overflows. Use your "
                "stable softmax."),
        Mistake("the 1 is subtracted at every row's label", _minus_in_every_row,
                "`[:, labels]` touches these columns in all rows. Pair row numbers and labels."),
    ],
    [
        "p is `softmax(logits)`; y is the one-hot table of the labels, as in chapter 05.",
        "Divide p - y by the number of samples, because the loss is their mean.",
    ],
    example="""\
>>> cross_entropy_gradient(torch.zeros(2, 2), torch.tensor([0, 1]))     # each p is 0.5
tensor([[-0.2500,  0.2500],
        [ 0.2500, -0.2500]])""",
)


# --- questions -------------------------------------------------------------------------------

accuracy_slope = Question(
    "The gradient of the accuracy",
    {
        "a": "it points to better weights nearly everywhere",
        "b": "it is 0 nearly everywhere",
        "c": "it is small but never exactly 0",
    },
    "b",
    {
        "a": "Move the weights by a hair: no point changes sides, so the accuracy stays what it "
             "was. A number that does not change has slope 0.",
        "b": "A tiny change of the weights moves no point across the border, so nothing changes. "
             "Where a point does cross, the accuracy jumps.",
        "c": "The accuracy is a count divided by N. A count does not change a little.",
    },
    ["How many points change sides when the weight moves by 0.00001?"],
)

shifted_logits = Question(
    "100 added to every logit",
    {
        "a": "the probabilities become more equal",
        "b": "the probabilities stay as they are",
        "c": "the largest probability comes close to 1",
    },
    "b",
    {
        "a": "Relative differences of the logits shrink, but softmax sees only their differences.",
        "b": "Every exponential grows by the same factor, and the factor cancels in the division.",
        "c": "Every exponential becomes huge, the sum as well, by the same factor.",
    },
    ["e to the power (z + 100) is e to the power z, times what?"],
)

lead_at_half = Prediction(
    "The winner's lead at temperature 1/2",
    "times",
    extra=True,
    within=1.1,
    mistakes=[
        Guess("the lead doubles", lambda guess, measured: 5.0 <= guess <= 6.0,
              "The difference of the logits doubles; the ratio is its exponential, so the ratio is "
              "squared.", 5.44),
        Guess("the temperature changes nothing", lambda guess, measured: 2.4 <= guess <= 3.0,
              "Dividing all logits by the same number changes their differences, and these are "
              "what softmax sees.", 2.72),
        Guess("the lead shrinks", lambda guess, measured: guess < 2.4,
              "A low temperature makes the larger larger. Dividing by 1/2 doubles each logit.",
              1.65),
    ],
    lesson="The ratio of two probabilities is e to the power of the difference of their logits. At "
           "half the temperature the difference doubles, so the ratio is squared.",
    reference=7.389,
    hints=["At temperature 1 the ratio is e to the power 1, about 2.72.",
           "At temperature 1/2 the logits differ by 2."],
)

digits_wrong = Prediction(
    "Wrong answers in 100 new digits",
    "in 100",
    within=1.5,
    mistakes=[
        Guess("without a hidden layer it can do little", lambda guess, measured: guess >= 25,
              "Ten weighted sums of pixels carry surprisingly far, because each digit lights up "
              "its own parts of the picture.", 50.0),
        Guess("digits are a solved problem", lambda guess, measured: guess <= 2,
              "Networks with hidden layers come below 2. Straight borders do not.", 1.0),
    ],
    lesson="About 92 of 100 right, with ten weighted sums and nothing else. Chapter 09 adds hidden "
           "layers.",
    reference=8.0,
    hints=["Guessing would get 90 wrong.", "Each class is one weighted sum of the pixels."],
)

wrong_start = Question(
    "Find the mistake: a loss that starts at 5.30",
    {
        "a": "the weights start too large",
        "b": "the softmax runs over the 200 samples of the batch",
        "c": "the learning rate is too large",
        "d": "the loss is summed over the batch, not averaged",
    },
    "b",
    {
        "a": "All weights start at 0, so all logits are equal.",
        "b": "With equal logits each of 200 samples gets the share 1/200, and ln 200 is 5.30. Over "
             "the classes it would be ln 10.",
        "c": "The first loss is computed before the first step, so the rate has had no say.",
        "d": "The sum over 200 samples would be 200 times ln 10, about 460.",
    },
    ["With all logits equal, softmax over k things gives 1/k to each.",
     "Which k has ln k = 5.30?"],
    extra=True,
)

TASKS = name_tasks(globals())
