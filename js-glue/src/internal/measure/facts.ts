import type { InstanceInfo } from "../../public/instance.js";

/** What an object says that measures depend on, as the module takes it: JSON, `Facts` of viewer-core. */
export function factsOf(info: InstanceInfo, frame: number): string {
  const { modality, spacingMm, spacingSource, pixelScale, rescaleType, hasRescale, units, suv } = info;
  return JSON.stringify({
    modality,
    imageType: info.marks?.["ImageType"],
    spacingMm: info.planes?.[frame]?.spacingMm ?? spacingMm,
    spacingSource,
    pixelScale,
    rescaleType,
    hasRescale,
    units,
    suv,
  });
}
