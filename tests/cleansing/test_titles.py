import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.titles import Seniority, Title, normal_title, read_title


@pytest.mark.parametrize(
    ("typed", "seniority", "department"),
    [
        ("销售总监", "director", "sales"),
        ("采购经理", "manager", "procurement"),
        ("總經理", "executive", "management"),
        ("副总经理", "executive", "management"),
        ("总经理助理", "staff", "administration"),
        ("客户经理", "staff", "sales"),
        ("首席信息官", "executive", "it"),
        ("市场部实习生", "junior", "marketing"),
        ("研发工程师", "staff", "engineering"),
        ("CTO", "executive", "engineering"),
        ("C.E.O.", "executive", "management"),
        ("Co-Founder & CEO", "executive", "management"),
        ("VP Sales", "executive", "sales"),
        ("Vice President, Engineering", "executive", "engineering"),
        ("Head of IT", "director", "it"),
        ("R&D Director", "director", "engineering"),
        ("Geschäftsführer", "executive", "management"),
        ("Leiter Einkauf", "director", "procurement"),
        ("Sales Manager", "manager", "sales"),
        ("Account Executive", "staff", "sales"),
        ("Executive Assistant", "staff", "administration"),
        ("Assistant to the CEO", "staff", "administration"),
        ("HR Business Partner", "staff", "hr"),
        ("Senior Software Engineer", "staff", "engineering"),
        ("Marketing Intern", "junior", "marketing"),
        ("Director of Customer Success", "director", "service"),
        ("Chief Financial Officer", "executive", "finance"),
        ("General Counsel", None, "legal"),
        ("Ninja", None, None),
        ("", None, None),
    ],
)
def test_a_title_tells_level_and_department(typed, seniority, department):
    title = read_title(typed)

    assert (title.seniority, title.department) == (seniority, department)


@pytest.mark.parametrize("level", ["Junior", "Staff", "Manager", "Director", "Executive"])
def test_the_words_for_the_levels_are_themselves_titles(level):
    assert read_title(level).seniority == Seniority(level.lower())


def test_a_title_is_kept_as_written():
    assert normal_title("  VP　Sales ") == "VP Sales"


@given(st.text(max_size=40))
def test_any_text_has_an_answer(text):
    read_title(text)
    assert normal_title(normal_title(text)) == normal_title(text)


@pytest.mark.parametrize(
    ("title", "seniority", "department"),
    [
        ("Marketingleitung", "director", "marketing"),
        ("Produktionsleiterin", "director", "operations"),
        ("Verkaufsleiter", "director", "sales"),
        ("Vertriebsmitarbeiter", "staff", "sales"),
        ("Personalreferentin", "staff", "hr"),
        ("Projektleiter", "manager", None),
        ("Teamleiter IT", "manager", "it"),
        ("Geschäftsleiterin", "executive", "management"),
        ("Begleiter", None, None),
        ("GF", "executive", "management"),
        ("DRH", "director", "hr"),
        ("Directeur des systèmes d’information", "director", "it"),
        ("Partner Manager", "manager", "sales"),
    ],
)
def test_german_words_joined_and_french_abbreviations(title, seniority, department):
    assert read_title(title) == Title(
        seniority=Seniority(seniority) if seniority else None, department=department
    )
