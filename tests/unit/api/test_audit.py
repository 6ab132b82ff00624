"""The audit log: every change of it is found, and what a crash leaves is told."""

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from game_events_api.audit import Head, acts, audit, audited, judge, verify
from game_events_api.diagnosis.stored import audit_log
from game_events_cli.main import app
from typer.testing import CliRunner

TORN = b'{"number": 7, "at": 1'


def log(data_dir: Path) -> Path:
    return data_dir / "delivery" / "audit.jsonl"


def act(data_dir: Path, number: int) -> None:
    audit(data_dir, f"act {number}", 1.7e9 + number, "key k1", events=number)


@pytest.fixture
def six(tmp_path: Path) -> Path:
    """A data folder with six acts."""
    for number in range(1, 7):
        act(tmp_path, number)
    assert verify(tmp_path).faults == verify(tmp_path).notes == []
    return tmp_path


def changes(data: bytes) -> Iterator[tuple[str, bytes]]:
    for place in range(len(data)):
        yield f"byte {place} removed", data[:place] + data[place + 1 :]
        for other in {data[place] ^ 1, 0x0A} - {data[place]}:
            yield f"byte {place} is {other}", data[:place] + bytes([other]) + data[place + 1 :]
        for new in (b"x", data[place : place + 1]):
            yield f"{new!r} before byte {place}", data[:place] + new + data[place:]
        yield f"cut off at {place}", data[:place]
    for new in (b"x", b"\n", b" ", b"{}\n"):
        yield f"{new!r} at the end", data + new
    lines = data.splitlines(keepends=True)
    for one, two in combinations(range(len(lines)), 2):
        swapped = list(lines)
        swapped[one], swapped[two] = lines[two], lines[one]
        yield f"lines {one} and {two} swapped", b"".join(swapped)
    for one in range(len(lines)):
        yield f"line {one} removed", b"".join(lines[:one] + lines[one + 1 :])
        for where in range(len(lines) + 1):
            yield f"line {one} again at {where}", b"".join([*lines[:where], lines[one], *lines[where:]])


def test_every_byte_changed_removed_or_added_and_every_line_moved_is_found(tmp_path: Path) -> None:
    for number in range(1, 4):
        act(tmp_path, number)
    whole, head = log(tmp_path).read_bytes(), verify(tmp_path).head
    assert judge(whole, head).faults == []
    unnoticed = [change for change, data in changes(whole) if not judge(data, head).faults]
    assert unnoticed == []
    assert len(list(changes(whole))) > 5 * len(whole)


def test_the_first_line_that_is_not_as_it_was_is_named_also_when_acts_go_on(six: Path) -> None:
    lines = log(six).read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"events": 4', b'"events": 9')
    log(six).write_bytes(b"".join(lines))
    assert "line 4 " in verify(six).faults[0]
    act(six, 7)
    assert "line 4 " in verify(six).faults[0]
    (six / "delivery" / "audit.head").unlink()
    act(six, 8)
    assert "line 4 " in verify(six).faults[0], "nothing that comes later makes it good"


def test_what_was_cut_off_is_told_by_the_head_file_and_a_log_written_anew_by_a_kept_head(six: Path) -> None:
    kept = verify(six).head
    assert Head.parse(str(kept)) == kept
    lines = log(six).read_bytes().splitlines(keepends=True)
    log(six).write_bytes(b"".join(lines[:4]))
    assert "2 are missing at the end" in verify(six).faults[0]

    log(six).unlink()
    (six / "delivery" / "audit.head").unlink()
    for number in range(1, 8):
        act(six, number + (number == 3))
    assert verify(six).faults == [], "who may write all files can write all anew"
    assert "all was written anew" in verify(six, kept).faults[0]


def test_half_a_line_of_a_process_that_died_is_told_by_the_next_act(six: Path) -> None:
    with log(six).open("ab") as file:
        file.write(TORN)
    (note,) = verify(six).notes
    assert ("line 7 is torn" in note, verify(six).faults) == (True, [])
    act(six, 7)
    act(six, 8)
    (note,) = verify(six).notes
    assert ("line 7 is no act" in note, verify(six).faults) == (True, [])
    assert [act["number"] for act in acts(six)] == [1, 2, 3, 4, 5, 6, 7, 8]
    log(six).write_bytes(log(six).read_bytes().replace(TORN, b'{"number": 7, "at": 2'))
    assert "line 7 " in verify(six).faults[0]


def test_a_record_whose_head_was_not_written_any_more_counts(six: Path) -> None:
    head = (six / "delivery" / "audit.head").read_bytes()
    act(six, 7)
    (six / "delivery" / "audit.head").write_bytes(head)
    assert verify(six).faults == []
    act(six, 8)
    assert (verify(six).faults, verify(six).head.number) == ([], 8)


def test_lines_of_a_release_without_a_chain_stay_and_are_told(tmp_path: Path) -> None:
    log(tmp_path).parent.mkdir()
    log(tmp_path).write_text('{"at": 1.0, "action": "rejected replay", "by": "root", "events": 3}\n' * 2)
    assert verify(tmp_path).faults != [], "nothing vouches for them"
    act(tmp_path, 1)
    assert verify(tmp_path).faults == []
    assert [act["chained"] for act in acts(tmp_path)] == [False, False, True]
    log(tmp_path).write_bytes(log(tmp_path).read_bytes().replace(b'"events": 3', b'"events": 4', 1))
    assert verify(tmp_path).faults != []


def test_an_unreadable_head_is_a_fault_until_the_next_act(six: Path) -> None:
    for head in (b"", b"{}", b'{"number": "x", "hash": "", "bytes": 0}', b'{"number": 1, "hash": null, "bytes": []}'):
        (six / "delivery" / "audit.head").write_bytes(head)
        assert "audit.head is missing or no head" in verify(six).faults[0]
    act(six, 7)
    assert (verify(six).faults, verify(six).head.number) == ([], 7)


def test_a_detail_cannot_stand_for_a_field_of_every_act(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="previous is a field of every act"):
        audit(tmp_path, "act", 0.0, None, previous="0")
    assert not log(tmp_path).exists()


def test_an_act_that_fails_is_on_record_as_begun(tmp_path: Path) -> None:
    with pytest.raises(KeyError), audited(tmp_path, "keys revoke", key_id="k"):
        raise KeyError
    assert [act["action"] for act in acts(tmp_path)] == ["keys revoke begins"]


def test_the_doctor_names_a_changed_log_and_is_silent_about_a_whole_one(six: Path) -> None:
    assert (audit_log(six).said, audit_log(six).symptoms) == ("6 acts", [])
    log(six).write_bytes(log(six).read_bytes().replace(b"act 2", b"act 9"))
    (symptom,) = audit_log(six).symptoms
    assert "line 2 " in symptom.what


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(map(str, arguments)))
    return result.exit_code, result.output


def test_the_command_shows_verifies_and_prints_the_head(tmp_path: Path) -> None:
    here = ("--data-dir", tmp_path)
    code, key = run("keys", "create", "--name", "shop", *here)
    key_id = key.strip().split("_")[2]
    assert (code, run("keys", "rotate", key_id, *here)[0], run("keys", "revoke", key_id, *here)[0]) == (0, 0, 0)
    assert run("games", "add", "chess", *here)[0] == 0
    acts = [json.loads(line) for line in run("audit", "list", "--json", *here)[1].splitlines()]
    assert [act["action"] for act in acts] == [
        f"{name}{part}"
        for name in ("keys create", "keys rotate", "keys revoke", "games add")
        for part in (" begins", "")
    ]
    assert acts[1]["key_id"] == acts[3]["of"] == acts[4]["key_id"] == key_id
    assert key.strip() not in log(tmp_path).read_text()
    assert key_id in run("audit", "list", *here)[1]

    head = run("audit", "head", *here)[1].strip()
    assert run("audit", "verify", "--head", head, *here)[0] == 0
    said = json.loads(run("audit", "verify", "--json", *here)[1])
    assert said == {"whole": True, "head": head, "faults": [], "notes": []}
    assert run("audit", "verify", "--head", "seven", *here)[0] == 2
    log(tmp_path).write_bytes(log(tmp_path).read_bytes().replace(b"shop", b"bank", 1))
    code, output = run("audit", "verify", *here)
    assert (code, "WRONG  line 1 " in output) == (1, True)
