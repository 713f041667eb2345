"""Files that pass through the sandbox: uploads, what Telegram keeps of them, image sizes."""

import mimetypes
import struct
from dataclasses import dataclass
from typing import Any

MAX_DOWNLOAD = 20_000_000
MAX_UPLOAD = 50_000_000
MAX_PHOTO = 10_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a request carries it."""

    filename: str
    data: bytes
    mime_type: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file as Telegram keeps it."""

    file_id: str
    path: str
    filename: str
    mime_type: str
    data: bytes

    def as_json(self, *, with_path: bool = False) -> dict[str, Any]:
        """Return the fields every kind of file has in the Bot API."""
        fields: dict[str, Any] = {
            "file_id": self.file_id,
            "file_unique_id": f"u-{self.file_id}",
            "file_size": len(self.data),
        }
        if with_path:
            fields["file_path"] = self.path
        return fields


@dataclass(frozen=True, slots=True)
class Media:
    """What a message shows besides text: its kind, the file, and the Bot API's description."""

    kind: str
    file: File
    json: Any

    @property
    def captioned(self) -> bool:
        """Whether the text beside it is a caption."""
        return self.kind != "sticker"


def mime_of(filename: str) -> str:
    """Return the MIME type Telegram would guess from a file's name."""
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, WebP or JPEG image, or None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    return _jpeg_size(data) if data[:2] == b"\xff\xd8" else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
