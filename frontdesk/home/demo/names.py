"""Invented people: names as common and as rare as in a real estate, numbers that pass every check and belong to nobody known."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from stdnum.cn import ric, uscc

if TYPE_CHECKING:
    from random import Random

COMMON = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
RARE = (
    "单", "仇", "解", "查", "区", "朴", "盖", "冼", "尉", "缪", "翟", "覃", "谌", "瞿", "卜", "臧",
    "欧阳", "上官", "司马", "诸葛", "尉迟", "令狐", "夏侯", "慕容",
)  # fmt: skip
MALE = "伟强磊军勇杰涛明超刚平辉鹏飞波斌浩凯健俊帆旭林洋峰"
FEMALE = "芳娜敏静丽艳娟霞英玲红梅燕萍雪莹婷慧琳洁颖倩佳欣珍"
MALES = (
    "建华", "志强", "文辉", "海涛", "晓东", "国栋", "俊杰", "嘉豪", "伟明", "振宇", "少鹏", "家俊", "泽楷", "梓轩", "浩然", "宇航",
    "子豪", "一鸣", "明哲", "思远", "博文", "伟杰", "锦涛", "文博", "立新", "永康", "景天", "天佑", "启航", "奕辰", "沐阳", "俊熙",
)  # fmt: skip
FEMALES = (
    "晓燕", "丽华", "雪梅", "海燕", "小红", "慧敏", "佩珊", "嘉欣", "美玲", "雅琴", "婉婷", "诗涵", "梓涵", "雨桐", "可馨", "思琪",
    "欣怡", "梦瑶", "若曦", "语桐", "静怡", "淑仪", "咏琪", "紫萱", "佳慧", "春兰", "丹丹", "莉莉", "文静", "舒雅", "书瑶", "一诺",
)  # fmt: skip
OLD_MALE = ("建国", "国强", "志明", "德福", "永发", "金生", "文斌", "汉生", "卫东", "光荣", "水根", "炳坤")
OLD_FEMALE = ("秀英", "桂兰", "玉珍", "淑芬", "凤英", "翠花", "美娇", "金莲", "惠珍", "素芳", "月娥", "兰香")
REGIONS = (
    "440303",
    "440304",
    "440305",
    "440306",
    "440106",
    "445102",
    "430102",
    "420106",
    "510104",
    "360103",
    "450102",
    "350203",
)
MOBILE = ("135", "136", "137", "138", "139", "150", "151", "158", "159", "186", "188", "189", "177", "131")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
TRADES = ("商贸", "餐饮管理", "科技", "教育咨询", "物流", "健康管理", "文化传播", "装饰工程")
BRANDS = (
    "鲜果园",
    "益民",
    "惠邻",
    "南湖春",
    "康佳安",
    "小熊",
    "百味居",
    "优学",
    "安居客家",
    "晨曦",
    "顺达",
    "味千里",
    "美宜",
    "海之蓝",
)
CARS = (
    "比亚迪秦 白", "比亚迪宋 灰", "特斯拉Model Y 白", "大众朗逸 银", "丰田卡罗拉 白", "本田雅阁 黑", "日产轩逸 银", "广汽埃安 蓝",
    "别克GL8 黑", "奔驰C级 白", "宝马3系 蓝", "奥迪A4L 黑", "五菱宏光 银", "理想L7 灰", "小鹏P7 绿", "哈弗H6 红",
)  # fmt: skip
EMPLOYERS = (
    "",
    "",
    "",
    "南山区人民医院",
    "腾达电子",
    "市第三中学",
    "自由职业",
    "顺丰速运",
    "建设银行",
    "退休",
    "湖滨小学",
    "华兴设计院",
)


def surname(random: Random) -> str:
    """Draw a surname: the common ones weigh by rank, one in thirty is rare or double."""
    if random.random() < 1 / 30:
        return random.choice(RARE)
    return COMMON[min(int(random.expovariate(1 / 22)), len(COMMON) - 1)]


def family_of(name: str) -> str:
    """Return the surname of a name, double ones whole."""
    return name[:2] if name[:2] in RARE else name[:1]


def full_name(random: Random, *, family: str, female: bool, born: int) -> str:
    """Draw a name that fits the year of birth."""
    if born < 1960:
        return family + random.choice(OLD_FEMALE if female else OLD_MALE)
    if random.random() < (0.85 if born > 1985 else 0.55):
        return family + random.choice(FEMALES if female else MALES)
    return family + random.choice(FEMALE if female else MALE)


def id_number(random: Random, *, born: dt.date, female: bool, taken: set[str]) -> str:
    """Draw an ID card number nobody else of the demonstration has."""
    while True:
        place = random.randrange(0, 500) * 2 + (0 if female else 1)
        number = f"{random.choice(REGIONS)}{born:%Y%m%d}{place:03d}"
        number += ric.calc_check_digit(number + "0")
        if number not in taken:
            taken.add(number)
            return number


def credit_code(random: Random, *, taken: set[str]) -> str:
    """Draw a company's unified social credit code."""
    while True:
        digits = "".join(random.choice("0123456789") for _ in range(9))
        number = f"91440300MA{digits[:7]}"[:17]
        number += uscc.calc_check_digit(number)
        if number not in taken and uscc.is_valid(number):
            taken.add(number)
            return number


def phone(random: Random, *, taken: set[str]) -> str:
    """Draw a mobile number."""
    while True:
        number = f"{random.choice(MOBILE)}{random.randrange(10**8):08d}"
        if number not in taken:
            taken.add(number)
            return number


def plate(random: Random, *, taken: set[str]) -> str:
    """Draw a plate; one car in three is green."""
    while True:
        city = random.choice("BBBBBBBBASL")
        if random.random() < 1 / 3:
            number = f"粤{city}{random.choice('DF')}{random.randrange(10**5):05d}"
        else:
            number = f"粤{city}{random.choice(LETTERS[:-2])}{random.randrange(10**4):04d}"
        if number not in taken:
            taken.add(number)
            return number


def company(random: Random, *, taken: set[str]) -> str:
    """Draw the name of a shop's company."""
    while True:
        number = "" if len(taken) < 40 else str(len(taken))
        name = f"深圳市{random.choice(BRANDS)}{number}{random.choice(TRADES)}有限公司"
        if name not in taken:
            taken.add(name)
            return name


def birthday(random: Random, *, first: int, last: int) -> dt.date:
    """Draw a date of birth within two years, both included."""
    start = dt.date(first, 1, 1)
    return start + dt.timedelta(days=random.randrange((dt.date(last, 12, 31) - start).days + 1))
