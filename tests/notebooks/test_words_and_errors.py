"""The appendix keeps true: each word stands where it says, each message is what Python says."""

import io
import re
import socket
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

from tests.notebooks.book import NOTEBOOKS, all_headings, cells, read
from tests.notebooks.normalise import normalise
from tests.notebooks.rules.names import WORDS, table_rows
from tests.notebooks.rules.text import dead_links

ONES = torch.ones
APPENDIX = read(WORDS)


def _leaf(*shape: int) -> torch.Tensor:
    return ONES(*shape, requires_grad=True)


def _backward_twice():
    loss = (_leaf(2) ** 2).sum()
    loss.backward()
    loss.backward()


def _step_that_is_recorded():
    weights = _leaf(2)
    weights -= 0.1


def _value_overwritten():
    hidden = _leaf(2).exp()
    loss = (hidden**2).sum()
    hidden -= hidden.mean()
    loss.backward()


class _Forgetful(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(2, 1)


def _load_a_whole_model():
    file = io.BytesIO()
    torch.save(nn.Linear(2, 1), file)
    file.seek(0)
    torch.load(file, weights_only=True)


def _same_port_twice():
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        first.listen()
        second.bind(first.getsockname())


def _python_without_packages():
    command = [sys.executable, "-S", "-I", "-c", "import torch"]
    raise RuntimeError(subprocess.run(command, capture_output=True, text=True).stderr)


def _undefined():
    return neuron(1)  # noqa: F821


def _two_for_three():
    weights, bias, losses = tuple(range(2))


# The first message of each row of the index: code that makes Python say it.
PROVOKED: dict[str, Callable] = {
    "mat1 and mat2 shapes cannot be multiplied (4x3 and 2x4)": lambda: ONES(4, 3) @ ONES(2, 4),
    "Input operand 1 has a mismatch in its core dimension 0":
        lambda: np.ones((4, 3)) @ np.ones((2, 4)),
    "operands could not be broadcast together with shapes (4,3) (4,)":
        lambda: np.ones((4, 3)) + np.ones(4),
    "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1":
        lambda: ONES(4, 3) + ONES(4),
    "shape '[3, 3]' is invalid for input of size 8": lambda: ONES(8).reshape(3, 3),
    "view size is not compatible with input tensor's size and stride":
        lambda: ONES(2, 3).T.view(6),
    "Dimension out of range (expected to be in range of [-1, 0], but got 1)":
        lambda: ONES(3).sum(dim=1),
    "axis 1 is out of bounds for array of dimension 1": lambda: np.ones(3).sum(axis=1),
    "too many indices for tensor of dimension 1": lambda: ONES(3)[0, 0],
    "index 10 is out of bounds for dimension 0 with size 10": lambda: ONES(10)[10],
    "stack expects each tensor to be equal size, but got [2] at entry 0 and [3] at entry 1":
        lambda: next(iter(DataLoader([ONES(2), ONES(3)], batch_size=2))),
    "Sizes of tensors must match except in dimension 0":
        lambda: torch.cat([ONES(2, 2), ONES(2, 3)]),
    "setting an array element with a sequence": lambda: np.array([[1, 2], [3]]),
    "not enough values to unpack (expected 3, got 2)": _two_for_three,
    "only one element tensors can be converted to Python scalars": lambda: float(ONES(2)),
    "a Tensor with 2 elements cannot be converted to Scalar": lambda: ONES(2).item(),
    "Boolean value of Tensor with more than one value is ambiguous":
        lambda: max(ONES(2), ONES(2)),
    "The truth value of an array with more than one element is ambiguous":
        lambda: bool(np.ones(2)),
    "can't multiply sequence by non-int of type 'float'": lambda: 0.1 * [1, 2],
    "unsupported operand type(s) for -: 'Tensor' and 'torch.return_types.max'":
        lambda: ONES(2, 3) - ONES(2, 3).max(dim=1, keepdim=True),
    "mat1 and mat2 must have the same dtype, but got Double and Float":
        lambda: nn.Linear(2, 1)(torch.from_numpy(np.ones((2, 2)))),
    "expected m1 and m2 to have the same dtype, but got: float != double":
        lambda: ONES(2, 2) @ ONES(2, 2, dtype=torch.float64),
    "result type Float can't be cast to the desired output type Long":
        lambda: ONES(2, dtype=torch.int64).add_(0.5),
    "Only Tensors of floating point and complex dtype can require gradients":
        lambda: torch.tensor(2, requires_grad=True),
    "could not infer output dtype": lambda: (ONES(2) > 0).mean(),
    "expected target dtype to be Long or Byte, but got Float":
        lambda: F.cross_entropy(ONES(4, 3), ONES(4)),
    "tensors used as indices must be long, int, byte or bool tensors": lambda: ONES(3)[ONES(2)],
    "argument 'input' (position 1) must be Tensor, not numpy.ndarray":
        lambda: nn.Linear(2, 1)(np.ones((1, 2))),
    "Expected all tensors to be on the same device": lambda: ONES(2) + ONES(2, device="cuda"),
    "can't convert cuda:0 device type tensor to numpy": lambda: ONES(2, device="cuda").numpy(),
    "CUDA out of memory": lambda: torch.empty(2**50, device="cuda"),
    "Found no NVIDIA driver on your system": lambda: ONES(2, device="cuda"),
    "element 0 of tensors does not require grad and does not have a grad_fn":
        lambda: ONES(2).sum().backward(),
    "grad can be implicitly created only for scalar outputs": lambda: (_leaf(2) ** 2).backward(),
    "Trying to backward through the graph a second time": _backward_twice,
    "a leaf Variable that requires grad is being used in an in-place operation":
        _step_that_is_recorded,
    "one of the variables needed for gradient computation has been modified by an inplace "
    "operation": _value_overwritten,
    "unsupported operand type(s) for *: 'float' and 'NoneType'": lambda: 0.1 * _leaf(2).grad,
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed":
        lambda: (2 * _leaf(2)).grad,
    "Can't call numpy() on Tensor that requires grad": lambda: _leaf(2).numpy(),
    "Target 10 is out of bounds": lambda: F.cross_entropy(ONES(4, 10), torch.full((4,), 10)),
    "1D target tensor expected, multi-target not supported":
        lambda: F.cross_entropy(ONES(4, 3), ONES(4, 1, dtype=torch.int64)),
    "Expected input batch_size (4) to match target batch_size (3)":
        lambda: F.cross_entropy(ONES(4, 3), ONES(3, dtype=torch.int64)),
    "Using a target size (torch.Size([4])) that is different to the input size "
    "(torch.Size([4, 1]))": lambda: F.mse_loss(ONES(4, 1), ONES(4)),
    "overflow encountered in exp": lambda: np.exp(np.array(1000.0)),
    "divide by zero encountered in log": lambda: np.log(np.array(0.0)),
    "invalid value encountered in divide": lambda: np.array(0.0) / np.array(0.0),
    "all elements of input should be between 0 and 1":
        lambda: F.binary_cross_entropy(torch.tensor([1.5]), ONES(1)),
    "cannot assign module before Module.__init__() call": _Forgetful,
    'is missing the required "forward" function': lambda: nn.Module()(ONES(2)),
    "optimizer got an empty parameter list": lambda: torch.optim.SGD([], lr=0.1),
    "Missing key(s) in state_dict": lambda: nn.Linear(3, 2).load_state_dict({"w": ONES(2, 3)}),
    "size mismatch for weight: copying a param with shape torch.Size([2, 3]) from checkpoint":
        lambda: nn.Linear(3, 3).load_state_dict(nn.Linear(3, 2).state_dict()),
    "Weights only load failed": _load_a_whole_model,
    "Sigmoid.__init__() takes 1 positional argument but 2 were given":
        lambda: nn.Sigmoid(ONES(2)),
    "Expected more than 1 value per channel when training":
        lambda: nn.BatchNorm1d(5)(ONES(1, 5)),
    "pic should be PIL Image or ndarray. Got <class 'torch.Tensor'>":
        lambda: transforms.ToTensor()(ONES(2)),
    "No such file or directory: '../data/absent.gz'": lambda: open("../data/absent.gz"),
    "Default process group has not been initialized":
        lambda: torch.distributed.all_reduce(ONES(2)),
    "Address already in use": _same_port_twice,
    "name 'neuron' is not defined": _undefined,
    "'Tensor' object is not callable": lambda: ONES(2)(3),
    "unsupported operand type(s) for +: 'ellipsis' and 'int'": lambda: ... + 1,
    "No module named 'torch'": _python_without_packages,
}
NOT_PROVOKED = {
    "operator torchvision::nms does not exist": "it takes a torch and a torchvision that differ",
    "The kernel appears to have died": "JupyterLab says it when the operating system ends a kernel",
}
WITH_A_GPU = {"Expected all tensors to be on the same device", "CUDA out of memory",
              "can't convert cuda:0 device type tensor to numpy"}
WITHOUT_A_GPU = {"Found no NVIDIA driver on your system"}


def _rows(heading: str) -> list[list[str]]:
    """The rows of the tables that follow one of the two headings."""
    words, errors = "\n".join(c["source"] for c in APPENDIX["cells"]).split("\n## Errors")
    return table_rows(words if heading == "Words" else errors)


MESSAGES = [re.findall(r"`([^`]+)`", row[0]) for row in _rows("Errors")]


def test_every_message_is_provoked_or_has_its_reason():
    assert [first for first, *_ in MESSAGES if first not in {*PROVOKED, *NOT_PROVOKED}] == []
    assert len(MESSAGES) == len(PROVOKED) + len(NOT_PROVOKED)


@pytest.mark.parametrize(
    "messages", [row for row in MESSAGES if row[0] in PROVOKED], ids=lambda row: row[0][:40]
)
def test_message_is_what_python_says(messages, recwarn):
    if messages[0] in (WITHOUT_A_GPU if torch.cuda.is_available() else WITH_A_GPU):
        pytest.skip("it is said only where there is a GPU, or only where there is none")
    said = []
    try:
        PROVOKED[messages[0]]()
    except Exception as error:
        said.append(str(error))
    said += [str(warning.message) for warning in recwarn]
    assert any(message in text for message in messages for text in said), said


@pytest.mark.parametrize("row", _rows("Words"), ids=lambda row: row[0])
def test_word_stands_where_the_appendix_says(row):
    word, _, code, _, link = row
    number, file = re.search(r"§(\d+)\]\((\d\d_\w+\.ipynb)", link).groups()
    book = read(NOTEBOOKS / file)
    assert re.split(r",| \(", word)[0].lower() in _section(book, number).lower()
    whole = "\n".join(cell["source"] for cell in book["cells"])
    for name in re.findall(r"`\.?(\w[\w.]*|@|\+=)", code):
        assert name in whole, f"{file} has no {name}"


def _section(book: dict, number: str) -> str:
    """The text of one numbered section."""
    text = "\n".join(cell["source"] for _, cell in cells(book, "markdown"))
    return re.search(rf"^## {number}\. .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL).group()


def test_appendix_has_no_code_and_is_in_the_stored_form():
    assert {cell["cell_type"] for cell in APPENDIX["cells"]} == {"markdown"}
    assert normalise(APPENDIX) == APPENDIX


def test_a_linked_section_has_the_number_that_is_printed():
    text = "\n".join(cell["source"] for cell in APPENDIX["cells"])
    links = re.findall(r"\[(\d\d) §(\d+)\]\((\d\d)_\w+\.ipynb(?:#(\d+)\.)?", text)
    assert links
    assert all(chapter == file and number == (anchor or number)
               for chapter, number, file, anchor in links)


def test_links_of_the_appendix_are_alive():
    text = "\n".join(cell["source"] for cell in APPENDIX["cells"])
    assert dead_links(text, all_headings(APPENDIX), WORDS) == []


def test_no_word_stands_twice():
    words = [row[0] for row in _rows("Words")]
    assert len(words) == len(set(words))
