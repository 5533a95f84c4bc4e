"""The search for cycles stops in the body and is afterwards as it was."""

import gc

import pytest

from rnnbench.common.garbage import uncollected


def test_the_search_goes_on_after_the_outermost_body():
    assert gc.isenabled()
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_search_goes_on_after_a_mistake():
    with pytest.raises(ValueError, match="wrong"), uncollected():
        raise ValueError("wrong")
    assert gc.isenabled()


def test_whoever_has_switched_it_off_keeps_it_so():
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
