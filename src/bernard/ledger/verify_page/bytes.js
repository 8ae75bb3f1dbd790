"use strict";

// Bytes and text.

const utf8 = new TextEncoder();

/** Text from bytes that are UTF-8 in its one right form. */
function textOf(bytes, what) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault("form", `The ${what} is not text in UTF-8.`);
  }
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function same(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of base 64 in its one right form. */
function decode64(text) {
  let binary = "";
  try {
    binary = atob(text);
  } catch {
    throw new Fault("form", `“${text.slice(0, 60)}” is not base 64.`);
  }
  if (btoa(binary) !== text) throw new Fault("form", `“${text.slice(0, 60)}” is not base 64 in its one right form.`);
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

/** A decimal number without leading zeros, as a BigInt: a log may have more entries than a Number can count. */
function numberFrom(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) > MOST_ENTRIES) {
    throw new Fault("form", `“${text.slice(0, 40)}” is not a number of entries.`);
  }
  return BigInt(text);
}

async function digest(bytes, algorithm = "SHA-256") {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}
