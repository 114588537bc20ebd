"""ICC profiles: colours of a device to sRGB, against LittleCMS."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from pydicom import Dataset

from conftest import Probe
from icc import COLORANTS, matrix_profile
from objects import make, noise, save
from test_color import photo
from test_render import render


def by_littlecms(array: np.ndarray, profile: bytes) -> np.ndarray:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    image = ImageCms.profileToProfile(Image.fromarray(array), source, ImageCms.createProfile("sRGB"))
    assert image is not None
    return np.asarray(image).astype(int)


S_CURVE = [round(65535 * (3 * x**2 - 2 * x**3)) for x in np.linspace(0, 1, 256)]


@pytest.mark.parametrize("colorants", ["adobe", "wide"])
@pytest.mark.parametrize("gamma", [1.0, 2.19921875, S_CURVE], ids=["linear", "gamma", "table"])
def test_matrix_profiles(colorants: str, gamma: float, probe: Probe, tmp_path: Path) -> None:
    array = photo()
    profile = matrix_profile(COLORANTS[colorants], gamma)
    expected = by_littlecms(array, profile)
    assert np.abs(expected - array).max() > 20, "the profile does something"
    path = save(make(array, ICCProfile=profile), tmp_path / "a.dcm")
    difference = np.abs(render(probe, path) - expected)
    assert difference.max() <= 2 and (difference <= 1).mean() > 0.99


def test_16_bits_and_palettes_have_profiles_too(probe: Probe, tmp_path: Path) -> None:
    profile = matrix_profile(COLORANTS["adobe"], 2.19921875)
    array = photo()
    expected = by_littlecms(array, profile)
    wide = array.astype("u2") * 257
    ours = render(probe, save(make(wide, ICCProfile=profile), tmp_path / "a.dcm"))
    assert np.abs(ours - expected).max() <= 2
    index = noise((9, 14), 8)
    tables = [noise((256,), 8, seed=k) for k in range(3)]
    dataset = make(index, PhotometricInterpretation="PALETTE COLOR", ICCProfile=profile)
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [256, 0, 8])
        setattr(dataset, f"{name}PaletteColorLookupTableData", table.tobytes())
    ours = render(probe, save(dataset, tmp_path / "a.dcm"))
    colors = np.stack([table[index] for table in tables], axis=-1)
    assert np.abs(ours - by_littlecms(colors, profile)).max() <= 2


def test_srgb_changes_nothing(probe: Probe, tmp_path: Path) -> None:
    array = photo()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    difference = np.abs(
        render(probe, save(make(array, ICCProfile=profile), tmp_path / "a.dcm")) - array.astype(int)
    )
    assert difference.max() <= 1
    named = make(array, ICCProfile=matrix_profile(COLORANTS["wide"], 1.0), ColorSpace="SRGB")
    assert np.array_equal(render(probe, save(named, tmp_path / "b.dcm")), array)


def test_optical_paths(probe: Probe, tmp_path: Path) -> None:
    """Each frame by the profile of its own path of light."""
    profiles = [matrix_profile(COLORANTS[name], 1.0) for name in ("adobe", "wide")]
    array = np.stack([photo(), photo()[::-1]])
    dataset = make(array, NumberOfFrames=2)
    dataset.OpticalPathSequence = [Dataset(), Dataset()]
    for number, (path, profile) in enumerate(zip(dataset.OpticalPathSequence, profiles, strict=True)):
        path.OpticalPathIdentifier, path.ICCProfile = str(number), profile
    dataset.PerFrameFunctionalGroupsSequence = [Dataset(), Dataset()]
    for groups, name in zip(dataset.PerFrameFunctionalGroupsSequence, "10", strict=True):
        groups.OpticalPathIdentificationSequence = [Dataset()]
        groups.OpticalPathIdentificationSequence[0].OpticalPathIdentifier = name
    path = save(dataset, tmp_path / "a.dcm")
    for frame in range(2):
        expected = by_littlecms(np.ascontiguousarray(array[frame]), profiles[1 - frame])
        assert np.abs(render(probe, path, "--frame", str(frame)) - expected).max() <= 2


@pytest.mark.parametrize(
    "profile", [b"no profile at all", bytes(400), matrix_profile(COLORANTS["adobe"], 1.0)[:200]]
)
def test_a_broken_profile_is_a_warning(profile: bytes, probe: Probe, tmp_path: Path) -> None:
    array = photo()
    path = save(make(array, ICCProfile=profile + bytes(len(profile) % 2)), tmp_path / "a.dcm")
    assert np.array_equal(render(probe, path), array)
    (warning,) = probe(path, "--render", tmp_path / "a.png").report["warnings"]
    assert (warning["kind"], warning["tag"], warning["frame"]) == ("color-profile", "0028,2000", 0)
