/** The small Markdown subset of replies (paragraphs, lists, links), as DOM nodes. All else stays text. */

import { element } from "./dom.js";
import { isSafe, link } from "./links.js";

const LINK = /\[([^[\]\n]+)\]\(([^\s()]+)\)/g;
const BULLET = /^\s*[-*]\s+/;
const NUMBER = /^\s*\d{1,3}[.)]\s+/;

/**
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function nodesOf(text) {
  const made = document.createDocumentFragment();
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n\s*\n/)) {
    for (const run of runsOf(block.split("\n").filter((line) => line.trim()))) {
      made.append(run.item ? listOf(run.item, run.lines) : paragraphOf(run.lines));
    }
  }
  return made;
}

/**
 * Lines in a row that are of one kind.
 * @param {string[]} lines
 * @returns {{item: RegExp | null, lines: string[]}[]}
 */
function runsOf(lines) {
  const runs = [];
  for (const line of lines) {
    const item = [BULLET, NUMBER].find((kind) => kind.test(line)) ?? null;
    const last = runs.at(-1);
    if (last && last.item === item) last.lines.push(line);
    else runs.push({ item, lines: [line] });
  }
  return runs;
}

function listOf(item, lines) {
  const list = element(item === NUMBER ? "ol" : "ul");
  if (item === NUMBER) list.setAttribute("start", String(parseInt(lines[0], 10)));
  for (const line of lines) list.append(element("li", {}, ...inline(line.replace(item, ""))));
  return list;
}

function paragraphOf(lines) {
  const paragraph = element("p");
  lines.forEach((line, index) => {
    if (index) paragraph.append(element("br"));
    paragraph.append(...inline(line));
  });
  return paragraph;
}

/**
 * @param {string} line
 * @returns {(Node | string)[]}
 */
function inline(line) {
  const parts = [];
  let from = 0;
  for (const found of line.matchAll(LINK)) {
    const [whole, title, href] = found;
    if (!isSafe(href)) continue;
    parts.push(line.slice(from, found.index), link(title, href));
    from = found.index + whole.length;
  }
  parts.push(line.slice(from));
  return parts.filter((part) => part !== "");
}
