// Asks the service what the visitor asks, and shows what it says. Text from outside becomes text
// nodes alone, never HTML; addresses are relative, so that the page works behind any path.

/** @typedef {{label: string, score: number, probabilities: Record<string, number>}} Result */
/** @typedef {{word: string, start: number, end: number, weight: number}} Word */
/** @typedef {{header: string[], rows: string[][], column: number}} Table */
/** @typedef {{text: string, cells: string[], header: string[], order: number, result?: Result}} Entry */

/** Each element that has an id, by that id. @type {Record<string, any>} */
const ui = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));
/** @type {{labels: string[], examples: string[], key: boolean, texts: number, characters: number, bytes: number}} */
const config = JSON.parse(ui.config.textContent);

const count = new Intl.NumberFormat("en").format;
const ONE_DIGIT = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const percent = new Intl.NumberFormat("en", { style: "percent", ...ONE_DIGIT }).format;
const signed = new Intl.NumberFormat("en", { signDisplay: "always", ...ONE_DIGIT }).format;
const collator = new Intl.Collator("en", { numeric: true });

/** The class that carries a label's colour. */
const colourOf = (label) => `label-${config.labels.indexOf(label)}`;

/** Make an element: its properties, then its children, where strings become text. */
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Tell those who listen instead of looking. */
function say(sentence) {
  ui.said.textContent = sentence;
}

// Asking

const IN_FLIGHT = 3;
const RETRIES = 5;
const LONGEST_PAUSE = 10;
const BUSY = [429, 503];

/** Why there is no answer, as the service says it, or as the browser does. */
class Problem extends Error {
  constructor(title, detail, status = 0, retryAfter = 0) {
    super(detail);
    Object.assign(this, { title, status, retryAfter });
  }
}

async function post(path, body, signal) {
  const key = ui.key?.value.trim();
  if (/[^!-~]/.test(key ?? "")) throw new Problem("", "The API key has a character that no key has.");
  const headers = { "content-type": "application/json", ...(key && { "x-api-key": key }) };
  try {
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
    return await read(response);
  } catch (error) {
    if (signal.aborted || error instanceof Problem) throw error;
    throw new Problem("", "The service cannot be reached: check the connection, then try again.");
  }
}

async function read(response) {
  const text = await response.text();
  let answer = {};
  try {
    answer = JSON.parse(text);
  } catch {
    // What is not JSON is from something between us and the service: its status says it all.
  }
  if (response.ok && answer.model) return answer;
  throw new Problem(
    `${response.status} ${answer.title ?? response.statusText}`.trim(),
    answer.detail ?? "This is not the service's own answer: something in front of it gave it.",
    response.status,
    Number(response.headers.get("retry-after")),
  );
}

/** Ask again, a little later, while the service says that it has too much to do. */
async function patiently(ask, signal) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!BUSY.includes(error.status) || attempt > RETRIES) throw error;
      const seconds = Math.min(error.retryAfter || attempt, LONGEST_PAUSE);
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      signal.throwIfAborted();
    }
  }
}

function showProblem(box, problem) {
  if (!(problem instanceof Problem)) throw problem;
  box.replaceChildren(make("strong", {}, problem.title && `${problem.title}: `), problem.message);
  if (problem.status === 401) ui.key?.focus();
}

// One text

const MOST_BARS = 8;

/** Ends the requests for the text before. */
let asking = new AbortController();

async function classify() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const text = ui.text.value;
  ui.oneError.replaceChildren();
  ui.time.textContent = "asking …";
  const started = performance.now();
  try {
    const { result } = await post("v1/classify", { text }, signal);
    showResult(result, performance.now() - started);
    await explain(text, signal);
  } catch (error) {
    if (signal.aborted) return;
    showNoResult();
    showProblem(ui.oneError, error);
  }
}

/** @param {Result} result */
function showResult(result, milliseconds) {
  ui.verdict.textContent = result.label;
  ui.verdict.className = colourOf(result.label);
  ui.time.textContent = `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms round trip`;
  showBars(result.probabilities, result.label);
  say(`${result.label}, ${percent(result.score)}`);
  ui.answer.scrollIntoView({ block: "nearest" });
}

function showNoResult() {
  ui.verdict.textContent = "The answer";
  ui.verdict.className = "";
  ui.time.textContent = "";
  ui.why.hidden = true;
  showBars({});
}

/** All bars in the order of the model's labels, or of many labels the most probable ones. */
function showBars(probabilities, best) {
  const share = (label) => probabilities[label] ?? 0;
  const shown = config.labels.toSorted((one, other) => share(other) - share(one)).slice(0, MOST_BARS);
  config.labels.forEach((label, index) => {
    const item = ui.bars.children[index];
    item.hidden = !shown.includes(label);
    item.classList.toggle("best", label === best);
    item.querySelector("span").textContent = best ? percent(share(label)) : "";
    item.querySelector("i").style.setProperty("--share", share(label));
  });
}

const bar = (label) =>
  make("li", { className: colourOf(label) }, make("b", {}, label), make("span"), make("i"));

// What made the difference

async function explain(text, signal) {
  try {
    const { result, words } = await post("v1/explain", { text }, signal);
    showWords(text, words, result.label);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    ui.words.replaceChildren();
    ui.weights.replaceChildren();
    ui.whyHint.textContent = error.message;
  }
  ui.why.hidden = false;
}

const LEAST_WEIGHT = 0.05;
const LEAST_SHARE = 0.15;
const NAMED_WORDS = 4;

/** @param {Word[]} words */
function showWords(text, words, label) {
  const most = Math.max(...words.map((word) => Math.abs(word.weight)), 0);
  const mattering = words.filter((word) => Math.abs(word.weight) >= Math.max(LEAST_WEIGHT, most * LEAST_SHARE));
  ui.words.replaceChildren(...highlighted(text, mattering, most, label));
  mattering.sort((one, other) => Math.abs(other.weight) - Math.abs(one.weight));
  ui.weights.replaceChildren(
    ...named(`Speaks for ${label}`, mattering.filter((word) => word.weight > 0), "for", label),
    ...named(`Speaks against ${label}`, mattering.filter((word) => word.weight < 0), "against", label),
  );
  ui.whyHint.textContent = mattering.length
    ? `How much the log-odds of ${label} fall when the word is left out. Solid lines speak for it, dashed ones against.`
    : "No word by itself makes a difference.";
}

/** The text with its words marked. Their spans count code points; JavaScript counts UTF-16. */
function highlighted(text, words, most, label) {
  const characters = [...text];
  const nodes = [];
  let end = 0;
  for (const word of words) {
    const strength = Math.ceil((3 * Math.abs(word.weight)) / most);
    const side = word.weight > 0 ? "for" : "against";
    const className = `${side} strength-${strength} ${colourOf(label)}`;
    const title = `${signed(word.weight)} ${side} ${label}`;
    nodes.push(characters.slice(end, word.start).join(""));
    nodes.push(make("mark", { className, title }, characters.slice(word.start, word.end).join("")));
    end = word.end;
  }
  return [...nodes, characters.slice(end).join("")];
}

/** A word without the punctuation around it, unless it is nothing else. */
const bare = (word) => word.replace(/^[("']+|[.,;:!?)"']+$/g, "") || word;

function named(title, words, side, label) {
  if (!words.length) return [];
  const className = side === "for" ? `for ${colourOf(label)}` : side;
  const items = words
    .slice(0, NAMED_WORDS)
    .map(({ word, weight }) => make("li", { className }, bare(word), make("span", {}, signed(weight))));
  return [make("div", {}, make("p", { className: "hint" }, title), make("ul", { ariaLabel: title }, ...items))];
}

// CSV, as RFC 4180 has it, and as it is met: other delimiters, other ends of lines, no header

/** Split a file into rows of cells. Rows without any text are left out. */
export function parseCsv(text, delimiter = ",") {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.some((each) => each)) rows.push(row);
    row = [];
    cell = "";
  };
  for (let position = 0; position < text.length; position += 1) {
    const character = text[position];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[position + 1] === '"') cell += text[(position += 1)];
      else quoted = false;
    } else if (character === '"' && !cell) quoted = true;
    else if (character === delimiter) {
      row.push(cell);
      cell = "";
    } else if (character === "\n" || character === "\r") endRow();
    else cell += character;
  }
  endRow();
  return rows;
}

/** The delimiter of a file, by its first line; none (an empty string) if it has one column. */
export function guessDelimiter(text) {
  const line = text.slice(0, 10000).replace(/"[^"]*"/g, "").trimStart().split(/[\r\n]/, 1)[0];
  if (line.includes("\t")) return "\t";
  const commas = line.split(",").length;
  const semicolons = line.split(";").length;
  if (commas + semicolons === 2) return "";
  return commas >= semicolons ? "," : ";";
}

const TEXTS = /^(texts?|sentence|headline|title|content|message|news|body|subject|tweet|payload)$/i;

const meanLength = (rows, column) =>
  rows.reduce((sum, row) => sum + (row[column] ?? "").length, 0) / Math.max(rows.length, 1);

/** Whether the first row names columns: by a usual name, or as it is much shorter than the rest. */
export function hasHeader(rows) {
  const [first = [], ...rest] = rows.slice(0, 100);
  if (!rest.length) return false;
  if (first.some((cell) => TEXTS.test(cell.trim()))) return true;
  const names = first.every((cell) => cell.trim() && cell.length <= 40 && Number.isNaN(Number(cell)));
  return names && first.some((cell, column) => meanLength(rest, column) > 3 * cell.length);
}

/** The column that looks most like texts: by its name, else by its length. */
export function guessColumn(header, rows) {
  const column = header.findIndex((name) => TEXTS.test(name.trim()));
  if (column >= 0) return column;
  const lengths = header.map((_, index) => meanLength(rows.slice(0, 100), index));
  return lengths.indexOf(Math.max(...lengths));
}

/** Rows of cells as a file. The mark at its start makes Excel read it as UTF-8. */
export function toCsv(rows) {
  return `\ufeff${rows.map((row) => `${row.map(quote).join(",")}\r\n`).join("")}`;
}

/** What a spreadsheet would run gets an apostrophe: owasp.org/www-community/attacks/CSV_Injection */
function quote(cell) {
  const text = String(cell);
  const runs = /^\s*[=+\-@＝＋－＠\t\r]/.test(text) && !/^[+-]?[\d.,\s]+%?$/.test(text);
  const safe = runs ? `'${text}` : text;
  return /[",;\r\n\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a file: UTF-8, UTF-16 with its mark, or what Excel saves in western Europe. */
export function decode(bytes) {
  const [first, second] = new Uint8Array(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

// Many texts

const LARGEST_FILE = 64_000_000;
const ROWS_SHOWN = 100;

/** All rows of the chosen file. @type {string[][]} */
let fileRows = [];
/** What they are taken for. @type {Table | null} */
let table = null;
/** Ends the requests that are under way. @type {AbortController | null} */
let many = null;
/** What was answered, as the table sorts it. @type {Entry[]} */
let entries = [];
let sorting = { column: 0, descending: false };
let shown = ROWS_SHOWN;

async function openFile(file) {
  ui.manyError.replaceChildren();
  try {
    if (file.size > LARGEST_FILE) throw new Problem("", "The file has over 64 MB: split it.");
    const text = decode(await file.arrayBuffer());
    forgetFile();
    if (/\.txt$/i.test(file.name)) ui.lines.value = text;
    else showFile(file.name, parseCsv(text, guessDelimiter(text)));
  } catch (error) {
    showProblem(ui.manyError, error);
  }
}

function showFile(name, rows) {
  if (!rows.length) throw new Problem("", "The file has no text: choose another one.");
  fileRows = rows;
  ui.fileName.textContent = name;
  ui.hasHeader.checked = hasHeader(rows);
  readTable();
  ui.paste.hidden = true;
  ui.tableOptions.hidden = false;
  ui.column.focus();
}

/** Take the file's rows for what the visitor says that they are. */
function readTable() {
  const header = ui.hasHeader.checked;
  const width = Math.max(...fileRows.slice(0, 1000).map((row) => row.length));
  const names = Array.from({ length: width }, (_, index) => (header && fileRows[0][index]) || `column ${index + 1}`);
  const rows = fileRows.slice(header ? 1 : 0);
  table = { header: names, rows, column: guessColumn(names, rows) };
  ui.column.replaceChildren(...names.map((name, value) => make("option", { value, selected: value === table.column }, name)));
  say(`${ui.fileName.textContent}: ${count(rows.length)} rows`);
}

function forgetFile() {
  table = null;
  fileRows = [];
  ui.file.value = "";
  ui.tableOptions.hidden = true;
  ui.paste.hidden = false;
  ui.lines.focus();
}

/** @returns {Entry[]} */
function readEntries() {
  const lines = () => ui.lines.value.split("\n").map((line) => [line]);
  const { header, rows, column } = table ?? { header: ["text"], rows: lines(), column: 0 };
  return rows.map((cells, order) => ({ text: cells[column] ?? "", cells, header, order }));
}

const utf8 = new TextEncoder();
const bytesOf = (text) => utf8.encode(JSON.stringify(text)).length + 1;
const ROOM_AROUND = '{"texts":[]}'.length;

/** Cut entries into requests that keep the service's limits on texts and bytes. */
export function batches(all, limits = config) {
  const cut = [];
  let size = Infinity;
  for (const entry of all) {
    const bytes = bytesOf(entry.text);
    if (size + bytes > limits.bytes || cut.at(-1).length === limits.texts) {
      cut.push([]);
      size = ROOM_AROUND;
    }
    cut.at(-1).push(entry);
    size += bytes;
  }
  return cut;
}

/** Blank as the service sees it, whose white space has some characters more. */
const isBlank = (text) => /^[\s\x1c-\x1f\x85]*$/.test(text);
const isLong = ({ text }) =>
  (text.length > config.characters && [...text].length > config.characters) ||
  bytesOf(text) + ROOM_AROUND > config.bytes;

async function classifyMany() {
  if (many) return;
  const all = readEntries().filter(({ text }) => !isBlank(text));
  const fitting = all.filter((entry) => !isLong(entry));
  ui.manyError.replaceChildren();
  if (!fitting.length) {
    const reason = all.length ? "Each text is too long: shorten them." : "There is no text: paste some lines or choose a file.";
    showProblem(ui.manyError, new Problem("", reason));
    return;
  }
  const controller = (many = new AbortController());
  ui.working.hidden = false;
  let problem = null;
  try {
    await askForAll(fitting, controller);
  } catch (error) {
    if (error.name !== "AbortError") problem = error;
  }
  many = null;
  showResults(fitting, all.length - fitting.length);
  if (document.activeElement === ui.cancel) ui.classifyMany.focus();
  ui.working.hidden = true;
  if (problem) showProblem(ui.manyError, problem);
}

/** Ask for all of them, a few requests at a time; the first that fails ends the others. */
async function askForAll(all, controller) {
  const queue = batches(all).values();
  let done = 0;
  const progress = () => {
    Object.assign(ui.progress, { max: all.length, value: done });
    ui.done.textContent = `${count(done)} of ${count(all.length)}`;
  };
  const askInTurn = async () => {
    for (const batch of queue) {
      const texts = batch.map((entry) => entry.text);
      const ask = () => post("v1/classify", { texts }, controller.signal);
      const { results } = await patiently(ask, controller.signal);
      batch.forEach((entry, index) => Object.assign(entry, { result: results[index] }));
      done += batch.length;
      progress();
    }
  };
  progress();
  say(`Classifying ${count(all.length)} texts`);
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, askInTurn));
  } finally {
    controller.abort();
  }
}

/** @param {Entry[]} all */
function showResults(all, tooLong) {
  entries = all.filter((entry) => entry.result);
  if (!entries.length) return;
  const left = all.length - entries.length;
  const note = [
    `${count(entries.length)} ${entries.length === 1 ? "text" : "texts"} classified`,
    left && `${count(left)} not asked for`,
    tooLong && `${count(tooLong)} too long to be asked for`,
  ];
  ui.resultsNote.textContent = note.filter(Boolean).join(", ");
  ui.results.hidden = false;
  showMix();
  sortBy(0, false);
  say(ui.resultsNote.textContent);
  ui.resultsTitle.focus();
}

/** How many texts have which label: a picture, and the same in words. */
function showMix() {
  const counts = config.labels.map((label) => [label, entries.filter(({ result }) => result.label === label).length]);
  const met = counts.filter(([, number]) => number);
  ui.mix.ariaLabel = met.map(([label, number]) => `${label}: ${count(number)}`).join(", ");
  ui.mix.replaceChildren(
    ...met.map(([label, number]) => {
      const part = make("i", { className: colourOf(label), title: label });
      part.style.setProperty("--count", number);
      return part;
    }),
  );
  ui.legend.replaceChildren(
    ...counts.map(([label, number]) => make("li", { className: colourOf(label) }, `${label} `, make("b", {}, count(number)))),
  );
}

/** Each column with what it is sorted by. */
const COLUMNS = [
  ["Row", (entry) => entry.order],
  ["Text", (entry) => entry.text],
  ["Label", (entry) => config.labels.indexOf(entry.result.label)],
  ["Probability", (entry) => entry.result.score],
];

function sortBy(column, descending) {
  sorting = { column, descending };
  shown = ROWS_SHOWN;
  const [, key] = COLUMNS[column];
  const compare = column === 1 ? collator.compare : (one, other) => one - other;
  const direction = descending ? -1 : 1;
  entries.sort((one, other) => direction * compare(key(one), key(other)) || one.order - other.order);
  [...ui.columns.children].forEach((cell, index) => {
    cell.ariaSort = index !== column ? "none" : descending ? "descending" : "ascending";
  });
  showRows();
}

function showRows() {
  ui.rows.replaceChildren(...entries.slice(0, shown).map(tableRow));
  const hidden = Math.max(entries.length - shown, 0);
  ui.more.hidden = !hidden;
  ui.more.textContent = `Show ${count(Math.min(hidden, ROWS_SHOWN))} more of ${count(hidden)}`;
}

function tableRow({ text, order, result }) {
  const row = make("tr", { className: colourOf(result.label) });
  row.append(
    make("td", {}, count(order + 1)),
    make("td", {}, text),
    make("td", { className: "name" }, result.label),
    make("td", { className: "share" }, percent(result.score)),
  );
  row.style.setProperty("--share", result.score);
  return row;
}

function headCell([name], column) {
  const turn = () => {
    sortBy(column, sorting.column === column && !sorting.descending);
    say(`Sorted by ${name}, ${sorting.descending ? "descending" : "ascending"}`);
  };
  return make("th", { scope: "col" }, make("button", { type: "button", onclick: turn }, name));
}

function showMore() {
  shown += ROWS_SHOWN;
  showRows();
}

/** The rows as they are sorted: the columns that they had, then what the service says. */
function download() {
  const [{ header: had }] = entries;
  const header = [...had, "predicted_label", "score", ...config.labels.map((label) => `p_${label}`)];
  const rows = entries.map(({ cells, result: { label, score, probabilities } }) => [
    ...had.map((_, index) => cells[index] ?? ""),
    label,
    ...[score, ...config.labels.map((each) => probabilities[each])].map((value) => value.toFixed(6)),
  ]);
  const href = URL.createObjectURL(new Blob([toCsv([header, ...rows])], { type: "text/csv" }));
  make("a", { href, download: "labels.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
}

// The request as code

const address = new URL("v1/classify", location.href).href;
const inShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const WRITERS = {
  curl: (text) => [
    `curl -s ${inShell(address)} \\`,
    "  -H 'content-type: application/json' \\",
    ...(config.key ? ['  -H "x-api-key: $FINTONE_API_KEY" \\'] : []),
    `  -d ${inShell(JSON.stringify({ text }))}`,
  ],
  // A string of JSON is one of Python as well.
  python: (text) => [
    ...(config.key ? ["import os", ""] : []),
    "import httpx",
    "",
    "response = httpx.post(",
    `    ${JSON.stringify(address)},`,
    ...(config.key ? ['    headers={"x-api-key": os.environ["FINTONE_API_KEY"]},'] : []),
    `    json={"text": ${JSON.stringify(text)}},`,
    ")",
    "response.raise_for_status()",
    'print(response.json()["result"])',
  ],
  javascript: (text) => [
    `const response = await fetch(${JSON.stringify(address)}, {`,
    '  method: "POST",',
    `  headers: { "content-type": "application/json"${config.key ? ', "x-api-key": process.env.FINTONE_API_KEY' : ""} },`,
    `  body: JSON.stringify({ text: ${JSON.stringify(text)} }),`,
    "});",
    "const answer = await response.json();",
    "if (!response.ok) throw new Error(answer.detail);",
    "console.log(answer.result);",
  ],
};

function showSnippet() {
  const { value } = document.querySelector("[name=language]:checked");
  const text = ui.text.value || config.examples[0] || "A text of yours";
  ui.snippet.textContent = WRITERS[value](text).join("\n");
}

async function copySnippet() {
  try {
    await navigator.clipboard.writeText(ui.snippet.textContent);
  } catch {
    // Without https there is no clipboard; the old command copies what is selected.
    getSelection().selectAllChildren(ui.snippet);
    if (!document.execCommand("copy")) {
      say("Selected: copy it with the keyboard");
      return;
    }
  }
  ui.copy.textContent = "Copied";
  say("Copied");
  setTimeout(() => (ui.copy.textContent = "Copy"), 2000);
}

// Putting it together

/** Enter asks in the box for one text, Ctrl or Cmd + Enter in both; IMEs keep theirs. */
function onEnter(event) {
  const plain = event.target === ui.text && !event.shiftKey;
  const asks = plain || (event.target === ui.lines && (event.ctrlKey || event.metaKey));
  if (event.key !== "Enter" || event.isComposing || !asks) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

function example(text) {
  const onclick = () => {
    ui.text.value = text;
    showSnippet();
    classify();
  };
  return make("li", {}, make("button", { type: "button", onclick }, text));
}

function onDrag(event) {
  event.preventDefault();
  ui.drop.classList.toggle("over", event.type === "dragover");
  const file = event.type === "drop" && event.dataTransfer.files[0];
  if (file) openFile(file);
}

const on = (element, types, action) => types.split(" ").forEach((type) => element.addEventListener(type, action));

on(document, "submit", (event) => {
  event.preventDefault();
  if (event.target === ui.one) classify();
  else classifyMany();
});
on(document, "keydown", onEnter);
on(document, "input", showSnippet);
on(ui.drop, "dragover dragleave drop", onDrag);
on(ui.cancel, "click", () => many?.abort());
on(ui.file, "change", () => ui.file.files[0] && openFile(ui.file.files[0]));
on(ui.forget, "click", forgetFile);
on(ui.hasHeader, "change", readTable);
on(ui.column, "change", () => (table.column = Number(ui.column.value)));
on(ui.download, "click", download);
on(ui.more, "click", showMore);
on(ui.copy, "click", copySnippet);
ui.examples.hidden = !config.examples.length;
ui.examplesList.append(...config.examples.map(example));
ui.columns.append(...COLUMNS.map(headCell));
ui.bars.replaceChildren(...config.labels.map(bar));
showNoResult();
showSnippet();
