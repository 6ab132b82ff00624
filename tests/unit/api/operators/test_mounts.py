"""The path under which the application is mounted, which a request may have said."""

from game_events_api.operators.documentation import mounted_at
from starlette.requests import Request


def test_a_mounts_path_leaves_no_page_a_way_out_of_its_text() -> None:
    request = Request({"type": "http", "root_path": "/games/it's </script>"})
    assert mounted_at(request) == "/games/it%27s%20%3C/script%3E"
    assert mounted_at(Request({"type": "http"})) == ""
