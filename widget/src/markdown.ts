/** The small Markdown subset of replies (paragraphs, lists, links, bold), as DOM nodes. All else stays text. */

import { element } from "./dom";
import { isSafe, link } from "./links";

const LINK_OR_BOLD = /\[([^[\]\n]+)\]\(([^\s()]+)\)|\*\*([^*\n]+)\*\*/g;
const BULLET = /^\s*[-*]\s+/;
const NUMBER = /^\s*\d{1,3}[.)]\s+/;
const MORE_OF_ITEM = /^\s{2,}\S/;

interface Run {
  readonly item: RegExp | null;
  readonly lines: string[];
}

export function nodesOf(text: string): DocumentFragment {
  const made = document.createDocumentFragment();
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n\s*\n/)) {
    for (const run of runsOf(block.split("\n").filter((line) => line.trim()))) {
      made.append(run.item ? listOf(run.item, run.lines) : linesInto(element("p", { dir: "auto" }), run.lines));
    }
  }
  return made;
}

/** The same text without marks, with addresses of websites written out. */
export function plain(text: string): string {
  return text.replace(LINK_OR_BOLD, (whole, title: string | undefined, href: string | undefined, bold: string | undefined) => {
    if (bold !== undefined) return bold;
    if (title === undefined || href === undefined || !isSafe(href)) return whole;
    return href.startsWith("https:") ? `${title} (${href})` : title;
  });
}

/** The items of the text's lists that read "label: value". */
export function labelled(text: string): { label: string; value: string }[] {
  return text.split("\n").filter((line) => BULLET.test(line)).flatMap((line) => {
    const [label, ...rest] = line.replace(BULLET, "").split(": ");
    return label && rest.length ? [{ label, value: rest.join(": ") }] : [];
  });
}

/** The text without the list items that `labelled` takes out. */
export function withoutLabelled(text: string): string {
  return text.split("\n").filter((line) => !(BULLET.test(line) && line.includes(": "))).join("\n");
}

function runsOf(lines: readonly string[]): Run[] {
  const runs: Run[] = [];
  for (const line of lines) {
    const item = [BULLET, NUMBER].find((kind) => kind.test(line)) ?? null;
    const last = runs[runs.length - 1];
    if (last?.item && !item && MORE_OF_ITEM.test(line)) last.lines.push(`${last.lines.pop()}\n${line.trim()}`);
    else if (last && last.item === item) last.lines.push(line);
    else runs.push({ item, lines: [line] });
  }
  return runs;
}

function listOf(item: RegExp, lines: readonly string[]): HTMLElement {
  const items = lines.map((line) => linesInto(element("li", { dir: "auto" }), line.replace(item, "").split("\n")));
  return item === NUMBER
    ? element("ol", { start: Number.parseInt(lines[0] ?? "1", 10) }, ...items)
    : element("ul", {}, ...items);
}

function linesInto<Made extends HTMLElement>(made: Made, lines: readonly string[]): Made {
  lines.forEach((line, index) => {
    if (index) made.append(element("br"));
    made.append(...inline(line));
  });
  return made;
}

function inline(line: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let from = 0;
  for (const found of line.matchAll(LINK_OR_BOLD)) {
    const [whole, title, href, bold] = found;
    const made =
      bold !== undefined ? element("strong", {}, bold) : title && href && isSafe(href) ? link(title, href) : null;
    if (!made) continue;
    parts.push(line.slice(from, found.index), made);
    from = found.index + whole.length;
  }
  parts.push(line.slice(from));
  return parts.filter((part) => part !== "");
}
