"""Makes the encoder's reference fixtures; see README.md beside this file.

usage: python3 make_fixtures.py MODEL_FOLDER
"""

import base64
import json
import struct
import sys
import unicodedata
from pathlib import Path

from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece

HERE = Path(__file__).parent
MASK = (1 << 64) - 1


def fnv(numbers, value=0xCBF29CE484222325):
    """FNV-1a over 32-bit little-endian numbers."""
    for number in numbers:
        for byte in struct.pack("<I", number):
            value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


class SplitMix:
    """The generator of Base/SeededRandom.swift."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def below(self, count):
        return self.next() % count


# The same lists stand in TokenizerFuzz.swift.
RANGES = [
    (0x61, 0x7A), (0x61, 0x7A), (0x61, 0x7A), (0x20, 0x20), (0x20, 0x20), (0x00, 0x7F),
    (0x30, 0x39), (0x41, 0x5A), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
    (0x590, 0x6FF), (0x900, 0xDFF), (0x1100, 0x11FF), (0x1DC0, 0x1FFF), (0x2000, 0x2BFF),
    (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE00, 0xFFFD),
    (0x11000, 0x11FFF), (0x1D100, 0x1D1FF), (0x1F300, 0x1F6FF), (0x20000, 0x2FA1F), (0, 0x10FFFF),
]


def random_text(random):
    length = random.below(48)
    scalars = []
    for _ in range(length):
        low, high = RANGES[random.below(len(RANGES))]
        scalar = low + random.below(high - low + 1)
        # Runs make words and stacks of marks.
        for _ in range(1 + (random.below(6) if random.below(4) == 0 else 0)):
            if not 0xD800 <= scalar <= 0xDFFF:
                scalars.append(chr(scalar))
    return "".join(scalars)


def reference_tokenizer(folder):
    vocabulary = {}
    for number, line in enumerate((folder / "vocab.txt").read_text("utf-8").split("\n")):
        if line:
            vocabulary[line] = number
    # No special tokens are added, so that those words in a text stay text.
    tokenizer = Tokenizer(
        WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def scalar_hashes(tokenizer):
    """One hash per 256 scalars, each scalar between two letters and behind a letter."""
    lines = []
    for page in range(0x1100):
        if 0xD8 <= page <= 0xDF:
            lines.append("0")
            continue
        texts = []
        for scalar in range(page << 8, (page << 8) + 256):
            texts.append("a" + chr(scalar) + "b")
        value = fnv([])
        for encoding in tokenizer.encode_batch(texts):
            value = fnv(encoding.ids + [0xFFFFFFFF], value)
        lines.append(format(value, "x"))
    return lines


def fuzz_hashes(tokenizer):
    """One hash per 1,000 random texts, 100 blocks; the block's number is the seed."""
    lines = []
    for block in range(100):
        random = SplitMix(block)
        texts = [random_text(random) for _ in range(1000)]
        value = fnv([])
        for encoding in tokenizer.encode_batch(texts):
            value = fnv(encoding.ids + [0xFFFFFFFF], value)
        lines.append(format(value, "x"))
    return lines


def is_reordered(text):
    """Whether canonical ordering moves a mark: the reference then gives it another's place."""
    parts = "".join(unicodedata.normalize("NFD", scalar) for scalar in text)
    return parts != unicodedata.normalize("NFD", text)


def place_hashes(tokenizer):
    """The same for 20 blocks, with where tokens begin and end; then the texts that are left out."""
    lines = []
    for block in range(20):
        random = SplitMix(block)
        texts = [random_text(random) for _ in range(1000)]
        value = fnv([])
        left_out = []
        for number, encoding in enumerate(tokenizer.encode_batch(texts)):
            if is_reordered(texts[number]):
                left_out.append(number)
                continue
            numbers = []
            for token, (begin, end) in zip(encoding.ids, encoding.offsets):
                numbers += [token, begin, end]
            value = fnv(numbers + [0xFFFFFFFF], value)
        lines.append(" ".join([format(value, "x")] + [str(number) for number in left_out]))
    return lines


def main():
    folder = Path(sys.argv[1])
    tokenizer = reference_tokenizer(folder)
    (HERE / "scalars.txt").write_text("\n".join(scalar_hashes(tokenizer)) + "\n")
    (HERE / "fuzz.txt").write_text("\n".join(fuzz_hashes(tokenizer)) + "\n")
    (HERE / "places.txt").write_text("\n".join(place_hashes(tokenizer)) + "\n")

    texts = json.loads((HERE / "texts.json").read_text("utf-8"))
    ids = [tokenizer.encode(text).ids[:254] for text in texts]
    (HERE / "tokens.json").write_text(json.dumps(ids, separators=(",", ":")) + "\n")

    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    model.max_seq_length = 256
    vectors = model.encode(texts, batch_size=1, normalize_embeddings=True)
    assert vectors.shape == (len(texts), 384)
    (HERE / "vectors.f32").write_bytes(vectors.astype("<f4").tobytes())


main()
