"""The ReLU network and its files: what is drawn, what is written, what a fault leaves behind."""

import math

import pytest
import torch
from torch import nn

from course_utils.networks import load_saved, relu_network, save_safely
from course_utils.reproducibility import generator


def test_layers_and_their_first_weights():
    network = relu_network((784, 300, 10), generator(0))
    assert [type(layer) for layer in network] == [nn.Linear, nn.ReLU, nn.Linear]
    for layer, inputs in ((network[0], 784), (network[2], 300)):
        assert layer.weight.std().item() == pytest.approx(math.sqrt(2 / inputs), rel=0.03)
        assert (layer.bias == 0).all()
    same, other = (relu_network((784, 300, 10), generator(seed)) for seed in (0, 1))
    assert torch.equal(network[2].weight, same[2].weight)
    assert not torch.equal(network[2].weight, other[2].weight)


def test_dropout_stands_behind_each_relu_and_not_behind_the_outputs():
    network = relu_network((4, 3, 3, 2), generator(0), dropout=0.5)
    kinds = [type(layer).__name__ for layer in network]
    assert kinds == ["Linear", "ReLU", "Dropout", "Linear", "ReLU", "Dropout", "Linear"]
    assert network[2].p == 0.5


@pytest.mark.parametrize(("sizes", "dropout"), [((784,), 0.0), ((784, 10), 1.0), ((4, 2), -0.1)])
def test_what_is_no_network_is_refused_in_one_sentence(sizes, dropout):
    with pytest.raises(ValueError, match="at least the inputs and the outputs"):
        relu_network(sizes, generator(0), dropout=dropout)


def test_what_is_saved_is_loaded(tmp_path):
    network = relu_network((4, 3, 2), generator(0))
    path = tmp_path / "network.pt"
    save_safely({"weights": network.state_dict(), "sizes": [4, 3, 2]}, path)
    found = load_saved(path)
    copy = relu_network(found["sizes"], generator(1))
    copy.load_state_dict(found["weights"])
    inputs = torch.randn(5, 4, generator=generator(2))
    assert torch.equal(network(inputs), copy(inputs))


def test_a_save_that_breaks_off_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "network.pt"
    save_safely({"old": 1}, path)
    with pytest.raises(Exception, match="lambda|pickle"):
        save_safely({"weights": torch.ones(3), "oops": lambda: None}, path)
    assert load_saved(path) == {"old": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["network.pt"]


def test_a_file_that_cannot_be_used_is_named(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_saved(tmp_path / "none.pt")
    path = tmp_path / "network.pt"
    save_safely({"weights": torch.ones(100)}, path)
    for damaged in (b"", path.read_bytes()[:300], b"<html>"):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="is damaged"):
            load_saved(path)
    torch.save(nn.Linear(2, 2), path)
    with pytest.raises(ValueError, match="more than tensors"):
        load_saved(path)
