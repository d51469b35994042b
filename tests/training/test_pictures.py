import numpy as np
import pytest

from training import pictures
from training.pictures import (
    beeswarm_picture,
    by_importance,
    drawable,
    gain_picture,
    importance_picture,
)

PNG = b"\x89PNG"
RNG = np.random.default_rng(0)
PUSHES = RNG.normal(0, [0.1, 1.0, 0.0], (200, 3))


def test_fields_are_ordered_by_how_far_they_push():
    assert list(by_importance(PUSHES)) == [1, 0, 2]


def test_names_that_no_font_can_draw_are_numbered(monkeypatch):
    monkeypatch.setattr(pictures, "_glyphs", lambda: frozenset(range(32, 127)))

    assert not drawable("员工人数")
    assert pictures._label("员工人数", number=3) == "field 3"
    assert pictures._label("employees", number=3) == "employees"
    assert pictures.undrawn(PUSHES, ["a", "员工人数", "c"]) == {"field 1": "员工人数"}


@pytest.mark.parametrize("name", ["员工人数", "$x^2$ [a]{b}", "$\\frac", "", "x" * 200, "🙂"])
def test_any_column_name_makes_a_picture_without_a_warning(name, recwarn):
    picture = importance_picture(PUSHES, [name, "b", "c"])

    assert picture.startswith(PNG)
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]


def test_words_missing_values_and_constants_can_be_drawn():
    values = np.column_stack([RNG.normal(size=200), np.full(200, np.nan), np.ones(200)])
    values[:50, 0] = np.nan

    assert beeswarm_picture(PUSHES, values, ["a", "b", "c"]).startswith(PNG)


def test_equal_input_gives_equal_bytes():
    gain = np.column_stack([np.linspace(0, 1, 11), np.linspace(0, 1, 11) ** 0.5])

    assert gain_picture(gain, base_rate=0.1) == gain_picture(gain, base_rate=0.1)
