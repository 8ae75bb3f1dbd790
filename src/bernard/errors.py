"""Every error the package raises, one tree.

The class docstring is the message shown when none is given, and says what to do next. `status` is
the HTTP status a door answers with; only the doors translate errors.
"""

from __future__ import annotations

from http import HTTPStatus


class Error(Exception):
    """Something went wrong in Bernard. Run the command again with --verbose to see where."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    # Number of the entry in the log that tells of it, where one does.
    entry: int | None = None

    def __init__(self, message: str = "") -> None:
        """Take the message; the class docstring stands in for an empty one."""
        super().__init__(message or (self.__doc__ or "").strip())

    @property
    def title(self) -> str:
        """The kind of error in plain words, made from the name of its class."""
        name = type(self).__name__
        words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
        return words[:1].upper() + words[1:]


class SettingInvalid(Error):
    """A setting has a value that cannot be used. `bernard settings` lists them all."""


class PortUnavailable(Error):
    """The port cannot be listened on. Choose another with --port."""


class WorkersFailed(Error):
    """The processes that take calls end as soon as they start. Their own messages say why."""


class NotFound(Error):
    """There is nothing here under that name. It may have been deleted."""

    status = HTTPStatus.NOT_FOUND


class InputInvalid(Error):
    """What was sent cannot be used as it is. The message says which part and why."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class FieldInvalid(InputInvalid):
    """A field of what was sent cannot be used as it is. The message says which and why."""

    def __init__(self, message: str = "", field: str = "") -> None:
        """Take what is wrong, and the field's place as a JSON pointer, such as `#/question`."""
        super().__init__(message)
        self.field = field


class BodyTooLarge(Error):
    """What was sent is larger than this gateway takes. Send less, or raise the setting."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class MethodNotAllowed(Error):
    """This path does not take that method. The message says which it takes."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class ShuttingDown(Error):
    """Bernard is being stopped. Try again in a moment; another of its processes may answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Untranslatable(InputInvalid):
    """The supplier's protocol cannot say this. Leave the field out, or choose another model."""


class StoreUnavailable(Error):
    """The database cannot be reached or written. Check the disk space and the database setting."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Refused(Error):
    """The agreement does not allow this call, so nothing was sent."""

    status = HTTPStatus.FORBIDDEN


class AgreementInvalid(Error):
    """The agreement file has a fault. `bernard agreement check FILE` lists every one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class AgreementTooTangled(InputInvalid):
    """The clauses overlap in too many ways to compare exactly. Merge clauses, or split the file."""


class DetectorFailed(Error):
    """Personal data could not be looked for, so nothing was sent. Try again, or send less text."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class CaseKeyInvalid(Error):
    """The key file of cases is missing or is another one, so nothing was sent. Put it back."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class CaseDamaged(Error):
    """What is kept of this case was changed, so nothing was sent. Destroy the case, then try again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class LogUnwritable(Error):
    """The log could not be written, so the call was not made. Check the disk space."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class LogKeyInvalid(LogUnwritable):
    """The key that signs the log is missing, damaged or another log's. Put the right one back."""


class LogBroken(Error):
    """The log does not verify: an entry was changed or removed after it was written."""


class LogUnreachable(Error):
    """The log's files cannot be fetched from there. Check the address and the network."""

    status = HTTPStatus.BAD_GATEWAY


class TooFewWitnesses(Error):
    """Too few witnesses cosigned the log, so it was not published. The message says why."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class UsageUnreadable(InputInvalid):
    """The supplier's usage file cannot be read. Export it again as CSV, or name its columns."""


class RegisterInvalid(Error):
    """The register of deployments has a fault. `bernard config check` lists every one."""


class ModelMissing(Error):
    """The model is not on this machine. `bernard models get NAME` fetches it."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class ModelRejected(Error):
    """The model's file is not the one the manifest names, so it was not loaded."""


class FetchFailed(Error):
    """The model could not be fetched. Check the network, or use --from with a copied folder."""

    status = HTTPStatus.BAD_GATEWAY


class ModelFailed(Error):
    """The model stopped before it finished. Try again; `bernard models check` tests the file."""

    status = HTTPStatus.BAD_GATEWAY


class ModelTimeout(ModelFailed):
    """The model did not answer in time. Try again, or raise the time limit in the settings."""

    status = HTTPStatus.GATEWAY_TIMEOUT


class PromptTooLong(ModelFailed):
    """The text for the model does not fit it. Send less of it, or use a model that reads more."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class FolderNotOurs(Error):
    """The folder holds files that no build put there, so nothing was written. Name a new one."""


class FolderInUse(Error):
    """Another run is writing into this folder. Wait until it is done, or name another folder."""

    status = HTTPStatus.CONFLICT


class DocumentUnreadable(Error):
    """The document could not be read. The message says what is wrong with the file."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class DocumentTooLarge(DocumentUnreadable):
    """The document is over a limit on size, pages, nesting or time."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class SignInNeeded(Error):
    """You need to sign in to see this."""

    status = HTTPStatus.UNAUTHORIZED


class Forbidden(Error):
    """Your account may not do this."""

    status = HTTPStatus.FORBIDDEN


class TooManyAttempts(Error):
    """Too many attempts in a short time. Wait a few minutes and try again."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class KeyInvalid(Error):
    """The API key is not known, has run out or was revoked. `bernard keys make` makes a new one."""

    status = HTTPStatus.UNAUTHORIZED


class OverBudget(Error):
    """A limit on calls, tokens, bytes or money is reached, so nothing was sent. Try again later."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, message: str = "", retry_after_s: int = 0) -> None:
        """Take the message, and the seconds until the limit begins anew; 0 where it never does."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Busy(Error):
    """Too many calls are waiting, so this one was not taken. Try again in a moment."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class CaseChanged(Busy):
    """Too many calls change this case at once, so nothing was sent. Try again in a moment."""


class ConsultationChanged(Error):
    """Somebody else changed this meanwhile. Look at what they did, then make your change again."""

    status = HTTPStatus.CONFLICT
