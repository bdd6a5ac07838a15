"""The stacked update rules against torch.optim, one network at a time."""

import pytest
import torch

from course_utils.reproducibility import generator
from course_utils.sweeps.optimizer import StackedOptimizer
from course_utils.sweeps.rules import RULES

TORCH = {
    "sgd": torch.optim.SGD,
    "momentum": lambda params, momentum=0.9, **settings: torch.optim.SGD(
        params, momentum=momentum, **settings
    ),
    "nesterov": lambda params, momentum=0.9, **settings: torch.optim.SGD(
        params, momentum=momentum, nesterov=True, **settings
    ),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}
# our full words, and torch's names for them
OPTIONS = {
    "sgd": ({}, {}),
    "momentum": ({"momentum": 0.8}, {"momentum": 0.8}),
    "nesterov": ({"momentum": 0.8}, {"momentum": 0.8}),
    "adagrad": ({"epsilon": 1e-3}, {"eps": 1e-3}),
    "rmsprop": ({"alpha": 0.9, "epsilon": 1e-3}, {"alpha": 0.9, "eps": 1e-3}),
    "adam": ({"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3}, {"betas": (0.5, 0.9), "eps": 1e-3}),
    "adamw": ({"beta1": 0.8, "epsilon": 1e-3}, {"betas": (0.8, 0.999), "eps": 1e-3}),
}


def slope(weight, target):
    """Gradient of a bumpy function, so that each step depends on the one before."""
    return (weight - target) + torch.sin(3 * weight)


def stacked_path(rules, steps=100, dtype=torch.float64, **settings):
    """Train a stack (M, 3, 2) and another (M, 2); return both after some steps."""
    start = [torch.randn(len(rules), *shape, generator=generator(1)) for shape in ((3, 2), (2,))]
    stacks = [stack.to(dtype) for stack in start]
    targets = [torch.full_like(stack, 0.3) for stack in stacks]
    optimizer = StackedOptimizer(stacks, rules=rules, **settings)
    for _ in range(steps):
        optimizer.step([slope(*pair) for pair in zip(stacks, targets, strict=True)])
    return stacks


def path_alone(rule, model, models, rate, steps=100, dtype=torch.float64, **settings):
    """Train the same weights with torch.optim."""
    start = [torch.randn(models, *shape, generator=generator(1)) for shape in ((3, 2), (2,))]
    weights = [stack[model].to(dtype).requires_grad_() for stack in start]
    optimizer = TORCH[rule](weights, lr=rate, **settings)
    for _ in range(steps):
        for weight in weights:
            weight.grad = slope(weight.detach(), torch.full_like(weight, 0.3))
        optimizer.step()
    return [weight.detach() for weight in weights]


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_equals_torch_with_its_defaults(rule):
    rates = [0.1, 0.03, 0.01]
    stacks = stacked_path([rule] * 3, learning_rates=rates)
    for model, rate in enumerate(rates):
        alone = path_alone(rule, model, 3, rate)
        for stack, weight in zip(stacks, alone, strict=True):
            torch.testing.assert_close(stack[model], weight, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_equals_torch_with_weight_decay_and_options(rule):
    ours, theirs = OPTIONS[rule]
    decays = [0.0, 0.1, 0.5]
    stacks = stacked_path(
        [rule] * 3, learning_rates=[0.05] * 3, weight_decays=decays, options=[ours] * 3
    )
    for model, decay in enumerate(decays):
        alone = path_alone(rule, model, 3, 0.05, weight_decay=decay, **theirs)
        for stack, weight in zip(stacks, alone, strict=True):
            torch.testing.assert_close(stack[model], weight, rtol=0, atol=1e-12)


def test_all_rules_mixed_in_one_stack_equal_each_alone():
    rules = [*RULES, *reversed(RULES)]
    stacks = stacked_path(rules, learning_rates=[0.02] * len(rules))
    for model, rule in enumerate(rules):
        for stack, weight in zip(stacks, path_alone(rule, model, 14, 0.02), strict=True):
            torch.testing.assert_close(stack[model], weight, rtol=0, atol=1e-12)


def test_adam_without_a_running_mean_equals_torch():
    stacks = stacked_path(["adam"], steps=5, learning_rates=[0.1], options=[{"beta1": 0.0}])
    alone = path_alone("adam", 0, 1, 0.1, steps=5, betas=(0.0, 0.999))
    torch.testing.assert_close(stacks[0][0], alone[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("rule", ["adam", "adamw"])
def test_float32_keeps_its_digits_in_the_first_steps(rule):
    stacks = stacked_path([rule], steps=3, dtype=torch.float32, learning_rates=[0.1])
    alone = path_alone(rule, 0, 1, 0.1, steps=3)
    torch.testing.assert_close(stacks[0][0].double(), alone[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_a_learning_rate_of_zero_changes_nothing(rule):
    stacks = stacked_path([rule], learning_rates=[0.0], steps=2)
    start = torch.randn(1, 3, 2, generator=generator(1))
    assert torch.equal(stacks[0], start.double())


def test_a_network_that_breaks_leaves_its_neighbours_alone():
    stack = torch.ones(3, 2)
    optimizer = StackedOptimizer([stack], rules=["adam"] * 3, learning_rates=[0.1] * 3)
    optimizer.step([torch.tensor([[1.0, 1.0], [torch.nan, torch.inf], [1.0, 1.0]])])
    assert stack[1].isnan().any()
    assert stack[[0, 2]].isfinite().all()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rules": ["adma"], "learning_rates": [0.1]}, "'adma', but must be one of: sgd"),
        ({"rules": [], "learning_rates": []}, "no network to train"),
        ({"rules": ["sgd"], "learning_rates": [0.1, 0.2]}, "one of each for every network"),
        ({"rules": ["sgd"] * 2, "learning_rates": [0.1] * 2}, "first axis must count the 2"),
        (
            {"rules": ["adam"], "learning_rates": [0.1], "options": [{"momentum": 0.9}]},
            "no option 'momentum'; it has beta1, beta2, epsilon",
        ),
    ],
)
def test_bad_settings_are_refused_in_one_sentence(settings, words):
    with pytest.raises(ValueError, match=words):
        StackedOptimizer([torch.ones(1, 2)], **settings)
