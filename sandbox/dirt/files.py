"""Dirty leads as the files of five sources, each with its own headers, dialect, dates and ids."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pandas as pd

from leads.progress import Progress, silent
from sandbox.dirt.leads import DirtyLeads
from sandbox.dirt.sources import CHINESE, EVENT, HUBSPOT, SALESFORCE, WEB

TRUTH = "truth_people.csv"
_EXCEL = "xlsx"
_ZIP_DATE = (2024, 1, 1, 0, 0, 0)  # so that the same seed gives the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one source exports: the file, its headers by field, and the way it writes a date.

    separator       of a text file; "xlsx" is a workbook
    is_quoted       every cell stands in quotes
    employees       how it writes a head count
    """

    file: str
    headers: Mapping[str, str]
    date: str
    encoding: str = "utf-8"
    separator: str = ","
    is_quoted: bool = False
    employees: Callable[[int], str] = str


def _in_wan(count: int) -> str:
    return f"{count / 10_000:g}万" if count >= 10_000 and count % 100 == 0 else f"{count}人"


LAYOUTS = {
    WEB: Layout(
        file="web_form.csv",
        separator=";",
        date="%d/%m/%Y %H:%M",
        employees="{:,}".format,
        headers={
            "external_id": "Submission",
            "created_at": "Submitted at",
            "first_name": "First name",
            "last_name": "Surname",
            "email": "E-mail",
            "phone": "Telephone",
            "company": "Your company",
            "job_title": "Job title",
            "website": "Homepage",
            "city": "Town",
            "country": "Country",
            "industry": "Industry",
            "employees": "How many employees?",
            "product_interest": "Interested in",
            "mail_consent": "May we e-mail you?",
            "campaign": "utm_campaign",
        },
    ),
    EVENT: Layout(
        file="event_list.xlsx",
        separator=_EXCEL,
        date="",
        headers={
            "external_id": "Badge No.",
            "full_name": "Name",
            "job_title": "Position",
            "company": "Organisation",
            "email": "Email Address",
            "phone": "Tel.",
            "city": "City",
            "country": "Country",
            "website": "Web",
            "created_at": "Registered on",
            "campaign": "Event",
        },
    ),
    CHINESE: Layout(
        file="china_team.csv",
        encoding="gb18030",
        date="%Y年%m月%d日",
        employees=_in_wan,
        headers={
            "external_id": "编号",
            "full_name": "姓名",
            "company": "公司名称",
            "job_title": "职位",
            "phone": "手机号码",
            "email": "电子邮箱",
            "city": "城市",
            "country": "国家",
            "website": "网址",
            "industry": "行业",
            "employees": "员工人数",
            "product_interest": "意向产品",
            "lead_source": "线索来源",
            "created_at": "登记日期",
        },
    ),
    SALESFORCE: Layout(
        file="salesforce_leads.csv",
        is_quoted=True,
        date="%Y-%m-%dT%H:%M:%S.000+0000",
        headers={
            "external_id": "Id",
            "last_name": "LastName",
            "first_name": "FirstName",
            "job_title": "Title",
            "company": "Company",
            "city": "City",
            "country": "Country",
            "phone": "Phone",
            "mobile": "MobilePhone",
            "email": "Email",
            "website": "Website",
            "lead_source": "LeadSource",
            "industry": "Industry",
            "employees": "NumberOfEmployees",
            "created_at": "CreatedDate",
        },
    ),
    HUBSPOT: Layout(
        file="hubspot_contacts.csv",
        encoding="utf-8-sig",
        date="%Y-%m-%d %H:%M",
        headers={
            "external_id": "Record ID",
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "phone": "Phone Number",
            "mobile": "Mobile Phone Number",
            "company": "Company Name",
            "job_title": "Job Title",
            "website": "Website URL",
            "city": "City",
            "country": "Country/Region",
            "industry": "Industry",
            "employees": "Number of Employees",
            "created_at": "Create Date",
        },
    ),
}
MESSY_FILES = (*(layout.file for layout in LAYOUTS.values()), TRUTH)


def write_messy(dirty: DirtyLeads, out: Path, *, progress: Progress = silent) -> None:
    """Write MESSY_FILES into the directory `out`, over those of an earlier time.

    The truth names file and row (the first below the header is 1) of every row handed out.
    """
    truth = []
    for done, (source, layout) in enumerate(LAYOUTS.items(), start=1):
        is_here = (dirty.leads["source"] == source).to_numpy()
        rows = dirty.leads[is_here]
        _write(_table(rows, layout), layout, out / layout.file)
        truth.append(
            pd.DataFrame(
                {
                    "file": layout.file,
                    "row": range(1, len(rows) + 1),
                    "external_id": rows["external_id"],
                    "person": dirty.person[is_here],
                    "company": dirty.company[is_here],
                }
            )
        )
        progress("writing the messy files", done, len(LAYOUTS))
    pd.concat(truth).to_csv(out / TRUTH, index=False, lineterminator="\n")


def _table(rows: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    table = rows[[name for name in layout.headers if name in rows]].copy()
    moments = [datetime.fromisoformat(str(text)) for text in table["created_at"]]
    if layout.separator == _EXCEL:
        table["created_at"] = [moment.replace(tzinfo=None) for moment in moments]
    else:
        table["created_at"] = [moment.strftime(layout.date) for moment in moments]
    if "employees" in table:
        counts = table["employees"]
        table["employees"] = [
            None if pd.isna(count) else layout.employees(int(count)) for count in counts
        ]
    return table.rename(columns=dict(layout.headers))


def _write(table: pd.DataFrame, layout: Layout, path: Path) -> None:
    if layout.separator == _EXCEL:
        path.write_bytes(_workbook(table))
        return
    quoting: Literal[0, 1] = csv.QUOTE_ALL if layout.is_quoted else csv.QUOTE_MINIMAL
    text = table.to_csv(index=False, sep=layout.separator, quoting=quoting, lineterminator="\r\n")
    path.write_bytes(text.encode(layout.encoding))


def _workbook(table: pd.DataFrame) -> bytes:
    """The table as XLSX without the moment it was written at, which would be new each time."""
    stamped, plain = io.BytesIO(), io.BytesIO()
    table.to_excel(stamped, index=False, sheet_name="Registrations")
    with zipfile.ZipFile(stamped) as old, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "docProps/core.xml":
                new.writestr(zipfile.ZipInfo(name, _ZIP_DATE), _without_core(name, old.read(name)))
    return plain.getvalue()


def _without_core(name: str, content: bytes) -> bytes:
    if name not in ("[Content_Types].xml", "_rels/.rels"):
        return content
    pieces = content.split(b"<")
    return b"<".join(piece for piece in pieces if b"core-properties" not in piece)
