import json
from xml.etree import ElementTree as ET

import pytest

from leads.score import Locale
from pipelines.cli.shell import run
from pipelines.health.looking import look_at_store
from pipelines.health.report import health_members, health_paper
from pipelines.reports.charts import lines
from pipelines.reports.paper import as_html, as_text
from serving.schemas_reports import HealthOut
from tests.pipelines.health.conftest import NOW
from tests.serving import models


@pytest.fixture
def health(store, model, kept):
    kept(400, days=(100, 250), won="as shown")
    kept(300, seed=2, change=lambda lead: lead | {"industry": "<b>aerospace</b>"})
    with store.reading() as unit:
        return look_at_store(unit, model, now=NOW)


def test_the_report_says_what_moved_and_what_came_in_both_languages(health):
    papers = {locale: health_paper(health, locale) for locale in Locale}

    page = as_html(papers)

    assert "which training did not know" in page
    assert "训练时没有" in page
    assert page.count("<svg") == 2
    assert "&lt;b&gt;aerospace" in page
    assert "<b>aerospace" not in page
    assert "http" not in page


def test_the_text_has_every_month_with_what_came_and_what_was_promised(health):
    text = as_text(health_paper(health, Locale.EN))

    for month in health.checkup.months:
        assert month.month in text
    known = health.checkup.months[1].promises
    assert f"{known.converted} / {known.expected:.1f}" in text


def test_the_members_are_plain_json_of_the_shape_that_the_interface_says(health):
    members = health_members(health, Locale.EN)

    told = json.loads(json.dumps(members, allow_nan=False))

    assert HealthOut.model_validate_json(json.dumps(members)).alarms
    assert told["leads"] == {"looked_at": 700, "recent": 300}
    assert {alarm["subject"] for alarm in told["alarms"]} >= {"industry"}


def test_the_command_looks_at_a_file_and_writes_a_page(promoted, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LEADFLOW_VAR", str(promoted.var))
    frame, _ = models.some_leads(seed=4, n=200)
    path, page = tmp_path / "leads.csv", tmp_path / "health.html"
    frame.assign(industry=None).to_csv(path, index=False)

    command = ["report", "model-health", "--file", str(path)]
    assert run([*command, "--html", str(page), "--locale", "zh"]) == 0
    assert "模型健康状况" in capsys.readouterr().out
    assert page.read_text("utf-8").index("模型健康状况") < page.read_text("utf-8").index("health:")
    assert run([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["source"] == "leads.csv"
    assert run([*command, "--html", str(path)]) == 2


def test_a_chart_is_well_formed_whatever_names_it_is_given():
    chart = lines(["2026-01", "<&>"], {"a & b": [0.1, None], "零": [0.2, 0.3]})

    root = ET.fromstring(chart)

    assert root.tag == "svg"
    assert "a & b" in [text.text for text in root.iter("text")]
    assert lines([], {"a": []}) == ""
    assert lines(["x"], {"a": [None]}) == ""
