"""Everything that can be known to be wrong with a configuration before anything is served."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from bernard.accounts.keys import Key, listing
from bernard.agreements.check import check
from bernard.agreements.compiled import standing
from bernard.agreements.dimensions import DIMENSIONS, dimension
from bernard.agreements.privacy import MODES
from bernard.agreements.read import default_path
from bernard.agreements.schema import Agreement, Clause
from bernard.agreements.sign import Keys, only_trusted, trusted_keys
from bernard.agreements.vocabulary import words
from bernard.config import LOG_LEVELS, Settings
from bernard.errors import Error, SettingInvalid
from bernard.gateway.configured_keys import doubts
from bernard.gateway.looking import open_detectors
from bernard.ledger.publisher_opening import open_witnesses
from bernard.models.registry import Models
from bernard.models.suppliers import register
from bernard.models.suppliers.opening import known_names, open_deployments
from bernard.models.suppliers.types import Attested
from bernard.privacy import open_detector
from bernard.store.database import open_store

# What the register says of a deployment, and an agreement asks.
ATTESTED = ("supplier", "model", "places", "training", "human_review", "retention_s")
_SUFFIXES = (".yaml", ".yml")


class Located(msgspec.Struct, frozen=True):
    """Something wrong, and where; line 0 where there is none."""

    file: str
    line: int
    message: str
    remedy: str = ""


class Found(msgspec.Struct):
    """What a check found.

    Attributes:
        faults: what stops calls, or the whole gateway.
        warnings: what is allowed but is likely not meant.
        read: what was looked at, in words.
    """

    faults: list[Located] = []
    warnings: list[Located] = []
    read: list[str] = []


class _Held(NamedTuple):
    file: str
    agreement: Agreement


def check_all(settings: Settings) -> Found:
    """Look at the settings, agreements, deployments and keys, and how they fit together."""
    found = Found()
    _check_settings(settings, found)
    keys = _agreement_keys(settings, found)
    held = list(_agreements(settings, keys, found))
    deployments = _deployments(settings, found)
    for attested in deployments:
        _check_reach(settings, attested, held, found)
    for key in _keys(settings, found):
        _check_key(key, held, settings, deployments, found)
    found.read += [
        f"{len(held)} agreements",
        f"{len(deployments)} models",
    ]
    return found


def _check_settings(settings: Settings, found: Found) -> None:
    if settings.log_level not in LOG_LEVELS:
        said = f"{settings.log_level!r} is no level of the log."
        remedy = f"Choose one of: {', '.join(LOG_LEVELS)}."
        found.faults.append(Located("BERNARD_LOG_LEVEL", 0, said, remedy))
    _check_detectors(settings, found)
    try:
        open_witnesses(settings)
    except SettingInvalid as error:
        found.faults.append(Located("BERNARD_LEDGER_POLICY", 0, str(error)))
    named = {"BERNARD_CA_FILE": settings.ca_file, "BERNARD_AGREEMENT": settings.agreement}
    for variable, path in named.items():
        if path is not None and not path.exists():
            said = f"There is no file {str(path)!r}."
            found.faults.append(Located(variable, 0, said, "Name one that is there."))


def _check_detectors(settings: Settings, found: Found) -> None:
    """Whether personal data can be looked for as the settings say."""
    if settings.privacy_mode not in MODES:
        said = f"{settings.privacy_mode!r} is no way of looking for personal data."
        remedy = f"Choose one of: {', '.join(MODES)}."
        found.faults.append(Located("BERNARD_PRIVACY_MODE", 0, said, remedy))
        return
    try:
        open_detectors(settings, settings.privacy_mode)
    except Error as error:
        variable = "BERNARD_PRIVACY_RECOGNISERS" if _is_theirs(error) else "BERNARD_PRIVACY_MODE"
        found.faults.append(Located(variable, 0, str(error)))


def _is_theirs(error: Error) -> bool:
    """Whether the fault is in the body's own recognisers, and not in what Bernard ships."""
    return isinstance(error, SettingInvalid)


def _agreement_keys(settings: Settings, found: Found) -> Keys:
    try:
        return trusted_keys(settings.agreement_keys)
    except SettingInvalid as error:
        found.faults.append(Located("BERNARD_AGREEMENT_KEYS", 0, str(error)))
        return frozenset()


def _agreements(settings: Settings, keys: Keys, found: Found) -> Iterator[_Held]:
    path = settings.agreement or default_path()
    files = sorted(p for p in path.iterdir() if p.suffix in _SUFFIXES) if path.is_dir() else [path]
    if not files:
        said = "There is no agreement in this folder, so nothing is allowed."
        found.faults.append(Located(str(path), 0, said, "Put one in."))
    for file in files:
        try:
            checked = check(file.read_bytes())
        except OSError as error:
            said = f"The file cannot be read: {error.strerror}."
            found.faults.append(Located(str(file), 0, said))
            continue
        found.faults += [Located(str(file), f.line, f.message, f.remedy) for f in checked.faults]
        if checked.agreement is not None:
            yield _Held(str(file), checked.agreement)
            _check_mode(settings, file, checked.agreement, found)
            found.warnings += [
                Located(str(file), 1, failed.sentence, "It allows nothing.")
                for failed in standing(only_trusted(checked.agreement, keys))
            ]


def _check_mode(settings: Settings, file: Path, agreement: Agreement, found: Found) -> None:
    """An agreement that asks for a stronger detector gets it, if it can be opened."""
    least = agreement.privacy.mode
    if settings.privacy_mode not in MODES[: MODES.index(least)]:
        return
    try:
        open_detector(least)
    except Error as error:
        said = f"It asks for the detector {least!r}, which cannot be used. {error}"
        found.faults.append(Located(str(file), 1, said, "Nothing is sent under it."))
    else:
        said = f"It asks for the detector {least!r}; the settings say {settings.privacy_mode!r}."
        remedy = (
            f"The stronger one is used for its calls. Set BERNARD_PRIVACY_MODE={least} for all."
        )
        found.warnings.append(Located(str(file), 1, said, remedy))


def _deployments(settings: Settings, found: Found) -> list[Attested]:
    path = settings.deployments
    if path is not None:
        faults = register.faults(path, known_names(settings))
        found.faults += [Located(str(path), f.line, f.message, f.remedy) for f in faults]
    try:
        opened = open_deployments(settings, Models(settings))
    except Error as error:
        if not found.faults:
            found.faults.append(Located(str(path or "settings"), 0, str(error)))
        return []
    return [supplier.attested for supplier in opened.suppliers]


def _check_reach(
    settings: Settings, attested: Attested, held: Sequence[_Held], found: Found
) -> None:
    """Warn of a model that no clause of any agreement would ever let a call reach."""
    nearest: list[str] | None = None
    for one in held:
        supplier = one.agreement.parties.supplier
        test = partial(_failed, attested, supplier=supplier.id if supplier else "")
        for clause in one.agreement.clauses:
            failed = test(clause)
            if not failed:
                return
            if nearest is None or len(failed) < len(nearest):
                nearest = [f"{one.agreement.id}/{clause.id}", *failed]
    if nearest is None:
        return
    said = (
        f"No agreement allows the model {attested.name!r}, whatever the call. "
        f"Nearest is {nearest[0]}, but for its {', '.join(nearest[1:])}."
    )
    file = str(settings.deployments or settings.agreement or "agreements")
    found.warnings.append(Located(file, 0, said, "Calls to it will be refused."))


def _failed(attested: Attested, clause: Clause, supplier: str) -> list[str]:
    """The attested facts that fall outside the clause, by name."""
    value: Mapping[str, Callable[[], Any]] = {
        "model": lambda: (attested.model, attested.version),
        "places": lambda: frozenset(attested.places),
    }
    failed = []
    for of in DIMENSIONS:
        if of.name not in ATTESTED:
            continue
        has = value.get(of.name, partial(getattr, attested, of.name))()
        if not of.admits(of.allowed(clause, supplier))(has):
            failed.append(of.english)
    if not attested.places:
        failed.append("place")
    of = dimension("operation")
    if not any(map(of.admits(of.allowed(clause)), attested.operations)):
        failed.append("operation")
    return failed


def _keys(settings: Settings, found: Found) -> list[Key]:
    try:
        store = open_store(settings)
    except Error as error:
        found.faults.append(Located("BERNARD_DATABASE", 0, str(error)))
        return []
    try:
        keys = [key for key in listing(store) if key.revoked is None]
    except Error as error:
        found.faults.append(Located("BERNARD_DATABASE", 0, str(error)))
        return []
    finally:
        store.close()
    found.read.append(f"{len(keys)} keys")
    return keys


def _check_key(
    key: Key,
    held: Sequence[_Held],
    settings: Settings,
    deployments: Sequence[Attested],
    found: Found,
) -> None:
    file = f"key {key.name}"
    ids = {one.agreement.id for one in held}
    if key.agreement and key.agreement not in ids:
        said = f"The key is bound to the agreement {key.agreement!r}, which is not in force here."
        found.faults.append(Located(file, 0, said, f"There are: {', '.join(sorted(ids))}."))
    for purpose in key.purposes:
        if purpose not in words("purposes"):
            said = f"The key has the purpose {purpose!r}, which no agreement can allow."
            found.faults.append(Located(file, 0, said, "Make the key again."))
    agreements = [one.agreement for one in held]
    found.warnings += [Located(file, 0, *said) for said in doubts(key, agreements, deployments)]
    if settings.deployments is None or not deployments:
        return
    names = _names(settings, deployments)
    for model in key.models:
        if model not in names:
            said = f"The key names the model {model!r}, which is not here."
            found.warnings.append(Located(file, 0, said))


def _names(settings: Settings, deployments: Sequence[Attested]) -> set[str]:
    assert settings.deployments is not None
    aliases = register.read_register(settings.deployments, known_names(settings)).aliases
    return {*aliases, *(attested.name for attested in deployments)}
