"""The mix, small enough to travel in a page."""

import tempfile
from pathlib import Path

import soundfile

from temirbek.errors import InvalidInput
from temirbek.replay.ogg import with_serial

MIME = "audio/ogg"
BLOCK_FRAMES = 1 << 14
"""Short blocks: libsndfile's Vorbis encoder keeps a block on its stack."""
SERIAL = 1
COMPRESSION = 0.3
"""0 is libvorbis' best quality, 1 its smallest; this gives about 170 kbit/s."""


def compress_sound(path: Path) -> bytes:
    """The recording as Ogg Vorbis, block by block.

    Vorbis carries the exact number of samples and no encoder delay, so an instant in the page is the same instant
    in the mix, also after a seek. The same recording gives the same bytes.

    Args:
        path: A file that libsndfile reads (the mix is FLAC).

    Raises:
        InvalidInput: The file is absent or not sound.
    """
    try:
        source = soundfile.SoundFile(path)
    except (soundfile.LibsndfileError, OSError) as error:
        raise InvalidInput(f"{path}: cannot be read as the sound of the page ({error})") from error
    with source, tempfile.NamedTemporaryFile(suffix=".ogg") as packed:
        with soundfile.SoundFile(
            packed.name,
            "w",
            samplerate=source.samplerate,
            channels=source.channels,
            format="OGG",
            subtype="VORBIS",
            compression_level=COMPRESSION,
        ) as target:
            for block in source.blocks(blocksize=BLOCK_FRAMES, dtype="float32", always_2d=True):
                target.write(block)
        return with_serial(Path(packed.name).read_bytes(), SERIAL)
