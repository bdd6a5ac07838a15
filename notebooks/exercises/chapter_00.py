"""Exercises of chapter 00: how an exercise works."""

from __future__ import annotations

from course_utils.judge.tasks import Exercise, Guess, Mistake, Prediction, Question, name_tasks


def mean_of_squares_reference(numbers):
    total = 0
    for number in numbers:
        total += number**2
    return total / len(numbers)


def square_of_mean(numbers):
    return (sum(numbers) / len(numbers)) ** 2


def sum_of_squares(numbers):
    return sum(number**2 for number in numbers)


def _root_of_mean(numbers):
    return mean_of_squares_reference(numbers) ** 0.5


def _mean_of_doubles(numbers):
    return sum(2 * number for number in numbers) / len(numbers)


def _returns_in_the_loop(numbers):
    return numbers[0] ** 2 / len(numbers)


mean_of_squares = Exercise(
    "The mean of the squares",
    mean_of_squares_reference,
    lambda rng: [([1.0, 2.0, 3.0],), ([-2.0, 2.0],), ([5.0],)]
    + [(list(rng.normal(size=count)),) for count in (2, 4, 7)],
    [
        Mistake("the mean is squared", square_of_mean,
                "Square each number first, then take the mean: numbers of opposite sign must not "
                "cancel."),
        Mistake("the squares are added but not divided", sum_of_squares,
                "A mean divides the sum by how many numbers there are."),
        Mistake("the root is taken at the end", _root_of_mean,
                "That is the root mean square; here the mean itself is wanted."),
        Mistake("the numbers are doubled, not squared", _mean_of_doubles,
                "`2 * number` doubles, `number**2` squares."),
        Mistake("the function returns inside the loop", _returns_in_the_loop,
                "`return` ends the function at once; move it out of the loop."),
    ],
    [
        "Start with `total = 0` and go through the numbers.",
        "Add `number**2` to the total each time round.",
        "At the end, divide the total by `len(numbers)`.",
    ],
    example="""\
>>> mean_of_squares([1.0, 3.0])
5.0
>>> mean_of_squares([-2.0, 2.0])
4.0""",
)

mean_or_square = Question(
    "Which is never the smaller?",
    {"a": "the mean of the squares", "b": "the square of the mean",
     "c": "it depends on the numbers"},
    "a",
    {
        "a": "It is never smaller. The difference between the two is the variance, which cannot be "
             "negative; they are equal only when all numbers are the same.",
        "b": "Try 1 and 3: the mean is 2, its square 4; the squares are 1 and 9, their mean 5.",
        "c": "It sounds plausible, but try to find an example where it goes the other way.",
    },
    ["Try it with two numbers, such as 1 and 3."],
)

pixels_lit = Prediction(
    "How much of an MNIST image is ink?",
    "%",
    within=1.5,
    mistakes=[
        Guess("half the image is ink", lambda guess, measured: guess >= 40,
              "A digit is a thin line in an empty square; most inputs of the networks in this "
              "course are background.", 50.0),
        Guess("hardly anything is ink", lambda guess, measured: guess <= 8,
              "Strokes are about three pixels wide, and blurred at the edges.", 5.0),
    ],
    lesson="Four of five pixels are plain background.",
    reference=19.1,
    hints=["The images are 28 by 28 pixels. How many of them does a handwritten 3 touch?"],
)

TASKS = name_tasks(globals())
