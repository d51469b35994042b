import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleansing.companies import company_key, company_latin_key, normal_company_name


@pytest.mark.parametrize(
    "name",
    [
        "Acme GmbH",
        "ACME AG",
        "Acme, Inc.",
        "Acme Corp",
        "Acme Corporation",
        "Acme LLC",
        "Acme L.L.C.",
        "Acme Ltd.",
        "Acme Limited",
        "Acme S.A.",
        "Acme SAS",
        "Acme B.V.",
        "Acme KK",
        "Acme Pty Ltd",
        "Acme Ltda",
        "Acme Co., Ltd.",
        "Acme GmbH & Co. KG",
        "Acme Group",
        "Acme Oy",
        "Acme S.p.A.",
        "Acme Sp. z o.o.",
        "Acme S. A. de C. V.",
        "Acme (Germany) GmbH",
        "The Acme Company",
        "Acmé",
        "Acme, Osaka branch",
        "Acme Holding AG",
        "Acme PLC",
        "PT Acme Tbk",
        "Acme s.r.o.",
        "ＡＣＭＥ\u3000ＧｍｂＨ",
        '"Acme" Inc',
    ],
)
def test_legal_forms_accents_and_brackets_do_not_matter(name):
    assert company_key(name) == "acme"


@pytest.mark.parametrize(
    "name",
    [
        "华瑞科技有限公司",
        "华瑞科技有限责任公司",
        "华瑞科技股份有限公司",
        "华瑞科技集团",
        "華瑞科技股份有限公司",
        "华瑞科技（上海）有限公司",
        "华瑞科技(集团)有限公司",
        "华瑞科技集团有限公司",
        " 华瑞 科技 有限公司",
        "华瑞科技有限公司北京分公司",
        "华瑞科技",
    ],
)
def test_chinese_forms_branches_and_scripts_do_not_matter(name):
    assert company_key(name) == "华瑞科技"


@pytest.mark.parametrize(
    ("chinese", "latin"),
    [
        ("上海华瑞科技有限公司", "Shanghai Huarui Keji Co., Ltd."),
        ("上海华瑞科技有限公司", "Shanghai Huarui Technology Co., Ltd."),
        ("诚兴信息技术", "Chengxing Information Technology Limited"),
        ("光光电子有限公司北京分公司", "Guangguang Electronics"),
        ("阿里巴巴集团", "Alibaba Group"),
        ("重庆长安", "Chongqing Changan"),
    ],
)
def test_both_scripts_share_a_latin_key(chinese, latin):
    assert company_latin_key(chinese) == company_latin_key(latin)


@pytest.mark.parametrize(
    "name", ["Smith & Sons Ltd", "Smith and Sons", "Smith und Sons GmbH", "SMITH + SONS"]
)
def test_and_is_written_in_many_ways(name):
    assert company_key(name) == "smith sons"


@pytest.mark.parametrize(
    ("one", "other"), [("Acme North", "Acme South"), ("上海华瑞", "北京华瑞"), ("AG Bau", "Bau")]
)
def test_different_companies_have_different_keys(one, other):
    assert company_key(one) != company_key(other)


@pytest.mark.parametrize("name", ["AG", "有限公司", "Holding", "The Group", "(Shanghai)"])
def test_a_name_that_is_all_legal_form_still_has_a_key(name):
    assert company_key(name)


@given(st.text(max_size=30))
def test_any_text_has_a_normal_form_that_stays_and_keys(text):
    once = normal_company_name(text)

    assert normal_company_name(once) == once
    assert company_key(text) == company_key(once)
    company_latin_key(text)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ('"Acme" GmbH', '"Acme" GmbH'),
        ('"Acme GmbH"', "Acme GmbH"),
        ("„Acme GmbH“", "Acme GmbH"),
        ('Acme GmbH"', "Acme GmbH"),
        ("Acme™", "Acme"),
    ],
)
def test_quotation_marks_are_left_out_in_pairs_and_trade_marks_are_no_letters(typed, name):
    assert normal_company_name(typed) == name
    assert company_key(typed) == "acme"


@pytest.mark.parametrize(
    "typed",
    ["Acme GmbH & Co.KG", "Acme Co.Ltd", "Acme S.à r.l.", "Acme PartG mbB", "ACME CO.,LTD."],
)
def test_a_legal_form_is_known_without_its_spaces(typed):
    assert company_key(typed) == "acme"


def test_a_branch_of_a_bank_is_the_bank():
    assert company_key("中国银行股份有限公司上海分行") == company_key("中国银行")
