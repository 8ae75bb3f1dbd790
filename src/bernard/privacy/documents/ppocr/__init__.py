"""Words in a picture by PP-OCR, two small networks that run here: one finds lines, one reads them.

Source: PP-OCRv6 of the PaddleOCR project (Apache-2.0); the steps around the networks, which are
ours, follow Liao and others 2020, "Real-time Scene Text Detection with Differentiable
Binarization", https://arxiv.org/abs/1911.08947, and Graves and others 2006 (CTC).
"""

from bernard.privacy.documents.ppocr.reading import PpOcr

__all__ = ["PpOcr"]
