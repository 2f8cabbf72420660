"""Zones: what of a page is not the report's own text, on the real reports and on pages the rules never saw."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text, texts
from workbench.core.records import Zone
from workbench.core.text import OffsetMap
from workbench.corpus.clean import clean
from workbench.corpus.zones import find_zones

Part = tuple[str | None, str]

FIRST = "青山县政协组织农业界委员走进石桥镇,为贫困户送去化肥、种子和技术资料,受到群众欢迎。"
SECOND = "今年以来,全县政协系统共走访贫困户320户,协调项目资金56万元,解决实际困难41个。"
LAST = "下一步,县政协将继续发挥优势,助力乡村振兴。"

PAGES: dict[str, list[Part]] = {
    "news site with fields between bars": [
        ("navigation", "首页>政协·协商>要闻 要闻\n\n"),
        (None, "青山县政协:把扶贫课堂搬到田间\n\n"),
        ("metadata", "2020年03月30日 10:59 | 作者:王编辑 | 来源:青山政协网"),
        ("navigation", "\n分享到:\n\n"),
        ("byline", "青山政协网石桥3月29日电(记者 甲乙 通讯员 丙丁)"),
        (None, f" {FIRST}\n\n{SECOND}\n\n现场图\n\n{LAST}\n\n"),
        ("metadata", "编辑:甲乙\n\n关键词:青山 扶贫"),
        ("navigation", "\n\n更多\n\n更多"),
    ],
    "county site with a report and a signature": [
        ("navigation", "您现在的位置： 网站首页 > 委员风采 > 正文\n"),
        (None, "白水县政协关于脱贫攻坚工作情况的报告\n"),
        ("metadata", "发布时间：2019年11月8日　来源：县政协办　浏览次数：1024　【字体：大 中 小】"),
        (None, f"\n　　一、基本情况\n　　{FIRST}\n　　{SECOND}\n　　白水县政协办公室\n　　2019年11月6日\n"),
        ("navigation", "【打印】 【关闭】\n"),
        (
            "footer",
            "版权所有：政协白水县委员会　　地址：白水县人民路1号\n电话：0913-0000000　陕ICP备00000000号\n本站访问量",
        ),
    ],
    "links with long titles": [
        ("navigation", "当前位置：首页 » 新闻 » 扶贫\n"),
        (None, f"扶贫路上政协人\n{FIRST}\n{LAST}\n"),
        (
            "related_links",
            "上一篇：河口县政协召开专题协商会,围绕产业扶贫、就业扶贫、消费扶贫建言献策\n"
            "下一篇：没有了\n相关阅读\n河口:“小院课堂”送技术,委员手把手教种菜、养蜂、修剪果树\n",
        ),
        ("footer", "主办：河口县政协 承办：县融媒体中心\n技术支持：某某科技"),
    ],
    "captions printed twice": [
        (None, f"委员风采\n{FIRST}\n{SECOND}\n"),
        ("metadata", "责任编辑：丁丙"),
        (None, "\n"),
        (
            "related_links",
            "春耕正当时\n春耕正当时 茶园采茶忙\n茶园采茶忙 新桥通车\n新桥通车\n\n"
            "甲某某\n甲某某 乙某\n乙某 丙某某\n丙某某",
        ),
    ],
    "captions in pairs": [
        (None, f"{FIRST}\n"),
        ("related_links", "春耕正当时\n春耕正当时\n茶园采茶忙\n茶园采茶忙"),
    ],
    "no furniture at all": [(None, f"发挥优势\n\n{FIRST}\n\n一、主要做法\n\n{SECOND}\n\n{LAST}")],
    "only a title": [(None, "政协委员在行动")],
    "newspaper": [
        (None, "把群众的事放在心上\n——河口县政协助力脱贫攻坚纪实\n"),
        ("byline", "本报记者 甲乙 通讯员 丙丁"),
        (None, f"\n{FIRST}\n{SECOND}"),
        ("byline", "(作者单位：河口县政协)"),
    ],
    "dateline of another kind": [
        (None, "山村的新路\n"),
        ("byline", "【委员在线】河口政协网讯(通讯员 甲乙)"),
        (None, f"{FIRST}\n{LAST}\n"),
        ("byline", "(记者:甲乙)"),
    ],
    "buttons before everything": [
        ("navigation", "设为首页 | 加入收藏 | 手机版\n民生论坛 用户登录\n"),
        (None, "河口:三招破解增收难\n"),
        ("metadata", "2018-07-02 09:30:11 来源:河口日报"),
        (None, f"\n{FIRST}\n"),
        ("footer", "Copyright © 2018 All Rights Reserved 河口日报社\n未经授权不得转载"),
    ],
    "text that only looks like furniture": [
        (None, f"记者走进石桥镇\n{FIRST}\n相关链接\n{SECOND}\n来源:县统计局\n联系电话:12345\n"),
        (None, "全县注册商标36个,保护了群众的著作权,版权所有的纠纷大为减少,合作社社员的收入稳步提高。\n"),
        (None, f"6月1日电商平台上线,当天销售额突破十万元,惠及全镇贫困户。\n{LAST}"),
    ],
}


def closed(parts: list[Part]) -> dict[str, str]:
    """The text of each kind without white space."""
    found: dict[str, str] = {}
    for kind, text in parts:
        found[kind or "open"] = found.get(kind or "open", "") + "".join(text.split())
    return found


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_never_seen(name: str, line_end: str) -> None:
    """On made-up pages of other sites every line gets its kind, titles and headings stay open."""
    raw = "".join(text for _, text in PAGES[name]).replace("\n", line_end)
    cleaned = clean(raw)
    found: list[Part] = []
    position = 0
    for zone in find_zones(raw, cleaned):
        found += [(None, cleaned.text[position : zone.start]), (zone.kind, cleaned.text[zone.start : zone.end])]
        position = zone.end
    found.append((None, cleaned.text[position:]))
    assert {kind: text for kind, text in closed(found).items() if text} == closed(PAGES[name])


def zones_of(raw: str) -> list[tuple[str, str]]:
    cleaned = clean(raw)
    return [(zone.kind, cleaned.text[zone.start : zone.end]) for zone in find_zones(raw, cleaned)]


@pytest.mark.parametrize(
    ("paragraph", "byline"),
    [
        ("新华社北京3月5日电 全国政协", "新华社北京3月5日电"),
        ("中新网成都6月1日电 (记者 甲乙)四川", "中新网成都6月1日电 (记者 甲乙)"),
        ("本报讯(记者 甲乙)县政协", "本报讯(记者 甲乙)"),
        ("本报讯 县政协", "本报讯"),
        ("(通讯员 甲乙)县政协", "(通讯员 甲乙)"),
        ("各界新闻网讯（记者 甲乙）9月21日", "各界新闻网讯（记者 甲乙）"),
        ("县政协(办公室)9月21日讯问", None),
        ("9月21日电商下乡", None),
        ("截至6月1日,县政协", None),
        ("(一)县政协", None),
    ],
)
def test_datelines(paragraph: str, byline: str | None) -> None:
    """Agency, place, day and reporters before the first sentence are a byline; a date in a sentence is not."""
    assert zones_of(f"{paragraph}{FIRST}\n{LAST}") == ([("byline", byline)] if byline else [])


def test_a_dateline_stands_only_at_the_start() -> None:
    """What reads like a dateline in a later paragraph is text."""
    assert zones_of(f"{FIRST}\n本报讯(记者 甲乙){SECOND}") == []


def test_a_false_gloss_is_damage() -> None:
    """A toned syllable that is no reading of its character stays, closed, with a note that says why."""
    raw = f"县政协(méi)组织委员。{FIRST}"
    cleaned = clean(raw)
    (zone,) = find_zones(raw, cleaned)
    assert (zone.kind, cleaned.text[zone.start : zone.end]) == ("damaged", "(méi)")
    assert zone.note
    assert "méi" in zone.note


def test_damage_has_its_candidate_as_a_note(seeds: Path) -> None:
    """The damaged run is a zone with the reading it may have had; the text keeps what the page shows."""
    (file,) = seeds.glob("002_*.txt")
    raw = file.read_bytes().decode()
    cleaned = clean(raw)
    (zone,) = [zone for zone in find_zones(raw, cleaned) if zone.kind == "damaged"]
    assert cleaned.text[zone.start : zone.end] == raw[880:894]
    assert zone.note
    assert "。黄加忠多次挫毡到该村调□" in zone.note


def test_damage_cuts_other_zones() -> None:
    """Damage inside a field of the page is damage; what is around it stays metadata."""
    raw = f"标题\n来源:青山?8么宓鞑榛嵘隙啻翁岢?网 作者:甲\n{FIRST}"
    assert [kind for kind, _ in zones_of(raw)] == ["metadata", "damaged", "metadata"]


REAL = {
    "000": [],
    "001": [
        ("navigation", 0, 17),
        ("metadata", 44, 77),
        ("byline", 83, 103),
        ("related_links", 2205, 2261),
        ("footer", 2265, 2369),
    ],
    "002": [("navigation", 0, 16), ("damaged", 880, 894), ("metadata", 1942, 1965), ("related_links", 1980, 2700)],
    "003": [("metadata", 26, 81), ("footer", 4753, 4842)],
    "004": [
        ("navigation", 0, 61),
        ("metadata", 88, 111),
        ("navigation", 113, 119),
        ("metadata", 2324, 2339),
        ("footer", 2340, 2469),
    ],
}
"""Zones in raw positions, as two people closed them independently."""


@pytest.mark.parametrize("doc_id", REAL)
def test_the_five_reports(doc_id: str, seeds: Path) -> None:
    """The real reports are closed where two annotators closed them."""
    (file,) = seeds.glob(f"{doc_id}_*.txt")
    raw = file.read_bytes().decode()
    cleaned = clean(raw)
    offsets = OffsetMap(cleaned.edits, len(raw))
    found = [(zone.kind, *offsets.to_raw(zone.span)) for zone in find_zones(raw, cleaned)]
    assert found == REAL[doc_id]


lines = st.sampled_from(
    [text for page in PAGES.values() for _, part in page for text in part.split("\n")]
    + ["?!薄靶迈r", "协(méi)", " ", ""]
)


@given(texts | any_text | st.lists(lines, max_size=14).map("\n".join))
def test_zones_are_well_formed(raw: str) -> None:
    """Zones are in order, apart, inside the text, of the schema's kinds, without white space at their edges."""
    cleaned = clean(raw)
    end = 0
    for zone in find_zones(raw, cleaned):
        assert isinstance(zone, Zone)
        assert end <= zone.start < zone.end <= len(cleaned.text)
        assert cleaned.text[zone.start : zone.end].strip() == cleaned.text[zone.start : zone.end]
        assert zone.kind in {"navigation", "metadata", "byline", "related_links", "footer", "damaged"}
        end = zone.end
