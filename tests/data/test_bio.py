"""BIO labels: which labels are BIO, and where slots begin without a B."""

import pytest

from rnnbench.data.bio import continues_slot, is_bio, parse_bio, slots_begun_inside


@pytest.mark.parametrize("labels", [[], ["noun", "verb"], ["O", "city"], ["O", "b-city"], [""]])
def test_other_labels_are_not_bio(labels):
    assert parse_bio(labels) is None
    assert not all(map(is_bio, labels)) or not labels


def test_a_slot_may_be_named_as_the_label_outside_of_slots():
    bio = parse_bio(["O", "B-O", "I-O"])
    assert bio is not None
    assert bio.prefixes.tolist() == [0, 1, 2]
    assert bio.slots.tolist() == [-1, 0, 0]
    assert not continues_slot("O", "I-O")


def test_slots_that_no_b_begins_are_counted_by_label():
    """A label without a target, another slot and the beginning of a sequence all end a slot."""
    sequences = [["I-x", "I-x", "I-y"], ["B-x", "I-x", "", "I-x"], ["O", "I-y"], []]
    assert slots_begun_inside(sequences) == {"I-x": 2, "I-y": 2}
