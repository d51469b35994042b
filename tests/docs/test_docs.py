"""What the documents say about commands, options and files is there."""

import re

import pytest
import typer

import pipelines.cli  # noqa: F401  registers the commands
from pipelines.cli.shell import app
from tests.realdata import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:LEADFLOW_\w+=\S+ )*leadflow [^`]+)`")
COMMAND = re.compile(r"^(?:\w+=\S+ +)*leadflow +(.*)$")
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def commands_of_the_app():
    """Each command's words with its options."""

    def walk(command, words):
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, (*words, name))
        if not hasattr(command, "commands"):
            yield words, {option for each in command.params for option in each.opts}

    return dict(walk(typer.main.get_command(app), ()))


def command_lines(text):
    """What follows `leadflow` in code blocks, with its indented continuations, and in `code`."""
    found = INLINE.findall(FENCED.sub("", text))
    for block in FENCED.findall(text):
        found += re.sub(r"\s*\\?\n\s+", " ", block).splitlines()
    lines = [re.sub(r"\s#.*", "", line) for line in found]
    return [told[1].strip() for line in lines if (told := COMMAND.match(line))]


def words_of(line):
    """The words of the command that a line begins with, the longest there is."""
    words = tuple(line.split()[:2])
    known = commands_of_the_app()
    return next((words[:n] for n in (2, 1) if words[:n] in known), None)


DOCUMENTED = [(page, line) for page in PAGES for line in command_lines(page.read_text("utf-8"))]


@pytest.mark.parametrize(
    ("page", "line"), DOCUMENTED, ids=[f"{page.name}: {line}" for page, line in DOCUMENTED]
)
def test_a_documented_command_line_is_one_of_the_app(page, line):
    words = words_of(line)

    assert words, f"{page.name} names a command that is not there: leadflow {line}"
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", line))
    assert options <= commands_of_the_app()[words] | {"--help"}


def test_every_command_is_in_some_document():
    documented = {words_of(line) for _, line in DOCUMENTED}

    assert set(commands_of_the_app()) - documented == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_usage_lines_are_read_with_their_brackets_and_continuations():
    text = "```bash\nA=1 leadflow train --data F [--time C | --ordered]\n    [--x]   # why\n```"

    assert command_lines(text) == ["train --data F [--time C | --ordered] [--x]"]
