"""What becomes of amounts in a region, and what is printed about its rules. Never says lawful or unlawful."""

from __future__ import annotations

from checker.language.pack import Guards
from checker.language.pack_guards import MoneyMode
from checker.model import Text

_GUANGDONG = tuple(
    [
        "广东",
        "广州",
        "珠海",
        "汕头",
        "佛山",
        "韶关",
        "河源",
        "梅州",
        "惠州",
        "汕尾",
        "东莞",
        "中山",
        "江门",
        "阳江",
        "湛江",
        "茂名",
        "肇庆",
        "清远",
        "潮州",
        "揭阳",
        "云浮",
    ]
)
_PROVINCE = Text(
    "《广东省劳动保障监察条例》第五十一条：规章制度中有罚款内容，或没有法律依据扣减工资的，责令改正并警告；"
    "实际罚款或扣减而逾期不改的，按被罚人数每人处二千元以上五千元以下罚款。"
    "《广东省工资支付条例》第十五条：因损失扣赔偿须事先书面告知原因和数额，余额不低于最低工资。",
    "Guangdong labour inspection regulations, article 51: rules with fines, or deductions without a basis in law, "
    "are ordered to be corrected, and after that 2,000 to 5,000 yuan a fined worker. Guangdong wage payment "
    "regulations, article 15: loss is deducted only after written notice, and the minimum wage remains.",
)
_SHENZHEN = Text(
    "《深圳市员工工资支付条例》第三十四条：列有依照规章制度作出的经济处罚一项，扣后余额不低于最低工资。"
    "《深圳经济特区和谐劳动关系促进条例》第十六条：单项及当月累计不超过当月工资的百分之三十，同一违纪行为不重复处罚。"
    "这些规定与省条例如何衔接有争议，须由公司自己选择 money_mode。",
    "Shenzhen wage payment regulations, article 34: names economic penalties under the rules of a company, the minimum "
    "wage remains. Shenzhen harmonious labour relations regulations, article 16: each and all of a month at most 30% "
    "of its wage, no second penalty for one act. How they stand beside the provincial rules is disputed.",
)
_ANYWHERE = Text(
    "各地对从工资中扣款的规定不同。广东、深圳另有专门条例；"
    "《工资支付暂行规定》第十六条就赔偿损失规定每月不超过当月工资的百分之二十、余额不低于最低工资。"
    "上限与最低工资由公司按当地规定填写并注明出处；本表是建议，由人决定。",
    "Local rules on deductions from wages differ; Guangdong and Shenzhen have their own. The provisional rules on wage "
    "payment, article 16, allow for loss at most 20% of a month's wage, the minimum wage remaining. The company "
    "enters its bounds with their source; this sheet proposes, people decide.",
)


def mode(guards: Guards) -> MoneyMode | None:
    """Give what becomes of amounts: as the pack says, else as the region does; None where the company must choose.

    >>> mode(Guards(region="河南")), mode(Guards(region="广东佛山")), mode(Guards(region="广东深圳"))
    ('propose', 'off', None)
    """
    if guards.money_mode is not None:
        return guards.money_mode
    if "深圳" in guards.region:
        return None
    return "off" if _guangdong(guards) else "propose"


def notice(guards: Guards) -> Text:
    """Give what is printed about local rules; with no region named, what to look for anywhere.

    >>> notice(Guards()).zh[:18], notice(Guards(region="河南")).zh
    ('【用工地区未填写】各地对从工资中扣款', '')
    """
    if not guards.region.strip():
        return Text(f"【用工地区未填写】{_ANYWHERE.zh}", f"[No region is named] {_ANYWHERE.en}")
    if "深圳" in guards.region:
        return Text(f"【深圳】{_SHENZHEN.zh}{_PROVINCE.zh}", f"[Shenzhen] {_SHENZHEN.en} {_PROVINCE.en}")
    if _guangdong(guards):
        return Text(f"【广东】{_PROVINCE.zh}", f"[Guangdong] {_PROVINCE.en}")
    return Text("", "")


def points(fen: int, guards: Guards) -> int | None:
    """Give the performance points that stand for an amount; None above the last step of the table.

    >>> table = Guards(points=((2000, 1), (5000, 3)))
    >>> [points(fen, table) for fen in (100, 2000, 2001, 5000, 5001)]
    [1, 1, 3, 3, None]
    """
    return next((given for most, given in guards.points if fen <= most), None)


def _guangdong(guards: Guards) -> bool:
    return any(name in guards.region for name in _GUANGDONG)
