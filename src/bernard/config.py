"""Every setting, with its sentence for the docs. Read once in each door and passed down."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bernard.errors import SettingInvalid

PREFIX = "BERNARD_"
_KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "text"}
LOG_LEVELS = ("error", "warning", "info")


def _setting(default: Any, doc: str) -> Any:
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True)
class Settings:
    """All settings. Each is read from the environment variable BERNARD_ and its name in capitals.

    A variable that ends in _FILE names a file that holds the value, for secrets.
    """

    home: Path = _setting(
        Path("~/.local/share/bernard"), "Folder that holds the database, documents and models."
    )
    database: str = _setting(
        "", "PostgreSQL address (postgresql://user@host/name); empty means SQLite in `home`."
    )
    agreement: Path | None = _setting(
        None,
        "Agreement file the gateway obeys, or a folder of them; empty means that nothing leaves "
        "this machine.",
    )
    agreement_keys: str = _setting(
        "",
        "Public keys that may sign agreements, with commas between them; empty means that the keys "
        "in each file are taken as they stand.",
    )
    privacy_mode: str = _setting(
        "fast",
        "How personal data is looked for: rules (forms and check digits alone), fast (with the small "
        "tagger of names) or assured (with the large one). An agreement may ask for a stronger one.",
    )
    privacy_recognisers: Path | None = _setting(
        None, "File with recognisers of your own (YAML), beside those that come with Bernard."
    )
    models: Path | None = _setting(None, "Folder of model files; empty means `models` in `home`.")
    deployments: Path | None = _setting(
        None,
        "Register of model deployments: a YAML file; empty means the models on this machine and "
        "those that `bernard models add` added.",
    )
    ca_file: Path | None = _setting(
        None, "File with a further certificate authority that suppliers' servers may be trusted by."
    )
    chat_model: str = _setting(
        "auto", "Chat model to word answers with: a name from `bernard models list`, auto or none."
    )
    embedding_model: str = _setting(
        "auto", "Embedding model for search by meaning: a name from `bernard models list`, or none."
    )
    chat_timeout_s: float = _setting(120.0, "Seconds a chat model may take to begin an answer.")
    threads: int = _setting(0, "Processor threads a model may use; 0 means one for each core.")
    host: str = _setting("127.0.0.1", "Address `bernard serve` listens on.")
    port: int = _setting(8000, "Port `bernard serve` listens on.")
    gateway_port: int = _setting(8100, "Port `bernard gateway` listens on.")
    max_calls: int = _setting(
        1000, "Most calls to models at once in each process; more are told to come back later."
    )
    max_request_mb: float = _setting(
        32.0, "Largest request that the gateway takes under /v1, in megabytes."
    )
    request_timeout_s: float = _setting(
        60.0, "Seconds a client may take to send a request; then the connection is closed."
    )
    write_timeout_s: float = _setting(
        60.0, "Seconds a client may leave an answer unread; then the connection is closed."
    )
    shutdown_s: float = _setting(
        30.0, "Seconds that running calls and streams may take to finish when Bernard is stopped."
    )
    log_level: str = _setting(
        "warning",
        "What is logged on standard error: error, warning, or info (a line for each call).",
    )
    metrics_token: str = _setting(
        "", "Token for /metrics and the details of /readyz from other machines; empty: none may."
    )
    hosts: str = _setting(
        "",
        "Names the site answers to, with commas between; empty means this machine's own names "
        "where `host` is this machine, any name elsewhere.",
    )
    secure_cookies: bool = _setting(
        False,
        "Send cookies over HTTPS only; set this wherever the site is not on your own machine.",
    )
    session_hours: float = _setting(12.0, "Hours after which a person must sign in again.")
    max_file_mb: float = _setting(200.0, "Largest file taken in, in megabytes.")
    max_pages: int = _setting(5000, "Most pages read from one document.")
    max_text_mb: float = _setting(50.0, "Most text taken from one document, in megabytes.")
    max_nesting: int = _setting(3, "How deep attachments and archives inside one another are read.")
    max_members: int = _setting(5000, "Most files read from one archive.")
    convert_timeout_s: float = _setting(120.0, "Seconds one document may take to read.")
    convert_memory_mb: int = _setting(
        1536, "Most memory a document converter may use, in megabytes."
    )
    lease_s: float = _setting(
        30.0, "Seconds without a sign of life after which another worker takes up a job or answer."
    )
    cases_kept_days: float = _setting(
        30.0,
        "Days after its last call for which a case's stand-ins are kept, encrypted; 0: none are.",
    )
    cases_key_file: Path | None = _setting(
        None, "File with the key that cases are encrypted under; empty means `cases.key` in `home`."
    )
    ledger_key_file: Path | None = _setting(
        None, "File with the key that signs the log; empty means `ledger.key` in `home`."
    )
    ledger_origin: str = _setting(
        "", "The log's public name, such as `data.example.gov.uk/log`; empty makes one up."
    )
    ledger_time: str = _setting(
        "hour",
        "How coarse the time in a public entry of the log is, where no agreement says: second, "
        "minute, hour or day.",
    )
    ledger_folder: Path | None = _setting(
        None, "Folder that the log is published into as static files; empty means `log` in `home`."
    )
    ledger_publish_s: float = _setting(
        10.0, "Seconds between two publications of the log; 0: a server publishes nothing."
    )
    ledger_policy: Path | None = _setting(
        None,
        "Policy file (C2SP tlog-policy) of the witnesses that must cosign the log before it is "
        "published; empty means none. `bernard demo` asks none.",
    )
    ledger_public: bool = _setting(
        True, "Serve the published log to anybody, without signing in, under /ledger/."
    )
    ocr: bool = _setting(True, "Read scanned pages by OCR where Tesseract is installed.")
    ocr_timeout_s: float = _setting(
        3600.0, "Seconds the scanned pages of one document may take, `convert_timeout_s` for each."
    )

    @property
    def cases_key(self) -> Path:
        """Where the key that cases are encrypted under lies."""
        return self.cases_key_file or self.home / "cases.key"

    @property
    def ledger_key(self) -> Path:
        """Where the key that signs the log lies."""
        return self.ledger_key_file or self.home / "ledger.key"

    @property
    def register(self) -> Path:
        """Where the public register is written, and served from."""
        return self.register_folder or self.home / "register"

    @property
    def log_folder(self) -> Path:
        """Where the log is published as static files."""
        return self.ledger_folder or self.home / "log"

    register_folder: Path | None = _setting(
        None,
        "Folder that `bernard register build` writes, and that a server shows to anybody under "
        "/register/ once one is there; empty means `register` in `home`.",
    )
    register_smallest: int = _setting(
        5,
        "Smallest count that the register shows; counts are rounded in steps of it. Keep it once "
        "you have published.",
    )
    redaction_hours: float = _setting(
        72.0, "Hours after which a document given for redaction and all made of it are deleted."
    )

    @property
    def models_folder(self) -> Path:
        """Where model files lie."""
        return self.models or self.home / "models"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings from the environment.

    Raises:
        SettingInvalid: a value has the wrong form, or a variable names no setting.
    """
    named = list(_named(os.environ if environ is None else environ))
    for fault in _wrong(named):
        raise fault
    return from_text({name: value for name, _, value in named})


def faults(environ: Mapping[str, str] | None = None) -> list[SettingInvalid]:
    """Every fault of the settings in the environment, in words."""
    found: list[SettingInvalid] = []
    named = list(_named(os.environ if environ is None else environ, found))
    return [*found, *_wrong(named)]


def _wrong(named: Iterable[tuple[str, str, str]]) -> Iterator[SettingInvalid]:
    known = {f.name: str(f.type) for f in dataclasses.fields(Settings)}
    for name, variable, value in named:
        if name not in known:
            yield SettingInvalid(f"{variable} is not a setting. `bernard settings` lists them all.")
            continue
        try:
            _convert(name, known[name], value)
        except SettingInvalid as error:
            yield error


def from_text(values: Mapping[str, str]) -> Settings:
    """Settings with these values given as text, the rest at their defaults."""
    given = [f for f in dataclasses.fields(Settings) if values.get(f.name, "") != ""]
    settings = Settings(**{f.name: _convert(f.name, str(f.type), values[f.name]) for f in given})
    return dataclasses.replace(settings, home=settings.home.expanduser().absolute())


def _named(
    environ: Mapping[str, str], unread: list[SettingInvalid] | None = None
) -> Iterator[tuple[str, str, str]]:
    """Names of settings, the variables that set them, and their values; files are read.

    Args:
        unread: takes the faults of files that cannot be read; without it they are raised.
    """
    known = {f.name for f in dataclasses.fields(Settings)}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable[len(PREFIX) :].lower()
        if name.endswith("_file") and name[:-5] in known:
            try:
                name, value = name[:-5], _read_secret(variable, value)
            except SettingInvalid as error:
                if unread is None:
                    raise
                unread.append(error)
                continue
        yield name, variable, value


def _convert(name: str, kind: str, text: str) -> Any:
    if text == "":
        return None
    if "Path" in kind:
        return Path(text)
    try:
        wanted = {"str": str, "bool": bool, "int": int, "float": float}[kind]
        return msgspec.convert(text, wanted, strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingInvalid(
            f"{PREFIX}{name.upper()} is {text!r}, which is not {_KINDS[kind]}."
        ) from error


def _read_secret(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(f"{variable} names {path!r}, which cannot be read.") from error
