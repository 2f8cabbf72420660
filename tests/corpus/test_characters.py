"""What single characters are."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.strategies import any_text, texts
from workbench.corpus import characters
from workbench.corpus.characters import common, is_han, outside_gb2312, readings, simplify, toned_syllable


@pytest.mark.parametrize(
    ("word", "syllable"),
    [
        ("xié", "xié"),
        ("Xié", "xié"),
        ("xie\u0301", "xié"),
        ("ɡuān", "guān"),
        ("lǜ", "lǜ"),
        ("hăo", "hǎo"),
        ("ér", "ér"),
        ("zhuàng", "zhuàng"),
    ],
)
def test_toned_syllables_have_one_spelling(word: str, syllable: str) -> None:
    """Case, composition, breve for caron and IPA letters do not matter."""
    assert toned_syllable(word) == syllable


@pytest.mark.parametrize("word", ["who", "ta", "fupin", "café", "résumé", "xiétóng", "é́", "bcd", ""])
def test_other_latin_words_are_no_toned_syllables(word: str) -> None:
    """English, French and toneless words, and two syllables in one, are none."""
    assert toned_syllable(word) is None


@pytest.mark.parametrize(
    ("character", "reading"), [("乐", "yuè"), ("乐", "lè"), ("重", "chóng"), ("行", "háng"), ("協", "xié")]
)
def test_a_character_has_all_its_readings(character: str, reading: str) -> None:
    """Polyphonic and traditional characters are known."""
    assert reading in readings(character)


@pytest.mark.parametrize("character", "政協𠀀𡒄〇々")
def test_chinese_characters_of_every_plane(character: str) -> None:
    """Characters outside the basic plane are Chinese too."""
    assert is_han(character)


@pytest.mark.parametrize("character", "aé(，。“😀∀ \n")
def test_other_characters(character: str) -> None:
    """Punctuation, letters, symbols and white space are not Chinese characters."""
    assert not is_han(character)


def test_script_is_told_by_gb2312() -> None:
    """Simplified text is inside GB 2312, traditional text in part outside, a text without Chinese nowhere."""
    assert outside_gb2312("政协委员二〇二〇年") == 0
    assert outside_gb2312("政協委員") == 0.5
    assert outside_gb2312("CPPCC 2020") == 0


def test_everyday_characters() -> None:
    """GB 2312 level 1 counts as everyday, level 2 and everything else do not."""
    assert common("政")
    assert not any(map(common, "啻協𠀀a"))


def test_simplifying_uses_the_context() -> None:
    """A character with several simplified forms gets the one of its word."""
    assert simplify("乾隆年間的乾燥土地") == "乾隆年间的干燥土地"


def test_a_converter_that_changes_the_length_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the converter would join or split characters, the ones it cannot convert singly stay as they are."""

    class Splitting:
        def convert(self, text: str) -> str:
            return text.replace("協", "协").replace("檔", "档案")

    monkeypatch.setattr(characters, "_converter", Splitting)
    assert simplify("政協的檔") == "政协的檔"


@given(texts | any_text)
def test_simplifying_keeps_the_length(text: str) -> None:
    """Every character becomes exactly one."""
    assert len(simplify(text)) == len(text)
