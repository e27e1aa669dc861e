"""Invented names in the traditions met in Yanbian: Han, Korean, Manchu and others.

Families and given names are common ones put together by chance; any likeness is chance too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from doorstep.simulator.rules.draws import draw, pick

Tradition = Literal["han", "korean", "manchu"]

_FAMILIES: dict[Tradition, str] = {
    "han": (
        "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪"
        "陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷"
    ),
    "korean": "金李朴崔郑姜赵尹张林韩申徐权黄安宋全洪柳高文孙梁裴白许南沈卢河郭成车具禹朱罗方玄池",
    "manchu": "佟关马索齐富尚那郎赫吴洪唐付康赵石白傅英",
}
_GIVEN: dict[tuple[Tradition, str], tuple[str, str]] = {
    ("han", "m"): ("建志国文海永晓春立明俊德玉振宝", "军强伟峰涛波林斌刚辉亮鹏平华东"),
    ("han", "f"): ("秀春桂丽海晓玉雪淑艳美凤红秋金", "英芳梅霞华娟玲燕丹萍兰琴敏红云"),
    ("korean", "m"): ("哲永成东光龙京相学正昌万虎日南", "洙浩哲国男范植俊吉日龙云勋奎日"),
    ("korean", "f"): ("美英顺善银香贞花玉海京明福莲春", "兰姬子淑花玉顺爱仙实善今女丹月"),
    ("manchu", "m"): ("长景德荣玉文连海永兆", "山林福江春海庆贵柱云"),
    ("manchu", "f"): ("玉桂秀艳春凤丽雅淑雪", "珍兰芝荣梅琴杰华清莲"),
}
_SINGLE = 0.22
"""Share of Han people with a given name of one character."""


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    tradition: Tradition
    gender: str


def invent(seed: int, korean: float, *about: object) -> Name:
    """A name for whoever `about` names; `korean` is the share of Korean names in their town."""
    chance = draw(seed, "tradition", *about)
    rest = (1 - korean) * 0.9
    tradition: Tradition = (
        "korean" if chance < korean else "han" if chance < korean + rest else "manchu"
    )
    gender = "f" if draw(seed, "gender", *about) < 0.46 else "m"
    first, second = _GIVEN[tradition, gender]
    family = pick(_FAMILIES[tradition], seed, "family", *about)
    given = pick(second, seed, "second", *about)
    if tradition != "han" or draw(seed, "single", *about) >= _SINGLE:
        given = pick(first, seed, "first", *about) + given
    return Name(family + given, tradition, gender)
