"""Enhanced multi-frame objects are the same volumes as their single-frame twins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

from conftest import Probe
from objects import make
from volumes import (
    AXIAL,
    CORONAL,
    CT,
    MR,
    OBLIQUE,
    PET,
    SAGITTAL,
    Slices,
    datasets,
    describe,
    load,
    text,
    values,
    write,
)

SHAPE = (7, 10, 12)
PLACES = [3.0 * number for number in range(SHAPE[0])]
LEGACY = {
    CT: highdicom.legacy.LegacyConvertedEnhancedCTImage,
    MR: highdicom.legacy.LegacyConvertedEnhancedMRImage,
    PET: highdicom.legacy.LegacyConvertedEnhancedPETImage,
}
# what highdicom asks of the originals
ASKED = {
    "PatientBirthDate": "",
    "PatientSex": "O",
    "StudyDate": "20260101",
    "StudyTime": "120000",
    "StudyID": "1",
    "AccessionNumber": "1",
    "ReferringPhysicianName": "",
    "SeriesDate": "20260101",
    "SeriesTime": "120000",
    "PositionReferenceIndicator": "",
    "Manufacturer": "Nobody",
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    "AcquisitionDate": "20260101",
    "AcquisitionTime": "120000",
    "AcquisitionNumber": 1,
    "ContentDate": "20260101",
    "ContentTime": "120000",
    "BurnedInAnnotation": "NO",
}


@pytest.mark.parametrize("name", ["axial", "tilted", "sagittal", "irregular"])
@pytest.mark.parametrize("sop_class", LEGACY, ids=["ct", "mr", "pet"])
def test_highdicom_twins(sop_class: str, name: str, probe: Probe, tmp_path: Path) -> None:
    slices = {
        "axial": Slices.along(AXIAL, PLACES),
        "tilted": Slices.along(AXIAL, PLACES, lean=(0, 0.3, 0)),
        "sagittal": Slices.along(SAGITTAL, PLACES),
        "irregular": Slices.along(OBLIQUE, [0, 1, 2, 3, 5, 7.5, 11]),
    }[name]
    modality = {CT: "CT", MR: "MR", PET: "PT"}[sop_class]

    def change(number: int, dataset: Dataset) -> None:
        if sop_class == PET:
            dataset.RescaleSlope = str([0.5, 1.25, 2.0][number % 3])

    made = datasets(
        values(SHAPE), slices, change, SOPClassUID=sop_class, Modality=modality, BitsStored=16, **ASKED
    )
    enhanced = LEGACY[sop_class](
        made,
        series_instance_uid=generate_uid(),
        series_number=2,
        sop_instance_uid=generate_uid(),
        instance_number=1,
    )
    folder = tmp_path / "enhanced"
    folder.mkdir()
    enhanced.save_as(folder / "one.dcm")
    ours, twin = load(probe, folder), load(probe, write(made, tmp_path / "series"))
    assert_same(ours, twin)
    assert len(ours.report["objects"]) == 1 and len(twin.report["objects"]) == SHAPE[0]


def assert_same(ours: Any, twin: Any) -> None:
    """The same voxels at the same places."""
    assert np.array_equal(ours.voxels, twin.voxels)
    assert np.allclose(ours.report["written"]["geometry"], twin.report["written"]["geometry"], atol=1e-7)
    assert ours.report["written"]["slices"] == twin.report["written"]["slices"]
    assert ours.kinds == twin.kinds
    assert ours.volume["plane"] == twin.volume["plane"]


def item(**elements: Any) -> Dataset:
    dataset = Dataset()
    for name, value in elements.items():
        setattr(dataset, name, Sequence([value]) if isinstance(value, Dataset) else value)
    return dataset


def enhanced_mr(frames: list[tuple[np.ndarray, np.ndarray, dict[str, Dataset]]], slices: Slices) -> Dataset:
    """An Enhanced MR Image of frames (values, position, further groups), by hand; orientation and spacing are shared."""
    dataset = make(
        np.stack([frame for frame, _, _ in frames]),
        NumberOfFrames=len(frames),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1",
        SOPInstanceUID=generate_uid(),
        StudyInstanceUID=generate_uid(),
        SeriesInstanceUID=generate_uid(),
        FrameOfReferenceUID=generate_uid(),
        Modality="MR",
        InstanceNumber=1,
    )
    orientation = [text(part) for vector in slices.directions for part in vector]
    dataset.SharedFunctionalGroupsSequence = [
        item(
            PlaneOrientationSequence=item(ImageOrientationPatient=orientation),
            PixelMeasuresSequence=item(PixelSpacing=[text(mm) for mm in slices.spacing], SliceThickness="1"),
            PixelValueTransformationSequence=item(
                RescaleSlope="1", RescaleIntercept="-1024", RescaleType="US"
            ),
        )
    ]
    dataset.PerFrameFunctionalGroupsSequence = [
        item(
            PlanePositionSequence=item(ImagePositionPatient=[text(part) for part in position]),
            **groups,
        )
        for _, position, groups in frames
    ]
    return dataset


def test_frames_in_any_order_and_of_several_times(probe: Probe, tmp_path: Path) -> None:
    """Two temporal positions, frames shuffled: each is the volume of its single-frame twin."""
    slices = Slices.along(OBLIQUE, PLACES)
    frames = [
        (
            values(SHAPE, seed=time)[number],
            slices.positions[number],
            {"FrameContentSequence": item(TemporalPositionIndex=time, StackID="1", InStackPositionNumber=1)},
        )
        for time in (1, 2)
        for number in range(SHAPE[0])
    ]
    order = np.random.default_rng(6).permutation(len(frames))
    folder = write([enhanced_mr([frames[number] for number in order], slices)], tmp_path / "enhanced")
    for number, time in enumerate((1, 2)):
        loaded = load(probe, folder, number=number)
        twin = load(
            probe,
            write(datasets(values(SHAPE, seed=time), slices, SOPClassUID=MR), tmp_path / f"series-{time}"),
        )
        assert loaded.volume["label"] == f"TemporalPosition {time}"
        assert np.array_equal(loaded.voxels, twin.voxels)
        assert np.allclose(loaded.volume["geometry"], twin.volume["geometry"], atol=1e-7)
    assert len(loaded.report["volumes"]) == 2


GROUPS: dict[str, tuple[list[dict[str, Dataset]], list[str]]] = {
    "echo": (
        [{"MREchoSequence": item(EffectiveEchoTime=time)} for time in (2.46, 30.0)],
        ["EchoTime 2.46 ms", "EchoTime 30 ms"],
    ),
    "diffusion": (
        [{"MRDiffusionSequence": item(DiffusionBValue=value)} for value in (0.0, 850.0)],
        ["DiffusionBValue 0 s/mm2", "DiffusionBValue 850 s/mm2"],
    ),
    "type": (
        [
            {"MRImageFrameTypeSequence": item(FrameType=["ORIGINAL", "PRIMARY", "WATER", kind])}
            for kind in ("A", "B")
        ],
        ["ImageType ORIGINAL\\PRIMARY\\WATER\\A", "ImageType ORIGINAL\\PRIMARY\\WATER\\B"],
    ),
}


@pytest.mark.parametrize("name", GROUPS)
def test_functional_groups_tell_frames_apart(name: str, probe: Probe, tmp_path: Path) -> None:
    groups, labels = GROUPS[name]
    slices = Slices.along(CORONAL, PLACES)
    frames = [
        (values(SHAPE, seed=number)[place], slices.positions[place], group)
        for place in range(SHAPE[0])
        for number, group in enumerate(groups)
    ]
    folder = write([enhanced_mr(frames, slices)], tmp_path / "enhanced")
    for number, label in enumerate(labels):
        loaded = load(probe, folder, number=number)
        assert loaded.volume["label"] == label
        # a coronal normal points to the front, along which these slices go
        assert np.array_equal(loaded.voxels, values(SHAPE, seed=number))


def test_stacks_of_one_object_are_volumes(probe: Probe, tmp_path: Path) -> None:
    slices = [Slices.along(OBLIQUE, PLACES), Slices.along(OBLIQUE, [100 + place for place in PLACES])]
    frames = [
        (
            values(SHAPE, seed=stack)[number],
            slices[stack].positions[number],
            {"FrameContentSequence": item(StackID=str(stack + 1), InStackPositionNumber=number + 1)},
        )
        for stack in (0, 1)
        for number in range(SHAPE[0])
    ]
    report = describe(probe, write([enhanced_mr(frames, slices[0])], tmp_path / "enhanced"))
    assert [volume["size"] for volume in report["volumes"]] == [list(SHAPE)] * 2
    assert "StackID 2" in report["findings"][0]["message"]


def test_a_broken_frame_has_no_place_and_spares_the_others(probe: Probe, tmp_path: Path) -> None:
    slices = Slices.along(AXIAL, PLACES)
    frames = [(values(SHAPE)[number], slices.positions[number], {}) for number in range(SHAPE[0])]
    dataset = enhanced_mr(frames, slices)
    del dataset.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence
    report = describe(probe, write([dataset], tmp_path / "enhanced"))
    assert report["volumes"][0]["size"] == [6, 10, 12]
    assert [finding["kind"] for finding in report["findings"]] == ["no-position"]
