"use strict";

// Ed25519, RFC 8032 section 5.1: by the browser where it can, otherwise by the page itself. The curve
// is -x² + y² = 1 + D·x²·y² over the integers modulo P; points are [X, Y, Z, T] with x = X/Z, y = Y/Z,
// x·y = T/Z.

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modP(-121665n * power(121666n, P - 2n));

function modP(a) {
  const rest = a % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  for (let left = exponent; left; left >>= 1n) {
    if (left & 1n) result = modP(result * base);
    base = modP(base * base);
  }
  return result;
}

function addPoints(a, b) {
  const e = modP((a[1] - a[0]) * (b[1] - b[0])), f = modP((a[1] + a[0]) * (b[1] + b[0]));
  const g = modP(2n * a[3] * b[3] * D), h = modP(2n * a[2] * b[2]);
  return [modP((f - e) * (h - g)), modP((h + g) * (f + e)), modP((h - g) * (h + g)), modP((f - e) * (f + e))];
}

function multiply(count, point) {
  let total = [0n, 1n, 1n, 0n];
  for (let left = count; left; left >>= 1n) {
    if (left & 1n) total = addPoints(total, point);
    point = addPoints(point, point);
  }
  return total;
}

function littleEndian(bytes) {
  return BigInt("0x" + hex(bytes.slice().reverse()));
}

/** The point from its 32 bytes, y with the lowest bit of x on top; null where there is none. */
function unpackPoint(bytes) {
  const number = littleEndian(bytes);
  const y = number & (2n ** 255n - 1n), odd = number >> 255n;
  const square = modP((y * y - 1n) * power(modP(D * y * y + 1n), P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (modP(x * x - square)) x = modP(x * power(2n, (P - 1n) / 4n));
  if (y >= P || modP(x * x - square) || (odd && !x)) return null;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, modP(x * y)];
}

/** Whether this is the key's signature over the message, by this page's own arithmetic. */
async function isSignedByOwn(publicKey, message, signature) {
  const s = littleEndian(signature.slice(32));
  if (signature.length !== 64 || s >= ORDER) return false;
  const base = unpackPoint(Uint8Array.from({ length: 32 }, (_, i) => (i ? 0x66 : 0x58)));
  const key = unpackPoint(publicKey), first = unpackPoint(signature.slice(0, 32));
  if (!key || !first) return false;
  const challenge = littleEndian(await digest(join(signature.slice(0, 32), publicKey, message), "SHA-512"));
  const left = multiply(s, base), right = addPoints(multiply(challenge % ORDER, key), first);
  return !modP(left[0] * right[2] - right[0] * left[2]) && !modP(left[1] * right[2] - right[1] * left[2]);
}

/** Whether the browser itself knows Ed25519; some versions do not. */
async function browserKnowsEd25519() {
  try {
    await crypto.subtle.importKey("raw", Uint8Array.from({ length: 32 }, (_, i) => (i ? 0x66 : 0x58)), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

async function isSigned(publicKey, message, signature) {
  if (!(await browserKnowsEd25519())) return isSignedByOwn(publicKey, message, signature);
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

// Keys of few points of the curve fit every text; 2 ** 255 - 19 and above is no way to write y.
const EIGHTH = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
const WEAK = [0n, 1n, P - 1n, modP(-EIGHTH), EIGHTH];
