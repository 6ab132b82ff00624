"""What the generated code calls things: names of the schemas, made names that Python and Pydantic leave free."""

import keyword
import re

MODULES = frozenset(
    {"contract", "dbt", "documents", "explain", "http", "identity", "judged", "optional", "sdk", "timestamp", "type"}
)
"""What the models package itself names or uses, and no event's package may hide."""
_IMPORTED = frozenset(
    {
        "ABSENT",
        "Annotated",
        "Any",
        "AwareDatetime",
        "BaseModel",
        "ConfigDict",
        "Field",
        "Judged",
        "Literal",
        "MISSING",
        "Shape",
        "StrictBool",
        "StrictFloat",
        "StrictInt",
        "StrictStr",
        "StringConstraints",
        "Timestamp",
        "TypeAliasType",
    }
)
"""What a generated module imports, and no class of it may hide."""
_TYPES = frozenset({"bool", "dict", "float", "int", "list", "set", "str", "tuple"})
"""Types that stand in a class's annotations, which a field of that name would hide."""
_OF_MODELS = frozenset(
    {
        "construct",
        "copy",
        "dict",
        "from_orm",
        "json",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "schema",
        "schema_json",
        "update_forward_refs",
        "validate",
        "model_computed_fields",
        "model_config",
        "model_construct",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_extra",
        "model_fields",
        "model_fields_set",
        "model_json_schema",
        "model_parametrized_name",
        "model_post_init",
        "model_rebuild",
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
    }
)
"""What every Pydantic model has, which a field of that name would replace."""
RENAMED = frozenset(name for name in keyword.kwlist if name.islower()) | _TYPES | _OF_MODELS | {"self"}


def attribute(field: str) -> str:
    """The attribute of a field: its name, with an underscore behind where Python or Pydantic has the name already."""
    return f"{field}_" if field in RENAMED else field


def package(event_type: str) -> str:
    """The package of an event's models: its name, with an underscore behind where that is taken."""
    return f"{event_type}_" if keyword.iskeyword(event_type) or event_type in MODULES else event_type


def camel_case(name: str) -> str:
    """`loot_box` → `LootBox`; whatever cannot be part of a name ends a word."""
    words = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^0-9A-Za-z]+", name))
    return words if words.isidentifier() else f"Value{words}"


class ClassNames:
    """The names of the classes of one module, each given once."""

    def __init__(self, taken: list[str]) -> None:
        self._taken = {*taken, *_IMPORTED}

    def take(self, *wanted: str) -> str:
        """The first name that is one and is free; the last with a number behind when none is."""
        names = [name for name in wanted if name.isidentifier() and not keyword.iskeyword(name)]
        names = names or [camel_case(f"value_{wanted[-1]}")]
        numbered = (f"{names[-1]}{number}" for number in range(2, len(self._taken) + 3))
        name = next(name for name in (*names, *numbered) if name not in self._taken)
        self._taken.add(name)
        return name
