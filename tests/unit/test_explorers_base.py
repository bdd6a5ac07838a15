"""What every explorer answers to its page, whatever its own `answer` does."""

import html
import json
import re

import pytest
from traitlets import TraitError

from course_utils.explorers.activation import Activation
from course_utils.explorers.bumps import Bumps
from course_utils.explorers.dropout_mask import DropoutMask
from course_utils.explorers.learning_rate import LearningRate
from course_utils.explorers.neuron import Neuron
from course_utils.explorers.playground import Playground
from course_utils.explorers.race import Race
from course_utils.explorers.shared.base import Explorer
from course_utils.explorers.temperature import Temperature


class Echo(Explorer, page="activation", needs_kernel=True):
    """Answers with a number and bytes, or raises what it is asked to raise."""

    def answer(self, request):
        if "raises" in request:
            raise request["raises"]
        return {"number": 6}, [b"x" * request.get("bytes", 0)]


@pytest.fixture
def sent(monkeypatch):
    """What the explorer sends, as (content, buffers)."""
    messages = []
    monkeypatch.setattr(Echo, "send", lambda self, *message: messages.append(message))
    return messages


def ask(**request):
    Echo()._receive(None, request, [])


@pytest.mark.parametrize("count", [0, 10, 900, 5000])
def test_an_answer_fills_a_packet_so_that_no_server_holds_it_back(sent, count):
    ask(sequence="a 1", fill=1000, bytes=count)
    content, buffers = sent[0]
    assert (content["number"], content["sequence"], len(buffers[0])) == (6, "a 1", count)
    assert len(json.dumps(content)) + count >= 1000
    assert len(content["fill"]) == max(0, 1000 - count)


@pytest.mark.parametrize("error", [ValueError("no\nsuch"), SystemExit("no"), KeyboardInterrupt()])
def test_whatever_is_raised_is_answered_in_a_sentence(sent, error):
    ask(sequence="a 1", raises=error)
    content, buffers = sent[0]
    assert content["failure"].startswith(type(error).__name__) and "\n" not in content["failure"]
    assert content["sequence"] == "a 1" and not buffers


def test_a_message_that_asks_nothing_is_not_answered(sent):
    Echo()._receive(None, {}, [])
    Echo()._receive(None, "hello", [])
    assert sent == []


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Activation("sigmoid"), "first is 'sigmoid', but it has to be one of: thresh"),
        (lambda: Activation("none"), "first is 'none'"),
        (lambda: Activation("tanh", "sine"), "second is 'sine'"),
        (lambda: Bumps("cosine"), "goal is 'cosine', but it has to be one of: sine wave, "),
        (lambda: DropoutMask(rate=1.0), "'rate' .* should not be greater than 0.99"),
        (lambda: Neuron("NOR"), "preset is 'NOR'"),
        (lambda: Neuron(points=[(1, 2)]), "three numbers"),
        (lambda: Temperature(scores=[1, 2, 3]), "'scores' .* must be of length 5"),
        (lambda: Race("hill"), "surface is 'hill'"),
        (lambda: Race(own={"Adagard": print}), "no rule 'Adagard'"),
        (lambda: Race(rate_sdg=1.0), "Race has no setting 'rate_sdg'; it has own, rate_adagrad"),
        (lambda: Race(start=[1.0]), "must be of length 2"),
        (lambda: Race(steps=0), "'steps' trait of a Race instance should not be less than 1"),
        (lambda: LearningRate(ratio=0.0), "should not be less than 1"),
        (lambda: Playground(noise=-1.0), "'noise' .* should not be less than 0"),
        (lambda: Playground(test_share=1.0), "'test_share' .* should not be greater than 0.95"),
        (lambda: Playground(seed=-1), "'seed' .* should not be less than 0"),
        (lambda: Playground(batch_size=0), "'batch_size' .* should not be less than 1"),
        (lambda: Playground(features=()), "at least one"),
        (lambda: Playground(layers=[0]), "must be a list of whole numbers of at least 1"),
        (lambda: Playground(layers=4), "must be a list of whole numbers of at least 1"),
    ],
)
def test_a_start_value_that_cannot_be_is_refused_in_a_sentence(make, words):
    with pytest.raises((TypeError, ValueError, TraitError), match=words):
        make()


@pytest.mark.parametrize(
    ("explorer", "words"),
    [
        (Activation("ELU", "tanh", spread=2.0), "ELU (alpha = 1) and tanh; inputs with mean 0 and"),
        (Activation("leaky ReLU"), "leaky ReLU (slope = 0.1); inputs"),
        (Bumps("step", units=8, kind="ReLU hinges"), "8 hidden units as ReLU hinges, goal: step."),
        (DropoutMask(rate=0.2, scaling="none"), "30 masks at rate 0.2, scaling: none."),
        (LearningRate(learning_rate=0.2), "rate 0.2 for 40 steps on a bowl 8 times steeper"),
        (Neuron("XOR", b=-0.5), "XOR: w1 = 1, w2 = -0.5 and b = -0.5."),
        (Race("saddle", show_adam=False), "SGD, momentum, RMSprop go down the surface 'saddle'"),
        (Temperature(temperature=0.5), "scores 2, 1, 0, -1, 1.5 at temperature 0.5."),
    ],
    ids=lambda value: getattr(value, "page_name", ""),
)
def test_words_for_a_page_without_a_kernel_name_the_settings(explorer, words):
    data, _ = explorer._repr_mimebundle_()
    assert words in data["text/plain"] and "0x" not in data["text/plain"]
    without_scripts = re.sub("<script.*?</script>", "", data["text/html"], flags=re.DOTALL)
    assert html.escape(words) in without_scripts
