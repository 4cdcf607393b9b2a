"""Graded systems (定级对象) as the school writes them."""

from audit.campus.model.words import AssetId, Line, SystemLevels
from audit.written.shape import Many
from checks.model.asset import Extension
from checks.model.base import Model


class System(Model):
    """A graded system: its assets and levels decide which items it is assessed against."""

    name: Line
    """系统名称，与备案一致。"""
    level: SystemLevels
    """等级：按备案写 S2A3；只写 2 时按 S2A2 处理并提示核对。"""
    extensions: Many[Extension] = ()
    """扩展要求：mobile 移动互联、iot 物联网、cloud 云计算、ics 工业控制。"""
    assets: Many[AssetId] = ()
    """组成它的资产或同类资产（object_classes）的编号；一个资产可属于几个系统。"""
    owner: Line | None = None
    """责任人。"""
    filing_number: Line | None = None
    """备案证明编号。"""
    internet_facing: bool = False
    """互联网能访问时写 true。"""
    continuity_critical: bool = False
    """业务连续性要求高（中断影响大）时写 true。"""
    personal_information: bool = False
    """存有师生个人信息时写 true。"""
