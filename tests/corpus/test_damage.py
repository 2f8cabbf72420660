"""Damaged GBK runs: found where they are, nowhere else, with the reading they had."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text, texts
from workbench.corpus.clean import clean
from workbench.corpus.damage import find_damage

FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def lose_lead(head: str, tail: str) -> str:
    """What a reader sees when the first byte of `tail` became `?` and full-width forms became ASCII."""
    stream = b"?" + tail.encode("gbk")[1:]
    return head + stream.decode("gbk", errors="replace").replace("\ufffd", "?").translate(FOLDED)


@pytest.mark.parametrize(
    ("head", "tail", "run"),
    [
        # 。= A1A3, 该 = B8C3, 村 = B4E5: without A1 the pairs are A3B8 (folded: 8), C3B4 = 么 …
        ("委员走访", "。该村调查会上多次提出", "?8么宓鞑榛嵘隙啻翁岢?"),
        ("工作队驻村", "。”“大力推进基础设施建设", "?!薄按罅ν平?"),
        ("工作队驻村", "。该村", "?8么?"),
    ],
)
def test_a_lost_lead_byte(head: str, tail: str, run: str) -> None:
    """A run is found when it is long or starts tellingly; with A1 put back it reads as before, up to the `□`."""
    raw = lose_lead(head, tail)
    assert raw.startswith(head + run)
    found = find_damage(raw)
    if len(run) < 6:
        assert found == ()
        return
    (damage,) = found
    assert damage.span == (len(head), len(head) + len(run))
    assert damage.candidate[:-1] == tail[: len(damage.candidate) - 1]
    assert damage.candidate[-1] == "□"


@pytest.mark.parametrize(
    ("raw", "run", "candidate"),
    [
        # 鮮 = F572 and 區 = 855E: an ASCII trail byte ends the run.
        ("養殖的雞出欄了?!薄靶迈r土雞", "?!薄靶迈r", "。”“新鮮"),
        ("為扶貧獻計出力?!庇蓝▍^(qū)政協", "?!庇蓝▍^(qū)", "。”永定區"),
        # 們 = 8283 and 群 = C8BA: 83C8 is 內, whose gloss tore 群 apart.
        ("各界委員們?nèi)浩饖^戰", "?nèi)浩饖^", "群起奮"),
    ],
)
def test_runs_that_end_in_an_ascii_trail(raw: str, run: str, candidate: str) -> None:
    """Both mechanisms resynchronise at a trail byte below 0x80; a gloss of the last character belongs to the run."""
    (damage,) = find_damage(raw)
    assert raw[damage.span.start : damage.span.end] == run
    assert damage.candidate == candidate


def test_a_torn_gloss_without_a_reading() -> None:
    """A gloss behind a lost byte is damage even when nothing can be put back."""
    (damage,) = find_damage("村(zhǐ)x?nèi)。")
    assert damage.span == (7, 12)
    assert damage.candidate == "□"


def test_the_damaged_report(seeds: Path) -> None:
    """One of the five reports has one damaged run; the man it names stands in the sentence before."""
    found = {file.name[:3]: find_damage(file.read_bytes().decode()) for file in seeds.glob("*.txt")}
    ((damage,),) = [damages for damages in found.values() if damages]
    assert found["002"] == (damage,)
    assert damage.span == (880, 894)
    assert damage.candidate == "。黄加忠多次挫毡到该村调□"


@pytest.mark.parametrize(
    "raw",
    [
        "春耕受影响大不大?”“复工复产情况怎么样?”日前,",
        "怎么办?2020年全县脱贫,谁来帮?大家帮!",
        "真的吗?!把门打开,看看好不好?看了才知道。",
        "问题?T台?a组?22170?、等?",
        "?????",
        "?",
        "是什么?\n为什么?\n怎么办?",
        "what? who(xié)? 协?(xié)会",
    ],
)
def test_ordinary_questions_are_not_damage(raw: str) -> None:
    """A question mark, doubled, before digits, letters or quotes, is text."""
    assert find_damage(raw) == ()


def test_no_false_hits_on_scattered_question_marks(seeds: Path) -> None:
    """Thousands of question marks put at random into the undamaged reports are all taken as text."""
    dice = random.Random(3)  # noqa: S311
    for file in sorted(seeds.glob("*.txt")):
        text = clean(file.read_bytes().decode()).text
        if find_damage(text):
            continue
        for _ in range(8):
            characters = list(text)
            for position in sorted(dice.sample(range(len(text)), len(text) // 30), reverse=True):
                characters.insert(position, "?")
            assert find_damage("".join(characters)) == ()


@given(texts | any_text | st.text("?�(nèi)們薄靶政協a^。", max_size=30))
def test_runs_are_in_order_and_inside(raw: str) -> None:
    """Damage never overlaps, is never empty, starts at a lost byte and has a candidate."""
    end = 0
    for damage in find_damage(raw):
        assert end <= damage.span.start < damage.span.end <= len(raw)
        assert raw[damage.span.start] in "?�"
        assert damage.candidate
        end = damage.span.end
