"""The published files under fault: as in tests/unit/test_data_faults.py, with MNIST itself."""

import functools
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
import time

import pytest

from course_utils import archives, datasets
from course_utils.archives import DataFileError
from course_utils.datasets import data_root, load_mnist
from course_utils.mnist_files import ARCHIVES

IMAGES = ARCHIVES["MNIST", "t10k-images-idx3-ubyte"]
LABELS = ARCHIVES["MNIST", "t10k-labels-idx1-ubyte"]
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="needs POSIX processes and signals")
NOBODY_LISTENS = "http://127.0.0.1:9/"
# What a child process says about the data it loads: a digest of the pixels and the labels.
CHILD = """
import hashlib, os, sys, time
from course_utils.datasets import load_mnist

def digest(root, split="test"):
    images, labels = load_mnist(split, root=root)
    return hashlib.sha256(images.numpy().tobytes() + labels.numpy().tobytes()).hexdigest()
"""


@functools.cache
def right(split: str = "test") -> str:
    """The digest of what the project's own data folder gives."""
    images, labels = load_mnist(split)
    return hashlib.sha256(images.numpy().tobytes() + labels.numpy().tobytes()).hexdigest()


def loaded(root, split: str = "test") -> str:
    """The digest of what another data folder gives."""
    images, labels = load_mnist(split, root=root)
    return hashlib.sha256(images.numpy().tobytes() + labels.numpy().tobytes()).hexdigest()


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A data folder with the published archives of MNIST, and no mirror to ask."""
    monkeypatch.setattr(datasets, "mirrors", lambda dataset: [NOBODY_LISTENS])
    copy_archives(tmp_path)
    yield tmp_path
    shutil.rmtree(tmp_path / "MNIST", ignore_errors=True)


def copy_archives(folder) -> None:
    """Put the four archives of MNIST into a data folder."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for archive in (data_root() / "MNIST" / "raw").glob("*.gz"):
        shutil.copy(archive, raw)


def contents(root) -> dict[str, str]:
    """The digest of every file, by name."""
    files = (root / "MNIST" / "raw").iterdir()
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def run_child(code: str, *arguments, **options) -> subprocess.CompletedProcess:
    """Run code after CHILD in a process of its own."""
    command = [sys.executable, "-c", CHILD + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, **options)


DAMAGES = {
    "missing": None,
    "empty": b"",
    "truncated": (data_root() / IMAGES.folder / f"{IMAGES.name}.gz").read_bytes()[:800_000],
    "a page": b"<!doctype html><title>Sign in</title>" * 1000,
    "of another set": (data_root() / "FashionMNIST/raw" / f"{IMAGES.name}.gz").read_bytes(),
    "of the right size": b"\x1f\x8b" + bytes(IMAGES.size - 2),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_archive_is_named_and_everything_good_is_still_there(root, damage):
    archive = root / IMAGES.folder / f"{IMAGES.name}.gz"
    archive.unlink()
    if DAMAGES[damage] is not None:
        archive.write_bytes(DAMAGES[damage])
    before = contents(root)
    with pytest.raises(DataFileError, match=f"{IMAGES.name}.gz is (missing|damaged)"):
        load_mnist("test", root=root)
    assert contents(root) == before


@pytest.mark.parametrize("name", [IMAGES.name, LABELS.name])
@pytest.mark.parametrize("kept", [0, 15, 16, 5_000])
def test_truncated_extracted_file_is_mended(root, name, kept):
    assert loaded(root) == right()
    os.truncate(root / "MNIST" / "raw" / name, kept)
    assert loaded(root) == right()
    assert loaded(data_root()) == right()


@POSIX_ONLY
def test_process_killed_at_fifty_moments_of_loading_leaves_nothing_partial(root):
    code = f"""
from pathlib import Path
root, folder = sys.argv[1], Path(sys.argv[1]) / "MNIST" / "raw"
started = time.perf_counter()
whole = digest(root)
duration_s = time.perf_counter() - started
killed = 0
for number in range(50):
    for file in folder.glob("t10k*-ubyte"):
        file.unlink()
    child = os.fork()
    if child == 0:
        digest(root)
        os._exit(0)
    time.sleep(duration_s * number / 50)
    os.kill(child, 9)
    killed += os.waitpid(child, 0)[1] == 9
    for name, size in (("{IMAGES.name}", {IMAGES.extracted_size}),
                       ("{LABELS.name}", {LABELS.extracted_size})):
        file = folder / name
        assert not file.exists() or file.stat().st_size == size, (number, name)
    assert digest(root) == whole, number
    assert len(list(folder.iterdir())) == 6, list(folder.iterdir())
print(whole, killed)
"""
    done = run_child(code, root)
    assert done.returncode == 0, done.stderr
    digest, killed = done.stdout.split()
    assert digest == right() and int(killed) >= 10, done.stdout


def test_two_processes_loading_the_training_images_at_once_agree(root):
    code = """
while time.time() < float(sys.argv[2]):  # both start on the same tick
    pass
print(digest(sys.argv[1], "train"))
"""
    command = [sys.executable, "-c", CHILD + code, str(root), str(time.time() + 15)]
    children = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for child in children:
        said, problem = child.communicate(timeout=600)
        assert said.strip() == right("train"), problem
    assert contents(root).keys() == {
        *(f.name for f in (data_root() / "MNIST/raw").glob("*.gz")),
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
    }


@POSIX_ONLY
def test_folder_that_cannot_be_written_is_read(root):
    if os.geteuid() == 0 and not shutil.which("chattr"):
        pytest.skip("the superuser may write everywhere; run this as an ordinary user")
    raw = root / "MNIST" / "raw"
    raw.chmod(0o555)
    if os.geteuid() == 0 and subprocess.run(["chattr", "+i", str(raw)]).returncode:
        pytest.skip("this file system cannot forbid the superuser to write")
    try:
        with pytest.raises(OSError):
            (raw / "new").write_text("")
        assert loaded(root) == right()
        assert all(name.endswith(".gz") for name in contents(root))
    finally:
        if os.geteuid() == 0:
            subprocess.run(["chattr", "-i", str(raw)], check=True)
        raw.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a tmpfs")
def test_full_disk_is_met_in_the_middle_and_the_images_are_loaded(tmp_path):
    code = """
import shutil, subprocess
source, target = sys.argv[1:]
mount = ["mount", "-t", "tmpfs", "-o", "size=14m", "tmpfs", target]  # archives 11.6 MB
if subprocess.run(mount).returncode:
    sys.exit("refused")
shutil.copytree(source, target + "/MNIST/raw", ignore=shutil.ignore_patterns("*-ubyte"))
print(digest(target), sorted(os.listdir(target + "/MNIST/raw")))
"""
    own_mounts = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*own_mounts, "true"]).returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    command = [*own_mounts, sys.executable, "-c", CHILD + code]
    command += [str(data_root() / "MNIST" / "raw"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if "refused" in done.stderr:
        pytest.skip("this machine lets nobody mount a tmpfs")
    digest, _, files = done.stdout.partition(" ")
    assert digest == right(), done.stderr
    assert ".part" not in files and f"'{IMAGES.name}'" not in files


class _Server(http.server.SimpleHTTPRequestHandler):
    """Serves the published archives; the first part of the address says how badly."""

    def do_GET(self):
        behaviour, _, name = self.path.lstrip("/").partition("/")
        if behaviour.isdigit():
            return self.send_error(int(behaviour))
        if behaviour == "hang":
            return time.sleep(2)
        data = (data_root() / "MNIST" / "raw" / name).read_bytes()
        data = b"<html>Sign in</html>" if behaviour == "page" else data
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if behaviour == "cut" else data)

    def log_message(self, *arguments):
        """Keep quiet."""


@pytest.fixture
def address(monkeypatch):
    """Serve on the loopback interface, and let nobody wait for long."""
    monkeypatch.setattr(archives, "DOWNLOAD_SILENCE_S", 1.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("behaviour", ["403", "503", "hang", "cut", "page"])
def test_bad_server_changes_nothing_and_a_good_one_mends_it(root, address, monkeypatch, behaviour):
    archive = root / IMAGES.folder / f"{IMAGES.name}.gz"
    os.truncate(archive, 800_000)
    before = contents(root)
    monkeypatch.setattr(datasets, "mirrors", lambda dataset: [f"{address}/{behaviour}/"])
    with pytest.raises(DataFileError, match="could not be downloaded"):
        load_mnist("test", root=root)
    assert contents(root) == before
    monkeypatch.setattr(datasets, "mirrors", lambda dataset: [f"{address}/good/"])
    assert loaded(root) == right()
    assert archive.stat().st_size == IMAGES.size
