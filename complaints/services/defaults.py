"""What an estate in China sorts its tickets by, to begin with: departments, the tree of categories, parts, causes.

The months of the parts follow 《建设工程质量管理条例》 § 40 (structure: its design life, here 50 years; waterproofing
5 years; heating and cooling 2 seasons; wiring, pipes, installations, finishes 2 years), 《民用建筑节能条例》 § 23
(insulation 5 years) and, for what these leave out, the ministry's rule on the two books handed over with a flat
(《商品住宅实行住宅质量保证书和住宅使用说明书制度的规定》).
"""

from __future__ import annotations

from dataclasses import dataclass

ENGINEERING, SERVICE, ORDER, CLEANING, GREENING = "工程部", "客服部", "秩序部", "保洁部", "绿化部"
DEPARTMENTS = (ENGINEERING, SERVICE, ORDER, CLEANING, GREENING)
HOUR = 60


@dataclass(frozen=True)
class Branch:
    """One category with its own; what it leaves open a category below takes from it.

    Attributes:
        department: to whom it goes by default.
        finish: working minutes; None: as the target of the ticket's kind says.
        visit: whether somebody must be there to open the door.
        place: whether the place is asked for.
        urgent: whether it is urgent from the start.

    """

    name: str
    department: str = ""
    finish: int | None = None
    visit: bool | None = None
    place: bool | None = None
    urgent: bool = False
    below: tuple[Branch, ...] = ()


B = Branch
CATEGORIES = (
    B("房屋本体", ENGINEERING, visit=True, below=(
        B("渗漏水"), B("墙面开裂、空鼓"), B("门窗"), B("地面、瓷砖"), B("外墙、屋面", place=True), B("烟道、排气"),
    )),
    B("给排水", ENGINEERING, visit=True, below=(
        B("水龙头、阀门"), B("下水堵塞", finish=4 * HOUR), B("水管爆裂", finish=HOUR, urgent=True),
        B("停水、水压", visit=False), B("洁具"),
    )),
    B("强电", ENGINEERING, visit=True, below=(
        B("停电、跳闸", finish=2 * HOUR, urgent=True), B("灯具、开关、插座"), B("公共照明", visit=False, place=True),
    )),
    B("弱电、智能化", ENGINEERING, visit=True, below=(
        B("可视对讲"), B("门禁、道闸", visit=False, place=True), B("监控", visit=False, place=True), B("网络、电视"),
    )),
    B("暖通、燃气", ENGINEERING, visit=True, below=(
        B("空调"), B("供暖"), B("燃气、热水器", finish=2 * HOUR, urgent=True),
    )),
    B("电梯", ENGINEERING, visit=False, place=True, below=(
        B("困人", finish=30, urgent=True), B("停运", finish=2 * HOUR, urgent=True), B("按键、轿厢", finish=8 * HOUR),
        B("异响、抖动"),
    )),
    B("消防", ENGINEERING, visit=False, place=True, below=(
        B("消防设施", finish=4 * HOUR), B("占用消防通道", ORDER, finish=HOUR, urgent=True),
        B("报警、误报", ORDER, finish=30, urgent=True),
    )),
    B("公共设施", ENGINEERING, visit=False, place=True, below=(
        B("大堂、单元门"), B("健身、游乐器材"), B("道路、地砖"), B("地下车库"), B("信报箱、快递柜"),
    )),
    B("停车", ORDER, visit=False, place=True, below=(
        B("车位被占", finish=2 * HOUR), B("乱停放"), B("车辆刮碰"), B("月卡、车位", SERVICE, place=False),
    )),
    B("秩序、安全", ORDER, visit=False, place=True, below=(
        B("门岗、巡逻"), B("高空抛物", finish=4 * HOUR, urgent=True), B("宠物"), B("外来人员"), B("失物、拾遗"),
    )),
    B("噪音", SERVICE, visit=False, below=(
        B("邻里噪音"), B("装修噪音", ORDER, finish=2 * HOUR), B("广场、商铺噪音", ORDER, place=True),
        B("设备噪音", ENGINEERING),
    )),
    B("保洁", CLEANING, visit=False, place=True, below=(
        B("楼道、大堂"), B("垃圾清运", finish=4 * HOUR), B("消杀、虫害"), B("室外、车库"),
    )),
    B("绿化", GREENING, visit=False, place=True, below=(B("修剪"), B("枯死、补种"), B("浇灌、积水"), B("虫害"))),
    B("收费", SERVICE, visit=False, below=(B("物业费"), B("停车费"), B("水电、公摊"), B("票据、退费"))),
    B("装修", SERVICE, visit=False, below=(B("装修手续"), B("违规装修", ORDER), B("装修垃圾", CLEANING, place=True))),
    B("邻里纠纷", SERVICE, visit=False, below=(
        B("漏水纠纷"), B("占用公共部位", place=True), B("油烟、气味"), B("其他纠纷"),
    )),
    B("便民服务", SERVICE, visit=False, below=(
        B("老人、孩子", finish=30, urgent=True), B("开锁、搭电", ORDER, finish=HOUR), B("借用、代办"),
        B("证件、门禁卡"),
    )),
    B("服务质量", SERVICE, visit=False, below=(B("服务态度"), B("服务及时性"), B("改进建议"), B("表扬"))),
    B("其他", SERVICE, visit=False),
)  # fmt: skip
PARTS = (
    ("地基基础、主体结构", 600),
    ("屋面防水", 60),
    ("卫生间、厨房防水", 60),
    ("外墙、外窗防渗漏", 60),
    ("保温工程", 60),
    ("供热、供冷系统", 24),
    ("电气管线", 24),
    ("给排水管道", 24),
    ("设备安装", 24),
    ("装修工程（墙、地、顶）", 24),
    ("门窗、五金", 24),
    ("智能化系统", 24),
    ("电梯", 24),
    ("消防设施", 24),
    ("道路、室外工程", 24),
    ("卫生洁具", 12),
    ("灯具、开关、插座", 6),
    ("管道堵塞", 2),
    ("绿化", 12),
    ("其他", 0),
)
"""Part → months of the developer's warranty."""
CAUSES = ("老化", "施工质量", "产品质量", "设计", "使用不当", "人为损坏", "外力、天气", "管理服务", "其他")
