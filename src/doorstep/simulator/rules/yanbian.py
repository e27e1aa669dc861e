"""Towns of Yanbian Korean Autonomous Prefecture, Jilin, China, where the invented people live.

Coordinates (WGS 84) and ids: GeoNames (geonames.org), CC BY 4.0, as of 2026. `weight` is our own
rough share of borrowers, not a census. `village` says that houses lie apart.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Town:
    geonames: int
    county: str
    name: str
    latin: str
    latitude: float
    longitude: float
    weight: float
    korean: float
    """Share of Korean names among borrowers."""
    quarters: tuple[str, ...]
    streets: tuple[str, ...]
    village: bool = False

    @property
    def spread(self) -> float:
        """How far houses lie from the middle, in degrees of latitude (0.01 ≈ 1.1 km)."""
        return 0.008 if self.village else 0.018


_CITY = ("光明街", "长白路", "人民路", "新华街", "解放路", "建设街", "公园路", "友谊路")
_TOWN = ("中心街", "站前路", "文化路", "河东街")
_VILLAGE = ("一组", "二组", "三组", "四组")


def _city(
    id_: int, name: str, latin: str, at: tuple[float, float], share: float, korean: float, *q: str
) -> Town:
    return Town(id_, name, name, latin, *at, share, korean, q, _CITY)


def _village(
    id_: int, county: str, name: str, latin: str, at: tuple[float, float], korean: float
) -> Town:
    return Town(id_, county, name, latin, *at, 0.6, korean, (name,), _TOWN + _VILLAGE, True)


TOWNS: tuple[Town, ...] = (
    _city(
        2033467,
        "延吉市",
        "Yanji",
        (42.88825, 129.50241),
        38,
        0.46,
        "河南街道",
        "北山街道",
        "新兴街道",
        "公园街道",
        "建工街道",
    ),
    _city(
        2037534,
        "敦化市",
        "Dunhua",
        (43.36954, 128.22861),
        14,
        0.05,
        "民主街道",
        "胜利街道",
        "渤海街道",
    ),
    _city(
        2036653,
        "珲春市",
        "Hunchun",
        (42.86736, 130.35689),
        9,
        0.36,
        "靖和街道",
        "新安街道",
        "河南街道",
    ),
    _city(
        2034340,
        "图们市",
        "Tumen",
        (42.96562, 129.84199),
        5,
        0.52,
        "新华街道",
        "向上街道",
        "月宫街道",
    ),
    _city(2035966, "龙井市", "Longjing", (42.77131, 129.42307), 6, 0.62, "安民街道", "龙门街道"),
    _city(
        2036933,
        "和龙市",
        "Helong",
        (42.53974, 128.99722),
        5,
        0.50,
        "光明街道",
        "民惠街道",
        "文化街道",
    ),
    _city(
        2034221,
        "汪清县",
        "Wangqing",
        (43.31077, 129.76334),
        6,
        0.28,
        "大川街道",
        "新民街道",
        "长荣街道",
    ),
    _city(2035754, "安图县", "Antu", (43.10247, 128.90848), 5, 0.20, "明月镇", "九龙街道"),
    _village(2037511, "安图县", "二道白河镇", "Erdaobaihe", (42.42456, 128.11048), 0.12),
    _village(2034694, "安图县", "松江镇", "Songjiang", (42.5775, 128.33417), 0.15),
    _village(2034893, "安图县", "石门镇", "Shimen", (43.03333, 129.01667), 0.30),
    _village(2036156, "安图县", "两江镇", "Liangjiang", (42.64889, 128.10028), 0.10),
    _village(2038106, "延吉市", "朝阳川镇", "Chaoyangchuan", (42.87971, 129.36146), 0.48),
    _village(2052242, "延吉市", "依兰镇", "Yilan", (43.10683, 129.51716), 0.45),
    _village(7659437, "延吉市", "小营镇", "Xiaoying", (42.91206, 129.52066), 0.50),
    _village(2037820, "敦化市", "大石头镇", "Dashitou", (43.30667, 128.51139), 0.04),
    _village(2036734, "敦化市", "黄泥河镇", "Huangnihe", (43.55833, 128.02389), 0.03),
    _village(2037863, "敦化市", "大蒲柴河镇", "Dapuchaihe", (42.87973, 128.03049), 0.05),
    _village(2034852, "图们市", "石岘镇", "Shixian", (43.08333, 129.76667), 0.55),
    _village(7536596, "图们市", "长安镇", "Chang'an", (43.02719, 129.66855), 0.60),
    _village(2037595, "龙井市", "东盛涌镇", "Dongshengyong", (42.8089, 129.50011), 0.70),
    _village(2036339, "龙井市", "开山屯镇", "Kaishantun", (42.70177, 129.75738), 0.72),
    _village(2033112, "龙井市", "智新镇", "Zhixin", (42.63935, 129.56159), 0.70),
    _village(2035142, "龙井市", "三合镇", "Sanhe", (42.47532, 129.73585), 0.75),
    _village(2034387, "和龙市", "头道镇", "Toudao", (42.7484, 129.19898), 0.50),
    _village(2038502, "和龙市", "八家子镇", "Bajiazi", (42.66595, 129.11389), 0.35),
    _village(2037662, "和龙市", "东城镇", "Dongcheng", (42.7437, 129.32479), 0.60),
    _village(2037749, "汪清县", "大兴沟镇", "Daxinggou", (43.40734, 129.6612), 0.15),
    _village(2034461, "汪清县", "天桥岭镇", "Tianqiaoling", (43.59007, 129.62974), 0.12),
    _village(2038572, "汪清县", "百草沟镇", "Baicaogou", (43.26543, 129.60272), 0.40),
    _village(2035900, "汪清县", "罗子沟镇", "Luozigou", (43.72932, 130.34042), 0.20),
    _village(2051067, "珲春市", "英安镇", "Ying'an", (42.89, 130.28583), 0.45),
    _village(2051074, "珲春市", "敬信镇", "Jingxin", (42.6375, 130.47167), 0.60),
    _village(2038054, "珲春市", "春化镇", "Chunhua", (43.19514, 131.07257), 0.15),
)
