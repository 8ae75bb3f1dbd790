"use strict";

// The page's forms: reads what was chosen, has it checked, and says in plain words what came out.

/** What each kind of fault means, for somebody who has never heard of a hash tree. */
const MEANINGS = {
  form: "A file is damaged, or is not what it should be. Get it again before you think the worse of anybody.",
  key: "What you typed cannot be used, so nothing was checked.",
  signature: "The log’s key did not sign this. Either the file was changed, or the key is another log’s.",
  witnesses: "Too few witnesses vouch for this state of the log. It may be too new for them; if it stays so, the log may show different people different things.",
  proof: "The receipt and the entry do not belong together, or one of them was changed. This is no proof that the entry is in the log.",
  root: "An entry was changed, added or removed after the log signed this state, or the folder is not complete.",
  tile: "A file of the log was changed or cut off. Get the folder again; if it stays so, the log is damaged.",
  missing: "The folder is not the whole log. Get it again; if the file stays away, the log withholds entries.",
  older: "This is an older state than the one you kept. Either you were given an old copy, or the log was cut back.",
  fork: "The log was rewritten. Keep both checkpoints: both are signed, and together they prove it.",
};

function element(id) {
  return document.getElementById(id);
}

/** A new element with this text or these children; text never becomes markup. */
function make(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

async function bytesOf(file) {
  return new Uint8Array(await file.arrayBuffer());
}

function trustGiven() {
  const number = element("quorum");
  const quorum = number.value === "" && !number.validity.badInput ? null : number.valueAsNumber;
  return { key: element("key").value, witnesses: element("witnesses").value, quorum };
}

function fileIn(id, what) {
  const [file] = element(id).files;
  if (!file) throw new Fault("key", `Choose ${what}.`, id);
  return file;
}

async function receiptGiven() {
  if (!element("key").value.trim()) throw new Fault("key", "Enter the log’s public key.", "key");
  const entry = await bytesOf(fileIn("entry", "the entry"));
  const receipt = await bytesOf(fileIn("receipt", "the receipt"));
  const found = await checkReceipt({ receipt, entry, ...trustGiven() });
  const facts = { ...factsOf(found), "Place of the entry": `${found.index}, counted from 0` };
  tell("holds", "This entry is in the log", [facts, "What the entry says:", fieldsOf(entry)]);
}

async function logGiven() {
  if (!element("key").value.trim()) throw new Fault("key", "Enter the log’s public key.", "key");
  fileIn("folder", "the folder that holds the log");
  const read = reader(element("folder").files);
  const seen = element("seen").value;
  const kept = seen && !seen.endsWith("\n") ? `${seen}\n` : seen;
  const found = await checkLog({ read, seen: kept, progress: showProgress, ...trustGiven() });
  const extends_ = kept
    ? `The ${found.earlier} entries of the checkpoint that you kept are all still there, unchanged.`
    : "Keep the checkpoint below, and paste it above the next time: then a rewritten log is found out.";
  tell("holds", "This log holds", [factsOf(found), extends_, make("pre", found.note)]);
}

/** Reads files of the chosen folder by their path in the log; the log may lie deeper in the folder. */
function reader(files) {
  const paths = new Map(Array.from(files, (file) => [file.webkitRelativePath || file.name, file]));
  const checkpoints = [...paths.keys()].filter((path) => /(^|\/)checkpoint$/.test(path));
  const [shortest = "checkpoint"] = checkpoints.sort((a, b) => a.length - b.length);
  const start = shortest.slice(0, -"checkpoint".length);
  return async (path) => {
    const file = paths.get(start + path);
    return file ? bytesOf(file) : null;
  };
}

function factsOf(found) {
  return {
    Log: found.origin,
    "Entries under this signature": String(found.size),
    Root: hex(found.root),
    "Witnesses who signed": found.seen.join(", ") || "none of those you named",
  };
}

function fieldsOf(entry) {
  try {
    const fields = JSON.parse(textOf(entry, "entry"));
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
  } catch {
    return { "Length in bytes": String(entry.length) };
  }
}

let shown = 0;

async function showProgress(done, all) {
  if (done < all && performance.now() - shown < 100) return;
  shown = performance.now();
  element("progress").max = all;
  element("progress").value = done;
  // Leave the browser a moment to draw it.
  await new Promise((go) => setTimeout(go));
}

/** Shows and announces an outcome: facts as a list, words as a paragraph. */
function tell(outcome, title, parts) {
  const result = element("result");
  const list = (facts) => make("dl", ...Object.entries(facts).map(([name, value]) => make("div", make("dt", name), make("dd", value))));
  const shape = (part) => (part instanceof Node ? part : typeof part === "string" ? make("p", part) : list(part));
  result.className = `result ${outcome}`;
  result.replaceChildren(make("h3", title), ...parts.map(shape));
  result.scrollIntoView({ block: "nearest" });
}

function tellFault(fault) {
  if (fault.field) return tellProblem(fault);
  const known = fault instanceof Fault;
  const meaning = known ? MEANINGS[fault.kind] : "The page could not finish, so this says nothing about the log. Try the script verify_log.py.";
  tell("fails", known ? "This does not hold" : "Not checked", [fault.message, meaning]);
}

/** Says beside a field, and above the form, what cannot be used. */
function tellProblem(fault) {
  const field = element(fault.field);
  const message = make("p", fault.message);
  message.className = "error";
  message.id = "field-error";
  field.closest("details")?.setAttribute("open", "");
  field.before(message);
  field.closest(".group").classList.add("wrong");
  field.dataset.described = field.getAttribute("aria-describedby") ?? "";
  field.setAttribute("aria-describedby", `${field.dataset.described} field-error`.trim());
  element("problem-link").textContent = fault.message;
  element("problem-link").href = `#${fault.field}`;
  element("problem").hidden = false;
  element("problem").focus();
  tell("fails", "Not checked", [MEANINGS.key]);
}

function clearProblem() {
  element("problem").hidden = true;
  element("field-error")?.remove();
  for (const group of document.querySelectorAll(".wrong")) {
    group.classList.remove("wrong");
    const field = group.querySelector("[data-described]");
    if (field.dataset.described) field.setAttribute("aria-describedby", field.dataset.described);
    else field.removeAttribute("aria-describedby");
    delete field.dataset.described;
  }
}

async function run(event, work) {
  event.preventDefault();
  const buttons = document.querySelectorAll("button");
  clearProblem();
  buttons.forEach((button) => (button.disabled = true));
  element("progress").hidden = work !== logGiven;
  tell("", "Checking", ["This takes from a moment to a few minutes."]);
  try {
    await work();
  } catch (fault) {
    tellFault(fault);
  }
  element("progress").hidden = true;
  buttons.forEach((button) => (button.disabled = false));
  if (!element("problem").hidden) element("problem").focus();
}

async function start() {
  element("tool").hidden = false;
  element("receipt-form").addEventListener("submit", (event) => run(event, receiptGiven));
  element("log-form").addEventListener("submit", (event) => run(event, logGiven));
  if (!globalThis.crypto?.subtle) {
    tell("fails", "This page cannot check anything here", ["Your browser gives its cryptography only to pages that come over https or from a file. Save this page and open the file, or use the script verify_log.py."]);
    document.querySelectorAll("button").forEach((button) => (button.disabled = true));
  } else if (!(await browserKnowsEd25519())) {
    tell("", "Nothing has been checked yet", ["Your browser cannot check signatures by Ed25519 itself, so this page does it with its own arithmetic. That is slower and just as strict."]);
  }
}

start();
