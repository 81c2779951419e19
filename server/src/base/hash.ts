// Names for contents: fast hashes for memo keys and look-ups. Not for security: an author can make two contents collide,
// who could as well write the content he wants to be taken for.

/** A 64-bit hash of bytes as 16 hexadecimal digits; equal on every platform. */
export function hashBytes(bytes: Uint8Array): string {
  let a = SEED_A;
  let b = SEED_B ^ bytes.length;
  const end = bytes.length - 3;
  let at = 0;
  for (; at < end; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    a = Math.imul(rotate(a ^ word, 13), PRIME_A);
    b = Math.imul(rotate(b + word, 17), PRIME_B);
  }
  for (; at < bytes.length; at++) {
    a = Math.imul(rotate(a ^ bytes[at]!, 13), PRIME_A);
    b = Math.imul(rotate(b + bytes[at]!, 17), PRIME_B);
  }
  return finish(a, b);
}

/** A 64-bit hash of a text's UTF-16 code units as 16 hexadecimal digits; unlike `hashBytes` of its UTF-8. */
export function hashText(text: string): string {
  let a = SEED_A;
  let b = SEED_B ^ text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(rotate(a ^ code, 13), PRIME_A);
    b = Math.imul(rotate(b + code, 17), PRIME_B);
  }
  return finish(a, b);
}

const SEED_A = 0x2c1b3c6d;
const SEED_B = 0x297a2d39;
const PRIME_A = 0x9e3779b1;
const PRIME_B = 0x85ebca77;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Mixes both halves into each other, so that every bit of the name depends on every word of the content. */
function finish(a: number, b: number): string {
  const first = avalanche(a + Math.imul(b, PRIME_A));
  const second = avalanche(b ^ Math.imul(first, PRIME_B));
  return hex(first) + hex(second);
}

function avalanche(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
