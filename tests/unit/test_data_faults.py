"""Data under fault: nothing but the published bytes is loaded, and nothing is ever written."""

import hashlib
import http.server
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import torchvision

from course_utils import archives
from course_utils.archives import ARCHIVES, DataFileError
from course_utils.datasets import data_root, load_fashion_mnist, load_mnist

IMAGES, LABELS = "MNIST/raw/t10k-images-idx3-ubyte.gz", "MNIST/raw/t10k-labels-idx1-ubyte.gz"
SIZE, MD5, _ = ARCHIVES[IMAGES]
WHOLE = (data_root() / IMAGES).read_bytes()
PAGE = b"<!doctype html><title>Log in to the network</title>"
NOBODY_LISTENS = "http://127.0.0.1:9/"
# What a child process says about the data it loads.
CHILD = """
import hashlib, os, sys, time
from course_utils.datasets import load_mnist

def digest(root, split="test"):
    images, labels = load_mnist(split, root=root)
    return hashlib.sha256(images.numpy().tobytes() + labels.numpy().tobytes()).hexdigest()
"""


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Give torchvision no mirror but one that refuses."""
    for dataset in (torchvision.datasets.MNIST, torchvision.datasets.FashionMNIST):
        monkeypatch.setattr(dataset, "mirrors", [NOBODY_LISTENS])
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def root(tmp_path):
    """Return a data folder with the two archives of the test images."""
    return with_archives(tmp_path)


def with_archives(folder, names=(IMAGES, LABELS)):
    """Copy archives into a data folder."""
    (folder / "MNIST" / "raw").mkdir(parents=True)
    for name in names:
        shutil.copy(data_root() / name, folder / name)
    return folder


def digest(root=None, split="test"):
    """Return the digest of what a data folder gives."""
    images, labels = load_mnist(split, root=root)
    return hashlib.sha256(images.numpy().tobytes() + labels.numpy().tobytes()).hexdigest()


def listing(root):
    """Return name, size and time of every file and folder."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in root.rglob("*")
    }


def refusal(root, split="test"):
    """Return the sentence with which a data folder is refused."""
    with pytest.raises(DataFileError) as caught:
        load_mnist(split, root=root)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Files on the disk


def test_whole_archives_are_read_and_nothing_is_written(root):
    before = listing(root)
    assert digest(root) == digest()
    assert listing(root) == before


def test_extracted_file_is_not_used(root):
    (root / IMAGES).with_suffix("").write_bytes(b"damaged")
    assert digest(root) == digest()


def flipped(position):
    """Return the archive with one bit changed."""
    data = bytearray(WHOLE)
    data[position] ^= 1
    return bytes(data)


DAMAGED = {
    "empty": b"",
    "a page": PAGE,
    "of another set": (data_root() / "FashionMNIST/raw/t10k-images-idx3-ubyte.gz").read_bytes(),
    "too long": WHOLE + b"x",
    **{f"cut off at {size}": WHOLE[:size] for size in (1, 9, 18, 1234, SIZE // 2, SIZE - 8)},
    "cut off at the last byte": WHOLE[:-1],
}
CHANGED = {
    "a page of the right size": PAGE.ljust(SIZE),
    **{f"bit flipped in byte {n}": flipped(n) for n in (0, 4, 9, SIZE // 2, SIZE - 8, SIZE - 1)},
}


@pytest.mark.parametrize("damage", [*DAMAGED, *CHANGED])
def test_damaged_archive_is_named_and_kept(root, damage):
    content = {**DAMAGED, **CHANGED}[damage]
    (root / IMAGES).write_bytes(content)
    before = listing(root)
    problem = "is not the published file"
    if damage in DAMAGED:
        problem = f"has {len(content):,} bytes instead of 1,648,877"
    assert refusal(root) == (
        f"The data file {root / IMAGES} {problem}: delete it and run this again, or put the "
        f"published file (1,648,877 bytes, md5 {MD5}) in its place."
    )
    assert listing(root) == before and (root / IMAGES).read_bytes() == content


def test_folder_in_the_place_of_an_archive_is_named(root):
    (root / IMAGES).unlink()
    (root / IMAGES).mkdir()
    assert f"{root / IMAGES} cannot be read (" in refusal(root)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
def test_folder_that_cannot_be_written_is_read():
    code = """
import torchvision
if os.geteuid() == 0:  # the superuser may write everywhere, so become somebody else
    os.setuid(65534)
print(digest(sys.argv[1]))
try:
    digest(sys.argv[1], "train")
except Exception as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        root = with_archives(Path(name))
        folders = [root, root / "MNIST", root / "MNIST" / "raw"]
        for folder in folders:
            folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", CHILD + code, name], capture_output=True, text=True, timeout=60
        )
        for folder in folders:
            folder.chmod(0o755)
    assert done.stdout.startswith(digest()), done.stderr
    assert "is missing, and torchvision could not download it (" in done.stdout


def test_two_processes_at_once_agree(root):
    code = """
while time.time() < float(sys.argv[2]):  # both start on the same tick
    pass
print(*{digest(sys.argv[1]) for _ in range(10)})
"""
    before = listing(root)
    command = [sys.executable, "-c", CHILD + code, str(root), str(time.time() + 4)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [child.communicate(timeout=60)[0].strip() for child in children] == [digest()] * 2
    assert listing(root) == before


# Missing archives


class Server(http.server.BaseHTTPRequestHandler):
    """A download server whose behaviour is the first part of the address."""

    def do_GET(self):
        """Answer as the address says."""
        behaviour, name = self.path.split("/")[1:]
        if behaviour in ("403", "503"):
            self.send_error(int(behaviour))
        elif behaviour == "hang":
            time.sleep(2)
        elif behaviour != "close":
            self._send(behaviour, (data_root() / "MNIST" / "raw" / name).read_bytes())

    def _send(self, behaviour, data):
        data = PAGE if behaviour == "page" else data
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if behaviour == "cut" else data)

    def handle(self):
        """Forgive a client that went away: torchvision asks twice and reads once."""
        try:
            super().handle()
        except ConnectionError:
            pass

    def log_message(self, *arguments):
        """Keep quiet."""


@pytest.fixture
def mirrors(monkeypatch):
    """Serve on the loopback interface, and return what makes servers torchvision's mirrors."""
    monkeypatch.setattr(archives, "DOWNLOAD_SILENCE_S", 0.5)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def choose(*behaviours):
        addresses = [f"http://127.0.0.1:{server.server_port}/{name}/" for name in behaviours]
        monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", addresses)

    yield choose
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("bad", [[], ["403"], ["503"], ["page"], ["cut"]])
def test_missing_archives_are_downloaded_and_a_bad_mirror_is_passed_over(mirrors, tmp_path, bad):
    mirrors(*bad, "good")
    assert digest(tmp_path) == digest()
    assert socket.getdefaulttimeout() is None
    assert all((tmp_path / name).exists() for name in ARCHIVES if name.startswith("MNIST"))


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [("403", "403"), ("503", "503"), ("hang", "timed out"), ("close", "closed connection")],
)
def test_bad_server_is_named_and_nothing_is_stored(mirrors, tmp_path, behaviour, reason):
    mirrors(behaviour)
    started = time.monotonic()
    sentence = refusal(tmp_path)
    assert time.monotonic() - started < 10
    assert "is missing, and torchvision could not download it (" in sentence
    assert reason in sentence and "run this again with a network" in sentence
    assert socket.getdefaulttimeout() is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("behaviour", "size"), [("cut", "4,956,211"), ("page", str(len(PAGE)))])
def test_damaged_download_is_named_and_not_loaded(mirrors, tmp_path, behaviour, size):
    mirrors(behaviour)
    for split in ("train", "train", "test"):  # another file of the set does not hide it
        sentence = refusal(tmp_path, split)
    assert f"train-images-idx3-ubyte.gz has {size} bytes instead of 9,912,422" in sentence


@pytest.mark.parametrize("load", [load_mnist, load_fashion_mnist])
def test_missing_archive_without_a_network_says_what_belongs_where(tmp_path, load):
    dataset = {load_mnist: "MNIST", load_fashion_mnist: "FashionMNIST"}[load]
    path = tmp_path / dataset / "raw" / "t10k-images-idx3-ubyte.gz"
    size, md5, _ = ARCHIVES[f"{dataset}/raw/{path.name}"]
    with pytest.raises(DataFileError) as caught:
        load("test", root=tmp_path)
    sentence = str(caught.value)
    assert sentence.startswith(f"The data file {path} is missing") and NOBODY_LISTENS in sentence
    assert f"put the published file ({size:,} bytes, md5 {md5}) in its place." in sentence


def test_damaged_archive_beside_a_missing_one_is_named_and_kept(mirrors, root):
    mirrors("good")  # from where torchvision would write over it
    (root / LABELS).write_bytes(PAGE)
    before = listing(root)
    assert f"{root / LABELS} has {len(PAGE)} bytes instead of 4,542" in refusal(root, "train")
    assert listing(root) == before


def test_extracted_files_hide_no_missing_archive(mirrors, tmp_path):
    mirrors("good")
    digest(tmp_path)
    (tmp_path / IMAGES).unlink()
    assert f"{tmp_path / IMAGES} is missing" in refusal(tmp_path)
    assert "extracted files are there: delete those too" in refusal(tmp_path)
