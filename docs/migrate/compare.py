"""Compares the losses of two runs, step by step: python compare.py torch.txt paddle.txt."""

import sys
from pathlib import Path

PER_EPOCH = 20

first, second = ([float(line) for line in Path(name).read_text().split()] for name in sys.argv[1:3])
if len(first) != len(second):
    sys.exit(f"{sys.argv[1]} has {len(first)} steps, {sys.argv[2]} has {len(second)}")
print(f"first step: {first[0]:.7f} and {second[0]:.7f}")
for start in range(0, len(first), PER_EPOCH):
    one, other = first[start : start + PER_EPOCH], second[start : start + PER_EPOCH]
    apart = max(abs(a - b) for a, b in zip(one, other, strict=True))
    mean, other_mean = sum(one) / len(one), sum(other) / len(other)
    means = f"mean loss {mean:.5f} and {other_mean:.5f}"
    print(f"epoch {start // PER_EPOCH}: {means}, largest difference in a step {apart:.1e}")
