//! Where the slices of a volume lie in a texture of layers.

/// Layers of a texture on every device of WebGPU.
const MAX_LAYERS: u32 = 256;

/// Each layer holds two to the power of this slices, one below the other.
pub const fn layer_bits(slices: u32) -> u32 {
    slices.div_ceil(MAX_LAYERS).next_power_of_two().ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_hold_more_slices_when_there_are_too_many() {
        let bits = [1, 255, 256, 257, 512, 513, 1000, 2048, 65_535].map(layer_bits);
        assert_eq!(bits, [0, 0, 0, 1, 1, 2, 2, 3, 8]);
    }
}
