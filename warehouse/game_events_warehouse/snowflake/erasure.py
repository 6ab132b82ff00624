"""What is left of an event when its player is erased, as an expression of Snowflake's, by what the schemas say."""

from collections.abc import Iterable, Mapping

from game_events_models import contract

EVENT = "lines.record:event"
TOKEN = "erasures.token"  # noqa: S105 -- a column's name
EVERY = "*"
"""In a pointer: of every item of a list or key of a map. What holds such a place goes as a whole."""

Places = Mapping[str, Iterable[str]]
"""Event type → JSON Pointers of its personal data: `{"purchase": ["/device/advertising_id"]}`."""


def personal_places() -> dict[str, set[str]]:
    """What all published versions of each event type call personal data."""
    return {
        event_type: {place for version in versions for place in contract.personal_data(event_type, version)}
        for event_type, versions in contract.versions().items()
    }


def erased_event(places: Places) -> str:
    """The event without personal data, its `user_id` a token, with all else as it was."""
    cases = []
    for event_type, pointers in sorted(places.items()):
        tree = _tree(pointers)
        tree.pop("user_id", None)
        if tree:
            cases.append(f"when {_text(event_type)} then {_identified(_without((), tree))}")
    left = _identified(f"{EVENT}::object")
    return f"case {EVENT}.event_type::varchar {' '.join(cases)} else {left} end" if cases else left


def _identified(event: str) -> str:
    return f"object_insert({event}, 'user_id', {TOKEN}, true)"


_Tree = dict[str, "_Tree"]


def _tree(pointers: Iterable[str]) -> _Tree:
    """Fields by name; one without fields below it goes as a whole, and so does what is in it."""
    root: _Tree = {}
    for pointer in sorted(pointers, key=len, reverse=True):
        names = [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]
        if EVERY in names:
            names = names[: names.index(EVERY)]
        node = root
        for name in names[:-1]:
            node = node.setdefault(name, {})
        if names:
            node[names[-1]] = {}
    return root


def _without(path: tuple[str, ...], tree: _Tree) -> str:
    """The object at a path without the fields of the tree. One that is not there, or is no object, goes."""
    here = EVENT + "".join(f"[{_text(name)}]" for name in path)
    whole = [name for name, below in sorted(tree.items()) if not below]
    left = f"{here}::object"
    if whole:
        left = f"object_delete({left}, {', '.join(map(_text, whole))})"
    for name, below in sorted(tree.items()):
        if below:
            inside = (*path, name)
            at = EVENT + "".join(f"[{_text(part)}]" for part in inside)
            left = f"object_insert({left}, {_text(name)}, iff(is_object({at}), {_without(inside, below)}, null), true)"
    return left


def _text(name: str) -> str:
    """A text of Snowflake's, in which a backslash is an escape."""
    escaped = name.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
