"""Data under fault: damaged files, full disks, killed processes, bad servers; nothing partial."""

import gzip
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from course_utils import archives
from course_utils.archives import Archive, DataFileError, read_archive
from course_utils.datasets import data_root, load_mnist
from course_utils.mnist_files import ARCHIVES

PROJECT = Path(__file__).resolve().parents[2]
CONTENT = np.random.default_rng(0).integers(0, 8, 300_000, dtype=np.uint8).tobytes()
COMPRESSED = gzip.compress(CONTENT, mtime=0)
SAMPLE = Archive(
    folder="Sample/raw",
    name="sample-ubyte",
    size=len(COMPRESSED),
    md5=hashlib.md5(COMPRESSED).hexdigest(),
    sha256=hashlib.sha256(COMPRESSED).hexdigest(),
    extracted_size=len(CONTENT),
    extracted_sha256=hashlib.sha256(CONTENT).hexdigest(),
)
# What a child process needs to read the sample without importing numpy or torch.
CHILD = f"""
import os, sys, time
sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from course_utils import archives
sample = archives.{SAMPLE!r}
def read(root):
    return archives.read_archive(sample, Path(root), list)
"""
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="needs POSIX limits and signals")


def no_mirrors():
    """Stand for a machine with no address to download from."""
    return []


@pytest.fixture
def root(tmp_path):
    """Return a data folder that holds the sample's archive."""
    (tmp_path / SAMPLE.folder).mkdir(parents=True)
    packed(tmp_path).write_bytes(COMPRESSED)
    return tmp_path


def packed(root):
    """Return the path of the sample's archive."""
    return root / SAMPLE.folder / f"{SAMPLE.name}.gz"


def extracted(root):
    """Return the path of the sample's extracted file."""
    return root / SAMPLE.folder / SAMPLE.name


def names(root):
    """Return the names of all files in the sample's folder."""
    return sorted(path.name for path in (root / SAMPLE.folder).iterdir())


def run_child(code, root, **options):
    """Run code after CHILD in a new process, with the data folder as its argument."""
    command = [sys.executable, "-c", CHILD + code, str(root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def flip_a_bit(path, position):
    """Change one bit of a file in place."""
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


# Files on the disk


def test_archive_is_extracted_and_left_as_it_was(root):
    assert read_archive(SAMPLE, root, no_mirrors) == CONTENT
    assert extracted(root).read_bytes() == CONTENT
    assert packed(root).read_bytes() == COMPRESSED
    assert names(root) == [SAMPLE.name, f"{SAMPLE.name}.gz"]


@pytest.mark.parametrize("damage", ["truncated", "emptied", "one bit", "too long", "a page"])
def test_damaged_extracted_file_is_restored_from_the_archive(root, damage):
    read_archive(SAMPLE, root, no_mirrors)
    damaged = {
        "truncated": CONTENT[:1000],
        "emptied": b"",
        "one bit": bytes([CONTENT[0] ^ 1]) + CONTENT[1:],
        "too long": CONTENT + b"x",
        "a page": b"<!doctype html><p>Not found</p>",
    }
    extracted(root).write_bytes(damaged[damage])
    assert read_archive(SAMPLE, root, no_mirrors) == CONTENT
    assert extracted(root).read_bytes() == CONTENT


def test_whole_extracted_file_serves_without_an_archive(root):
    read_archive(SAMPLE, root, no_mirrors)
    packed(root).unlink()
    assert read_archive(SAMPLE, root, no_mirrors) == CONTENT


@pytest.mark.parametrize("damage", [b"", COMPRESSED[:1000], b"<html>Moved</html>", b"\0" * 999])
def test_damaged_archive_is_reported_in_one_sentence_and_kept(root, damage):
    packed(root).write_bytes(damage)
    with pytest.raises(DataFileError) as caught:
        read_archive(SAMPLE, root, no_mirrors)
    message = str(caught.value)
    assert "sample-ubyte.gz is damaged" in message
    assert SAMPLE.md5 in message and str(root / SAMPLE.folder) in message
    assert "\n" not in message
    assert packed(root).read_bytes() == damage  # ours to report, not to delete
    assert names(root) == [f"{SAMPLE.name}.gz"]


def test_archive_of_the_right_size_with_one_wrong_bit_is_refused(root):
    flip_a_bit(packed(root), SAMPLE.size // 2)
    with pytest.raises(DataFileError, match="is damaged"):
        read_archive(SAMPLE, root, no_mirrors)
    assert not extracted(root).exists()


def test_missing_archive_is_reported_with_name_folder_and_digest(tmp_path):
    with pytest.raises(DataFileError) as caught:
        read_archive(SAMPLE, tmp_path, no_mirrors)
    message = str(caught.value)
    assert "sample-ubyte.gz is missing" in message
    assert SAMPLE.md5 in message and str(tmp_path / SAMPLE.folder) in message


def test_leftovers_of_killed_writers_are_removed(root):
    leftover = extracted(root).with_name(f".{SAMPLE.name}.0123.part")
    leftover.write_bytes(CONTENT[:10])
    read_archive(SAMPLE, root, no_mirrors)
    assert not leftover.exists()
    leftover.write_bytes(CONTENT[:10])  # and when nothing needs extracting
    read_archive(SAMPLE, root, no_mirrors)
    assert not leftover.exists()


def test_published_mnist_with_a_truncated_and_a_flipped_file_loads_right(tmp_path):
    for name in ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
        archive = ARCHIVES["MNIST", name]
        (tmp_path / archive.folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(data_root() / archive.folder / f"{name}.gz", tmp_path / archive.folder)
    whole = load_mnist("test", root=tmp_path)
    raw = tmp_path / "MNIST" / "raw"
    os.truncate(raw / "t10k-images-idx3-ubyte", 5_000_000)
    flip_a_bit(raw / "t10k-labels-idx1-ubyte", 4_000)
    images, labels = load_mnist("test", root=tmp_path)
    assert images.equal(whole[0]) and labels.equal(whole[1])
    assert (raw / "t10k-images-idx3-ubyte").stat().st_size == 7_840_016


# Folders and disks that refuse


@POSIX_ONLY
def test_read_only_folder_loads_from_the_archive_in_memory():
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        root = Path(name)
        root.chmod(0o755)
        (root / SAMPLE.folder).mkdir(parents=True)
        packed(root).write_bytes(COMPRESSED)
        extracted(root).write_bytes(b"damaged")
        (root / SAMPLE.folder).chmod(0o555)
        code = """
if os.geteuid() == 0:  # the superuser may write everywhere, so become somebody else
    os.setuid(65534)
print(len(read(sys.argv[1])))
"""
        result = run_child(code, root)
        assert result.stdout.strip() == str(len(CONTENT)), result.stderr
        assert extracted(root).read_bytes() == b"damaged"
        (root / SAMPLE.folder).chmod(0o755)


@POSIX_ONLY
def test_write_that_fails_half_way_leaves_nothing_and_still_loads(root):
    # A process that may write no file beyond 100 kB meets its failure in mid-file.
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
print(len(read(sys.argv[1])))
"""
    result = run_child(code, root)
    assert result.stdout.strip() == str(len(CONTENT)), result.stderr
    assert names(root) == [f"{SAMPLE.name}.gz"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a tmpfs")
def test_full_disk_leaves_nothing_and_still_loads(tmp_path):
    size_kb = len(COMPRESSED) // 1024 + 100  # the archive fits, the extracted file does not
    code = f"""
import subprocess
root = Path(sys.argv[1])
mount = ["mount", "-t", "tmpfs", "-o", "size={size_kb}k", "tmpfs", root]
if subprocess.run(mount).returncode:
    sys.exit("refused")
(root / sample.folder).mkdir(parents=True)
(root / sample.folder / "sample-ubyte.gz").write_bytes(sys.stdin.buffer.read())
print(len(read(root)), *os.listdir(root / sample.folder))
"""
    own_mounts = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*own_mounts, "true"]).returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    command = [*own_mounts, sys.executable, "-c", CHILD + code, str(tmp_path)]
    result = subprocess.run(command, input=COMPRESSED, capture_output=True, timeout=60)
    if b"refused" in result.stderr:
        pytest.skip("this machine lets nobody mount a tmpfs")
    assert result.stdout.decode().split() == [str(len(CONTENT)), "sample-ubyte.gz"], result.stderr


# Processes that die, and processes that meet


KILL_AT_LINE = """
lines_seen, fatal_line = 0, int(sys.argv[2])
def trace(frame, event, argument):
    if frame.f_code.co_filename != archives.__file__:
        return None
    if event == "line":
        global lines_seen
        lines_seen += 1
        if lines_seen == fatal_line:
            os.kill(os.getpid(), 9)
    return trace
sys.settrace(trace)
read(sys.argv[1])
print("survived")
"""


@POSIX_ONLY
def test_kill_at_any_line_loses_nothing_and_is_mended(root):
    for fatal_line in range(1, 200):
        extracted(root).unlink(missing_ok=True)
        command = [sys.executable, "-c", CHILD + KILL_AT_LINE, str(root), str(fatal_line)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert packed(root).read_bytes() == COMPRESSED
        assert not extracted(root).exists() or extracted(root).read_bytes() == CONTENT
        assert read_archive(SAMPLE, root, no_mirrors) == CONTENT
        assert names(root) == [SAMPLE.name, f"{SAMPLE.name}.gz"]
        if result.stdout.strip() == "survived":
            break
        assert result.returncode == -9, result.stderr
    assert fatal_line > 20  # it did die, at each line before


KILL_IN_MID_WRITE = """
import builtins
class HalfFile:
    def __init__(self, file): self.file = file
    def __enter__(self): return self
    def __exit__(self, *error): self.file.close()
    def write(self, data):
        self.file.write(data[:len(data) // 2])
        self.file.flush()
        os.kill(os.getpid(), 9)
archives.open = lambda *arguments: HalfFile(builtins.open(*arguments))
read(sys.argv[1])
"""


@POSIX_ONLY
def test_kill_in_the_middle_of_a_write_is_mended(root):
    assert run_child(KILL_IN_MID_WRITE, root).returncode == -9
    assert any(name.endswith(".part") for name in names(root))
    assert not extracted(root).exists()
    assert read_archive(SAMPLE, root, no_mirrors) == CONTENT
    assert names(root) == [SAMPLE.name, f"{SAMPLE.name}.gz"]


def test_two_processes_extracting_at_once_fifty_times_agree(tmp_path):
    roots = [tmp_path / str(number) for number in range(50)]
    for each in roots:
        (each / SAMPLE.folder).mkdir(parents=True)
        packed(each).write_bytes(COMPRESSED)
    code = """
import hashlib
while time.time() < float(sys.argv[2]):  # both start on the same tick
    pass
for number in range(50):
    content = read(Path(sys.argv[1]) / str(number))
    assert hashlib.sha256(content).hexdigest() == sample.extracted_sha256
"""
    command = [sys.executable, "-c", CHILD + code, str(tmp_path), str(time.time() + 0.7)]
    children = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    while any(child.poll() is None for child in children):
        for each in roots:  # a file that is there is there in full, at any moment
            assert not extracted(each).exists() or extracted(each).stat().st_size == len(CONTENT)
    for child in children:
        assert child.wait(timeout=60) == 0, child.stderr.read()
        child.stderr.close()
    for each in roots:
        assert names(each) == [SAMPLE.name, f"{SAMPLE.name}.gz"]
        assert extracted(each).read_bytes() == CONTENT


# Servers


class Server(http.server.BaseHTTPRequestHandler):
    """A download server whose behaviour is the first part of the address."""

    def do_GET(self):
        """Answer as the address says."""
        behaviour = self.path.split("/")[1]
        if behaviour in ("403", "503"):
            self.send_error(int(behaviour))
        elif behaviour == "hang":
            time.sleep(2)
        elif behaviour == "drip":
            self._start(SAMPLE.size)
            for byte in COMPRESSED[:40]:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)
        else:
            whole = {"good": COMPRESSED, "page": b"<html>Log in to the network</html>"}
            body = whole.get(behaviour, COMPRESSED)
            self._start(len(body))
            self.wfile.write(body[: len(body) // 2] if behaviour == "cut" else body)

    def _start(self, length):
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def handle(self):
        """Forgive a client that went away."""
        try:
            super().handle()
        except ConnectionError:
            pass

    def log_message(self, *arguments):
        """Keep quiet."""


@pytest.fixture
def address(monkeypatch):
    """Serve on the loopback interface, with short patience, and return the address."""
    monkeypatch.setattr(archives, "DOWNLOAD_SILENCE_S", 0.3)
    monkeypatch.setattr(archives, "DOWNLOAD_TOTAL_S", 0.5)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_missing_archive_is_downloaded_once(address, tmp_path):
    mirrors = [f"{address}/good/"]
    assert read_archive(SAMPLE, tmp_path, lambda: mirrors) == CONTENT
    assert names(tmp_path) == [SAMPLE.name, f"{SAMPLE.name}.gz"]
    assert packed(tmp_path).read_bytes() == COMPRESSED
    assert read_archive(SAMPLE, tmp_path, no_mirrors) == CONTENT


def test_damaged_archive_is_replaced_by_a_download(address, root):
    packed(root).write_bytes(b"<html>Log in to the network</html>")
    assert read_archive(SAMPLE, root, lambda: [f"{address}/good/"]) == CONTENT
    assert packed(root).read_bytes() == COMPRESSED


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("403", "403"),
        ("503", "503"),
        ("hang", "timed out"),
        ("drip", "longer than"),
        ("cut", "sent"),
        ("page", "sent 34 bytes"),
    ],
)
def test_bad_server_is_named_and_nothing_is_stored(address, tmp_path, behaviour, reason):
    started = time.monotonic()
    with pytest.raises(DataFileError, match=reason) as caught:
        read_archive(SAMPLE, tmp_path, lambda: [f"{address}/{behaviour}/"])
    assert time.monotonic() - started < 10
    assert address in str(caught.value) and "put the published file" in str(caught.value)
    assert not list(tmp_path.rglob("*"))


@pytest.mark.parametrize("behaviour", ["403", "503", "hang", "cut", "page"])
def test_bad_server_is_followed_by_the_next_one(address, tmp_path, behaviour):
    mirrors = [f"{address}/{behaviour}/", f"{address}/good/"]
    assert read_archive(SAMPLE, tmp_path, lambda: mirrors) == CONTENT


def test_bad_server_leaves_a_damaged_archive_for_the_reader_to_see(address, root):
    packed(root).write_bytes(COMPRESSED[:99])
    with pytest.raises(DataFileError, match="is damaged"):
        read_archive(SAMPLE, root, lambda: [f"{address}/503/"])
    assert packed(root).read_bytes() == COMPRESSED[:99]


def test_no_network_is_said_in_one_sentence(tmp_path):
    with pytest.raises(DataFileError) as caught:  # nothing listens on port 9 of this machine
        read_archive(SAMPLE, tmp_path, lambda: ["http://127.0.0.1:9/"])
    assert "could not be downloaded (http://127.0.0.1:9/: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_mnist_is_downloaded_from_the_mirrors_of_torchvision(monkeypatch, tmp_path):
    torchvision = pytest.importorskip("torchvision")
    asked = []
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", ["http://127.0.0.1:9/mnist/"])
    monkeypatch.setattr(archives, "_fetch", lambda address, size: asked.append(address) or b"")
    with pytest.raises(DataFileError):
        load_mnist("train", root=tmp_path)
    assert asked == ["http://127.0.0.1:9/mnist/train-images-idx3-ubyte.gz"]
