"""What the packaged profile costs: asking a lead whether it must be followed up, and scoring it.

python -m benchmarks.day_one
"""

import timeit

import pandas as pd

from pipelines.day_one import known_of_inline
from pipelines.playbook import load_profile
from pipelines.settings import load_settings
from scoring.profile import MustFollow, ProfileScorer, points_of_frame

ROUNDS, TIMES = 7, 20_000
TEN = {"job": "technician", "age": 41, "marital": "married", "contact": "cellular"} | {
    f"detail_{i}": i for i in range(6)
}
LEAD = {"employees": 240, "industry": "software", "title": "Head of IT", "country": "Germany"}
N = 100_000


def microseconds(work, *, times=TIMES):
    """The quickest of several rounds, for one call."""
    return min(timeit.repeat(work, number=times, repeat=ROUNDS)) / times * 1e6


def main() -> None:
    profile = load_profile(load_settings(playbook=None))
    rules, scorer = MustFollow(profile.must_follow), ProfileScorer(profile)
    for what, lead in (
        ("no field of the rules", TEN),
        ("a field by its own name", {**TEN, "employees": 240}),
        ("a field by another name", {**TEN, "NumberOfEmployees": "240"}),
    ):
        print(f"must_follow, {what}: {microseconds(lambda one=lead: rules.of(one)):.2f} us")
    clean = microseconds(lambda: known_of_inline(LEAD), times=1_000)
    print(f"an inline lead cleansed: {clean:.0f} us")
    known = known_of_inline(LEAD)
    print(f"its day-one score: {microseconds(lambda: scorer.score_one(known), times=1_000):.0f} us")
    frame = pd.DataFrame([known] * N)
    seconds = min(timeit.repeat(lambda: points_of_frame(profile, frame), number=1, repeat=3))
    print(f"points of {N:,} leads of a table: {seconds:.2f} s")


if __name__ == "__main__":
    main()
