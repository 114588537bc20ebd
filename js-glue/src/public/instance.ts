/** How a window becomes grey (VOILUTFunction, PS3.3 C.11.2.1.3). */
export type VoiFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

/** A window in units after rescale: HU for CT. */
export interface WindowLevel {
  /** WindowCenter. */
  readonly center: number;
  /** WindowWidth: at least 1 for `"LINEAR"`, above 0 for the others. */
  readonly width: number;
  /** `"LINEAR"` when left out. */
  readonly function?: VoiFunction;
}

/** One of the windows and VOI LUTs that an object brings along. */
export interface PresetChoice {
  /** From 0: first the object's `windows`, then its `voiLuts`. */
  readonly preset: number;
}

/** The window in force. Where a VOI LUT is, `center` and `width` are the window from which a drag begins. */
export interface ShownWindow extends WindowLevel {
  readonly function: VoiFunction;
  /** The preset that was chosen; absent when a window was set by hand. */
  readonly preset?: number;
  /** What the object says about the preset. */
  readonly explanation?: string;
  /** Which of the object's `voiLuts` is applied, instead of the window. */
  readonly voiLut?: number;
}

/** A window that the object itself names. */
export interface NamedWindow extends WindowLevel {
  readonly function: VoiFunction;
  /** WindowCenterWidthExplanation, for instance `"BONE"`. */
  readonly explanation?: string;
}

/** What one frame says of itself; what is absent is as the object says, but for the position. */
export interface FramePlane {
  readonly imagePositionPatient?: readonly [number, number, number];
  readonly imageOrientationPatient?: readonly [number, number, number, number, number, number];
  readonly spacingMm?: readonly [number, number];
  readonly sliceThicknessMm?: number;
  readonly rescaleSlope?: number;
  readonly rescaleIntercept?: number;
  readonly marks?: Readonly<Record<string, string>>;
}

/** Attributes about the size of pixels, beside the spacing. Pairs are between rows, then between columns. */
export interface PixelScale {
  /** ImagerPixelSpacing, mm at the detector; also where `spacingMm` is that of the patient. */
  readonly imagerSpacingMm?: readonly [number, number];
  /** NominalScannedPixelSpacing, mm on the film. */
  readonly scannedSpacingMm?: readonly [number, number];
  /** PixelSpacingCalibrationType: `"GEOMETRY"` or `"FIDUCIAL"`. */
  readonly calibrationType?: string;
  /** EstimatedRadiographicMagnificationFactor. */
  readonly magnification?: number;
  /** PixelAspectRatio: height and width of a pixel, in no unit. */
  readonly aspectRatio?: readonly [number, number];
  /** SequenceOfUltrasoundRegions. */
  readonly regions?: readonly UltrasoundRegion[];
}

/** Part of an ultrasound picture with scales of its own (PS3.3 C.8.5.5). Pairs are along a row, then down a column. */
export interface UltrasoundRegion {
  /** Left, top, right and bottom pixel, all within. */
  readonly bounds: readonly [number, number, number, number];
  /** RegionFlags. */
  readonly flags: number;
  /** PhysicalUnitsXDirection and PhysicalUnitsYDirection, by their codes. */
  readonly units: readonly [number, number];
  /** Units a pixel. */
  readonly deltas: readonly [number, number];
  /** Reference pixel, from the left top pixel of the region. */
  readonly reference?: readonly [number, number];
  /** What the reference pixel stands for. */
  readonly referenceValues: readonly [number, number];
}

/** What one DICOM object says about itself. Absent values are left out, never `null`. */
export interface InstanceInfo {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly frameOfReferenceUid?: string;
  readonly modality?: string;
  readonly transferSyntaxUid: string;
  readonly photometricInterpretation: string;
  readonly samplesPerPixel: number;
  /** Height in pixels. */
  readonly rows: number;
  /** Width in pixels. */
  readonly columns: number;
  /** NumberOfFrames, 1 if absent. */
  readonly frames: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  /** 0 unsigned, 1 signed. */
  readonly pixelRepresentation: number;
  /** How a pixel of a decoded frame is held, for instance `"r16sint"`; absent where no frame can be shown. */
  readonly pixelFormat?: string;
  /** Stored values from the first to the second are padding. */
  readonly pixelPadding?: readonly [number, number];
  readonly instanceNumber?: number;
  /** Centre of the first pixel in patient coordinates (LPS), millimetres. */
  readonly imagePositionPatient?: readonly [number, number, number];
  /** Direction cosines along a row, then along a column. */
  readonly imageOrientationPatient?: readonly [number, number, number, number, number, number];
  /** Distance of neighbouring rows, then of neighbouring columns, millimetres. */
  readonly spacingMm?: readonly [number, number];
  /** Which attribute `spacingMm` comes from; the second is at the detector, not in the patient. */
  readonly spacingSource?: "PixelSpacing" | "ImagerPixelSpacing" | "ObjectPixelSpacingInCenterOfBeam";
  /** What else is said of the size of pixels. */
  readonly pixelScale?: PixelScale;
  readonly sliceThicknessMm?: number;
  /** What tells the object, or its first frame, from others at the same place: `EchoTime` and so on, as written. */
  readonly marks?: Readonly<Record<string, string>>;
  /** One a frame, where frames have places of their own; the values above are those of the first. */
  readonly planes?: readonly FramePlane[];
  readonly windows: readonly NamedWindow[];
  /** VOI LUTs (VOILUTSequence): other ways to see the object than by a window. */
  readonly voiLuts: readonly { readonly explanation?: string }[];
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  /** The unit after rescale or Modality LUT, for instance `"HU"`. */
  readonly rescaleType?: string;
  /** Whether slope and intercept are both given, or a Modality LUT; absent where not. */
  readonly hasRescale?: true;
  /** Units (0054,1001) of PET and nuclear medicine, for instance `"BQML"`. */
  readonly units?: string;
  /** How long a frame is to be seen when they are played, milliseconds. */
  readonly frameTimeMs?: number;
  /**
   * PET only. Standardised uptake value by body weight, g/ml: `factor` times the value after rescale, by QIBA's
   * vendor-neutral calculation; or why it cannot be computed.
   */
  readonly suv?:
    | {
        readonly factor: number;
        readonly method: "BQML" | "GML" | "PHILIPS_SUV_FACTOR" | "PHILIPS_ACTIVITY_FACTOR";
      }
    | { readonly reason: string };
  readonly patient: {
    readonly name?: string;
    readonly id?: string;
    /** `YYYYMMDD`. */
    readonly birthDate?: string;
    readonly sex?: string;
  };
  readonly study: {
    /** `YYYYMMDD`. */
    readonly date?: string;
    /** `HHMMSS.FFFFFF`, possibly shortened. */
    readonly time?: string;
    readonly description?: string;
    readonly accessionNumber?: string;
    readonly id?: string;
  };
  readonly series: {
    readonly number?: number;
    readonly description?: string;
    readonly bodyPart?: string;
  };
  readonly institution?: string;
}
