"""Which games are counted by name."""

import json
import os
from pathlib import Path

import pytest
from game_events_api.admission.games import GAME_ID, GameFile, Games
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.errors import FileDamaged


def games(folder: Path, room: int, *learnt: str) -> Games:
    return Games(GameFile(folder / "games.json"), Keyring(KeyFile(folder / "keys.json")), room, learnt)


def test_registered_games_are_listed_once_and_in_order(tmp_path: Path) -> None:
    file = GameFile(tmp_path / "data" / "games.json")
    assert file.read() == []
    assert file.add(["go", "chess", "go"]) == ["go", "chess"]
    assert file.add(["chess", "draughts"]) == ["draughts"]
    assert file.read() == ["chess", "draughts", "go"]
    assert file.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("game_id", ["", "*", "-chess", "a" * 129, "a b", "a,b", "é"])
def test_what_no_event_can_name_is_not_registered(tmp_path: Path, game_id: str) -> None:
    file = GameFile(tmp_path / "games.json")
    with pytest.raises(ValueError, match="no game id"):
        file.add(["chess", game_id])
    assert file.read() == []


def test_what_events_can_name_can_be_registered(tmp_path: Path) -> None:
    newest = max((Path(__file__).parents[4] / "schemas" / "common").glob("*.json"))
    said = json.loads(newest.read_text())["$defs"]["game_id"]
    assert f"^{GAME_ID.pattern}$" == said["pattern"].replace("*", f"{{0,{said['maxLength'] - 1}}}")
    assert GameFile(tmp_path / "games.json").add(said["examples"]) == said["examples"]


@pytest.mark.parametrize("text", ["", "[]", '{"games": [1]}', '{"games": 1}'])
def test_a_damaged_list_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "games.json").write_text(text)
    with pytest.raises(FileDamaged, match=r"games\.json is no list of games .* restore it"):
        games(tmp_path, 1)


def test_as_many_games_are_learnt_as_there_is_room_for(tmp_path: Path) -> None:
    known = games(tmp_path, 2)
    assert [known.learn(game_id) for game_id in ("a", "b", "c", "a", "d")] == [True, True, False, True, False]
    assert [known.knows(game_id) for game_id in ("a", "b", "c")] == [True, True, False]
    assert not games(tmp_path, 0).learn("a")


def test_of_the_games_known_before_the_first_have_the_room(tmp_path: Path) -> None:
    known = games(tmp_path, 2, "much", "less", "least")
    assert [known.knows(game_id) for game_id in ("much", "less", "least")] == [True, True, False]


def test_games_of_operators_and_keys_take_no_room(tmp_path: Path) -> None:
    GameFile(tmp_path / "games.json").add(["chess"])
    KeyFile(tmp_path / "keys.json").create("go", games=("go",))
    known = games(tmp_path, 1)
    assert all(known.learn(game_id) for game_id in ("chess", "go", "learnt", "chess"))
    assert not known.learn("one-too-many")


def test_a_game_that_is_added_is_known_without_a_restart(tmp_path: Path) -> None:
    known = games(tmp_path, 0)
    file = GameFile(tmp_path / "games.json")
    file.add(["chess"])
    known.refresh()
    assert known.knows("chess")
    os.remove(file.path)
    known.refresh()
    assert not known.knows("chess")
