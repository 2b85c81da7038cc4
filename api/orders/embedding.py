"""What a draft claims as a part of its Word package, beside the text."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

NAMESPACE = "urn:banha:order:1"
_ITEM_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8"?><ds:datastoreItem ds:itemID="{{6B3C6F5E-6D0B-4B8E-9C57-3A1C5C0B4A11}}" '
    'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
    '<ds:schemaRef ds:uri="{namespace}"/></ds:schemaRefs></ds:datastoreItem>'
)


def embed(document: Any, statement: str) -> None:
    """The claims as custom XML, which office programs keep when they save."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    package = document.part.package
    xml = f'<?xml version="1.0" encoding="UTF-8"?><order xmlns="{NAMESPACE}">{escape(statement)}</order>'
    item = Part(package.next_partname("/customXml/item%d.xml"), "application/xml", xml.encode(), package)
    document.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)
    number = str(item.partname).removeprefix("/customXml/item").removesuffix(".xml")
    properties = Part(
        PackURI(f"/customXml/itemProps{number}.xml"),
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        _ITEM_PROPERTIES.format(namespace=NAMESPACE).encode(),
        package,
    )
    item.relate_to(properties, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
