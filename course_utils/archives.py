"""Verified archives: read a published data file from disk, and never a damaged one.

Every file is known by its size and SHA-256. The extracted copy is used when it is whole, the
archive when the copy is not, and a download only when the archive is not. Files are written
beside their place and renamed into it, so at each moment a file is there in full or not at all.
"""

import gzip
import hashlib
import os
import time
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

DOWNLOAD_SILENCE_S = 15.0  # a server that sends nothing for so long has hung
DOWNLOAD_TOTAL_S = 300.0  # nor may one that sends a byte now and then hold the reader for ever
CHUNK_BYTES = 1 << 16

Mirrors = Callable[[], Sequence[str]]


class DataFileError(RuntimeError):
    """A data file is missing or damaged and could not be repaired; the message says what to do."""


@dataclass(frozen=True)
class Archive:
    """A published gzip archive and what is inside it, both known by size and digest.

    Attributes:
        folder: Where it lies below the data folder, "MNIST/raw"; torchvision's layout.
        name: The file inside, and its name once extracted; the archive adds ".gz".
        size: Bytes of the archive.
        md5: MD5 of the archive, as in torchvision's source; for the reader to compare.
        sha256: SHA-256 of the archive.
        extracted_size: Bytes of the file inside.
        extracted_sha256: SHA-256 of the file inside.
    """

    folder: str
    name: str
    size: int
    md5: str
    sha256: str
    extracted_size: int
    extracted_sha256: str


def read_archive(archive: Archive, root: Path, mirrors: Mirrors) -> bytes:
    """Return the verified content of an archive, and mend the files on disk on the way.

    A folder that cannot be written (read-only, disk full) only means that nothing is mended.

    Args:
        archive: What to read.
        root: The data folder.
        mirrors: Returns the addresses to which the archive's file name is added, in the order
            of trying; called only when neither the extracted file nor the archive is whole.

    Returns:
        The bytes of the file inside the archive.

    Raises:
        DataFileError: If no whole copy could be had from the disk or from a mirror.
    """
    extracted = root / archive.folder / archive.name
    content = _read_if_whole(extracted, archive.extracted_size, archive.extracted_sha256)
    if content is None:
        content = gzip.decompress(_compressed(archive, root, mirrors))
        _write_if_possible(extracted, content)
    else:
        _remove_leftovers(extracted)
    return content


def _compressed(archive: Archive, root: Path, mirrors: Mirrors) -> bytes:
    """Return the archive's own bytes, from the disk or, failing that, from a mirror."""
    path = root / archive.folder / f"{archive.name}.gz"
    data = _read_if_whole(path, archive.size, archive.sha256)
    if data is None:
        data = _download(archive, path, mirrors)
        _write_if_possible(path, data)
    else:
        _remove_leftovers(path)
    return data


def _read_if_whole(path: Path, size: int, sha256: str) -> bytes | None:
    """Return a file's bytes if they are exactly the published ones, otherwise None."""
    try:
        if path.stat().st_size != size:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def _write_if_possible(path: Path, data: bytes) -> None:
    """Write a file through a temporary one and a rename; give up silently if the disk refuses."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with suppress(OSError):  # read-only, full, or open in another program on Windows
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # else a power cut may leave the new name on nothing
            os.replace(temporary, path)
            _remove_leftovers(path)
    finally:  # also when the reader interrupts the kernel
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _remove_leftovers(path: Path) -> None:
    """Remove the temporary files of writers that were killed; the whole file is in its place.

    A writer that is still alive finds its temporary file gone, and needs it no more.
    """
    with suppress(OSError):
        for leftover in path.parent.glob(f".{path.name}.*.part"):
            leftover.unlink(missing_ok=True)


def _download(archive: Archive, path: Path, mirrors: Mirrors) -> bytes:
    """Fetch the archive from the first mirror that sends the published bytes."""
    failures = []
    for mirror in mirrors():
        try:
            data = _fetch(f"{mirror.rstrip('/')}/{path.name}", archive.size)
        except (OSError, HTTPException, ValueError) as error:
            failures.append(f"{mirror}: {getattr(error, 'reason', None) or error}")
            continue
        if hashlib.sha256(data).hexdigest() == archive.sha256:
            return data
        failures.append(f"{mirror}: sent {len(data):,} bytes that are not the published file")
    state = "is damaged" if path.exists() else "is missing"
    raise DataFileError(
        f"The data file {path.name} {state} and could not be downloaded "
        f"({'; '.join(failures) or 'no address to ask'}): put the published file "
        f"({archive.size:,} bytes, md5 {archive.md5}) into {path.parent} and run this again."
    )


def _fetch(address: str, size: int) -> bytes:
    """Return what a server sends, at most one byte more than ``size``, within the time limits."""
    deadline = time.monotonic() + DOWNLOAD_TOTAL_S
    data = bytearray()
    with urllib.request.urlopen(address, timeout=DOWNLOAD_SILENCE_S) as response:
        while len(data) <= size and (chunk := response.read1(CHUNK_BYTES)):
            data += chunk
            if time.monotonic() > deadline:
                raise TimeoutError(f"took longer than {DOWNLOAD_TOTAL_S:.0f} s")
    return bytes(data)
