"""A hierarchical database in storage, as simple as can be: what the real ones are compared with."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Node:
    kind: str
    data: bytes
    children: list[Node] = field(default_factory=list)


class Model:
    """Roots by key; children in the order that key and RULES give."""

    def __init__(self, dbd) -> None:
        self.dbd = dbd
        self.roots: dict[bytes, Node] = {}
        self.order = [segment.name for segment in dbd.segments]

    def key(self, node: Node) -> bytes:
        key = self.dbd.segment(node.kind).key
        return key.of(node.data) if key else b""

    def children(self, parent: Node, kind: str) -> list[Node]:
        return [one for one in parent.children if one.kind == kind]

    def insert(self, parent: Node | None, kind: str, data: bytes) -> bool:
        node = Node(kind, data)
        if parent is None:
            if self.key(node) in self.roots:
                return False
            self.roots[self.key(node)] = node
            return True
        segment = self.dbd.segment(kind)
        twins = self.children(parent, kind)
        if segment.key:
            if any(self.key(twin) == self.key(node) for twin in twins):
                return False
            place = sum(self.key(twin) < self.key(node) for twin in twins)
        else:
            place = 0 if segment.insert_rule == "FIRST" else len(twins)
        others = [one for one in parent.children if one.kind != kind]
        twins.insert(place, node)
        parent.children = sorted([*others, *twins], key=lambda one: self.order.index(one.kind))
        return True

    def walk(self, roots=None):
        for root in roots if roots is not None else self.roots.values():
            yield from self._under(root)

    def _under(self, node):
        yield node.kind, node.data
        for child in node.children:
            yield from self._under(child)
