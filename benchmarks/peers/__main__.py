"""The rivals of the learned room on every channel of the benchmark.

    python -m benchmarks.peers [--seeds 1] [--every 8] [--count 10000] [--only NAME ...]

Prints, for each estimator, its error over one in eight values of each grid in units of the sampling limit on the same values, and its processor seconds a
value on one thread. One seed on six values is known to about 30 %; the three critics take eight minutes of an idle core.
"""

from __future__ import annotations

import argparse
import platform

import torch

from . import GRIDS, PEERS, compared
from .channels import Channel


def rows(every: int) -> dict[str, tuple[Channel, ...]]:
    """One in `every` values of each grid, by the channel's name and its parameter."""
    whole: dict[str, list[Channel]] = {}
    for channels in GRIDS.values():
        for channel in channels:
            whole.setdefault(f"{channel.name} {channel.parameter}", []).append(channel)
    return {name: tuple(channels[::every]) for name, channels in whole.items()}


def main() -> None:
    """Print one line for each estimator."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Compare the rivals of the learned room.")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds are pooled")
    parser.add_argument("--every", type=int, default=8, help="1 for the whole grids")
    parser.add_argument("--count", type=int, default=10_000, help="independent samples a value")
    parser.add_argument("--only", nargs="+", choices=[peer.name for peer in PEERS], help="the estimators to compare")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, {platform.machine()}, 1 thread, {options.count} samples, one value in {options.every}, seeds: {options.seeds}")
    for name, channels in rows(options.every).items():
        for peer in PEERS:
            if options.only is None or peer.name in options.only:
                score = compared(peer.gradient, channels, options.count, range(options.seeds))
                told = f"error / limit {score.ratio:6.2f}   {score.seconds:8.4f} s a value"
                print(f"{name:20} {peer.name:38} {peer.access.name:9} {told}", flush=True)


if __name__ == "__main__":
    main()
