"""Our own small base map: towns as points with their names. No tiles, nothing fetched.

Yanbian Korean Autonomous Prefecture, Jilin. Coordinates (WGS-84): GeoNames, geonames.org,
CC BY 4.0. `seat` marks a county's seat, which is named first where names would collide.
"""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.visits.types import Point


@dataclass(frozen=True, slots=True)
class Town:
    """`names` in English (Latin letters), 简体 and 繁體."""

    at: Point
    names: tuple[str, str, str]
    seat: bool = False


def _seat(lat: float, lon: float, *names: str) -> Town:
    return Town((lat, lon), (names[0], names[1], names[2]), True)


def _town(lat: float, lon: float, *names: str) -> Town:
    return Town((lat, lon), (names[0], names[1], names[2]))


TOWNS: tuple[Town, ...] = (
    _seat(42.88825, 129.50241, "Yanji", "延吉", "延吉"),
    _seat(43.36954, 128.22861, "Dunhua", "敦化", "敦化"),
    _seat(42.86736, 130.35689, "Hunchun", "珲春", "琿春"),
    _seat(42.96562, 129.84199, "Tumen", "图们", "圖們"),
    _seat(42.77131, 129.42307, "Longjing", "龙井", "龍井"),
    _seat(42.53974, 128.99722, "Helong", "和龙", "和龍"),
    _seat(43.31077, 129.77334, "Wangqing", "汪清", "汪清"),
    _seat(43.10247, 128.90848, "Antu", "安图", "安圖"),
    _town(42.91206, 129.52066, "Xiaoying", "小营", "小營"),
    _town(43.10683, 129.51716, "Yilan", "依兰", "依蘭"),
    _town(43.16556, 129.17444, "Sandaowan", "三道湾", "三道灣"),
    _town(42.87971, 129.36146, "Chaoyangchuan", "朝阳川", "朝陽川"),
    _town(43.08333, 129.76667, "Shixian", "石岘", "石峴"),
    _town(43.02719, 129.66855, "Chang'an", "长安", "長安"),
    _town(42.70177, 129.75738, "Kaishantun", "开山屯", "開山屯"),
    _town(42.8089, 129.50011, "Dongshengyong", "东盛涌", "東盛涌"),
    _town(42.63935, 129.56159, "Zhixin", "智新", "智新"),
    _town(42.47532, 129.73585, "Sanhe", "三合", "三合"),
    _town(42.7484, 129.19898, "Toudao", "头道", "頭道"),
    _town(42.66595, 129.11389, "Bajiazi", "八家子", "八家子"),
    _town(42.69756, 129.09316, "Xicheng", "西城", "西城"),
    _town(42.26292, 129.20444, "Nanping", "南坪", "南坪"),
    _town(42.7437, 129.32479, "Dongcheng", "东城", "東城"),
    _town(43.59007, 129.62974, "Tianqiaoling", "天桥岭", "天橋嶺"),
    _town(43.40734, 129.6612, "Daxinggou", "大兴沟", "大興溝"),
    _town(43.72932, 130.34042, "Luozigou", "罗子沟", "羅子溝"),
    _town(43.71175, 129.43261, "Chunyang", "春阳", "春陽"),
    _town(43.26543, 129.60272, "Baicaogou", "百草沟", "百草溝"),
    _town(43.36308, 130.47973, "Fuxing", "复兴", "復興"),
    _town(42.42456, 128.11048, "Erdaobaihe", "二道白河", "二道白河"),
    _town(42.5775, 128.33417, "Songjiang", "松江", "松江"),
    _town(43.03333, 129.01667, "Shimen", "石门", "石門"),
    _town(42.64889, 128.10028, "Liangjiang", "两江", "兩江"),
    _town(43.18333, 128.78333, "Liangbing", "亮兵", "亮兵"),
    _town(42.87306, 128.32444, "Wanbao", "万宝", "萬寶"),
    _town(42.77833, 130.33833, "Banshi", "板石", "板石"),
    _town(42.6375, 130.47167, "Jingxin", "敬信", "敬信"),
    _town(43.19514, 131.07257, "Chunhua", "春化", "春化"),
    _town(42.93, 130.48639, "Hadamen", "哈达门", "哈達門"),
    _town(42.99611, 130.14083, "Mijiang", "密江", "密江"),
    _town(43.55833, 128.02389, "Huangnihe", "黄泥河", "黃泥河"),
    _town(43.30667, 128.51139, "Dashitou", "大石头", "大石頭"),
    _town(42.87973, 128.03049, "Dapuchaihe", "大蒲柴河", "大蒲柴河"),
)
