"""The day-one score: the ideal customer profile as marketing writes it, without any history.

`read_profile` checks and types a `profile.toml`; `ProfileScorer` gives the same `Score` and
`Explanation` as a model would, not calibrated; `points_of_frame` does a whole table. What a
company always follows up, whatever the score, is `must_follow`.
"""

from scoring.profile.acts import acts_from_counts, decayed
from scoring.profile.following import Following, MustFollow
from scoring.profile.frames import points_of_frame
from scoring.profile.reading import PROFILE_FIELDS, read_profile
from scoring.profile.records import Behaviour, FitLine, MustFollowLine, Probability, Profile
from scoring.profile.scorer import NO_HISTORY, ProfileScorer

__all__ = [
    "NO_HISTORY",
    "PROFILE_FIELDS",
    "Behaviour",
    "FitLine",
    "Following",
    "MustFollow",
    "MustFollowLine",
    "Probability",
    "Profile",
    "ProfileScorer",
    "acts_from_counts",
    "decayed",
    "points_of_frame",
    "read_profile",
]
