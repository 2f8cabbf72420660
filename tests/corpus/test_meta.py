"""What a page says of itself."""

from __future__ import annotations

import pytest

from workbench.core.records import Meta
from workbench.corpus.clean import clean
from workbench.corpus.meta import iso_date, read_meta
from workbench.corpus.zones import find_zones

BODY = "青山县政协组织农业界委员走进石桥镇,为贫困户送去化肥、种子和技术资料,受到群众欢迎。"


@pytest.mark.parametrize(
    ("raw", "meta"),
    [
        (
            f"首页>新闻\n标题\n2020年03月30日 10:59 | 作者:甲 | 来源:青山政协网\n分享到:\n{BODY}",
            Meta(title="标题", publisher="青山政协网", date="2020-03-30"),
        ),
        (
            f"标题\n来源：青山县政协　作者：甲　日期：2018/1/5\n{BODY}",
            Meta(title="标题", publisher="青山县政协", date="2018-01-05"),
        ),
        (f"发布时间:2019.12.1 来源:\n标题\n{BODY}", Meta(title="标题", date="2019-12-01")),
        (
            f"标题\n作者:记者 甲乙 摄影报道来源:青山网发布时间:2020-06-28\n{BODY}",
            Meta(title="标题", publisher="青山网", date="2020-06-28"),
        ),
        (
            f"標題(tí)委員\n2020-09-21 21:40:05 來源:青山網(wǎng)\n{BODY}",
            Meta(title="标题委员", publisher="青山网", date="2020-09-21"),
        ),
        (f"标题\n{BODY}\n来源:青山日报\n编辑:甲", Meta(title="标题", publisher="青山日报")),
        (f"标题\n来源:青山网 2020年2月30日\n{BODY}", Meta(title="标题", publisher="青山网")),
        (f"2020-06-02 10:11 来源:甲网\n发布日期:2020-06-01\n{BODY}", Meta(publisher="甲网", date="2020-06-01")),
        (BODY, Meta()),
        ("", Meta()),
    ],
)
def test_pages_state_their_title_publisher_and_date(raw: str, meta: Meta) -> None:
    """Fields are read wherever the page has them; what is empty, missing or impossible is None."""
    cleaned = clean(raw)
    assert read_meta(cleaned.text, find_zones(raw, cleaned)) == meta


@pytest.mark.parametrize(
    ("parts", "stated"), [(("2020", "2", "29"), "2020-02-29"), (("2019", "2", "29"), None), (("2019", "13", "1"), None)]
)
def test_only_days_of_the_calendar_are_dates(parts: tuple[str, str, str], stated: str | None) -> None:
    """A day that no calendar has is not a date."""
    assert iso_date(*parts) == stated
