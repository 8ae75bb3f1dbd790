"""Find personal data, put stand-ins in its place, and put it back."""

from bernard.privacy.pseudonyms import Pseudonyms
from bernard.privacy.restorer import Restorer
from bernard.privacy.structured import StructuredDetector
from bernard.privacy.types import Detector, Finding

__all__ = ["Detector", "Finding", "Pseudonyms", "Restorer", "StructuredDetector"]
