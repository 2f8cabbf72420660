"""Page furniture: recognising navigation, metadata, bylines, link lists and footers by how their lines read.

Owns the patterns, and which kind a single line is. Which lines may be furniture at all depends on where the report's
own paragraphs are: that is a matter of `workbench.corpus.zones`. All texts are clean, in simplified characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.corpus.characters import HAN


class Line(NamedTuple):
    """A line that is not blank, and where it stands in the text."""

    start: int
    end: int
    text: str


def lines(text: str) -> Iterator[Line]:
    """The lines of a text that are not blank, without white space at their edges."""
    for match in re.finditer(r"[^\n]+", text):
        content = match[0].strip()
        if content:
            start = match.start() + match[0].index(content)
            yield Line(start, start + len(content), content)


_COLON = r"\s*[:：]"
DATE = r"(?P<year>(?:19|20)\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
"""A calendar date as pages write it; its groups are the parts."""

_TIME = r"(?:\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|\d{1,2}时\d{1,2}分|星期[一二三四五六日天]))*"
DATE_LABEL = r"(?:(?:发表|发布|更新|刊发|录入|添加|上传|创建|生成|成文|编辑)?(?:时间|日期))"
"""What stands before the page's date."""

SOURCE_LABEL = r"(?:(?:信息|文章|稿件|新闻|内容)?来源|出处)"
"""What stands before the publisher."""

_PERSON_LABEL = (
    r"(?:作者|撰稿人?|供稿(?:单位|人)?|编辑|责任编辑|本期编辑|责编|编审|主编|监制|总监制|审核人?|审签|签发|校对"
    r"|[初复终]审|录入|发布(?:单位|机构|人|者))"
)
_COUNT_LABEL = (
    r"(?:(?:点击|浏览|阅读|访问|查看)(?:数|量|率|次数|人数)?|字体(?:大小)?|字号|关键[词字]|标签|索引号|文号"
    r"|发文字号|主题分类|所属栏目|栏目|分类|【?字体)"
)
LABEL = f"(?:{DATE_LABEL}|{SOURCE_LABEL}|{_PERSON_LABEL}|{_COUNT_LABEL})"
"""Any label of a metadata field, without its colon."""

_METADATA = re.compile(
    rf"[\[【(（<]?\s*(?:{LABEL}{_COLON}"
    rf"|(?:[{HAN}A-Za-z]{{2,12}}\s+)?{DATE}{_TIME}\s*(?:$|[|｜丨│]|{LABEL}{_COLON}|[{HAN}]{{2,12}}(?:报|网|社)$))"
)

_FIELD = re.compile(rf"{LABEL}{_COLON}")

_STRONG_CONTROL = re.compile(
    r"设为首页|(?:加入|添加)?收藏(?:本[站页])?|手机(?:版|站)|电脑版|移动版|无障碍(?:浏览|阅读)?|长者(?:版|模式|助手)"
    r"|.{0,4}登[录陆]|注册|简体(?:版|中文)?|繁[体體](?:版|中文)?|网站地图|联系我们|返回(?:首页|顶部|列表)|站内搜索|RSS(?:订阅)?"
)
_WEAK_CONTROL = re.compile(
    r"首页|主页|正文|更多|放大|缩小|默认|大|中|小|打印(?:本页|此页|文章)?|关闭(?:本页|窗口|此页)?|分享(?:到|至)?[:：]?|转发"
    r"|微信(?:好友)?|新浪微博|腾讯微博|微博|朋友圈|QQ(?:空间|好友)?|qq(?:空间|好友)?|搜索|推荐给?好友|我要(?:评论|纠错)|评论"
    r"|上一页|下一页|尾页|扫一扫.{0,12}|二维码|TT?|[-+]|\d{1,2}|English|ENGLISH|EN|字[体号][:：]?|复制链接|举报|点赞|返回"
)
_TOKENS = re.compile(r"[\s|｜/·•>\[\]【】()（）]+")
_PLACE_ON_SITE = re.compile(
    rf"(?:您|你)?(?:现在|当前|目前|所在|的)*位置(?:是|为|在)?{_COLON}|所在位置|当前位置|当前栏目"
)
_SEPARATOR = r"(?:[-=]?[>＞]+|→|»|›|／|/|\||｜|::)"
_BREADCRUMB = re.compile(rf"(?:网站|本站)?(?:首页|主页)\s*{_SEPARATOR}")
_TRAIL = re.compile(r"(?:[-=]?[>＞]|→|»|›)\s*(?=\S)")
_SHARE = re.compile(r"分享(?:到|至)?\s*[:：]|分享到")

_NAMES = rf"[{HAN}·]{{2,8}}(?:[\s、,，/]+[{HAN}·]{{2,8}}){{0,7}}"
_REPORTER = r"(?:(?:首席|特约|见习|实习|本报|本网|本台|全媒体|融媒体)*(?:记者|通讯员|供稿人?|撰稿人?))"
_STANDING_BYLINE = re.compile(
    rf"[□■◎●\s]*(?:[{HAN}]{{2,10}}(?:报|网|社|台))?{_REPORTER}[\s:：]+{_NAMES}(?:\s*/?(?:文\s*/\s*图|文并?摄))?"
    rf"|[(（]\s*(?:[{HAN}]{{2,10}}(?:报|网|社|台))?{_REPORTER}[\s:：]*{_NAMES}\s*[)）]"
)
_CREDIT = r"[(（][^()（）\n]{2,60}[)）]"
_REPORTER_CREDIT = r"[(（](?=[^()（）\n]*(?:记者|通讯员|供稿|撰稿|作者|文/图|摄影|实习生))[^()（）\n]{2,60}[)）]"
_COLUMN = r"(?:[【\[][^】\]\n]{2,20}[】\]]\s*)?"
_AGENCY = rf"(?:据?(?:本报|本网|本刊|本台|[{HAN}·]{{2,12}}(?:报|网|社|台|时刻|客户端|新闻|融媒|云)))"
_REPORTED = r"(?:电(?![商力视子网气器影话脑工梯缆])|讯(?![问息号])|消息)"
_DATELINE = re.compile(
    rf"{_COLUMN}(?:"
    rf"[{HAN}A-Za-z·\-—]{{0,24}}?\s*(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日\s*{_REPORTED}(?:\s*{_CREDIT})?"
    rf"|{_AGENCY}\s*(?:[{HAN}]{{2,6}})?(?:讯|消息|电|报道)\s*{_CREDIT}"
    rf"|据?(?:本报|本网|本刊|本台|[{HAN}]{{2,10}}(?:报|网|社))(?:讯|消息|电)(?=[\s:：])[:：]?"
    rf"|{_REPORTER_CREDIT}"
    rf")"
)
_CLOSING_BYLINE = re.compile(rf"(?<=[。！？!?…”]){_REPORTER_CREDIT}$|(?<=[。！？!?…”]\s){_REPORTER_CREDIT}$")

_RELATED = re.compile(
    rf"(?:上|下|前|后)一?[篇条](?:文章|新闻)?(?:{_COLON}|\s|$)"
    r"|(?:相关(?:阅读|新闻|链接|文章|报道|推荐|内容|信息|资讯|专题|稿件|文档)|推荐(?:阅读|文章|新闻)|延伸阅读|新闻推荐"
    r"|[热最](?:点|门|新|文)?(?:新闻|文章|推荐|排行|阅读|动态|资讯|点击)|热文(?:排行|推荐)|点击排行|图片新闻|猜你喜欢"
    r"|精彩(?:推荐|图片)|友情链接|往期(?:回顾|推荐)|大家都在看)\s*(?:[:：]|更多|>|$)"
)
_SURE_FOOTER = re.compile(
    r"版权所有|Copyright|©|All\s+Rights\s+Reserved|ICP[备证]|公网安备|免责声明|(?:凡|注:?)本网(?:站)?(?:注明|转载)"
    r"|未经.{0,12}(?:授权|许可|允许|同意).{0,12}(?:转载|复制|使用)|互联网新闻信息服务许可证|网站标识码"
    r"|(?:建议|推荐)(?:使用|您使用).{0,20}(?:浏览器|分辨率)|^[\u4e00-\u9fff][A-Z]\d[.\-][A-Z]?\d*-?\d{6,}",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"[【\[*※]*\s*(?:特别|郑重)?(?:凡|注|本[网站]|版权|免责|未经|声明|Copyright|©)", re.IGNORECASE)
_FOOTER = re.compile(
    r"^(?:主办|承办|协办|主管|地址|联系地址|单位地址|邮编|邮政编码|联系电话|电话|传真|投稿邮箱|电子邮[箱件]|邮箱|E-?mail"
    r"|技术支持|网站维护|制作维护|举报电话|备案号|网站备案)(?:单位|方)?\s*[:：]"
    r"|\s(?:主办|承办|协办|主管)(?:单位)?$|邮(?:政)?编(?:码)?\s*[:：]\s*\d{6}|技术支持\s*[:：]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。！？!?;；…]")
_COMMA = re.compile(r"[,，、]")
_SHORTEST_PARAGRAPH = 25
_LONGEST_FURNITURE = 120
_LONGEST_CONTROLS = 60


def is_paragraph(line: str) -> bool:
    """Tell whether a line reads like a paragraph of a report: long enough, and punctuated as sentences are."""
    if len(line) < _SHORTEST_PARAGRAPH or is_metadata(line) or is_sure_footer(line) or is_standing_byline(line):
        return False
    return bool(_SENTENCE.search(line)) or len(_COMMA.findall(line)) >= 2


def is_full_paragraph(line: str) -> bool:
    """Tell whether a line is a paragraph beyond doubt, and not the long title of another page."""
    return is_paragraph(line) and "。" in line and len(line) >= 40


def is_navigation(line: str) -> bool:
    """Tell whether a line is a path through the site, or consists of its buttons."""
    if len(line) > _LONGEST_CONTROLS or "。" in line:
        return False
    if _PLACE_ON_SITE.match(line) or _BREADCRUMB.match(line) or _SHARE.match(line) or len(_TRAIL.findall(line)) >= 2:
        return True
    tokens = [token for token in _TOKENS.split(line) if token]
    strong = sum(bool(_STRONG_CONTROL.fullmatch(token)) for token in tokens)
    weak = sum(bool(_WEAK_CONTROL.fullmatch(token)) for token in tokens)
    return bool(tokens) and (strong + weak == len(tokens) or strong * 2 >= len(tokens))


def is_metadata(line: str) -> bool:
    """Tell whether a line is a row of fields about the page: date, source, author, editor, clicks, keywords."""
    return len(line) <= _LONGEST_FURNITURE and "。" not in line and bool(_METADATA.match(line))


def has_field(line: str) -> bool:
    """Tell whether a line has a labelled field; below a report a bare date is its signature, not the page's."""
    return bool(_FIELD.search(line))


def is_standing_byline(line: str) -> bool:
    """Tell whether a whole line names the reporters."""
    return len(line) <= _LONGEST_CONTROLS and bool(_STANDING_BYLINE.fullmatch(line))


def is_related(line: str) -> bool:
    """Tell whether a line opens a list of links to other pages."""
    return len(line) <= _LONGEST_FURNITURE and bool(_RELATED.match(line))


def is_sure_footer(line: str) -> bool:
    """Tell whether a line says whose site this is in words that no report uses."""
    return bool(_SURE_FOOTER.search(line)) and ("。" not in line or bool(_NOTICE.match(line)))


def is_footer(line: str) -> bool:
    """Tell whether a line below the report belongs to the site: owner, address, telephone, licence."""
    return is_sure_footer(line) or (len(line) <= _LONGEST_FURNITURE and "。" not in line and bool(_FOOTER.search(line)))


def dateline_length(paragraph: str) -> int:
    """Length of the dateline and reporters' names at the start of a paragraph; 0 when there are none."""
    match = _DATELINE.match(paragraph)
    return match.end() if match else 0


def closing_byline_length(paragraph: str) -> int:
    """Length of the reporters' names in parentheses after the last sentence of a paragraph; 0 when there are none."""
    match = _CLOSING_BYLINE.search(paragraph)
    return len(match[0]) if match else 0
