"""Invented names for people and companies, Latin and Chinese. They say nothing about anything.

All mail domains end in `.example`, which no one can own (RFC 2606). Every company has its own
name and domain.
"""

import numpy as np
from numpy.typing import NDArray

from sandbox.behaviour import Index
from sandbox.places import CHINA, COUNTRIES

Flags = NDArray[np.bool_]

FIRST = (
    "Anna Ben Carla David Elena Frank Grace Hugo Irene Jonas Karin Louis Maria Nils Olga Paul "
    "Rosa Simon Tara Victor Wendy Yusuf Zoe Amir Bianca Cedric Dora Emil Fiona Georg Hana Ivan"
).split()
LAST = (
    "Adams Becker Costa Dubois Evans Fischer Garcia Hansen Ito Jansen Keller Lopez Martin Novak "
    "Olsen Peters Quinn Rossi Schmidt Tanaka Urban Vogel Weber Young Zimmer Baker Clark Moreau "
    "Silva Turner Walker Yamada"
).split()
FIRST_CHINESE = (
    "伟:wei 芳:fang 娜:na 敏:min 静:jing 磊:lei 洋:yang 勇:yong 艳:yan 杰:jie 娟:juan 涛:tao 明:ming "
    "超:chao 霞:xia 平:ping 刚:gang 桂英:guiying 建国:jianguo 晓红:xiaohong"
).split()
LAST_CHINESE = (
    "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 黄:huang 赵:zhao 吴:wu 周:zhou 徐:xu 孙:sun 马:ma "
    "朱:zhu 胡:hu 郭:guo 何:he 高:gao"
).split()
_SYLLABLES = (
    "bra cal del dor fen gar hel jor kan kel lan mar mel nor nov pal ran ros sel sol tal tam tor "
    "val var vel vin wes yor zan"
).split()
_LUCKY = (
    "华:hua 瑞:rui 鑫:xin 盛:sheng 恒:heng 远:yuan 宏:hong 泰:tai 嘉:jia 博:bo 创:chuang 达:da 东:dong "
    "峰:feng 光:guang 海:hai 金:jin 联:lian 隆:long 美:mei 启:qi 荣:rong 顺:shun 天:tian 通:tong 新:xin2 "
    "兴:xing 信:xin3 银:yin 宇:yu"
).split()
_CITIES = (
    "上海:shanghai 北京:beijing 深圳:shenzhen 广州:guangzhou 杭州:hangzhou 成都:chengdu".split()
)


def company_names(country: Index, *, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """The name and the mail domain of each company, no two alike."""
    forms = [place[4] for place in COUNTRIES]
    numbers = _distinct_numbers(len(country), len(_SYLLABLES) ** 3, rng=rng)
    latin = [_latin(int(number)) for number in numbers]
    chinese = [_chinese(int(number)) for number in numbers]
    names = [
        chinese[i][0] + forms[CHINA] if place == CHINA else f"{latin[i].title()} {forms[place]}"
        for i, place in enumerate(country)
    ]
    domains = [
        f"{chinese[i][1] if place == CHINA else latin[i].replace(' ', '-')}.example"
        for i, place in enumerate(country)
    ]
    return names, domains


def person_names(
    is_chinese: Flags, *, rng: np.random.Generator
) -> tuple[list[str], list[str], list[str]]:
    """First name, last name, and the two in Latin letters for an address, of each person."""
    picks = rng.random((len(is_chinese), 2))
    people = [
        _chinese_person(*pick) if here else _latin_person(*pick)
        for here, pick in zip(is_chinese, picks, strict=True)
    ]
    first, last, local = zip(*people, strict=True)
    return list(first), list(last), list(local)


def _latin_person(u: float, v: float) -> tuple[str, str, str]:
    first, last = FIRST[int(u * len(FIRST))], LAST[int(v * len(LAST))]
    return first, last, f"{first}.{last}".lower()


def _chinese_person(u: float, v: float) -> tuple[str, str, str]:
    first, pinyin = FIRST_CHINESE[int(u * len(FIRST_CHINESE))].split(":")
    last, family = LAST_CHINESE[int(v * len(LAST_CHINESE))].split(":")
    return first, last, f"{pinyin}.{family}"


def _latin(number: int) -> str:
    rest, third = divmod(number, len(_SYLLABLES))
    rest, second = divmod(rest, len(_SYLLABLES))
    more, first = divmod(rest, len(_SYLLABLES))
    word = _SYLLABLES[first] + _SYLLABLES[second] + "o " + _SYLLABLES[third] + "ia"
    return word if not more else f"{word} {more + 1}"


def _chinese(number: int) -> tuple[str, str]:
    rest, third = divmod(number, len(_LUCKY))
    rest, second = divmod(rest, len(_LUCKY))
    rest, first = divmod(rest, len(_LUCKY))
    more, city = divmod(rest, len(_CITIES))
    parts = [_CITIES[city], *(_LUCKY[place] for place in (first, second, third))]
    name, pinyin = zip(*(part.split(":") for part in parts), strict=True)
    number_after = str(more + 1) if more else ""
    return "".join(name) + number_after, pinyin[0] + "-" + "".join(pinyin[1:]) + number_after


def _distinct_numbers(n: int, least: int, *, rng: np.random.Generator) -> Index:
    return rng.permutation(max(n, least))[:n]
