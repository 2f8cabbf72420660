"""The wiring of the label screen: keys, paste, mouse, sizes, panel, other documents, the whole batch, the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual import events
from textual.widget import Widget

from tests.tui.piloting import REPORT, Hand, labelling
from workbench.annotation.offering import Sources
from workbench.annotation.session import Session
from workbench.annotation.store import State, StoreFailure
from workbench.formats import native
from workbench.tui.editor.prompts import Entry, Listing
from workbench.tui.screens.label import LabelScreen

OTHER = "000_a86c24ec13605f7f"


async def click(hand: Hand, widget: Widget, cell: tuple[int, int], times: int = 1) -> None:
    await hand.pilot.click(widget, offset=cell, times=times)
    await hand.settle()


def test_keys_label_undo_and_move_the_cursor(tmp_path: Path) -> None:
    """A jump, a count and a letter label 永州市政协; U takes it back; the terminal's cursor stands on the caret."""

    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.write(";y3o")
            [entity] = hand.editor.session.draft.order
            assert (entity.type, entity.text, entity.start) == ("ORG", "永州市政协", 18)
            assert "╰机ORG───╯" in hand.text
            assert "标注 ORG" in hand.rows()[-2]
            # 永州市政协 begins the second row: number and rail take 6 cells, five characters 10, the caret is behind
            assert tuple(hand.app.cursor_position) == (16, 2)
            await hand.write("U")
            assert not hand.editor.session.draft.order
            assert "已撤销" in hand.rows()[-2]

    asyncio.run(scene())


def test_status_shows_counts_problems_and_saving(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.write(";y3o")
            top = hand.rows()[0]
            assert "pilot" in top
            assert "2/5" in top
            assert "实体 1 关系 0 事件 0 候选 0" in top
            assert "问题 0" in top
            assert "已存 00:00:00" in top

    asyncio.run(scene())


def test_a_store_that_fails_is_told_and_quitting_asks_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be saved is not lost silently: the first ^Q says so, the second gives it up."""

    async def scene() -> None:
        async with labelling(tmp_path) as hand:

            def fail(*_: object) -> None:
                raise StoreFailure("work.db", "full", "no space")

            monkeypatch.setattr(hand.place.store, "append", fail)
            await hand.pilot.press("semicolon", "y", "3", "o")
            await hand.pilot.pause(0.1)
            assert "保存失败" in hand.rows()[0]
            await hand.pilot.press("ctrl+q")
            await hand.pilot.pause(0.1)
            assert "没有存上" in hand.rows()[-2]
            assert hand.app.is_running
            await hand.pilot.press("ctrl+q")
            await hand.pilot.pause(0.1)
            assert hand.app.return_value == 1

    asyncio.run(scene())


def test_somebody_elses_changes_are_merged_and_told(tmp_path: Path) -> None:
    """The same annotator at another screen has labelled meanwhile: both labels stay, and the screen says so."""

    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            other = Session.open(hand.place, REPORT)
            other.label("LOC", [hand.editor.lattice.word_at(20)])
            other.close()
            await hand.write(";y3o")
            assert len(hand.editor.session.draft.order) == 2
            assert "已合并" in hand.rows()[-2]

    asyncio.run(scene())


def test_pasted_text_is_entered_or_found(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            hand.screen.post_message(events.Paste("蒋善生"))
            await hand.settle()
            selection = hand.editor.cursor.selection
            assert selection is not None
            assert hand.editor.text[selection.start : selection.end] == "蒋善生"
            await hand.write("/")
            hand.screen.post_message(events.Paste("扶贫😀"))
            await hand.settle()
            assert isinstance(hand.editor.prompt, Entry)
            assert hand.editor.prompt.text == "扶贫😀"
            assert "扶贫😀" in hand.rows()[-2]
            # the caret of the entry is the terminal's cursor, for the window of the input method
            assert hand.app.cursor_position.y == 34

    asyncio.run(scene())


def test_the_mouse_points_selects_scrolls_and_chooses(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            document = hand.screen.document
            await click(hand, document, (10, 1))
            assert hand.editor.cursor.caret == 20
            await click(hand, document, (6, 1), times=2)
            assert hand.editor.cursor.selection == (18, 20)
            await click(hand, document, (6, 1), times=3)
            selection = hand.editor.cursor.selection
            assert selection is not None
            assert selection.start <= 18 < selection.end
            assert selection.length > 2
            await hand.pilot.mouse_down(document, offset=(6, 1))
            await hand.pilot.hover(document, offset=(14, 1))
            hand.screen.document.on_mouse_move(_moved(document, 14, 1))
            await hand.pilot.mouse_up(document, offset=(14, 1))
            await hand.settle()
            assert hand.editor.cursor.selection == (18, 23)
            await hand.write("o")
            await hand.press("ctrl+end")
            assert hand.editor.focus is None
            top = hand.screen.work.canvas.top
            assert top > 0
            document.post_message(document.Scrolled(-3))
            await hand.settle()
            assert hand.screen.work.canvas.top == top - 3
            assert hand.editor.cursor.caret == len(hand.editor.text)
            await hand.press("ctrl+home")
            await click(hand, document, (8, 2))
            assert hand.editor.focus == hand.editor.session.draft.order[0].id

    asyncio.run(scene())


def _moved(widget: Widget, column: int, line: int) -> events.MouseMove:
    x, y = widget.region.x + column, widget.region.y + line
    return events.MouseMove(widget, column, line, 0, 0, 1, False, False, False, x, y)


def test_rows_keys_and_panel_lines_can_be_clicked(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path, sources=Sources(programs=("rules",))) as hand:
            rows = hand.rows()
            line = next(number for number, row in enumerate(rows) if "? 机 ORG 永州市政协" in row)
            await click(hand, hand.screen.panel, (10, line - 1))
            assert hand.editor.candidate is not None
            line = next(number for number, row in enumerate(hand.rows()) if "Enter 接受" in row)
            await click(hand, hand.screen.panel, (5, line - 1))
            assert [one.text for one in hand.editor.session.draft.order] == ["永州市政协"]
            foot = hand.rows()[-1]
            column = cell_len(foot[: foot.index("^Z")])
            await click(hand, hand.screen.foot, (column, 1))
            assert not hand.editor.session.draft.order
            await hand.write("V")
            await hand.write(";y3oA")
            assert isinstance(hand.editor.prompt, Listing)
            await click(hand, hand.screen.panel, (5, 1))
            assert isinstance(hand.editor.prompt, (Entry, Listing))

    asyncio.run(scene())


def test_a_click_on_a_type_labels_with_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.write(";y2")
            line = next(number for number, row in enumerate(hand.rows()) if " l 地" in row)
            await click(hand, hand.screen.panel, (4, line - 1))
            assert [one.type for one in hand.editor.session.draft.order] == ["LOC"]
            line, row = next((number, row) for number, row in enumerate(hand.rows()) if " q 数" in row)
            column = cell_len(row[: row.index(" q 数") + 2]) - hand.screen.panel.region.x
            await click(hand, hand.screen.panel, (column, line - 1))
            assert [one.type for one in hand.editor.session.draft.order] == ["QUANT"]

    asyncio.run(scene())


def test_the_panel_goes_on_narrow_screens_and_comes_over_the_text(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            assert hand.screen.panel.display
            caret = hand.editor.cursor.caret
            await hand.pilot.resize_terminal(80, 24)
            await hand.settle()
            assert not hand.screen.panel.display
            assert "类型 types" not in hand.text
            await hand.write("P")
            assert "类型 types" in hand.text
            assert all("│" in row for row in hand.rows()[1:-2])
            await hand.write("P")
            assert "类型 types" not in hand.text
            await hand.pilot.resize_terminal(120, 36)
            await hand.settle()
            assert hand.screen.panel.display
            await hand.write("P")
            assert not hand.screen.panel.display
            assert hand.editor.cursor.caret == caret

    asyncio.run(scene())


def test_done_publishes_and_opens_the_next_document(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.write(";y3oD")
            await hand.settle()
            assert hand.editor.session.document.doc_id == OTHER
            assert "已完成并发布" in hand.rows()[-2]
            assert "1/5" in hand.rows()[0]
            path = hand.place.batch.annotation_file("A1", REPORT)
            assert [one.text for one in native.read(path).annotation.entities] == ["永州市政协"]
            [done] = hand.place.store.assignments("pilot", "A1", REPORT)
            assert done.state is State.DONE

    asyncio.run(scene())


def test_documents_are_listed_and_opened(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.write(";y3oO")
            text = hand.text
            assert "文档 0/5" in text
            assert "进行中" in text
            assert "2302 字" in text
            await hand.press("up", "enter")
            assert hand.editor.session.document.doc_id == OTHER
            await hand.write("O")
            await hand.press("down", "enter")
            assert [one.text for one in hand.editor.session.draft.order] == ["永州市政协"]

    asyncio.run(scene())


def test_the_concordance_goes_to_hits_in_other_documents(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.write("S")
            hand.screen.post_message(events.Paste("四川省政协"))
            await hand.settle()
            await hand.press("enter")
            assert "全批检索 «四川省政协»" in hand.text
            await hand.press("enter")
            editor = hand.editor
            assert editor.session.document.doc_id != REPORT
            selection = editor.cursor.selection
            assert selection is not None
            assert editor.text[selection.start : selection.end] == "四川省政协"

    asyncio.run(scene())


def test_marked_hits_are_labelled_in_all_documents(tmp_path: Path) -> None:
    """扶贫 is in five reports: all its hits become one step of undo in each."""

    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.write("S")
            hand.screen.post_message(events.Paste("政协"))
            await hand.settle()
            await hand.press("enter")
            prompt = hand.editor.prompt
            assert isinstance(prompt, Listing)
            hits = len(prompt.rows)
            await hand.press("space")
            assert "已选 1" in hand.text
            await hand.write("&")
            assert f"已选 {hits}" in hand.text
            await hand.write("o")
            assert f"标注 {hits} 处为 ORG" in hand.text
            assert not hand.editor.session.draft.order
            await hand.press("enter")
            assert "5 篇" in hand.rows()[-2]
            here = len(hand.editor.session.draft.order)
            assert here > 0
            await hand.write("U")
            assert not hand.editor.session.draft.order
            found = 0
            for doc_id in hand.place.batch.document_ids():
                session = Session.open(hand.place, doc_id)
                found += len(session.draft.order)
                session.close()
            assert 0 < found < hits

    asyncio.run(scene())


def test_another_annotators_work_is_compared_unless_the_batch_is_blind(tmp_path: Path) -> None:
    async def scene(blind: bool) -> None:
        async with labelling(tmp_path) as hand:
            await hand.write("X")
            if blind:
                assert "盲标批次" in hand.rows()[-2]
                return
            assert "与谁比较" in hand.text
            await hand.write("1")
            assert "处不同" in hand.text
            assert "+ ORG 永州市政协" in hand.text

    asyncio.run(scene(blind=False))
    settings = tmp_path / "tasks" / "pilot" / "batch.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("blind = false", "blind = true"), encoding="utf-8")
    asyncio.run(scene(blind=True))


def test_brackets_are_shown_in_three_ways(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.write(";y3o")
            await hand.write("L")
            assert "╰机ORG───╯" not in hand.text
            assert "仅徽标" in hand.rows()[-2]
            await hand.write("L")
            assert "仅底色" in hand.rows()[-2]
            await hand.write("L")
            assert "╰机ORG───╯" in hand.text

    asyncio.run(scene())


def test_many_keys_at_once_need_few_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 arrow keys that come in one write are all done, and drawn in fewer frames than keys."""

    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            frames = 0
            drawn = LabelScreen.repaint

            def count(screen: LabelScreen) -> None:
                nonlocal frames
                frames += 1
                drawn(screen)

            monkeypatch.setattr(LabelScreen, "repaint", count)
            for _ in range(200):
                hand.app.post_message(events.Key("right", None))
            await hand.settle()
            assert hand.editor.cursor.caret == 200
            assert frames < 200

    asyncio.run(scene())


def test_ctrl_c_says_how_to_quit_and_quitting_saves(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path) as hand:
            await hand.press("ctrl+c")
            assert "退出用 ^Q" in hand.rows()[-2]
            await hand.pilot.press("semicolon", "y", "3", "o", "ctrl+q")
            await hand.pilot.pause(0.2)
            assert hand.app.return_value == 0
        async with labelling(tmp_path) as hand:
            assert [one.text for one in hand.editor.session.draft.order] == ["永州市政协"]

    asyncio.run(scene())
