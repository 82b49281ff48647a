"""The logs room: files → text table → typed tables, and every problem met on the way. It knows nothing of rules."""

from checker.logs.discover import size
from checker.logs.reading import gather, read
from checker.logs.tables import TableInfo, Tables, sql_type, stored

__all__ = ["TableInfo", "Tables", "gather", "read", "size", "sql_type", "stored"]
