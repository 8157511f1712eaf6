"""Load modules: the blocks of a member that the linkage editor wrote and program fetch reads.

Source: z/OS MVS Program Management: Advanced Facilities, "Load module formats", and the mapping macro IHAPDS for the
directory entry. Blocks come in this order: CESD records, CSECT identification records, then for each text block a
control record that says where it is loaded and which CSECTs it holds, and the text. The last control record is marked
end of module. Modules made here have no address constants and so no relocation records; those of others are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from zoslab import ebcdic
from zoslab.dasd.errors import DasdError
from zoslab.dasd.pds import Member, Pds
from zoslab.dasd.pds_directory import Place, ttr_bytes
from zoslab.layout import Layout, Number, Raw, Text

CESD, IDENTIFICATION, CONTROL, RELOCATION, END_OF_MODULE = 0x20, 0x80, 0x01, 0x02, 0x0C
SECTION_DEFINITION, PRIVATE_CODE, COMMON = 0x00, 0x04, 0x05
_TYPE = 0x0F
_ITEM_SIZE = 16
_ITEMS_PER_RECORD = 15
_ENTRIES_PER_CONTROL = 60
_ALIGNMENT = 8
_READ_CCW = bytes.fromhex("06")
_ZAP_RECORD = bytes([IDENTIFICATION, 250, 0x01]).ljust(251, b"\0")
_EDITOR = "5695PMB01"
_LAST_IDENTIFICATION = 0x80
_ATTRIBUTES = bytes.fromhex("02F2")  # executable; F level, origin zero, entry point zero, no relocation, editor F
_ATTRIBUTES_ONE_BLOCK = bytes.fromhex("03F2")
_FLAGS = bytes.fromhex("880000")  # processed by OS/VS or later, APF code valid; AMODE 24, RMODE 24


class NotALoadModule(DasdError):
    """The member is not a load module, or one that contradicts itself."""


class OutsideModule(DasdError):
    """No such CSECT, or an offset behind its end."""


class CesdRecord(Layout):
    """The head of a composite external symbol dictionary record; items of 16 bytes follow."""

    size = 8
    identification = Number(0, 1)  # X'20'
    first_id = Number(4, 2)  # ESDID of the first item
    count = Number(6, 2)  # bytes of items


class CesdItem(Layout):
    """A symbol: of a section its name, where it is loaded and its length."""

    size = _ITEM_SIZE
    symbol = Text(0, 8)
    kind = Number(8, 1)  # X'0F': 0 section, 2 external reference, 3 label, 4 private code, 5 common, 7 null
    address = Number(9, 3)
    segment = Number(12, 1)
    length = Number(13, 3)


class ControlRecord(Layout):
    """The head of a control or relocation record; relocation data, then control entries of 4 bytes follow."""

    size = 16
    identification = Number(0, 1)  # X'01' control, X'02' relocation, X'04' end of segment, X'08' end of module
    control_count = Number(4, 2)  # bytes of control entries
    relocation_count = Number(6, 2)  # bytes of relocation data
    command = Raw(8, 1)  # channel command word for the text: read
    address = Number(9, 3)  # where the text is loaded
    flags = Raw(12, 2)
    text_length = Number(14, 2)


class LoadModuleEntry(Layout):
    """The user data of a load module in the directory (IHAPDS), with the section for the APF code."""

    size = 24
    pds2ttrt = Raw(0, 3)  # TTR of the first text block
    pds2ttrn = Raw(4, 3)  # TTR of the note list or the scatter list
    pds2nl = Number(7, 1)
    pds2atr = Raw(8, 2)  # attributes
    pds2stor = Number(10, 3)  # storage needed
    pds2ftbl = Number(13, 2)  # length of the first text block
    pds2epa = Number(15, 3)  # entry point
    pds2ftbo = Raw(18, 3)  # flags
    pdsapfct = Number(21, 1)  # 1
    pdsapfac = Number(22, 1)  # authorization code


@dataclass(frozen=True, slots=True)
class Csect:
    """A control section: where it is loaded and how long it is."""

    name: str
    esdid: int
    address: int
    length: int


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block of text: which block of the member it is, and which addresses it holds."""

    index: int
    address: int
    content: bytes


@dataclass(frozen=True)
class LoadModule:
    """What the blocks of a member say."""

    csects: tuple[Csect, ...]
    texts: tuple[TextBlock, ...]

    def csect(self, name: str) -> Csect:
        """Return a CSECT; "" stands for the first.

        :raises OutsideModule: there is none of that name.
        """
        found = next((csect for csect in self.csects if name in ("", csect.name)), None)
        if found is None:
            raise OutsideModule(f"CSECT {name} is not in the module: {', '.join(c.name for c in self.csects)} are.")
        return found

    def text(self, name: str) -> bytes:
        """Return the text of a CSECT; bytes that no block holds are zero."""
        csect = self.csect(name)
        content = bytearray(csect.length)
        for block in self.texts:
            low, high = max(block.address, csect.address), min(_end(block), csect.address + csect.length)
            if low < high:
                content[low - csect.address : high - csect.address] = block.content[
                    low - block.address : high - block.address
                ]
        return bytes(content)

    def locate(self, name: str, offset: int) -> tuple[int, int]:
        """Return the block of the member that holds a byte of a CSECT, and the offset there.

        :raises OutsideModule: the offset is behind the CSECT, or no text was loaded there.
        """
        csect = self.csect(name)
        address = csect.address + offset
        if 0 <= offset < csect.length:
            for block in self.texts:
                if block.address <= address < _end(block):
                    return block.index, address - block.address
        raise OutsideModule(f"CSECT {csect.name} has no text at offset {offset:06X}; its length is {csect.length:06X}.")

    def patched(self, name: str, offset: int, data: bytes) -> dict[int, bytes]:
        """Return the blocks that change, by index, when ``data`` replaces the text at an offset of a CSECT."""
        contents = {block.index: bytearray(block.content) for block in self.texts}
        changed: dict[int, bytes] = {}
        for position, byte in enumerate(data, offset):
            index, at = self.locate(name, position)
            contents[index][at] = byte
            changed[index] = b""
        return {index: bytes(contents[index]) for index in changed}


def build(csects: Mapping[str, bytes], block_size: int = 6144) -> list[bytes]:
    """Return the blocks of a module of these CSECTs, loaded one behind the other on doublewords.

    :param block_size: the longest text block, the BLKSIZE of the library.
    """
    sections = _laid_out(csects)
    texts = list(_text_blocks(csects, sections, block_size))
    blocks = [*_cesd_records(sections), _ZAP_RECORD, _editor_record()]
    for number, (address, entries, content) in enumerate(texts, 1):
        last = END_OF_MODULE if number == len(texts) else 0
        head = ControlRecord(
            identification=CONTROL | last,
            control_count=len(entries),
            command=_READ_CCW,
            address=address,
            flags=b"\x40\x00",
            text_length=len(content),
        )
        blocks += [bytes(head) + entries, content]
    return blocks


def parse(blocks: Iterable[bytes]) -> LoadModule:
    """Return CSECTs and text of a module, whoever linked it.

    :raises NotALoadModule: the blocks are something else.
    """
    csects: list[Csect] = []
    texts: list[TextBlock] = []
    expected: ControlRecord | None = None
    for index, block in enumerate(blocks):
        if expected is not None:
            if len(block) != expected.text_length:
                raise NotALoadModule(f"Block {index + 1} has {len(block)} bytes of text, not {expected.text_length}.")
            texts.append(TextBlock(index, expected.address, block))
            expected = None
        elif block[0] & 0xF0:
            csects += _sections(block) if block[0] == CESD else ()
        else:
            expected = _control(block, index)
    if expected is not None or not texts or not csects:
        raise NotALoadModule("The member is not a load module: it has no external symbols or no text.")
    return LoadModule(tuple(csects), tuple(texts))


def store(pds: Pds, name: str, csects: Mapping[str, bytes], *, authorization: int = 0) -> Member:
    """Write a module into a library (RECFM=U), with the directory entry program fetch needs."""
    blocks = build(csects, pds.format.blksize)
    module = parse(blocks)
    return pds.write_blocks(name, blocks, lambda places: _directory_data(module, places, authorization), user_ttrs=1)


def _end(block: TextBlock) -> int:
    return block.address + len(block.content)


def _laid_out(csects: Mapping[str, bytes]) -> list[Csect]:
    sections: list[Csect] = []
    address = 0
    for esdid, (name, text) in enumerate(csects.items(), 1):
        if not text:
            raise DasdError(f"CSECT {name} has no text.")
        sections.append(Csect(name, esdid, address, len(text)))
        address += -(-len(text) // _ALIGNMENT) * _ALIGNMENT
    if not sections:
        raise DasdError("A load module needs at least one CSECT.")
    return sections


def _text_blocks(
    csects: Mapping[str, bytes], sections: list[Csect], block_size: int
) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield address, control entries and content of each text block."""
    address, entries, content = 0, b"", b""
    for section in sections:
        text = csects[section.name].ljust(-(-section.length // _ALIGNMENT) * _ALIGNMENT, b"\0")
        while text:
            piece = text[: block_size - len(content)]
            text = text[len(piece) :]
            content += piece
            entries += section.esdid.to_bytes(2, "big") + len(piece).to_bytes(2, "big")
            if len(content) >= block_size or len(entries) == 4 * _ENTRIES_PER_CONTROL:
                yield address, entries, content
                address, entries, content = address + len(content), b"", b""
    if content:
        yield address, entries, content


def _cesd_records(sections: list[Csect]) -> Iterator[bytes]:
    for first in range(0, len(sections), _ITEMS_PER_RECORD):
        items = b"".join(
            bytes(CesdItem(symbol=s.name, kind=SECTION_DEFINITION, address=s.address, segment=1, length=s.length))
            for s in sections[first : first + _ITEMS_PER_RECORD]
        )
        yield bytes(CesdRecord(identification=CESD, first_id=first + 1, count=len(items))) + items


def _editor_record() -> bytes:
    """Return the identification record of the linkage editor: program, version, level, and no date."""
    data = bytes([0x02 | _LAST_IDENTIFICATION]) + ebcdic.encode(_EDITOR, 10) + bytes([1, 1])
    data += bytes.fromhex("65001F0000000F")
    return bytes([IDENTIFICATION, len(data) + 1]) + data


def _sections(block: bytes) -> Iterator[Csect]:
    head = CesdRecord.of(block)
    for number in range(head.count // _ITEM_SIZE):
        at = CesdRecord.size + number * _ITEM_SIZE
        if len(block) < at + _ITEM_SIZE:
            raise NotALoadModule(f"A CESD record of {len(block)} bytes says that it has {head.count} bytes of items.")
        item = CesdItem.of(block[at : at + _ITEM_SIZE])
        if item.kind & _TYPE in (SECTION_DEFINITION, PRIVATE_CODE, COMMON):
            yield Csect(item.symbol, head.first_id + number, item.address, item.length)


def _control(block: bytes, index: int) -> ControlRecord | None:
    """Return a control record, None for a record with relocation data only."""
    if block[0] & (CONTROL | RELOCATION) == 0 or len(block) < ControlRecord.size:
        raise NotALoadModule(
            f"Block {index + 1} is no record of a load module: it starts with {block[:4].hex().upper()}."
        )
    return ControlRecord.of(block) if block[0] & CONTROL else None


def _directory_data(module: LoadModule, places: list[Place], authorization: int) -> bytes:
    first = module.texts[0]
    entry = LoadModuleEntry(
        pds2ttrt=ttr_bytes(places[first.index]),
        pds2atr=_ATTRIBUTES_ONE_BLOCK if len(module.texts) == 1 else _ATTRIBUTES,
        pds2stor=_end(module.texts[-1]),
        pds2ftbl=len(first.content),
        pds2ftbo=_FLAGS,
        pdsapfct=1,
        pdsapfac=authorization,
    )
    return bytes(entry)
