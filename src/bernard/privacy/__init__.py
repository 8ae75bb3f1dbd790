"""Find personal data, put stand-ins in its place, and put it back."""

from bernard.privacy.detector import Combined, open_detector
from bernard.privacy.policy import Guided, Policy
from bernard.privacy.pseudonyms import Pseudonyms
from bernard.privacy.restorer import Restorer
from bernard.privacy.state import State, merge
from bernard.privacy.structured import StructuredDetector
from bernard.privacy.types import Detector, Finding

__all__ = [
    "Combined",
    "Detector",
    "Finding",
    "Guided",
    "Policy",
    "Pseudonyms",
    "Restorer",
    "State",
    "StructuredDetector",
    "merge",
    "open_detector",
]
