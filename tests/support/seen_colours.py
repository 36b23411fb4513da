"""Colours as eyes see them: their contrast (WCAG), and how far apart they lie with any colour vision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from instances.land.colours import Colour

SEEN = {
    "normal": np.eye(3),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanope": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""How linear light is seen (Machado, Oliveira and Fernandes, 2009, severity 1)."""


def linear(colour: Colour) -> np.ndarray:
    """A colour of sRGB as linear light."""
    share = np.array(colour) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours as WCAG counts it."""
    low, high = sorted(float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    """Linear light in CIELAB, under D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ light
    f = [x ** (1 / 3) if x > 0.008856 else 7.787 * x + 16 / 116 for x in xyz / [0.9505, 1.0, 1.089]]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen_in_lab(colours: Sequence[Colour], eyes: str) -> np.ndarray:
    """(colours, 3) in CIELAB as eyes of a kind see them."""
    return np.array([lab(np.clip(SEEN[eyes] @ linear(each), 0, 1)) for each in colours])


def apart(colours: Sequence[Colour], eyes: str) -> np.ndarray:
    """(colours, colours) how far apart any two lie in CIELAB; 2.3 is a difference just seen."""
    places = seen_in_lab(colours, eyes)
    return np.linalg.norm(places[:, None] - places[None], axis=2)
