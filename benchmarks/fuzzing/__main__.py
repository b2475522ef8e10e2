"""Fuzz the grader's decoder with arbitrary bytes of a worker, for as long as is wished.

    python -m benchmarks.fuzzing [--seconds N] [--atheris]

With --atheris by libFuzzer, which looks for inputs that reach new code, and keeps them in
`tests/corpus/wire` (`pip install atheris`, which is for Python up to 3.13). Without it changes of
the corpus are drawn. Ends with 1 at an input of which something else comes than an answer or an
exception of a conversation; it is then kept, and the tests run it from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import random
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from pathlib import Path

from benchmarks.fuzzing.seeds import CORPUS, FAILED, RIGHT, seeds
from benchmarks.fuzzing.target import MOST_SENT, case, frame, one
from cgp_harness.sandbox.protocol import wire
from cgp_harness.sandbox.protocol.messages import encode

MOST_BYTES = 20 * MOST_SENT
"""That one input may have the grader allocate: some times what was sent, whatever it says."""
LONGEST = 2_000
"""Bytes of an input of libFuzzer's: what is kept is read by people too."""
SEED = 0
ODD = (b"\xff", b"\x7f\xff\xff\xff", b"\xdd\xff\xff\xff\xff", bytes(8), b"\x91" * 30, b"\xc0",
       b"\xcb\x7f\xf8\0\0\0\0\0\0", b"\xa2\xed\xa0", "\u202e".encode())


def main() -> int:
    """Fuzz, and say how many inputs there were and what came of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--atheris", action="store_true", help="by libFuzzer, if it is installed")
    parser.add_argument("--quick", action="store_true", help="2 seconds")
    options = parser.parse_args()
    wire.POLL_MS = 1
    seconds = 2.0 if options.quick else options.seconds
    return _by_atheris(seconds) if options.atheris else drawn(seconds)


def drawn(seconds: float, most: int = 10**9) -> int:
    """Changes of the corpus, drawn; 1 if there was a finding."""
    draw, known = random.Random(SEED), list(seeds())
    came: Counter[str] = Counter()
    until = time.monotonic() + seconds
    tracemalloc.start()
    peak = 0
    while time.monotonic() < until and came.total() < most:
        data = known[came.total()] if came.total() < len(known) else changed(draw, known)
        tracemalloc.reset_peak()
        try:
            came[one(data)] += 1
        except Exception as error:
            print(f"FOUND {type(error).__name__}: {error}, by {kept(data)}")
            return 1
        peak = max(peak, tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    print(f"{came.total():,} inputs, {len(known)} of them the corpus; most at once: "
          f"{peak / 2**20:.1f} MiB")
    print(", ".join(f"{name or 'nothing'} {count:,}" for name, count in came.most_common()))
    if peak > MOST_BYTES:
        print("FOUND more memory than the bytes that came account for")
    return int(peak > MOST_BYTES)


def changed(draw: random.Random, known: list[bytes]) -> bytes:
    """An input of the corpus, or the header of a whole frame, with some bytes changed."""
    if draw.random() < 0.5:
        return mutated(draw, draw.choice(known), known)
    answer, size = draw.choice(RIGHT)
    header = mutated(draw, encode(answer if draw.random() < 0.7 else FAILED), known)
    return case(type(answer), size, frame(header, bytes(size)))


def mutated(draw: random.Random, data: bytes, known: list[bytes]) -> bytes:
    """Some bytes changed, taken out, put in or taken from another."""
    made = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        at, length = draw.randrange(len(made) + 1), draw.choice((1, 1, 2, 4, 30))
        other = draw.choice(known)
        begin = draw.randrange(len(other) + 1)
        put = draw.choice((
            b"", draw.randbytes(length), other[begin:begin + length], draw.choice(ODD)))
        made[at:at + draw.choice((0, length))] = put
    return bytes(made)


def kept(data: bytes) -> Path:
    """Write an input into the corpus."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    path = CORPUS / hashlib.sha256(data).hexdigest()[:16]
    path.write_bytes(data)
    return path


def _by_atheris(seconds: float) -> int:
    atheris = importlib.import_module("atheris")
    CORPUS.mkdir(parents=True, exist_ok=True)
    built = Path(tempfile.mkdtemp(prefix="cgp-fuzzing-"))
    for number, data in enumerate(seeds()):
        (built / f"{number:03}").write_bytes(data)
    atheris.instrument_all()
    atheris.Setup([
        sys.argv[0], str(CORPUS), str(built), f"-max_total_time={seconds:g}", f"-seed={SEED + 1}",
        f"-max_len={LONGEST}", "-len_control=100", "-timeout=20", "-rss_limit_mb=2000",
        "-malloc_limit_mb=200", f"-artifact_prefix={CORPUS}/", "-print_final_stats=1"],
        lambda data: one(data) and None)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
