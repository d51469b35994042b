"""Dirty, double, bilingual leads and who they truly are: no rule here is shared with cleansing."""

from sandbox.dirt.leads import DirtyLeads, dirty_leads, messy_leads

__all__ = ["DirtyLeads", "dirty_leads", "messy_leads"]
