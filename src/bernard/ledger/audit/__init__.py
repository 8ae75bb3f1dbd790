"""What the entries of a log must fulfil beyond their hashes, checked from the public entries alone."""

from bernard.ledger.audit.audit import Audit
from bernard.ledger.audit.types import AgreementUse, AuditReport, Finding, KeyUse

__all__ = ["AgreementUse", "Audit", "AuditReport", "Finding", "KeyUse"]
