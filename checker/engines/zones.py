"""Whether a time zone's clock ever changes: only then must elapsed time go through instants."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=8)
def changing(zone: str) -> str | None:
    """Give the zone's name if its offset changed at any time from 1995 to 2060, else None.

    >>> changing("Asia/Shanghai"), changing("Europe/Berlin")
    (None, 'Europe/Berlin')
    """
    info = ZoneInfo(zone)
    months = (datetime(1995, 1, 1) + timedelta(days=20 * i) for i in range(1190))
    return zone if len({info.utcoffset(moment) for moment in months}) > 1 else None
