"""Which columns are compared how: a table's columns with their kinds -> its comparisons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cleansing.matching import companies, contacts, mail, names, plain
from cleansing.matching.comparer import Comparer, Form, text_of
from cleansing.matching.words import Kind, Record
from features.values import DateOrder

_PERSONAL = (Kind.PERSON_NAME, Kind.FIRST_NAME, Kind.LAST_NAME, Kind.EMAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One comparison of a table.

    label      what a person calls it: the header, or several
    columns    whose values its comparer prepares, in that order; None for one that is not there
    """

    label: str
    columns: tuple[str | None, ...]
    comparer: Comparer

    def form(self, record: Record) -> Form:
        """The prepared values of a record."""
        return self.comparer.prepare(
            [None if column is None else record.get(column) for column in self.columns]
        )

    def shown(self, record: Record) -> str | None:
        """The values as a person reads them."""
        own = [self.columns[place] for place in _OWN.get(self.comparer.name, ())] or self.columns
        texts = [text for column in own if column and (text := text_of(record.get(column)))]
        if not texts:
            return None
        return " / ".join(texts) if self.comparer.name == "phone" else texts[0]


_OWN = {"email": (0,), "given": (0, 2), "family": (1, 2)}
"""Which of its columns a comparison shows, the first that is there; the others help it only."""


def fields_of(
    columns: Mapping[str, Kind], *, date_orders: Mapping[str, DateOrder] | None = None
) -> tuple[Field, ...]:
    """The comparisons of a table with these columns.

    Names, phones and domains are each one comparison over several columns; the first column of
    a kind counts for names and addresses, others of that kind are compared as texts.
    """
    of = {kind: [c for c, k in columns.items() if k is kind] for kind in Kind}
    fields = [*_name_fields(of), *_mail_fields(of), *_phone_field(of), *_company_fields(of)]
    for kind, make in _PLAIN.items():
        fields += [_single(column, make()) for column in of[kind]]
    orders = date_orders or {}
    fields += [_single(c, plain.date(orders.get(c, DateOrder.YMD))) for c in of[Kind.DATE]]
    return tuple(fields)


def is_about_people(columns: Mapping[str, Kind]) -> bool:
    """Whether rows are persons, who may share a company or a household."""
    return any(kind in _PERSONAL for kind in columns.values())


_PLAIN = {
    Kind.TEXT: plain.text,
    Kind.POSTAL_CODE: plain.postal_code,
    Kind.ID_NUMBER: plain.id_number,
    Kind.NUMBER: plain.number,
    Kind.CATEGORY: plain.category,
    Kind.COUNTRY: companies.country,
}

_Columns = Mapping[Kind, Sequence[str]]


def _single(column: str, comparer: Comparer) -> Field:
    return Field(label=column, columns=(column,), comparer=comparer)


def _first(of: _Columns, kind: Kind) -> str | None:
    return of[kind][0] if of[kind] else None


def _name_columns(of: _Columns) -> tuple[str | None, str | None, str | None]:
    first, last, whole = Kind.FIRST_NAME, Kind.LAST_NAME, Kind.PERSON_NAME
    return _first(of, first), _first(of, last), _first(of, whole)


def _name_fields(of: _Columns) -> list[Field]:
    first, last, whole = _name_columns(of)
    columns = (first, last, whole, _first(of, Kind.EMAIL))
    fields = []
    if first or whole:
        label = first or f"{whole} (given)"
        fields.append(Field(label=label, columns=columns, comparer=names.given_name()))
    if last or whole:
        label = last or f"{whole} (family)"
        fields.append(Field(label=label, columns=columns, comparer=names.family_name()))
    rest = [*of[Kind.FIRST_NAME][1:], *of[Kind.LAST_NAME][1:], *of[Kind.PERSON_NAME][1:]]
    return fields + [_single(column, plain.text()) for column in rest]


def _mail_fields(of: _Columns) -> list[Field]:
    names_ = _name_columns(of)
    return [
        Field(label=column, columns=(column, *names_), comparer=mail.email())
        for column in of[Kind.EMAIL]
    ]


def _phone_field(of: _Columns) -> list[Field]:
    phones = tuple(of[Kind.PHONE])
    if not phones:
        return []
    return [Field(label=" / ".join(phones), columns=phones, comparer=contacts.phone())]


def _company_fields(of: _Columns) -> list[Field]:
    fields = [_single(column, companies.company()) for column in of[Kind.COMPANY]]
    sites = tuple(of[Kind.DOMAIN])
    address = _first(of, Kind.EMAIL) if of[Kind.COMPANY] or sites else None
    if sites or address:
        label = sites[0] if sites else f"{address} (domain)"
        columns = (*sites, address)
        fields.append(Field(label=label, columns=columns, comparer=contacts.domain()))
    return fields
