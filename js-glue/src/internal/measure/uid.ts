/** A new UID: 2.25 and a UUID (PS3.5 annex B.2). */
export function newUid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // Version 4, variant 1 (RFC 9562).
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return `2.25.${number}`;
}
