"""Matrix products by the library that is fastest on this machine."""

import platform
from functools import cache
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F


def product(weights: Tensor, rows: Tensor) -> Tensor:
    """Return ``weights @ rows.T``, (R, D) @ (D, N) -> (R, N), by the library that is fastest here.

    On AMD processors torch's usual library for it, Intel's MKL, leaves half of the processor's
    width unused; oneDNN, which torch has on board for its layers, does not.
    """
    if _onednn_is_faster() and weights.device.type == "cpu" and weights.dtype == torch.float32:
        return F.linear(weights.to_mkldnn(), rows.to_mkldnn()).to_dense()
    return weights @ rows.T


@cache
def _onednn_is_faster() -> bool:
    """Return whether this is an AMD processor with AVX-512, and torch has oneDNN and MKL."""
    described = Path("/proc/cpuinfo")
    vendor = described.read_text() if described.exists() else platform.processor()
    libraries = torch.backends.mkldnn.is_available() and torch.backends.mkl.is_available()
    wide = torch.backends.cpu.get_cpu_capability() == "AVX512"
    return libraries and wide and "AuthenticAMD" in vendor
