"""Office packages (zip files of XML parts), opened only after checks against hostile and damaged ones."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.errors import N_, FileRefused
from ingest.readers.ole import CUT_OFF, HOLDS_MACROS, PROTECTED
from ingest.readers.opened import MEGABYTE, OpenedFile, in_megabytes
from ingest.readers.sniff import refused_format

_LOCAL_HEADER = 30  # bytes, at least, before the content of a member
_FORMAT_OF_FOLDER = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
_USUAL_MAINS = ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml")
_OPEN_DOCUMENTS = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(KeyError, ValueError, NotImplementedError, RuntimeError),
)
_DAMAGED = N_("The file is damaged or was cut off ({part}). Open it in Word or Excel, repair it and save it again.")
# ISO "strict" files use other namespace names for the same elements.
_STRICT_NAMES = (
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    *(
        (b"http://purl.oclc.org/ooxml/" + part, b"http://schemas.openxmlformats.org/" + part[:-4] + b"2006/main")
        for part in (b"wordprocessingml/main", b"spreadsheetml/main", b"presentationml/main", b"drawingml/main")
    ),
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """`kind` is the last word of its type (header, styles, worksheet); `target` is the name of a part."""

    id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Package:
    opened: OpenedFile
    archive: zipfile.ZipFile
    names: frozenset[str]
    main: str

    @property
    def format(self) -> str:
        """docx, xlsx, pptx, odt, ods or odp."""
        return _FORMAT_OF_FOLDER.get(self.main.partition("/")[0], self.main)

    def read(self, part: str) -> bytes:
        """Raises FileRefused when the part is missing or damaged."""
        try:
            return self.archive.read(part)
        except _BROKEN:
            raise self.opened.refused(_DAMAGED, part=part) from None

    def root(self, part: str) -> etree._Element:
        """The parsed part. Entities and DTDs are never followed; the depth is bounded by libxml2 (256)."""
        raw = self._checked(part)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(raw, parser)
        except etree.XMLSyntaxError as error:
            raise self._refused_xml(error, part) from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise self.opened.refused(_DTD, part=part)
        return root

    def elements(self, part: str, *tags: str) -> Iterator[etree._Element]:
        """Each complete element of one of the tags (``{*}name``), freed when the next is asked for."""
        source = io.BytesIO(self._checked(part, tags_factor=4))
        try:
            for _, element in etree.iterparse(
                source, tag=tags, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
            ):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    parent = element.getparent()
                    if parent is None:
                        break
                    del parent[0]
        except etree.XMLSyntaxError as error:
            raise self._refused_xml(error, part) from None

    def relationships(self, part: str) -> list[Relationship]:
        """The parts that a part refers to, in file order; outside targets are left out."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        if rels not in self.names:
            return []
        found = []
        for element in self.root(rels):
            if element.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/" + folder, element.get("Target", ""))).lstrip("/")
            if target in self.names:
                kind = element.get("Type", "").rpartition("/")[2]
                found.append(Relationship(element.get("Id", ""), kind, target))
        return found

    def related(self, part: str, kind: str) -> list[str]:
        """The parts of one kind that a part refers to, each once."""
        return list(dict.fromkeys(r.target for r in self.relationships(part) if r.kind == kind))

    def _refused_xml(self, error: etree.XMLSyntaxError, part: str) -> FileRefused:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            return self.opened.refused(
                N_(
                    "The part {part} is nested too deeply for a document: the file is not safe to read. "
                    "Ask whoever sent it for a copy newly saved in Word or Excel."
                ),
                part=part,
            )
        return self.opened.refused(_DAMAGED, part=part)

    def _checked(self, part: str, tags_factor: int = 1) -> bytes:
        raw = self.read(part)
        limit = self.opened.limits.max_tags * tags_factor
        if raw.count(b"<") > limit:
            raise self.opened.refused(
                N_("The part {part} holds more than {limit} elements. Split the file into smaller ones."),
                part=part,
                limit=limit,
            )
        for strict, transitional in _STRICT_NAMES:
            raw = raw.replace(strict, transitional)
        return raw


_DTD = N_(
    "The part {part} declares a document type, which office files never do: the file is not safe to read. "
    "Ask whoever sent it for a copy newly saved in Word or Excel."
)


def open_package(opened: OpenedFile) -> Package:
    """Raises FileRefused for damaged, encrypted or hostile packages, for macros, and for zip files that are
    no office package. Those of OpenDocument are only checked; their `main` is the format."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(opened.raw))
        members = archive.infolist()
    except _BROKEN:
        raise opened.refused(CUT_OFF) from None
    _check_members(opened, members)
    names = frozenset(member.filename for member in members)
    package = Package(opened, archive, names, main="")
    _refuse_other_formats(package)
    _refuse_document_types(package)
    if open_document := _open_document_format(package):
        return Package(opened, archive, names, open_document)
    found = [r.target for r in package.relationships("") if r.kind == "officeDocument"]
    main = next((name for name in [*found, *_USUAL_MAINS] if name in names), "")
    if main.partition("/")[0] not in _FORMAT_OF_FOLDER:
        raise opened.refused(_DAMAGED, part="word/document.xml")
    return Package(opened, archive, names, main)


def _check_members(opened: OpenedFile, members: list[zipfile.ZipInfo]) -> None:
    limits = opened.limits
    if len(members) > limits.max_members:
        raise opened.refused(
            N_("The package holds {count} parts; at most {limit} are read. Save the file again without attachments."),
            count=len(members),
            limit=limits.max_members,
        )
    _check_sizes(opened, members)
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise opened.refused(
                N_(
                    "Parts of the package lie over one another: the file is not safe to read. "
                    "Ask whoever sent it for a copy newly saved in Word or Excel."
                )
            )
        end = member.header_offset + _LOCAL_HEADER + member.compress_size
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise opened.refused(
                N_(
                    "The package holds parts with unsafe names: the file is not safe to read. "
                    "Ask whoever sent it for a copy newly saved in Word or Excel."
                )
            )
        if member.flag_bits & 0x1:
            raise opened.refused(PROTECTED)


def _check_sizes(opened: OpenedFile, members: list[zipfile.ZipInfo]) -> None:
    limits = opened.limits
    largest = max((member.file_size for member in members if _is_xml(member.filename)), default=0)
    unpacked = sum(member.file_size for member in members)
    if largest > limits.max_part or unpacked > limits.max_unpacked:
        size, limit = (largest, limits.max_part) if largest > limits.max_part else (unpacked, limits.max_unpacked)
        raise opened.refused(
            N_("Unpacked, the file takes {size} MB; at most {limit} MB are read. Split it into smaller files."),
            size=in_megabytes(size),
            limit=in_megabytes(limit),
        )
    if any(m.file_size > max(MEGABYTE, limits.max_ratio * m.compress_size) for m in members):
        raise opened.refused(
            N_(
                "Unpacked, a part is more than {limit} times its size in the file: the file is not safe to read. "
                "Ask whoever sent it for a copy newly saved in Word or Excel."
            ),
            limit=limits.max_ratio,
        )


def _refuse_other_formats(package: Package) -> None:
    opened, names = package.opened, package.names
    if _holds_macros(package):
        raise opened.refused(HOLDS_MACROS)
    if "xl/workbook.bin" in names:
        raise refused_format(opened, "Excel binary (xlsb)")
    if not names & {"[Content_Types].xml", "mimetype", *_USUAL_MAINS}:
        raise refused_format(opened, "ZIP")


def _open_document_format(package: Package) -> str | None:
    if not {"mimetype", "content.xml"} <= package.names:
        return None
    kind = package.read("mimetype")[:100].decode("ascii", "replace").strip().removesuffix("-template")
    if format := _OPEN_DOCUMENTS.get(kind.removeprefix("application/vnd.oasis.opendocument.")):
        manifest = "META-INF/manifest.xml"
        if manifest in package.names and b"encryption-data" in package.read(manifest):
            raise package.opened.refused(PROTECTED)
        return format
    raise refused_format(package.opened, "ZIP")


def _holds_macros(package: Package) -> bool:
    """By the usual names, and by what the package says of its parts: a name may be anything."""
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in package.names):
        return True
    types = package.read("[Content_Types].xml") if "[Content_Types].xml" in package.names else b""
    said = types.replace(b"\0", b"").lower()
    return b"macroenabled" in said or b"vbaproject" in said or b"macrosheet" in said


def _refuse_document_types(package: Package) -> None:
    for name in sorted(package.names):
        if _is_xml(name) and b"<!DOCTYPE" in package.read(name).replace(b"\0", b"").upper():
            raise package.opened.refused(_DTD, part=name)


def _is_xml(name: str) -> bool:
    return name.lower().endswith(_XML_SUFFIXES)
