"""Hosted forms: made once and closed once."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from leads.errors import NotFound
from leads.forms import Form, FormKind
from store.bulk import members
from store.tables.marketing import FormRow


class FormRepository:
    """The forms of campaigns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, form: Form) -> None:
        """A new form."""
        self._connection.execute(insert(FormRow), members(form))

    def get(self, form_id: str) -> Form:
        """The form. Raises NotFound."""
        statement = select(FormRow.__table__).where(FormRow.form_id == form_id)
        row = self._connection.execute(statement).first()
        if row is None:
            raise NotFound(f"there is no form {form_id}")
        return _form(row)

    def of_campaign(self, campaign_id: str) -> list[Form]:
        """A campaign's forms, oldest first."""
        statement = (
            select(FormRow.__table__)
            .where(FormRow.campaign_id == campaign_id)
            .order_by(FormRow.created_at, FormRow.form_id)
        )
        return [_form(row) for row in self._connection.execute(statement)]

    def close(self, form_id: str) -> None:
        """Take no more answers."""
        self._connection.execute(
            update(FormRow).where(FormRow.form_id == form_id).values(is_open=False)
        )


def _form(row: Row[Any]) -> Form:
    return Form(**{**row._mapping, "kind": FormKind(row.kind)})
