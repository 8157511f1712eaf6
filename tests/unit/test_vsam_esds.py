import pytest

from zoslab.dasd.geometry import Geometry
from zoslab.dasd.track import build, parse
from zoslab.dasd.vsam.errors import BadControlInterval, RecordNotFound, RecordTooLong, UnsuitableAttributes
from zoslab.dasd.vsam.esds import Esds
from zoslab.dasd.vsam.intervals import ControlIntervals
from zoslab.dasd.vsam.statistics import Holder, Statistics


class Tracks:
    """The tracks of one data set in memory, holding what another data set left there."""

    def __init__(self, tracks=2):
        self.tracks, self.geometry = tracks, Geometry("3390", 500)
        self.images = {}

    def locate(self, rel_track):
        return self, rel_track

    def read(self, rel_track):
        return parse(self.images[rel_track]) if rel_track in self.images else []

    def write(self, rel_track, records):
        assert rel_track < self.tracks
        self.images[rel_track] = build(0, rel_track, records, self.geometry)

    def extend(self):
        self.tracks += 2


def test_records_are_read_back_by_the_rba_add_returned():
    esds = Esds(Tracks(), 512)
    records = [bytes([n % 250]) * (20 + n % 300) for n in range(200)]
    rbas = [esds.add(record) for record in records[:50]] + esds.load(records[50:])
    assert [esds.read(rba) for rba in rbas] == records
    assert list(esds.browse()) == list(zip(rbas, records, strict=True))
    assert [record for _, record in esds.browse(rbas[120])] == records[120:]


def test_the_high_used_rba_survives_in_what_the_holder_saves():
    saved = [Statistics()]
    space = Tracks()
    esds = Esds(space, 512, Holder(lambda: saved[-1], saved.append))
    rbas = esds.load([bytes([n]) * 100 for n in range(10)])
    again = Esds(space, 512, Holder(lambda: saved[-1], saved.append))
    assert [rba for rba, _ in again.browse()] == rbas
    assert saved[-1].records == 10


def test_a_record_may_be_replaced_by_one_of_the_same_length_only():
    esds = Esds(Tracks(), 512)
    rbas = esds.load([b"one", b"two"])
    esds.update(rbas[1], b"TWO")
    assert [record for _, record in esds.browse()] == [b"one", b"TWO"]
    with pytest.raises(RecordTooLong, match="cannot change its length to 5"):
        esds.update(rbas[1], b"three")


def test_an_rba_at_which_no_record_starts_is_refused():
    esds = Esds(Tracks(), 512)
    esds.load([b"one", b"two"])
    for rba in (1, 6, 512, 4096):
        with pytest.raises(RecordNotFound, match=f"RBA {rba}"):
            esds.read(rba)


@pytest.mark.parametrize("length", [0, 506])
def test_a_record_that_fits_no_control_interval_is_refused(length):
    esds = Esds(Tracks(), 512)
    with pytest.raises(RecordTooLong):
        esds.add(bytes(length))


def test_an_emptied_data_set_starts_again_at_rba_zero():
    esds = Esds(Tracks(), 512)
    esds.load([b"one", b"two"])
    esds.create()
    assert list(esds.browse()) == []
    assert esds.add(b"new") == 0


def test_control_intervals_are_addressed_across_tracks_as_a_linear_data_set_is():
    linear = ControlIntervals(Tracks(), 4096)
    for number in range(30):
        linear.open_new(number)
        linear.write_ci(number, bytes([number]) * 4096)
    assert [linear.read_ci(number)[0] for number in range(30)] == list(range(30))
    assert linear.per_track == 12
    with pytest.raises(BadControlInterval, match="relative track 3 holds 0 records"):
        linear.read_ci(36)


def test_a_size_that_fits_no_track_is_refused():
    space = Tracks()
    space.geometry = Geometry("3330", 10)
    with pytest.raises(UnsuitableAttributes, match="does not fit a track"):
        ControlIntervals(space, 14336)
