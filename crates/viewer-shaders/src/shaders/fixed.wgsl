// 64-bit two's complement integers as vec2<u32>(low word, high word): the i64 of viewer-core.

fn fixed_from_i32(value: i32) -> vec2<u32> {
    return vec2<u32>(bitcast<u32>(value), bitcast<u32>(value >> 31u));
}

fn fixed_add(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    let low = a.x + b.x;
    return vec2<u32>(low, a.y + b.y + u32(low < a.x));
}

fn fixed_subtract(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return vec2<u32>(a.x - b.x, a.y - b.y - u32(a.x < b.x));
}

// Low 64 bits of a * b, so that a negative `a` is right as well; built of 16-bit products.
fn fixed_multiply(a: vec2<u32>, b: u32) -> vec2<u32> {
    let a0 = a.x & 0xffffu;
    let a1 = a.x >> 16u;
    let b0 = b & 0xffffu;
    let b1 = b >> 16u;
    let p00 = a0 * b0;
    let p01 = a0 * b1;
    let p10 = a1 * b0;
    let middle = (p00 >> 16u) + (p01 & 0xffffu) + (p10 & 0xffffu);
    let high = a1 * b1 + (p01 >> 16u) + (p10 >> 16u) + (middle >> 16u);
    return vec2<u32>((middle << 16u) | (p00 & 0xffffu), high + a.y * b);
}

// The same for b below 2^16.
fn fixed_multiply_short(a: vec2<u32>, b: u32) -> vec2<u32> {
    let low = (a.x & 0xffffu) * b;
    let middle = (a.x >> 16u) * b + (low >> 16u);
    return vec2<u32>((middle << 16u) | (low & 0xffffu), (middle >> 16u) + a.y * b);
}

// `bits` is in 1..=31.
fn fixed_shift_left(a: vec2<u32>, bits: u32) -> vec2<u32> {
    return vec2<u32>(a.x << bits, (a.y << bits) | (a.x >> (32u - bits)));
}

fn fixed_less(a: vec2<u32>, b: vec2<u32>) -> bool {
    let a_high = bitcast<i32>(a.y);
    let b_high = bitcast<i32>(b.y);
    return a_high < b_high || (a_high == b_high && a.x < b.x);
}

fn fixed_clamp(value: vec2<u32>, low: vec2<u32>, high: vec2<u32>) -> vec2<u32> {
    if fixed_less(value, low) {
        return low;
    }
    if fixed_less(high, value) {
        return high;
    }
    return value;
}

fn f32_from_fixed(value: vec2<u32>) -> f32 {
    let negative = (value.y >> 31u) == 1u;
    let magnitude = select(value, fixed_subtract(vec2<u32>(0u, 0u), value), negative);
    let result = f32(magnitude.y) * 4294967296.0 + f32(magnitude.x);
    return select(result, -result, negative);
}

// Arithmetic, so downwards; `bits` is in 1..=31.
fn fixed_shift_right(a: vec2<u32>, bits: u32) -> vec2<u32> {
    return vec2<u32>((a.x >> bits) | (a.y << (32u - bits)), bitcast<u32>(bitcast<i32>(a.y) >> bits));
}

// For a positive or negative b; low 64 bits.
fn fixed_multiply_signed(a: vec2<u32>, b: i32) -> vec2<u32> {
    let product = fixed_multiply(a, u32(abs(b)));
    return select(product, fixed_subtract(vec2<u32>(0u, 0u), product), b < 0);
}
