"""Bug clinic: single functions that give wrong numbers."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from course_utils.judge.tasks import Tolerance
from notebooks.exercises.clinic_parts import cause, loss_and_gradient, repair

ROUNDED_FLOAT32 = Tolerance(relative=1e-4, absolute=1e-6)

# --- ReLU with its cases swapped -----------------------------------------------------------

LAMP = "The lamp that never lights"


def repaired_brightness_reference(totals):
    """Brightness, a number from 0 up, for each total; any shape."""
    return np.where(totals >= 0, totals, 0.0)


def _brightness(totals):
    return np.where(totals >= 0, 0.0, totals)


brightness_cause = cause(LAMP, "c", [
    ("The totals have the wrong sign, so the weights must be learned again",
     "The totals are of both signs, as the first printed line says. Something happens to them "
     "afterwards."),
    ("`np.where` computes both branches, so the second one overwrites the first",
     "It does compute both, but then it picks one of them for every entry."),
    ("The two branches of `np.where` stand in each other's place",
     "Where the condition holds, `np.where` takes its second argument: here that is the 0."),
    ("`0.0` is a float and cuts off the positive values by rounding",
     "Rounding changes the sixteenth digit, it removes no positive number."),
], "Put in one positive number by hand, then one negative number.",
   "`np.where(condition, this where it holds, that where it does not)`.")

brightness = repair(
    LAMP, repaired_brightness_reference, _brightness,
    lambda rng: [(np.array([-3.0, -0.5, 0.0, 0.004, 3.0]),), (rng.normal(size=(4, 3)),),
                 (rng.normal(size=7),)],
    [
        ("all signs are turned round", lambda totals: np.where(totals >= 0, 0.0, -totals),
         "Now no answer is negative, but the dark totals shine and the bright ones stay dark."),
        ("the absolute value is taken", lambda totals: np.abs(totals),
         "A total far below 0 should give darkness; here it gives bright light."),
        ("the broken answers are cut off at 0 as well", lambda totals: 0.0 * totals,
         "The broken function has no positive answers left to keep, so everything becomes 0."),
        ("nothing is cut off any more", lambda totals: np.where(totals >= 0, totals, totals),
         "Negative totals must give 0: a brightness is never below 0."),
    ],
    "Which value belongs to a positive total, and where does it stand in `np.where`?",
    "Exchange the last two arguments, or write `np.maximum(totals, 0)`.",
    example=""">>> repaired_brightness(np.array([-2.0, 0.0, 3.0]))
array([0., 0., 3.])""",
)

# --- tanh by exponentials --------------------------------------------------------------------

GAPS = "Answers that are no numbers"


def repaired_squash_reference(totals):
    """tanh of each total; any shape, and the dtype stays as it is."""
    return np.tanh(totals)


def _squash(totals):
    rising, falling = np.exp(totals), np.exp(-totals)
    return (rising - falling) / (rising + falling)


squash_cause = cause(GAPS, "b", [
    ("The formula is not tanh: a factor 2 is missing",
     "For small totals its answers are those of `np.tanh`. The formula is the textbook's."),
    ("An exponential grows past the largest number of its dtype",
     "`float32` ends at e to the 88.7. Beyond it the quotient is infinity over infinity: nan."),
    ("It divides by 0 where the total is 0",
     "At 0 the denominator is 1 + 1. The answer there is 0, and right."),
    ("tanh is only defined for totals between -1 and 1",
     "Its answers lie between -1 and 1. Its inputs may be any number."),
], "At which totals does it happen? What is `exp(100)` in `float32`?",
   "`np.exp(np.float32(89))` is infinite; what is infinity divided by infinity?", extra=True)

squash = repair(
    GAPS, repaired_squash_reference, _squash,
    lambda rng: [(np.array([-1000, -100, -89, -3, -1, 0, 1, 3, 89, 100, 1000], dtype=np.float32),),
                 (rng.normal(size=(3, 4)).astype(np.float32),)],
    [
        ("nan is replaced by 0", lambda totals: np.nan_to_num(_squash(totals), nan=0.0),
         "The true answer there is 1 or -1, as far from 0 as it can be. The alarm is off, and the "
         "error has stayed."),
        ("nan is replaced by 1", lambda totals: np.nan_to_num(_squash(totals), nan=1.0),
         "For totals far below 0 the true answer is -1."),
        ("the totals are computed in `float64`",
         lambda totals: _squash(totals.astype(np.float64)).astype(np.float32),
         "`float64` ends at e to the 709. At a total of 1000 you are where you were."),
        ("the totals are cut off at -1 and 1", lambda totals: _squash(np.clip(totals, -1, 1)),
         "tanh(1) is 0.76. Totals of 3 and of 100 must come nearer to 1."),
        ("only positive totals are cured",
         lambda totals: (1 - np.exp(-2 * totals)) / (1 + np.exp(-2 * totals)),
         "With `exp(-2 * totals)` large positive totals work. Large negative ones now have the old "
         "trouble."),
    ],
    "NumPy has the function, written with care.",
    "By hand: only ever take the exponential of a number that is not positive.",
    example=""">>> repaired_squash(np.array([-100.0, 0.0, 100.0], dtype=np.float32))
array([-1.,  0.,  1.], dtype=float32)""",
    extra=True,
    tolerance=ROUNDED_FLOAT32,
)

# --- log-sum-exp without the maximum ---------------------------------------------------------

TOTALS = "A sum that is too large and too small"


def repaired_log_sum_exp_reference(logits):
    """Logarithm of the sum of the exponentials of each row: (N, C) -> (N,)."""
    largest = logits.max(axis=1, keepdims=True)                        # (N, 1)
    return largest[:, 0] + np.log(np.exp(logits - largest).sum(axis=1))


def _log_sum_exp(logits):
    return np.log(np.exp(logits).sum(axis=1))


def _without_adding_back(logits):
    return np.log(np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1))


def _one_maximum_for_all(logits):
    return logits.max() + np.log(np.exp(logits - logits.max()).sum(axis=1))


def _mean_taken_out(logits):
    middle = logits.mean(axis=1, keepdims=True)
    return middle[:, 0] + np.log(np.exp(logits - middle).sum(axis=1))


log_sum_exp_cause = cause(TOTALS, "d", [
    ("The sum runs along the wrong axis",
     "There is one answer for each row, and for small logits it is the right one."),
    ("The logarithm of a negative number is taken",
     "A sum of exponentials is never negative. But it can be rounded to 0, or be infinite."),
    ("The logits must be probabilities before this function may be used",
     "Logits may be any numbers; this function is what makes probabilities of them."),
    ("Exponentials of large numbers are infinite, and of very negative ones 0",
     "The true answers, 1000.69 and -999.31, are harmless. Only the way there is not."),
], "Compute `np.exp(1000)` and `np.exp(-1000)` by themselves.",
   "What happens to the answer when you subtract the same number from all logits of a row?")

log_sum_exp = repair(
    TOTALS, repaired_log_sum_exp_reference, _log_sum_exp,
    lambda rng: [(rng.normal(size=(3, 4)),),
                 (np.array([[1000.0, 1000.0], [0.0, 0.0], [-1000.0, -1000.0]]),),
                 (np.array([[0.0, 900.0, -900.0], [1.0, 2.0, 3.0], [5.0, -800.0, 0.0]]),)],
    [
        ("the maximum is taken out and not put back", _without_adding_back,
         "Subtracting m from every logit lowers the answer by m. Add it again at the end."),
        ("one maximum is used for all rows", _one_maximum_for_all,
         "For a row that lies far below it, all exponentials are 0 and the logarithm is minus "
         "infinity. Each row needs its own."),
        ("the mean is taken out instead of the maximum", _mean_taken_out,
         "A logit far above the mean still overflows. With the maximum taken out, the largest "
         "exponent is 0."),
        ("the logits are cut off at 700",
         lambda logits: _log_sum_exp(np.clip(logits, -700, 700)),
         "Nothing overflows, but 1000 and 700 are now the same logit."),
        ("a small number is added inside the logarithm",
         lambda logits: np.log(np.exp(logits).sum(axis=1) + 1e-12),
         "That hides minus infinity behind -27.6, and leaves infinity as it was."),
    ],
    "Factor `exp(m)` out of the sum and take the logarithm of the product.",
    "`m + log(sum(exp(logits - m)))`, with `m` the maximum of each row.",
    example=""">>> repaired_log_sum_exp(np.array([[1000.0, 1000.0]])).round(2)
array([1000.69])""",
)

# --- the logarithm of 0 ----------------------------------------------------------------------

SURE = "The price of being sure"
ADDED = (1e-12, 1e-8, 1e-7, 1e-6, 1e-5)
KEPT_AWAY = (1e-7, 1e-6, 1e-5)


def repaired_binary_loss_reference(logits, targets):
    """Mean binary cross-entropy of logits (N,) and targets (N,) that are 0.0 or 1.0."""
    return (F.softplus(logits) - targets * logits).mean()


def _binary_loss(logits, targets):
    p = torch.sigmoid(logits)
    return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()


def _with_small_number(small):
    def loss(logits, targets):
        p = torch.sigmoid(logits)
        return -(targets * (p + small).log() + (1 - targets) * (1 - p + small).log()).mean()
    return loss


def _with_clamp(small):
    def loss(logits, targets):
        p = torch.sigmoid(logits).clamp(small, 1 - small)
        return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()
    return loss


def _library_with_probabilities(logits, targets):
    return F.binary_cross_entropy(torch.sigmoid(logits), targets)


def _wrong_target_sign(logits, targets):
    return (F.softplus(-logits) - targets * logits).mean()


def _in_float64(logits, targets):
    return _binary_loss(logits.double(), targets.double()).float()


binary_loss_cause = cause(SURE, "a", [
    ("The probability is rounded to exactly 1, and its rest to 0",
     "From a logit of about 17 on, `float32` cannot tell the probability from 1, and `log(1 - 1)` "
     "is minus infinity."),
    ("The learning rate is too large",
     "Nothing learns here: the loss of one fixed logit is already infinite."),
    ("The sigmoid overflows for logits above 88",
     "The sigmoid comes out as 1, and trouble starts at 17 already."),
    ("The targets must be integers",
     "With 0.0 and 1.0 the formula is the right one; it works for small logits."),
], "Print `1 - torch.sigmoid(torch.tensor(20.0))`.",
   "The loss should be about the logit itself. Can you write it without making `p`?", extra=True)

binary_loss = repair(
    SURE, repaired_binary_loss_reference, _binary_loss,
    lambda rng: [
        (torch.tensor(logits, dtype=torch.float32), torch.tensor(targets, dtype=torch.float32))
        for logits, targets in (
            (rng.normal(size=5).tolist(), [0, 1, 1, 0, 1]), ([20.0, -20.0], [0, 1]),
            ([200.0, -200.0, 0.3], [0, 1, 1]), ([200.0, -200.0], [1, 0]))
    ],
    [
        *((f"{small:g} is added inside the logarithms", _with_small_number(small),
           "It is finite now, but the loss stops growing, and a sure, wrong answer gets a gradient "
           "of 0: nothing tells it to change.") for small in ADDED),
        *((f"the probability is kept {small:g} away from 0 and 1", _with_clamp(small),
           "Outside the clamp the gradient is exactly 0: a sure, wrong answer can no longer "
           "learn.") for small in KEPT_AWAY),
        ("the library is handed probabilities", _library_with_probabilities,
         "`F.binary_cross_entropy` cuts its logarithms off at -100, and the gradient is lost all "
         "the same. It has a sister that takes logits."),
        ("a `softplus` has the wrong sign", _wrong_target_sign,
         "`softplus(-z)` is the loss for target 1 alone. Use `softplus(z) - y * z`."),
        ("all is computed in `float64`", _in_float64,
         "That moves the limit from 17 to 37. Logits of 200 happen."),
    ],
    "Chapter 11 writes it with `softplus`, which is `log(1 + exp(z))`.",
    "`softplus(z) - y * z`, or `F.binary_cross_entropy_with_logits`.",
    example=""">>> repaired_binary_loss(torch.tensor([200.0]), torch.tensor([0.0]))
tensor(200.)
>>> repaired_binary_loss(torch.tensor([200.0]), torch.tensor([1.0]))
tensor(0.)""",
    extra=True,
    observe=loss_and_gradient,
    tolerance=ROUNDED_FLOAT32,
)
