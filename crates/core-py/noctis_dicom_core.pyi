"""viewer-core for Python: DICOM frames, pictures, metadata, Hounsfield units, regions and volumes.

Arrays are NumPy's, slowest axis first; those that come in are read where they are. `source` is a path or the bytes of a file.
Points are (column, row) in image pixels, the centre of the first pixel at (0, 0); `spacing_mm` is (between rows, between columns).
Patient points are millimetres, LPS.
"""

from os import PathLike
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__version__: str

Source: TypeAlias = bytes | str | PathLike[str]
Point: TypeAlias = tuple[float, float]
VoiFunction: TypeAlias = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]
Shape: TypeAlias = Literal["rectangle", "ellipse", "polygon"]
Tool: TypeAlias = Literal[
    "probe", "length", "bidirectional", "angle", "cobb", "rectangle", "ellipse", "circle", "freehand", "arrow", "text"
]

class DicomError(Exception):
    """What is wrong with an object or a call."""

    kind: str
    """From the list that Rust, TypeScript and `noctis-probe` share, as in ``"truncated"``."""
    tag: str | None
    """The attribute at fault, as ``"GGGG,EEEE"``."""
    frame: int | None
    """The frame at fault, from 0."""

class DicomObject:
    """An object with pixels. Nothing is decoded until a frame is asked for, and a broken frame spares the others."""

    def __new__(cls, source: Source) -> DicomObject: ...
    @property
    def info(self) -> dict[str, Any]:
        """What it says about itself: the keys of the TypeScript package's ``InstanceInfo``."""
    @property
    def frame_count(self) -> int:
        """How many frames there are, at least 1."""
    @property
    def warnings(self) -> list[str]:
        """What is not as it should be in the object as a whole."""
    def stored(self, frame: int = 0) -> NDArray[Any]:
        """Stored values: ``[rows, columns]``, of colour ``[rows, columns, samples]``, in the width that is stored."""
    def encoded(self, frame: int = 0) -> bytes:
        """The frame as it is coded, one stream; of uncompressed and run-length coded pixels, the stored values."""
    def values(self, frame: int = 0) -> NDArray[np.float64]:
        """Values after rescale, HU for CT: ``[rows, columns]``."""
    def render(
        self,
        frame: int = 0,
        *,
        window: tuple[float, float] | None = None,
        function: VoiFunction = "LINEAR",
        size: tuple[int, int] | None = None,
        inverted: bool = False,
        interpolation: Literal["nearest", "linear"] = "linear",
        overlays: bool = True,
    ) -> NDArray[np.uint8]:
        """The picture: ``[height, width]``, of colour ``[height, width, 3]``.

        ``window`` is (center, width), the object's own unless given; ``size`` is (width, height), into which the picture is fitted
        with its true shape, one pixel for each pixel of the frame unless given.
        """
    def thumbnail(
        self,
        size: int = 256,
        *,
        frame: int | None = None,
        format: Literal["png", "jpeg", "webp"] = "png",
        quality: int = 85,
        window: tuple[float, float] | None = None,
    ) -> bytes:
        """A small picture as a file, its longer side ``size`` pixels; of the middle frame unless one is given."""

class Volume:
    """Voxels and where they are."""

    @property
    def label(self) -> str:
        """What tells it from other volumes at the same place; empty where it is alone."""
    @property
    def shape(self) -> tuple[int, int, int]:
        """``(slices, rows, columns)``."""
    @property
    def spacing_mm(self) -> list[float]:
        """Distances of neighbouring voxel centres: of slices, rows, columns."""
    @property
    def patient_from_voxel(self) -> list[list[float]]:
        """Patient millimetres of a voxel (column, row, slice): 4 x 4, row after row."""
    @property
    def center_mm(self) -> list[float]:
        """The middle of the volume."""
    def plane_values(
        self,
        plane: Literal["axial", "coronal", "sagittal"] | tuple[tuple[float, float, float], tuple[float, float, float]],
        *,
        center_mm: tuple[float, float, float] | None = None,
        size: tuple[int, int] = (512, 512),
        slab_mm: float = 0.0,
        projection: Literal["max", "min", "mean", "sum"] = "max",
        interpolation: Literal["nearest", "linear", "cubic"] = "linear",
        zoom: float = 1.0,
    ) -> NDArray[np.float64]:
        """Values after rescale in a plane or slab, interpolated: ``[height, width]``, NaN where there are none.

        ``plane`` may be unit directions (right, down) in the patient. Pixels are square in millimetres; at zoom 1 the volume's
        outline on the plane fits.
        """
    def render(
        self,
        plane: Literal["axial", "coronal", "sagittal"] | tuple[tuple[float, float, float], tuple[float, float, float]],
        *,
        center_mm: tuple[float, float, float] | None = None,
        size: tuple[int, int] = (512, 512),
        slab_mm: float = 0.0,
        projection: Literal["max", "min", "mean", "sum"] = "max",
        interpolation: Literal["nearest", "linear", "cubic"] = "linear",
        zoom: float = 1.0,
        window: tuple[float, float] | None = None,
        function: VoiFunction = "LINEAR",
        inverted: bool = False,
    ) -> NDArray[np.uint8]:
        """The picture of a plane or slab, as the page draws it: ``[height, width]``, black where there is nothing.

        Where it lies is said as for ``plane_values``; ``window`` is (center, width), the volume's own unless given.
        """
    def surface(
        self,
        threshold: float,
        *,
        longest: int | None = None,
        smoothing: int = 0,
        smallest_mm3: float = 0.0,
        hollows: bool = True,
    ) -> Surface:
        """The surface where values after rescale cross ``threshold`` (HU for CT), such as that of bone at 300.

        It is closed: what reaches the faces of the volume ends there. Of a volume with more than ``longest`` voxels a side, means
        of blocks are taken. ``smoothing`` is the number of rounds of Taubin's, at most 100. Pieces, and hollows inside of them, of
        less than ``smallest_mm3`` are left out, and without ``hollows`` all of these. More than 16,777,216 vertices
        are refused (``limit``).
        """

class Surface:
    """Triangles that share their vertices, counter-clockwise as seen from outside."""

    @property
    def vertices_mm(self) -> NDArray[np.float32]:
        """Patient millimetres: ``[vertices, 3]``."""
    @property
    def triangles(self) -> NDArray[np.uint32]:
        """Numbers of vertices: ``[triangles, 3]``."""
    @property
    def reduction(self) -> tuple[int, int, int]:
        """How many voxels (slices, rows, columns) each value stands for; all 1 unless ``longest`` made it more."""
    @property
    def area_mm2(self) -> float:
        """Its area."""
    @property
    def volume_mm3(self) -> float:
        """The volume inside."""

def read_metadata(source: Source, *, unix_time: int | None = None) -> dict[str, str | int | float | None]:
    """What NoctisPro's index keeps of an object, by its keys. The object need not be an image.

    ``unix_time`` makes the accession number of an object that has none; the present time unless given.
    """

def dicom_json(source: Source) -> str:
    """The data set in the DICOM JSON model (PS3.18 annex F), up to the pixels."""

def validate(source: Source) -> list[dict[str, str | None]]:
    """What of an object is not as the standard says: ``severity`` (``error``, ``warning``), ``message``, ``tag`` (``"GGGG,EEEE"``)
    and ``part`` of the standard, as ``"PS3.5 6.2"``. No message holds a value.
    """

def window_level(
    values: ArrayLike, center: float, width: float, *, function: VoiFunction = "LINEAR", inverted: bool = False
) -> NDArray[np.uint8]:
    """Grey levels through a window by PS3.3 C.11.2.1.2 and C.11.2.1.3, rounded; of the shape of the values."""

def plain_window_level(values: ArrayLike, center: float, width: float, *, inverted: bool = False) -> NDArray[np.uint8]:
    """Grey levels as NoctisPro's page and server make them: from centre - width / 2 to centre + width / 2, cut off."""

def enhanced_window_level(
    values: ArrayLike, center: float, width: float, *, inverted: bool = False
) -> NDArray[np.uint8]:
    """Grey levels of values ``[rows, columns]`` through a LINEAR window, with details brought out, as for NoctisPro's exports."""

def sharpened(
    picture: NDArray[np.uint8], *, radius: float = 1.2, percent: float = 140.0, threshold: int = 3
) -> NDArray[np.uint8]:
    """Levels ``[rows, columns]`` with their edges raised by an unsharp mask; ``radius`` is a standard deviation in pixels."""

def default_window(object: DicomObject, frame: int = 0) -> tuple[float, float]:
    """(center, width) of the window to begin with: the object's first, else one that suits the values."""

def auto_window(
    values: ArrayLike, modality: str = "", *, others: tuple[float, float] = (0.02, 0.98)
) -> tuple[float, float]:
    """(center, width) that suits the values; ``others`` are the shares to leave out for modalities without a rule."""

def window_presets() -> dict[str, tuple[float, float]]:
    """The windows that NoctisPro offers: name to (center, width)."""

def preset_for_range(low: float, high: float, modality: str) -> str:
    """The name of the preset that suits values from ``low`` to ``high``."""

def check_calibration(object: DicomObject, frame: int = 0) -> dict[str, Any]:
    """Whether the Hounsfield units of a CT are where they should be; the keys are those of NoctisPro's report."""

def distance_mm(first: Point, second: Point, spacing_mm: tuple[float, float]) -> float:
    """The distance of two points."""

def angle_deg(
    first: Point, corner: Point, second: Point, spacing_mm: tuple[float, float] = (1.0, 1.0)
) -> float | None:
    """The angle at ``corner``, 0 to 180 degrees; None where there is none."""

def area_mm2(corners: list[Point], spacing_mm: tuple[float, float]) -> float:
    """The area inside a closed polygon."""

def region_area_mm2(shape: Shape, points: list[Point], spacing_mm: tuple[float, float]) -> float:
    """The area of a region: that of its shape, not of its pixels."""

def statistics(values: ArrayLike) -> dict[str, float] | None:
    """count, mean, sd (n - 1), min, max, median, p5, p95 of the finite values; None where there are none."""

def region_statistics(values: ArrayLike, shape: Shape, points: list[Point]) -> dict[str, float] | None:
    """The statistics of the values ``[rows, columns]`` whose pixels' centres are inside a region or on its edge.

    A rectangle or an ellipse is given by two opposite corners of its box, a polygon by three points or more.
    """

def assemble(objects: list[DicomObject]) -> tuple[list[Volume], list[dict[str, Any]]]:
    """The volumes that frames of these objects make, by position and in any order, and what was found on the way."""

def measure(
    object: DicomObject,
    tool: Tool,
    points: list[Point],
    *,
    frame: int = 0,
    known: tuple[Point, Point, float] | None = None,
    bins: int | None = None,
) -> dict[str, Any]:
    """What the points of a tool measure on a frame: ``measurements`` and ``notes``.

    ``known`` is a length that a person knows: two points and millimetres. With ``bins``, ``histogram`` as well.
    """

def calibration(object: DicomObject, frame: int = 0) -> dict[str, Any]:
    """What holds of the steps from pixel to pixel of a frame: ``scale``, and ``regions`` of ultrasound."""

def measure_plane(
    volume: Volume,
    object: DicomObject,
    center_mm: tuple[float, float, float],
    right: tuple[float, float, float],
    down: tuple[float, float, float],
    tool: Tool,
    points: list[Point],
) -> dict[str, Any]:
    """What the points of a tool measure on a plane through a volume: (right, down) of ``center_mm``, millimetres.

    ``object`` says what the values are.
    """

def annotations_from_report(source: Source) -> tuple[str, list[str]]:
    """The annotations of a report, as JSON, and what was left out, in words."""

def annotations_merged(into: str, from_: str, /) -> str:
    """Both sets, JSON: of two annotations with the same UID the higher revision, of equal ones that of the first set."""

def annotations_csv(json: str) -> str:
    """The measurements of annotations (``schemas/annotations.v1.json``) as a table: one line a measurement, by RFC 4180."""

def annotations_report(json: str, object: DicomObject, *, device_uid: str, observer: str | None = None) -> bytes:
    """The annotations as a DICOM file: a Measurement Report (TID 1500), a Comprehensive 3D SR.

    ``object`` is an image of the study; ``device_uid`` names this installation for ever; ``observer`` is a DICOM name.
    """
