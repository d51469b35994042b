"""Countries of dirty leads: how they are written, their cities, legal forms and telephone numbers.

Numbers set aside for fiction are used where there are enough of them and where they look like
any other number of the country (fixed lines of Germany, Britain, France and Australia, 555-01xx in
North America); all others are merely of the right shape.
"""

from dataclasses import dataclass

CHINESE_SPEAKING = ("CN", "TW", "HK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One country.

    share           of people, in the mix that is not taken from a market
    names           how people write it, the English name first, the Chinese one second
    forms           legal forms of companies with their other spellings
    fixed, mobile   (area code, pattern of the rest); `#` is a digit, `N` one of 2-9
    """

    code: str
    share: float
    names: tuple[str, ...]
    culture: str
    cities: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...]
    calling: str
    trunk: str
    fixed: tuple[tuple[str, str], ...]
    mobile: tuple[tuple[str, str], ...]


_NORTH_AMERICA = (("Inc.", "Inc", "Incorporated"), ("LLC", "L.L.C."), ("Corp.", "Corporation"))
_MAINLAND_MOBILE = tuple(
    (prefix, "########")
    for prefix in (
        *("135", "136", "137", "138", "139", "150", "151", "158", "159", "182", "187", "188"),
        *("130", "131", "132", "155", "156", "186", "133", "153", "180", "189", "177", "198"),
    )
)

PLACES = (
    Place(
        code="CN",
        share=0.29,
        names=("China", "中国", "CN", "P.R. China", "PRC", "中华人民共和国", "china"),
        culture="chinese",
        cities=("上海", "北京", "深圳", "广州", "杭州", "成都", "苏州", "南京", "武汉", "天津"),
        forms=(("有限公司", "有限责任公司"), ("股份有限公司",), ("集团有限公司", "集团")),
        calling="86",
        trunk="0",
        fixed=(
            *(("21", "N#######"), ("10", "N#######"), ("20", "N#######"), ("755", "N#######")),
            *(("571", "N#######"), ("28", "N#######"), ("512", "N#######"), ("25", "N#######")),
        ),
        mobile=_MAINLAND_MOBILE,
    ),
    Place(
        code="TW",
        share=0.04,
        names=("Taiwan", "台湾", "TW", "臺灣", "台灣", "Taiwan, China"),
        culture="chinese",
        cities=("台北", "高雄", "新竹"),
        forms=(("有限公司",), ("股份有限公司",)),
        calling="886",
        trunk="0",
        fixed=(("2", "2#######"), ("3", "5######"), ("7", "3######")),
        mobile=(("9", "########"),),
    ),
    Place(
        code="HK",
        share=0.04,
        names=("Hong Kong", "香港", "HK", "Hongkong", "Hong Kong SAR"),
        culture="chinese",
        cities=("香港",),
        forms=(("有限公司",), ("集团有限公司",)),
        calling="852",
        trunk="",
        fixed=(("", "2#######"), ("", "3#######")),
        mobile=(("", "9#######"), ("", "6#######")),
    ),
    Place(
        code="US",
        share=0.20,
        names=("United States", "美国", "US", "USA", "U.S.A.", "United States of America"),
        culture="english",
        cities=("New York", "Chicago", "Boston", "Austin", "Seattle", "San Francisco"),
        forms=_NORTH_AMERICA,
        calling="1",
        trunk="",
        fixed=tuple(
            (area, "55501##")
            for area in (
                *("201", "202", "203", "205", "206", "207", "208", "209", "210", "212", "213"),
                *("214", "215", "216", "217", "218", "219", "224", "225", "228", "229", "231"),
                *("234", "239", "240", "248", "251", "252", "253", "254", "256", "260", "262"),
                *("267", "269", "270", "276", "281", "301", "302", "303", "304", "305", "307"),
                *("308", "309", "310", "312", "313", "314", "315", "316", "317", "318", "319"),
                *("320", "321", "323", "325", "330", "334", "336", "337", "339", "347", "351"),
                *("352", "360", "361", "386", "401", "402", "404", "405", "406", "407", "408"),
                *("409", "410", "412", "413", "414", "415", "417", "419", "423", "425", "432"),
            )
        ),
        mobile=(("917", "N######"), ("646", "N######"), ("415", "N######"), ("312", "N######")),
    ),
    Place(
        code="CA",
        share=0.03,
        names=("Canada", "加拿大", "CA", "CAN"),
        culture="english",
        cities=("Toronto", "Montréal", "Vancouver"),
        forms=_NORTH_AMERICA,
        calling="1",
        trunk="",
        fixed=(("416", "55501##"), ("514", "55501##"), ("604", "55501##")),
        mobile=(("647", "N######"), ("438", "N######"), ("778", "N######")),
    ),
    Place(
        code="GB",
        share=0.10,
        names=("United Kingdom", "英国", "GB", "UK", "Great Britain", "England", "U.K."),
        culture="english",
        cities=("London", "Manchester", "Leeds", "Bristol", "Edinburgh"),
        forms=(("Ltd", "Limited", "Ltd."), ("plc", "PLC"), ("LLP",)),
        calling="44",
        trunk="0",
        fixed=(("20", "79460###"), ("161", "4960###"), ("113", "4960###"), ("117", "4960###")),
        mobile=(("7400", "######"), ("7800", "######"), ("7911", "######"), ("7950", "######")),
    ),
    Place(
        code="DE",
        share=0.13,
        names=("Germany", "德国", "DE", "Deutschland", "GER", "BRD"),
        culture="german",
        cities=("Berlin", "Munich", "Hamburg", "Frankfurt", "Köln", "Stuttgart"),
        forms=(("GmbH", "G.m.b.H.", "mbH"), ("AG", "Aktiengesellschaft"), ("GmbH & Co. KG",)),
        calling="49",
        trunk="0",
        fixed=(("30", "23125###"), ("69", "90009###"), ("40", "66969###"), ("221", "4710###")),
        mobile=(("151", "########"), ("160", "#######"), ("171", "#######"), ("176", "########")),
    ),
    Place(
        code="FR",
        share=0.07,
        names=("France", "法国", "FR", "FRA", "France métropolitaine"),
        culture="french",
        cities=("Paris", "Lyon", "Marseille", "Lille"),
        forms=(("SA", "S.A."), ("SARL", "S.A.R.L."), ("SAS", "S.A.S.")),
        calling="33",
        trunk="0",
        fixed=(("1", "9900####"), ("2", "6191####"), ("3", "5301####"), ("4", "6571####")),
        mobile=(("6", "1#######"), ("6", "8#######"), ("7", "8#######")),
    ),
    Place(
        code="NL",
        share=0.02,
        names=("Netherlands", "荷兰", "NL", "The Netherlands", "Holland", "Nederland"),
        culture="german",
        cities=("Amsterdam", "Rotterdam", "Utrecht"),
        forms=(("BV", "B.V."), ("NV", "N.V.")),
        calling="31",
        trunk="0",
        fixed=(("20", "N######"), ("10", "N######")),
        mobile=(("6", "1#######"), ("6", "2#######")),
    ),
    Place(
        code="BR",
        share=0.03,
        names=("Brazil", "巴西", "BR", "Brasil"),
        culture="brazilian",
        cities=("São Paulo", "Rio de Janeiro", "Curitiba"),
        forms=(("Ltda", "Ltda.", "Limitada"), ("S.A.", "S/A")),
        calling="55",
        trunk="0",
        fixed=(("11", "3#######"), ("21", "2#######"), ("41", "3#######")),
        mobile=(("11", "9########"), ("21", "9########")),
    ),
    Place(
        code="JP",
        share=0.03,
        names=("Japan", "日本", "JP", "JAPAN"),
        culture="japanese",
        cities=("Tokyo", "Osaka", "Nagoya"),
        forms=(("KK", "K.K.", "Co., Ltd."),),
        calling="81",
        trunk="0",
        fixed=(("3", "3#######"), ("6", "6#######")),
        mobile=(("90", "N#######"), ("80", "N#######")),
    ),
    Place(
        code="AU",
        share=0.02,
        names=("Australia", "澳大利亚", "AU", "AUS"),
        culture="english",
        cities=("Sydney", "Melbourne", "Brisbane"),
        forms=(("Pty Ltd", "Pty. Ltd.", "Pty Limited"),),
        calling="61",
        trunk="0",
        fixed=(("2", "5550####"), ("3", "5550####"), ("7", "5550####")),
        mobile=(("412", "######"), ("423", "######")),
    ),
)
SHARES = tuple((place, place.share) for place in PLACES)
PLACE_OF_CODE = {place.code: place for place in PLACES}
PLACE_OF_NAME = {place.names[0]: place for place in PLACES}
