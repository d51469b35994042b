"""The five sources dirty leads come from, and the habits of each: what it loses and spoils."""

from dataclasses import dataclass

WEB, EVENT, CHINESE, SALESFORCE, HUBSPOT = (
    "web_form",
    "event_list",
    "chinese_sheet",
    "salesforce",
    "hubspot",
)
SOURCES = (WEB, EVENT, CHINESE, SALESFORCE, HUBSPOT)

N_ROWS = ((1, 0.70), (2, 0.19), (3, 0.08), (4, 0.03))
"""How many rows a person has: 1.44 on average, so 31 % of rows repeat an earlier one."""
P_SAME_SOURCE = 0.12
"""A further row of a person comes from the source of the row before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Shares and probabilities of one source.

    share, share_chinese    of rows, for people with a Latin and with a Chinese name
    one_name                the whole name stands in one field
    chinese                 a Chinese name is written in characters, not in pinyin
    mail, phone             (which one, share); "" is left empty
    typo                    of each text field; `scanned` says by an OCR
    swapped, initial, nick  of a row's name
    """

    share: float
    share_chinese: float
    one_name: bool
    chinese: float
    mail: tuple[tuple[str, float], ...]
    phone: tuple[tuple[str, float], ...]
    second_phone: float
    international: float
    no_company: float
    formal_company: float
    no_title: float
    no_place: float
    no_website: float
    typo: float
    scanned: bool = False
    swapped: float = 0.0
    initial: float = 0.0
    nick: float = 0.0
    no_first: float = 0.0
    case: float = 0.0
    spaces: float = 0.0
    wide: float = 0.0
    missing_word: float = 0.0


HABITS = {
    WEB: Habits(
        share=0.34,
        share_chinese=0.26,
        one_name=False,
        chinese=0.65,
        mail=(("work", 0.66), ("private", 0.22), ("role", 0.02), ("", 0.10)),
        phone=(("mobile", 0.42), ("direct", 0.16), ("switchboard", 0.10), ("", 0.32)),
        second_phone=0.0,
        international=0.35,
        no_company=0.10,
        formal_company=0.25,
        no_title=0.35,
        no_place=0.30,
        no_website=0.85,
        typo=0.035,
        swapped=0.03,
        initial=0.03,
        nick=0.22,
        no_first=0.02,
        case=0.12,
        spaces=0.06,
        wide=0.02,
        missing_word=0.30,
    ),
    EVENT: Habits(
        share=0.18,
        share_chinese=0.16,
        one_name=True,
        chinese=0.60,
        mail=(("work", 0.62), ("private", 0.06), ("role", 0.05), ("", 0.27)),
        phone=(("mobile", 0.34), ("direct", 0.20), ("switchboard", 0.16), ("", 0.30)),
        second_phone=0.0,
        international=0.55,
        no_company=0.04,
        formal_company=0.35,
        no_title=0.15,
        no_place=0.45,
        no_website=0.80,
        typo=0.07,
        scanned=True,
        initial=0.07,
        nick=0.18,
        case=0.10,
        spaces=0.05,
        wide=0.01,
        missing_word=0.05,
    ),
    CHINESE: Habits(
        share=0.02,
        share_chinese=0.30,
        one_name=True,
        chinese=0.98,
        mail=(("work", 0.52), ("private", 0.20), ("role", 0.05), ("", 0.23)),
        phone=(("mobile", 0.62), ("direct", 0.10), ("switchboard", 0.14), ("", 0.14)),
        second_phone=0.0,
        international=0.06,
        no_company=0.03,
        formal_company=0.60,
        no_title=0.15,
        no_place=0.25,
        no_website=0.90,
        typo=0.04,
        nick=0.02,
        spaces=0.05,
        wide=0.06,
        missing_word=0.35,
    ),
    SALESFORCE: Habits(
        share=0.26,
        share_chinese=0.15,
        one_name=False,
        chinese=0.35,
        mail=(("work", 0.82), ("private", 0.05), ("role", 0.05), ("", 0.08)),
        phone=(("direct", 0.36), ("switchboard", 0.28), ("mobile", 0.10), ("", 0.26)),
        second_phone=0.45,
        international=0.75,
        no_company=0.0,
        formal_company=0.60,
        no_title=0.20,
        no_place=0.15,
        no_website=0.45,
        typo=0.02,
        initial=0.02,
        nick=0.12,
        no_first=0.04,
        case=0.02,
        spaces=0.02,
        missing_word=0.08,
    ),
    HUBSPOT: Habits(
        share=0.20,
        share_chinese=0.13,
        one_name=False,
        chinese=0.35,
        mail=(("work", 0.70), ("private", 0.26), ("role", 0.02), ("", 0.02)),
        phone=(("mobile", 0.20), ("direct", 0.12), ("switchboard", 0.06), ("", 0.62)),
        second_phone=0.15,
        international=0.45,
        no_company=0.25,
        formal_company=0.15,
        no_title=0.50,
        no_place=0.40,
        no_website=0.40,
        typo=0.03,
        swapped=0.015,
        initial=0.05,
        nick=0.25,
        no_first=0.08,
        case=0.18,
        spaces=0.03,
        missing_word=0.04,
    ),
}
SHARES_LATIN = tuple((source, HABITS[source].share) for source in SOURCES)
SHARES_CHINESE = tuple((source, HABITS[source].share_chinese) for source in SOURCES)
