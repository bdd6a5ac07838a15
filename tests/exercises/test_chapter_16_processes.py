"""Chapter 16: commands that end, processes that are not left behind, and its scripts."""

import importlib.util
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
import torch

from notebooks.exercises.listings import source_of
from notebooks.exercises.processes import CommandFailed, explain, loopback_environment, run_command
from tests.notebooks.book import NOTEBOOKS

SCRIPTS = NOTEBOOKS / "scripts"
TORCHRUN = [sys.executable, "-m", "torch.distributed.run"]
HERE = ["--standalone", "--local-addr=127.0.0.1"]


def python(code: str, **options):
    """Run a few lines of Python as a command."""
    return run_command([sys.executable, "-c", code], **{"timeout_s": 60, **options})


def running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def torchrun(*words, timeout_s=100):
    return run_command([*TORCHRUN, *words], timeout_s=timeout_s,
                       environment=loopback_environment())


def load_script(name: str):
    """A script of the chapter as a module."""
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- commands --------------------------------------------------------------------------------

def test_output_comes_back_and_warnings_do_not():
    finished = python("import sys; print('said'); print('complained', file=sys.stderr)")
    assert finished.output.split() == ["said"]
    assert 0 < finished.duration_s < 60


def test_failure_is_one_sentence_with_the_first_error():
    with pytest.raises(CommandFailed) as caught:
        python("raise ValueError('seven is too many')")
    assert str(caught.value) == "The command ended with code 1: ValueError: seven is too many."


def test_notebook_shows_the_sentence_alone():
    assert CommandFailed("It failed.")._render_traceback_() == ["CommandFailed: It failed."]


def test_program_that_does_not_exist_is_reported():
    with pytest.raises(CommandFailed, match="could not start"):
        run_command(["no-such-program-anywhere"], timeout_s=5)


def test_command_that_hangs_is_stopped_with_its_children(tmp_path):
    child = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()));" \
            "time.sleep(300)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    start = time.perf_counter()
    with pytest.raises(CommandFailed, match="did not end within 4 s .* the 1 processes"):
        python(parent, timeout_s=4)
    assert time.perf_counter() - start < 25
    assert not running(int((tmp_path / "pid").read_text()))


def test_orphans_of_a_command_that_died_are_ended(tmp_path):
    child = "import time; time.sleep(300)"
    parent = f"""
import os, subprocess, sys
child = subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True)
open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))
os._exit(3)
"""
    with pytest.raises(CommandFailed, match="code 3"):
        python(parent)
    assert not running(int((tmp_path / "pid").read_text()))


def test_temporary_files_of_a_command_are_removed():
    folder = Path(python("import tempfile; print(tempfile.mkdtemp())").output.strip())
    assert not folder.exists() and not folder.parent.exists()
    assert folder.parent.parent == Path(tempfile.gettempdir())


@pytest.mark.parametrize(("text", "says"), [
    ("noise\nDistNetworkError: failed to listen: EADDRINUSE\n", "the port is taken"),
    ("[rank0]: RuntimeError: Timed out waiting 5000ms for recv\n", "waited in vain"),
    ("python: can't open file 'x.py': [Errno 2]\n", "could not start"),
    ("[rank1]: RuntimeError: Connection closed by peer\n", "had ended or died"),
    ("train.py: error: unrecognized arguments: --bogus\n=====\n", "unrecognized arguments"),
    ("  exitcode  : -9 (pid: 7)\n  traceback : Signal 9 (SIGKILL) received by PID 7\n=====\n",
     "a process crashed, or something else ended it (traceback : Signal 9 (SIGKILL)"),
    ("", "it said nothing"),
])
def test_cause_is_named(text, says):
    assert says in explain(text)


# --- torchrun --------------------------------------------------------------------------------

def test_taken_port_is_one_clear_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandFailed, match="the port is taken by another program"):
            torchrun("--nproc-per-node=2", "--master-addr=127.0.0.1", f"--master-port={port}",
                     SCRIPTS / "greet.py")


def test_script_that_is_not_there_is_one_clear_sentence():
    with pytest.raises(CommandFailed, match="a process could not start"):
        torchrun(*HERE, "--nproc-per-node=1", SCRIPTS / "not_there.py")


def test_ranks_that_wait_for_ever_are_stopped_and_nothing_is_left():
    with pytest.raises(CommandFailed, match="did not end within 9 s"):
        torchrun(*HERE, "--nproc-per-node=2", SCRIPTS / "greet.py", "--absent", "1",
                 timeout_s=9)
    left = [p for p in psutil.process_iter(["cmdline"])
            if str(SCRIPTS / "greet.py") in " ".join(p.info["cmdline"] or [])
            and "--absent" in p.info["cmdline"] and "60" not in p.info["cmdline"]]
    assert left == []


def test_three_ranks_with_uneven_shards_do_what_one_process_does(tmp_path):
    draw = torch.Generator().manual_seed(0)
    script = load_script("train_distributed")
    start = script.build_network().state_dict()
    data = {"start": start,
            "train_images": torch.rand(50, 784, generator=draw),
            "train_labels": torch.randint(10, (50,), generator=draw),
            "test_images": torch.rand(7, 784, generator=draw),
            "test_labels": torch.randint(10, (7,), generator=draw)}
    torch.save(data, tmp_path / "data.pt")
    torchrun(*HERE, "--nproc-per-node=3", SCRIPTS / "train_distributed.py", tmp_path,
             "--steps", "6", "--batch-size", "4", "--checkpoint-every", "5")
    ranks = [torch.load(tmp_path / f"result_{rank}.pt", weights_only=True) for rank in range(3)]

    network = script.build_network()
    network.load_state_dict(start)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    for step in range(6):                                    # 50 // 3 // 4 = 4 steps an epoch
        epoch, batch = divmod(step, 4)
        order = torch.randperm(50, generator=torch.Generator().manual_seed(epoch))
        rows = order[12 * batch : 12 * batch + 12]
        loss = torch.nn.functional.cross_entropy(
            network(data["train_images"][rows].double()), data["train_labels"][rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    expected = torch.cat([p.detach().flatten() for p in network.parameters()])
    hits = (network(data["test_images"].double()).argmax(dim=1) == data["test_labels"]).sum()
    for result in ranks:
        assert (result["weights"][-1] - expected).abs().max() < 1e-10
        assert result["tested"][:, 1].tolist() == [3, 2, 2]
        assert result["tested"][:, 0].sum() == hits
    saved = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert saved["step"] == 5
    assert not list(tmp_path.glob("*.tmp"))


# --- checkpoints -----------------------------------------------------------------------------

def one_step(script):
    network = script.build_network()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    network(torch.ones(2, 784, dtype=torch.float64)).sum().backward()
    optimizer.step()
    return network, optimizer


def test_checkpoint_brings_back_weights_momentum_and_step(tmp_path):
    script = load_script("train_distributed")
    network, optimizer = one_step(script)
    script.save_checkpoint(tmp_path / "checkpoint.pt", network, optimizer, 7)
    other = script.build_network()
    fresh = torch.optim.SGD(other.parameters(), lr=0.1, momentum=0.9)
    assert script.load_checkpoint(tmp_path / "checkpoint.pt", other, fresh, "cpu") == 7
    for found, wanted in zip(other.parameters(), network.parameters(), strict=True):
        assert torch.equal(found, wanted)
        assert torch.equal(fresh.state[found]["momentum_buffer"],
                           optimizer.state[wanted]["momentum_buffer"])
    assert script.load_checkpoint(tmp_path / "none.pt", other, fresh, "cpu") == 0


def test_accident_while_writing_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    script = load_script("train_distributed")
    network, optimizer = one_step(script)
    path = tmp_path / "checkpoint.pt"
    script.save_checkpoint(path, network, optimizer, 7)

    def half(content, file):
        file.write(b"half a file")
        raise OSError("the power failed")

    monkeypatch.setattr(script.torch, "save", half)
    with pytest.raises(OSError, match="power"):
        script.save_checkpoint(path, network, optimizer, 8)
    monkeypatch.undo()
    assert script.load_checkpoint(path, network, optimizer, "cpu") == 7


# --- listings --------------------------------------------------------------------------------

def test_listing_is_the_text_of_the_file():
    path = SCRIPTS / "train_distributed.py"
    text = path.read_text(encoding="utf-8")
    assert source_of(path) == text.rstrip()
    both = source_of(path, "build_network", "main")
    assert both.startswith("def build_network") and both.count("\ndef ") == 1
    assert all(part in text for part in both.split("\n\n\n"))


def test_listing_of_a_name_that_is_not_there_says_what_is():
    with pytest.raises(KeyError, match="has no mian; it has main"):
        source_of(SCRIPTS / "greet.py", "mian")


def test_environment_keeps_to_this_machine():
    environment = loopback_environment()
    if sys.platform in ("linux", "darwin"):
        assert environment["GLOO_SOCKET_IFNAME"].startswith("lo")
    assert environment["OMP_NUM_THREADS"] == os.environ.get("OMP_NUM_THREADS", "1")
