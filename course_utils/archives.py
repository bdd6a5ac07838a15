"""The published archives: read from the data folder, verified, unpacked in memory only."""

import gzip
import hashlib
import socket
from pathlib import Path

DOWNLOAD_SILENCE_S = 15.0  # a server that sends nothing for so long has hung


class DataFileError(RuntimeError):
    """An archive is missing, or is not the published one; the message says what to do."""


# Name below the data folder, where torchvision looks too; bytes, MD5 as in torchvision, SHA-256.
_PUBLISHED = """
MNIST/raw/train-images-idx3-ubyte.gz 9912422 f68b3c2dcbeaaa9fbdd348bbdeb94873 \
    440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609
MNIST/raw/train-labels-idx1-ubyte.gz 28881 d53e105ee54ea40749a09fcbcd1e9432 \
    3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c
MNIST/raw/t10k-images-idx3-ubyte.gz 1648877 9fb629c4189551a2d022fa330f9573f3 \
    8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6
MNIST/raw/t10k-labels-idx1-ubyte.gz 4542 ec29112dd5afa0611ce80d1b7f02629c \
    f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6
FashionMNIST/raw/train-images-idx3-ubyte.gz 26421880 8d4fb7e6c68d591d4c3dfef9ec88bf0d \
    3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84
FashionMNIST/raw/train-labels-idx1-ubyte.gz 29515 25c81989df183df01b3e8a0aad5dffbe \
    a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845
FashionMNIST/raw/t10k-images-idx3-ubyte.gz 4422102 bef4ecab320f06d8554ea6380940ec79 \
    346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073
FashionMNIST/raw/t10k-labels-idx1-ubyte.gz 5148 bb300cfdad3c16e7a12a480ee83cd310 \
    67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5
"""
ARCHIVES = {
    name: (int(size), md5, sha256)
    for name, size, md5, sha256 in map(str.split, _PUBLISHED.strip().splitlines())
}


def read_archive(root: Path, name: str) -> bytes:
    """Return what is inside an archive of the data folder; torchvision fetches a missing one."""
    if not (root / name).exists():
        _let_torchvision_download(root, name)
    return gzip.decompress(_verified(root, name))


def _verified(root: Path, name: str) -> bytes:
    """Return the bytes of an archive, which are exactly the published ones."""
    size, _, sha256 = ARCHIVES[name]
    try:
        data = (root / name).read_bytes()
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise _error(root, name, problem, "let everybody read it") from error
    if hashlib.sha256(data).hexdigest() == sha256:
        return data
    problem = "is not the published file"
    if len(data) != size:
        problem = f"has {len(data):,} bytes instead of {size:,}"
    raise _error(root, name, problem, "delete it and run this again")


def _let_torchvision_download(root: Path, name: str) -> None:
    """Ask torchvision once for the archives of a set.

    It would write over a damaged one beside the missing one, so the others are verified first.
    """
    dataset = name.split("/")[0]
    for other in ARCHIVES:
        if other.startswith(f"{dataset}/") and (root / other).exists():
            _verified(root, other)
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(DOWNLOAD_SILENCE_S)  # torchvision would wait for ever
    reason = "it fetches nothing while extracted files are there: delete those too"
    try:
        import torchvision  # only here: its import takes longer than loading MNIST

        getattr(torchvision.datasets, dataset)(root, download=True)
    except Exception as error:  # whatever it was, the file is still missing
        reason = " ".join(str(error).split())
    finally:
        socket.setdefaulttimeout(patience)
    if not (root / name).exists():
        problem = f"is missing, and torchvision could not download it ({reason})"
        raise _error(root, name, problem, "run this again with a network")


def _error(root: Path, name: str, problem: str, remedy: str) -> DataFileError:
    """Say in one sentence what is wrong with an archive and what to do."""
    size, md5, _ = ARCHIVES[name]
    return DataFileError(
        f"The data file {root / name} {problem}: {remedy}, or put the published file "
        f"({size:,} bytes, md5 {md5}) in its place."
    )
