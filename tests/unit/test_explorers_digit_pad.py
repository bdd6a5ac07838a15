"""The digit pad's answers: what the model is given, what is made of its logits, and trouble."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.datasets import load_mnist
from course_utils.explorers import digit_pad as digit_pad_module
from course_utils.explorers.digit_pad import DigitPad
from course_utils.explorers.digit_pad.drawing import FINE, PAD, FinePicture, starting_images
from course_utils.explorers.digit_pad.images import draw_stroke
from course_utils.explorers.digit_pad.reading import as_input, probabilities


def first_ten(inputs):
    return inputs[:, 400:410]


@pytest.fixture(scope="module")
def mnist():
    return load_mnist("test")


def ask(pad, start="empty pad", strokes=(), centred=True):
    request = {"start": start, "strokes": list(strokes), "centred": centred}
    content, buffers = pad.answer(request)
    return content, [np.frombuffer(one, np.uint8).reshape(28, 28) for one in buffers]


def stroke(*points, width=24):
    return {"points": [value for point in points for value in point], "width": width}


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("centred", [True, False])
def test_the_model_gets_a_digit_of_mnist_bit_for_bit(mnist, digit, centred):
    seen = []
    pad = DigitPad(lambda inputs: seen.append(inputs) or first_ten(inputs), start=str(digit))
    ask(pad, str(digit), centred=centred)
    images, labels = mnist
    expected = images[labels == digit][:1]
    assert len(seen) == 2 and all(torch.equal(inputs, expected) for inputs in seen)
    assert seen[0].shape == (1, 784) and seen[0].dtype == torch.float32
    assert torch.equal(pad.image(), expected)


def test_the_small_and_the_turned_start_are_what_they_say():
    images = starting_images()
    small, four = images["4, small in the corner"].astype(int), images["4"].astype(int)
    assert small[14:].sum() == small[:, 14:].sum() == 0
    assert small.sum() == pytest.approx(four.sum() / 4, rel=0.01)
    assert np.array_equal(np.rot90(images["6, upside down"], 2), images["6"])


def test_probabilities_are_the_softmax_of_the_logits_even_of_huge_ones():
    image = starting_images()["3"]
    logits = first_ten(as_input(image))
    expected = torch.softmax(logits.double(), dim=1)[0].numpy()
    assert probabilities(first_ten, image) == pytest.approx(expected, abs=1e-12)
    huge = probabilities(lambda inputs: 1e30 * torch.arange(10)[None], image)
    assert huge.tolist() == [0] * 9 + [1]
    assert probabilities(lambda inputs: first_ten(inputs).numpy(), image) == pytest.approx(expected)


def test_a_module_is_asked_in_evaluation_mode_and_given_back_as_it_was():
    model = nn.Sequential(nn.Linear(784, 10), nn.Dropout(0.9))
    model.train()
    model[0].eval()
    first, second = (probabilities(model, starting_images()["8"]) for _ in range(2))
    assert np.array_equal(first, second)
    assert model.training and model[1].training and not model[0].training
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize(("model", "sentence"), [
    (lambda inputs: inputs[:, :9], r"returned shape \(1, 9\) for one image"),
    (lambda inputs: inputs[0, :10], r"returned shape \(10,\) for one image"),
    (lambda inputs: None, "returned NoneType, but ten logits"),
    (lambda inputs: first_ten(inputs) * torch.nan, "returned 10 of 10 logits that are not finite"),
    (lambda inputs: 1 / 0, "stopped: ZeroDivisionError: division by zero"),
    (lambda inputs: exec("raise SystemExit(2)"), "stopped: SystemExit: 2"),
    (nn.Linear(10, 10), "stopped: RuntimeError: "),
])
def test_trouble_becomes_one_sentence_and_the_images_are_sent_all_the_same(model, sentence):
    pad = DigitPad(model)
    content, images = ask(pad, "5")
    assert re.match(f"Your model {sentence}", content["problem"])
    assert content["readings"] == [None, None] and images[0].sum() > 0
    assert "\n" not in content["problem"]


def test_a_slow_model_is_asked_about_the_chosen_image_only():
    calls = []

    def slow(inputs):
        calls.append(time.sleep(1.05))
        return first_ten(inputs)

    content, _ = ask(DigitPad(slow), "2", centred=False)
    assert len(calls) == 1 and content["readings"][0] is None and content["readings"][1]
    assert content["problem"].startswith("Your model took 1.")


def test_a_model_that_never_ends_is_stopped_and_not_asked_again(monkeypatch):
    monkeypatch.setattr(digit_pad_module, "LONGEST_READING_S", 0.2)
    calls = []

    def endless(inputs):
        calls.append(len(inputs))
        while True:
            pass

    pad = DigitPad(endless)
    for start in ("2", "3"):
        content, images = ask(pad, start)
        assert content["problem"] == (
            "Your model did not come back within 0.2 s; mend it and run the cell again."
        )
        assert content["readings"] == [None, None] and images[0].sum() > 0
    assert calls == [1]


def test_a_growing_drawing_is_the_drawing_made_at_once():
    rng = np.random.default_rng(3)
    way = np.round(rng.uniform(20, 260, (40, 2))).astype(int).tolist()
    strokes = [stroke(*way[:15]), stroke(*way[15:38], width=40), stroke(way[38]), stroke(way[39])]
    growing = FinePicture()
    for count in range(2, 16):
        growing.of("3", [stroke(*way[:count])])
    for count in range(1, 5):
        ink = growing.of("3", strokes[:count])
    assert np.array_equal(ink, FinePicture().of("3", strokes))
    undone = growing.of("3", strokes[:1])
    assert np.array_equal(undone, FinePicture().of("3", strokes[:1]))
    assert np.array_equal(growing.of("empty pad", []), np.zeros((FINE, FINE)))
    alone = draw_stroke(np.zeros((FINE, FINE)), np.array(way[:15]) * FINE / PAD, 24 * FINE / PAD)
    assert np.allclose(FinePicture().of("empty pad", strokes[:1]), alone)


def test_a_drawing_in_the_corner_is_moved_to_the_middle():
    content, (centred, drawn) = ask(DigitPad(first_ten), strokes=[stroke((20, 20), (20, 70))])
    assert drawn[:, 4:].sum() == 0 and centred[:, :8].sum() == 0
    assert centred[4:24].sum() == centred.sum() > 0
    top, left, bottom, right = content["box"]
    assert (top, left, bottom, right) == pytest.approx((8, 8, 82, 32), abs=3)
    assert content["mass"] == pytest.approx([45, 20], abs=0.1)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="The model is dict, but"):
        DigitPad({})
    with pytest.raises(ValueError, match="There is no start 'A'; take one of 'empty pad', '0'"):
        DigitPad(first_ten, start="A")


def test_words_say_what_is_on_the_pad_and_no_number_of_the_model():
    pad = DigitPad(first_ten, start="6, upside down")
    assert "MNIST's test digit 6, upside down, its 28x28 image" in repr(pad)
    assert "%" not in repr(pad)
    pad.drawing = [{"start": "1"}, {"start": "empty pad"}, stroke((20, 20), (60, 60))]
    assert "an empty pad and 1 stroke," in repr(pad)
