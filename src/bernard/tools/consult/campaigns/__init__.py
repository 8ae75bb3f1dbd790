"""Campaigns: form letters and their lightly edited copies, found and grouped."""

from __future__ import annotations

from bernard.tools.consult.campaigns.find import find_campaigns

__all__ = ["find_campaigns"]
