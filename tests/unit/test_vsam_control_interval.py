import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoslab.dasd.vsam import control_interval
from zoslab.dasd.vsam.errors import BadControlInterval

records_of_few_lengths = st.lists(st.sampled_from([1, 7, 47, 100]).flatmap(lambda n: st.binary(min_size=n, max_size=n)))


@given(records_of_few_lengths.filter(lambda records: sum(map(len, records)) < 3000))
def test_a_control_interval_gives_back_the_records_it_was_built_from(records):
    lengths = [len(record) for record in records]
    needed = control_interval.space_needed(lengths)
    size = -(-max(needed, 512) // 512) * 512
    image = control_interval.build(records, size)
    assert len(image) == size
    assert control_interval.parse(image) == records
    assert int.from_bytes(image[-2:], "big") == size - needed


def test_records_of_equal_length_share_a_pair_of_rdfs_as_in_a_real_catalog():
    image = control_interval.build([bytes([n]) * 47 for n in range(6)], 512)
    assert image[-10:].hex() == "08000640002f011a00dc"


def test_a_zero_cidf_is_the_software_end_of_file():
    assert control_interval.is_software_end(bytes(512))
    assert control_interval.parse(bytes(512)) == []
    assert not control_interval.is_software_end(control_interval.build([], 512))


def test_records_that_do_not_fit_are_refused():
    with pytest.raises(BadControlInterval, match="need 88 bytes more"):
        control_interval.build([bytes(590)], 509)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ({510: 0x7F}, "CIDF says"),
        ({509: 0x1B}, "CIDF says"),
        ({505: 0x50}, "not supported"),
        ({505: 0x08}, "not supported"),
        ({502: 0x00}, "number of records"),
        ({504: 0x05}, "RDFs describe"),
        ({506: 0, 507: 0}, "no length"),
    ],
)
def test_contradicting_control_fields_are_found(damage, says):
    image = bytearray(control_interval.build([bytes(47)] * 6, 512))
    for offset, value in damage.items():
        image[offset] = value
    with pytest.raises(BadControlInterval, match=says):
        control_interval.parse(bytes(image))
