"""Countries of the market, their share, region, telephone code and legal form of a company."""

import numpy as np

from sandbox.behaviour import Array, Index

# name, region (index into fit.REGIONS), share, telephone code, legal form
COUNTRIES = (
    ("Germany", 0, 0.16, "+49", "GmbH"),
    ("United Kingdom", 0, 0.12, "+44", "Ltd"),
    ("France", 0, 0.09, "+33", "SA"),
    ("Netherlands", 0, 0.05, "+31", "BV"),
    ("United States", 1, 0.22, "+1", "Inc"),
    ("Canada", 1, 0.06, "+1", "Inc"),
    ("Brazil", 1, 0.05, "+55", "Ltda"),
    ("China", 2, 0.11, "+86", "有限公司"),
    ("Japan", 2, 0.07, "+81", "KK"),
    ("Australia", 2, 0.07, "+61", "Pty Ltd"),
)
CHINA = 7
P_COUNTRY: Array = np.array([country[2] for country in COUNTRIES])
REGION_OF_COUNTRY: Index = np.array([country[1] for country in COUNTRIES])
