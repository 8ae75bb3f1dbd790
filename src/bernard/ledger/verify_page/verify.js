"use strict";

// Verifies receipts and logs in the browser: the same checks as verify_log.py, in the same order of
// ideas. Formats: RFC 9162 section 2.1 (hashes and proofs), RFC 8032 (Ed25519); c2sp.org/signed-note,
// tlog-checkpoint, tlog-tiles, tlog-cosignature (by Ed25519; others are passed over), tlog-proof.

const WIDTH = 256; // hashes in a full tile, entries in a full bundle
const SIGNATURE = 1, COSIGNATURE = 4; // kinds of keys
const MOST_ENTRIES = 2n ** 62n, MOST_HASHES = 63, MOST_SIGNATURES = 100, MOST_CHARACTERS = 1000000;

/** Something does not hold. Its kind is a key of MEANINGS; its field, where something was given that cannot be used. */
class Fault extends Error {
  constructor(kind, message, field = "") {
    super(message);
    this.kind = kind;
    this.field = field;
  }
}

// Signed notes: a text, an empty line, then lines of "— name base64(key id, signature)".

function isKeyName(name) {
  return name !== "" && !/[+\p{White_Space}]/u.test(name);
}

/** A key's name, id, kind and 32 bytes, from name+id+base64. */
async function readKey(line, field, kind) {
  const [name, id, ...rest] = line.trim().split("+");
  const wrong = new Fault("key", `“${line.slice(0, 60)}” is not a key of the form name+id+base64.`, field);
  if (!isKeyName(name) || !rest.length) throw wrong;
  let material;
  try {
    material = decode64(rest.join("+"));
  } catch {
    throw wrong;
  }
  const right = (await digest(join(utf8.encode(name + "\n"), material))).slice(0, 4);
  if (hex(right) !== id) throw wrong;
  if (material.length !== 33 || material[0] !== kind) {
    const needed = kind === SIGNATURE ? "A log’s key must make signatures (kind 1)" : "A witness’s key must make cosignatures by Ed25519 (kind 4)";
    throw new Fault("key", `${needed}; the key of “${name}” does not.`, field);
  }
  const y = littleEndian(material.slice(1)) & (2n ** 255n - 1n);
  if (y >= P || WEAK.includes(y)) throw new Fault("key", `The key of “${name}” is too weak: anybody could sign for it.`, field);
  return { name, id, kind, bytes: material.slice(1) };
}

/** The text of a note and its signature lines, of which nothing is to be believed yet. */
function parseNote(note) {
  const end = note.lastIndexOf("\n\n");
  const lines = note.slice(end + 2).split("\n");
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || note.length > MOST_CHARACTERS) {
    throw new Fault("form", "The checkpoint holds control characters, or is far too long.");
  }
  if (end < 0 || lines.pop() !== "" || !lines.length || lines.length > MOST_SIGNATURES) {
    throw new Fault("form", "The checkpoint does not end in signature lines after an empty line.");
  }
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const [dash, name, ...rest] = line.split(" ");
  if (dash !== "—" || !isKeyName(name ?? "")) throw new Fault("form", `The line “${line.slice(0, 60)}” is not a signature.`);
  const blob = decode64(rest.join(" "));
  if (blob.length < 5) throw new Fault("form", `The signature of “${name}” is too short.`);
  return { name, id: hex(blob.slice(0, 4)), signature: blob.slice(4) };
}

/** Which of the keys signed the note. A line by another key is passed over: anybody may add one. */
async function signersOf(note, keys) {
  const signed = new Set();
  for (const { name, id, signature } of note.signatures) {
    for (const key of keys.filter((key) => key.name === name && key.id === id)) {
      if (!(await fits(key, note.text, signature))) throw new Fault("signature", `The signature of “${name}” does not fit the text.`);
      signed.add(key);
    }
  }
  return signed;
}

/** Whether the key signed the text; a cosignature begins with its time in 8 bytes. */
async function fits(key, text, signature) {
  if (key.kind === SIGNATURE) return isSigned(key.bytes, utf8.encode(text), signature);
  if (signature.length !== 72) return false;
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  return time < 2n ** 63n && isSigned(key.bytes, utf8.encode(`cosignature/v1\ntime ${time}\n${text}`), signature.slice(8));
}

/** The state of the log that its key signed and enough witnesses saw. */
async function readCheckpoint(noteText, { log, witnesses, quorum }) {
  const note = parseNote(noteText);
  const signed = await signersOf(note, [log, ...witnesses]);
  if (!signed.has(log)) throw new Fault("signature", `The checkpoint is not signed by “${log.name}”.`);
  const lines = note.text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.includes("")) throw new Fault("form", "The signed text is not a checkpoint.");
  const [origin, size, root] = [lines[0], numberFrom(lines[1]), decode64(lines[2])];
  if (root.length !== 32) throw new Fault("form", "The signed text is not a checkpoint.");
  if (origin !== log.name) throw new Fault("signature", `The checkpoint is of the log “${origin}”, not of “${log.name}”.`);
  const seen = [...signed].filter((key) => key !== log);
  if (seen.length < quorum) throw new Fault("witnesses", `${seen.length} of the witnesses signed the checkpoint; you ask for ${quorum}.`);
  return { origin, size, root, note: noteText, seen: seen.map((key) => key.name) };
}

// The tree: a leaf is the hash of 0 and the entry, a node that of 1 and its two children.

function leafHash(entry) {
  return digest(join(Uint8Array.of(0), entry));
}

function nodeHash(left, right) {
  return digest(join(Uint8Array.of(1), left, right));
}

/** The root over a row of hashes: pairs are hashed, an odd last one moves up as it is. */
async function rootOver(hashes) {
  if (!hashes.length) return digest(new Uint8Array());
  while (hashes.length > 1) {
    const pairs = [];
    for (let i = 0; i + 1 < hashes.length; i += 2) pairs.push(nodeHash(hashes[i], hashes[i + 1]));
    if (hashes.length % 2) pairs.push(hashes[hashes.length - 1]);
    hashes = await Promise.all(pairs);
  }
  return hashes[0];
}

/** The root that a proof leads to from a leaf; RFC 9162 section 2.1.3.2. */
async function rootFromProof(hash, index, size, proof) {
  let last = size - 1n;
  for (const sibling of proof) {
    if (last === 0n) throw new Fault("proof", "The receipt’s proof is too long.");
    if (index & 1n || index === last) {
      hash = await nodeHash(sibling, hash);
      while (!(index & 1n) && index) [index, last] = [index >> 1n, last >> 1n];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [index, last] = [index >> 1n, last >> 1n];
  }
  if (last) throw new Fault("proof", "The receipt’s proof is too short.");
  return hash;
}

// Whom to believe, then the two checks.

/** The keys from what was typed. */
async function readTrust({ key, witnesses = "", quorum: asked = null }) {
  const log = await readKey(key, "key", SIGNATURE);
  const lines = witnesses.split("\n").map((line) => line.trim()).filter((line) => line);
  const keys = await Promise.all(lines.map((line) => readKey(line, "witnesses", COSIGNATURE)));
  if (new Set(keys.map((key) => hex(key.bytes))).size < keys.length) throw new Fault("key", "One witness is there twice.", "witnesses");
  // Who names witnesses and no number asks for all of them.
  const quorum = asked ?? keys.length;
  if (!Number.isInteger(quorum) || quorum < 0 || quorum > keys.length) {
    throw new Fault("key", `Ask for a number of witnesses from 0 to ${keys.length}, as many as you gave keys.`, "quorum");
  }
  return { log, witnesses: keys, quorum };
}

/** Where the receipt shows the entry to be; `receipt` and `entry` are the bytes of the files. */
async function checkReceipt({ receipt, entry, ...trust }) {
  const believed = await readTrust(trust);
  const whole = textOf(receipt, "receipt");
  const end = whole.indexOf("\n\n");
  const lines = whole.slice(0, Math.max(end, 0)).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Fault("form", "The file is not a receipt.", "receipt");
  if (lines[0]?.startsWith("extra ")) decode64(lines.shift().slice(6));
  if (!lines[0]?.startsWith("index ")) throw new Fault("form", "The receipt does not say the place of its entry.");
  const index = numberFrom(lines.shift().slice(6));
  const proof = lines.map(decode64);
  const checkpoint = await readCheckpoint(whole.slice(end + 2), believed);
  if (index >= checkpoint.size || proof.length > MOST_HASHES || proof.some((hash) => hash.length !== 32)) {
    throw new Fault("proof", "The receipt’s proof cannot be of this log.");
  }
  if (!same(await rootFromProof(await leafHash(entry), index, checkpoint.size, proof), checkpoint.root)) {
    throw new Fault("proof", `The receipt does not show this entry at place ${index}.`);
  }
  return { ...checkpoint, index };
}

/** What the log holds; `read` gives the bytes of a file by its path in the log, or null. */
async function checkLog({ read, seen = "", progress = () => {}, ...trust }) {
  const believed = await readTrust(trust);
  const earlier = await readEarlier(seen, believed);
  const note = await read("checkpoint");
  if (!note) throw new Fault("missing", "The folder holds no file named “checkpoint”.", "folder");
  const checkpoint = await readCheckpoint(textOf(note, "checkpoint"), believed);
  if (earlier.size > checkpoint.size) {
    throw new Fault("older", `The log had ${earlier.size} entries before and has ${checkpoint.size} now.`);
  }
  const { roots, before } = await readEntries(read, Number(checkpoint.size), Number(earlier.size), progress);
  if (!same(await rootOver(roots), checkpoint.root)) throw new Fault("root", "The entries do not give the root that the log signed.");
  if (!same(before, earlier.root)) throw new Fault("fork", `The first ${earlier.size} entries are others than those of the checkpoint that you kept.`);
  await checkUpperTiles(read, roots.slice(0, Math.floor(Number(checkpoint.size) / WIDTH)));
  return { ...checkpoint, earlier: earlier.size };
}

/** The checkpoint that was kept, whoever had witnessed it by then; the empty log where there is none. */
async function readEarlier(seen, believed) {
  if (!seen) return { size: 0n, root: await rootOver([]) };
  try {
    return await readCheckpoint(seen, { ...believed, quorum: 0 });
  } catch (fault) {
    throw fault instanceof Fault ? new Fault("key", `The earlier checkpoint cannot be used. ${fault.message}`, "seen") : fault;
  }
}

/** The root over each tile of leaf hashes, from the entries; and the root over the first `earlier` entries. */
async function readEntries(read, size, earlier, progress) {
  const roots = [];
  let before = await rootOver([]);
  for (let at = 0; at * WIDTH < size; at++) {
    const width = Math.min(WIDTH, size - at * WIDTH);
    const entries = await readWide(read, "entries", at, width, unpackBundle);
    const leaves = await Promise.all(entries.map(leafHash));
    await compareTile(read, 0, at, leaves);
    const cut = earlier - at * WIDTH;
    if (cut > 0 && cut <= width) before = await rootOver([...roots, await rootOver(leaves.slice(0, cut))]);
    roots.push(await rootOver(leaves));
    await progress(Math.min((at + 1) * WIDTH, size), size);
  }
  return { roots, before };
}

/** Compares the tiles above the lowest: they hold the roots of the full tiles below them. */
async function checkUpperTiles(read, row) {
  for (let level = 1; row.length; level++) {
    const full = [];
    for (let at = 0; at * WIDTH < row.length; at++) {
      const hashes = row.slice(at * WIDTH, (at + 1) * WIDTH);
      await compareTile(read, level, at, hashes);
      if (hashes.length === WIDTH) full.push(await rootOver(hashes));
    }
    row = full;
  }
}

async function compareTile(read, level, at, hashes) {
  const stored = await readWide(read, String(level), at, hashes.length, unpackTile);
  if (!same(stored, join(...hashes))) throw new Fault("tile", `Tile ${at} of level ${level} does not follow from the entries.`);
}

/** The hashes of a tile or the entries of a bundle; a full file may stand for a partial one. */
async function readWide(read, folder, at, width, unpack) {
  let name = String(at % 1000).padStart(3, "0");
  for (let left = Math.floor(at / 1000); left; left = Math.floor(left / 1000)) name = `x${String(left % 1000).padStart(3, "0")}/${name}`;
  const path = `tile/${folder}/${name}`;
  const partial = width < WIDTH ? await read(`${path}.p/${width}`) : null;
  if (partial) return unpack(partial, width, path, width);
  const whole = await read(path);
  if (!whole) throw new Fault("missing", `The file “${path}” is missing.`);
  return unpack(whole, WIDTH, path, width);
}

function unpackTile(bytes, count, path, wanted) {
  if (bytes.length !== 32 * count) throw new Fault("tile", `The tile “${path}” does not hold ${count} hashes.`);
  return bytes.slice(0, 32 * wanted);
}

/** Entries, each after its length in two bytes. */
function unpackBundle(bytes, count, path, wanted) {
  const entries = [];
  let at = 0;
  while (at < bytes.length && entries.length < count) {
    const end = at + 2 + bytes[at] * 256 + (bytes[at + 1] ?? 0);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (at !== bytes.length || entries.length !== count) throw new Fault("tile", `The bundle “${path}” does not hold ${count} whole entries.`);
  return entries.slice(0, wanted);
}
