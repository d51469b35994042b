"""Commands about the people of a campaign: asked by forms, invited, and come."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leads.forms import FormKind
from pipelines.cli.campaign_shell import ACTOR, Id, Members, campaigns, find, tell, writing
from pipelines.cli.options import AsJson, Encoding, Separator, Sheet, table_options
from pipelines.cli.output import say, warn

if TYPE_CHECKING:
    from pipelines.campaigns.attendance import AttendanceReport


@campaigns.command("form")
def form(
    campaign: Id,
    *,
    kind: Annotated[FormKind, typer.Option("--kind", help="What it is for.")],
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="What is asked, several times; `name!` must be filled in."),
    ] = None,
    product: Annotated[
        list[str] | None, typer.Option("--product", help="Of a feedback form; several times.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="In English.")] = None,
    title_zh: Annotated[str | None, typer.Option("--title-zh", help="In Chinese.")] = None,
    consent: Annotated[str | None, typer.Option("--consent", help="Wording in English.")] = None,
    consent_zh: Annotated[
        str | None, typer.Option("--consent-zh", help="Wording in Chinese.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a hosted form and show where it is."""
    from pipelines.campaigns.forms import make_form
    from pipelines.campaigns.views import of_form

    told: Members = {"kind": kind, "products": product or []}
    told["title"] = _by_language(title, title_zh) or None
    told["consent"] = _by_language(consent, consent_zh) or None
    if field:
        told["fields"] = [
            {"name": one.removesuffix("!"), "required": one.endswith("!")} for one in field
        ]
    with writing() as (unit, now, settings):
        made = make_form(unit, find(unit, campaign), told, now=now, actor=ACTOR)
    tell(of_form(made, public_url=settings.public_url), as_json=as_json)


@campaigns.command("invite")
def invite(
    campaign: Id,
    *,
    lead: Annotated[
        list[str] | None, typer.Option("--lead", help="A lead's id; several times.")
    ] = None,
    leads: Annotated[
        Path | None, typer.Option("--leads", help="A table with a column `lead_id`.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where everybody invited goes with the links (CSV)."),
    ] = None,
    followed_up: Annotated[
        bool, typer.Option("--followed-up", help="They were invited and are now followed up.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Invite leads by personal links; nothing is sent."""
    from pipelines.campaigns.inviting import follow_up, write_invitation_list
    from pipelines.campaigns.inviting import invite as invite_leads

    asked = [*(lead or []), *(_lead_ids(leads) if leads else [])]
    told: Members = {}
    with writing() as (unit, now, settings):
        of, url = find(unit, campaign), settings.public_url
        if followed_up:
            told["followed_up"] = len(follow_up(unit, of, asked, now=now))
        elif asked:
            made = invite_leads(unit, of, asked, now=now, actor=ACTOR, public_url=url)
            told["invited"] = sum(one.is_new for one in made)
            told["before"] = len(made) - told["invited"]
        if out is not None:
            told["listed"] = write_invitation_list(unit, of, out, public_url=url)
    tell(told, as_json=as_json)


@campaigns.command("attendance")
def attendance(
    campaign: Id,
    file: Annotated[Path, typer.Argument(help="Who came: CSV, TSV, XLSX or Parquet.")],
    *,
    source: Annotated[
        str, typer.Option("--source", help="Whose ids the column of ids holds.")
    ] = "attendance",
    at: Annotated[
        str | None, typer.Option("--at", help="When they came; when it began, unless told.")
    ] = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    separator: Separator = None,
    as_json: AsJson = False,
) -> None:
    """Note who came, by id, mail or telephone; strangers come in as new leads."""
    from pipelines.campaigns.attendance import take_attendance
    from pipelines.campaigns.reading import moment

    with writing() as (unit, now, _):
        report = take_attendance(
            unit,
            find(unit, campaign),
            file,
            source=source,
            now=now,
            actor=ACTOR,
            at=moment(at, "--at") if at else None,
            options=table_options(sheet, encoding, separator),
        )
    warn(report.warnings)
    tell(_counted(report), as_json=as_json)
    if not as_json:
        for row in report.refused[:10]:
            say(f"  row {row.row_number}: {row.reason}")


def _lead_ids(path: Path) -> list[str]:
    from leads.errors import InvalidInput
    from pipelines.tables import read_table

    frame = read_table(path).frame
    if "lead_id" not in frame.columns:
        raise InvalidInput(f"{path}: needs a column `lead_id`")
    return [str(one) for one in frame["lead_id"].dropna()]


def _by_language(english: str | None, chinese: str | None) -> dict[str, str]:
    return {language: text for language, text in (("en", english), ("zh", chinese)) if text}


def _counted(report: "AttendanceReport") -> Members:
    refused = [{"row": one.row_number, "reason": one.reason} for one in report.refused]
    return {
        "rows": report.n_rows,
        "known": report.known,
        "added": report.added,
        "repeated": report.repeated,
        "refused": refused,
    }
