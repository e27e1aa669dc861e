import doctest

import pytest

from doorstep.kernel import mask, sealed


def test_masks_show_what_their_examples_say():
    assert doctest.testmod(mask).failed == 0


def test_a_rotated_key_still_opens_what_the_old_one_sealed_and_keeps_the_index():
    before = list(sealed._KEYS)
    try:
        sealed.use_keys("old")
        blob, index = sealed.seal("金美兰"), sealed.blind("name", "金美兰")
        sealed.use_keys("new,old")
        assert sealed.open_(blob) == "金美兰"
        assert sealed.blind("name", "金美兰") == index
        assert sealed.seal("金美兰") != blob
        sealed.use_keys("new")
        with pytest.raises(sealed.SealError, match="DOORSTEP_DATA_KEY"):
            sealed.open_(blob)
    finally:
        sealed.use_keys(",".join(before))


def test_one_changed_byte_does_not_open():
    blob = bytearray(sealed.seal("13912345678"))
    blob[-1] ^= 1
    with pytest.raises(sealed.SealError):
        sealed.open_(bytes(blob))
