"""Every table, declared once; `metadata` knows them all."""

from store.tables import access, intake, leads, marketing, work
from store.tables.base import Base

metadata = Base.metadata

__all__ = ["access", "intake", "leads", "marketing", "metadata", "work"]
