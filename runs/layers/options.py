"""Options of the command that both a search for layers and a comparison of searches have."""

from __future__ import annotations

from runs.command.command import option, yes_or_no

IMAGE_SIZE = option(
    "--image-size", "shrink images to this height and width (default: large ones to 16)", type=int, metavar="N"
)

MIRRORED = option(
    "--mirrored",
    "whether an image and its mirror image are of the same class: yes or no (default: no for digits, yes for others)",
    type=yes_or_no,
    metavar="yes|no",
)

SERIES = option("--series", "B, or S for layers without moments over the batch")
