"""The package's rules against torch.optim, and what a learner's own rule is told."""

import pytest
import torch

from course_utils.reproducibility import generator
from course_utils.sweeps.rule_check import check_rule
from course_utils.sweeps.rules import RULES, adam_step, adamw_step, sgd_step

TORCH = {
    "sgd": torch.optim.SGD,
    "momentum": lambda weights, **settings: torch.optim.SGD(weights, momentum=0.9, **settings),
    "nesterov": lambda weights, **settings: torch.optim.SGD(
        weights, momentum=0.9, nesterov=True, **settings
    ),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def slope(weight):
    """Gradient of a bumpy function, so that each step depends on the one before."""
    return (weight - 0.3) + torch.sin(3 * weight)


def walked(rule, steps, dtype=torch.float64, **settings):
    """Where a rule leads from a random start (3, 2)."""
    w, state = torch.randn(3, 2, generator=generator(1)).to(dtype), {}
    for _ in range(steps):
        w, state = rule(w, slope(w), state, **settings)
    return w


def walked_by_torch(rule, steps, **settings):
    """Where torch's optimizer leads from there."""
    w = torch.nn.Parameter(torch.randn(3, 2, generator=generator(1)).double())
    optimizer = TORCH[rule]([w], **settings)
    for _ in range(steps):
        w.grad = slope(w.detach())
        optimizer.step()
    return w.detach()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("rate", [0.1, 0.01])
def test_each_rule_equals_torch_with_its_defaults(rule, rate):
    ours = walked(RULES[rule], 100, learning_rate=rate)
    torch.testing.assert_close(ours, walked_by_torch(rule, 100, lr=rate), rtol=0, atol=1e-12)


def test_adamw_takes_the_decay_that_it_is_given():
    ours = walked(adamw_step, 100, learning_rate=0.05, weight_decay=0.5)
    theirs = walked_by_torch("adamw", 100, lr=0.05, weight_decay=0.5)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rule", [adam_step, adamw_step])
def test_float32_keeps_its_digits_in_the_first_steps(rule):
    single = walked(rule, 3, torch.float32, learning_rate=0.1)
    torch.testing.assert_close(single.double(), walked(rule, 3, learning_rate=0.1),
                               rtol=0, atol=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_a_learning_rate_of_zero_moves_only_by_decay(rule):
    start = torch.randn(3, 2, generator=generator(1)).double()
    assert torch.equal(walked(RULES[rule], 2, learning_rate=0.0), start)


@pytest.mark.parametrize("rule", RULES)
def test_the_packages_rules_pass_the_look_at_a_rule(rule):
    check_rule(RULES[rule])


def changes_w(w, g, state, learning_rate=0.1):
    w -= learning_rate * g
    return w, state


def changes_g(w, g, state, learning_rate=0.1):
    return w - g.mul_(learning_rate), state


def changes_state(w, g, state, learning_rate=0.1):
    state["step"] = state.get("step", 0) + 1
    return w - learning_rate * g, state


def changes_a_tensor_of_its_state(w, g, state, learning_rate=0.1):
    velocity = state.get("velocity", torch.zeros_like(g)).mul_(0.9).add_(g)
    return w - learning_rate * velocity, {"velocity": velocity}


def clips_over_all_networks(w, g, state, learning_rate=0.1):
    return w - learning_rate * g / g.norm(), state


def ignores_the_others_rates(w, g, state, learning_rate=0.1):
    return w - torch.as_tensor(learning_rate).flatten()[0] * g, state


@pytest.mark.parametrize(
    ("rule", "error", "words"),
    [
        (changes_w, ValueError, "changes_w changes its arguments"),
        (changes_g, ValueError, "changes its arguments"),
        (changes_state, ValueError, "return a new dict"),
        (changes_a_tensor_of_its_state, ValueError, "changes its arguments"),
        (lambda w, g, state, learning_rate: w - g, ValueError, "returned Tensor, but must return"),
        (lambda w, g, state, learning_rate: (w, state, 1), ValueError, "returned 3 things"),
        (lambda w, g, state, learning_rate: None, ValueError, "returned NoneType"),
        (lambda w, g, state, learning_rate: (w.sum(-1), state), ValueError, "keep shape and dtype"),
        (lambda w, g, state, learning_rate: (w.float(), state), ValueError, "keep shape and dtype"),
        (lambda w, g, state, learning_rate: (0.1, state), ValueError, "a new w of 0.1"),
        (lambda w, g, state, learning_rate: w @ torch.ones(5), TypeError, "raised RuntimeError"),
        (lambda w, g, state, rate: (w, state), TypeError, "unexpected keyword"),
        (clips_over_all_networks, ValueError, "without sums, means or norms"),
        (ignores_the_others_rates, ValueError, "another step when other networks"),
        ("adam", TypeError, "is no function"),
    ],
)
def test_a_rule_that_cannot_train_networks_is_refused_in_one_sentence(rule, error, words):
    with pytest.raises(error, match=words) as caught:
        check_rule(rule)
    assert "\n" not in str(caught.value)


def test_a_rule_may_keep_what_it_likes():
    def counted(w, g, state, learning_rate=0.1):
        count = (state or 0) + 1
        return w - learning_rate / count * g, count

    check_rule(counted)
    check_rule(sgd_step)
