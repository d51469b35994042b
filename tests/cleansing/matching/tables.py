"""Tables with truth, for the tests of matching."""

import numpy as np

from cleansing.matching import Kind
from cleansing.matching.clusters import pairs_within

LEADS = {
    "first_name": Kind.FIRST_NAME,
    "last_name": Kind.LAST_NAME,
    "full_name": Kind.PERSON_NAME,
    "email": Kind.EMAIL,
    "phone": Kind.PHONE,
    "mobile": Kind.PHONE,
    "job_title": Kind.TEXT,
    "company": Kind.COMPANY,
    "website": Kind.DOMAIN,
    "city": Kind.TEXT,
    "country": Kind.COUNTRY,
}


def columns_of(frame):
    return {name: frame[name].tolist() for name in frame.columns}


def scores(clusters, truth):
    """Precision, recall and F1 of the pairs."""
    truth = np.unique(truth, return_inverse=True)[1]
    left, right = pairs_within(clusters, most=len(clusters))
    n_right = (truth[left] == truth[right]).sum()
    n_true = len(pairs_within(truth, most=len(truth))[0])
    return n_right / len(left), n_right / n_true, 2 * n_right / (len(left) + n_true)


def same_partition(one, other):
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))
