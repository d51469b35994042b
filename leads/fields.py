"""The fields of a lead that this project knows by name; everything else is kept as an attribute.

A field is named the same wherever it stands: in the store, in a mapping of headers, in the answer
of a route, in the feature catalogue. Fields under GIVEN come from a source, those under DERIVED
are worked out from them by `cleansing` and never given.
"""

from collections.abc import Mapping
from enum import StrEnum

Value = str | int | float | bool | None
"""What a field may hold; instants are text (RFC 3339, UTC), missing is None."""


class FieldKind(StrEnum):
    """How a field is read, compared and shown."""

    PERSON_NAME = "person_name"
    COMPANY_NAME = "company_name"
    EMAIL = "email"
    PHONE = "phone"
    DOMAIN = "domain"
    TITLE = "title"
    COUNTRY = "country"
    REGION = "region"
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    BOOLEAN = "boolean"


GIVEN: Mapping[str, FieldKind] = {
    "first_name": FieldKind.PERSON_NAME,
    "last_name": FieldKind.PERSON_NAME,
    "full_name": FieldKind.PERSON_NAME,
    "email": FieldKind.EMAIL,
    "phone": FieldKind.PHONE,
    "mobile": FieldKind.PHONE,
    "job_title": FieldKind.TITLE,
    "company": FieldKind.COMPANY_NAME,
    "website": FieldKind.DOMAIN,
    "industry": FieldKind.TEXT,
    "employees": FieldKind.NUMBER,
    "revenue": FieldKind.MONEY,
    "street": FieldKind.TEXT,
    "postal_code": FieldKind.TEXT,
    "city": FieldKind.TEXT,
    "region": FieldKind.REGION,
    "country": FieldKind.COUNTRY,
    "language": FieldKind.TEXT,
    "lead_source": FieldKind.TEXT,
    "campaign": FieldKind.TEXT,
    "product_interest": FieldKind.TEXT,
    "mail_consent": FieldKind.BOOLEAN,
    "description": FieldKind.TEXT,
}
"""What a source may tell, and the kind of each. `revenue` is the company's, a year."""

DERIVED: Mapping[str, FieldKind] = {
    "email_is_valid": FieldKind.BOOLEAN,
    "email_is_free": FieldKind.BOOLEAN,
    "email_is_disposable": FieldKind.BOOLEAN,
    "email_is_role": FieldKind.BOOLEAN,
    "domain": FieldKind.DOMAIN,
    "phone_is_valid": FieldKind.BOOLEAN,
    "phone_country": FieldKind.COUNTRY,
    "phone_region": FieldKind.TEXT,
    "country_code": FieldKind.COUNTRY,
    "seniority": FieldKind.TEXT,
    "department": FieldKind.TEXT,
}
"""What follows from the given ones. `domain` is the company's own (website, else a mail address
that is not free mail); `country_code` and `phone_country` are ISO 3166-1 alpha-2."""

FIELDS: Mapping[str, FieldKind] = {**GIVEN, **DERIVED}

VALUES: Mapping[str, tuple[str, ...]] = {
    "seniority": ("junior", "staff", "manager", "director", "executive"),
    "department": (
        *("sales", "marketing", "it", "engineering", "product", "finance", "hr", "operations"),
        *("procurement", "legal", "service", "administration", "consulting", "management"),
    ),
}
"""All that a field ever says, where that is known; the lowest first where there is an order."""

PERSONAL = (
    "first_name",
    "last_name",
    "full_name",
    "email",
    "phone",
    "mobile",
    "street",
    "description",
)
"""Fields that say who a person is: never logged, and forgotten on erasure."""
