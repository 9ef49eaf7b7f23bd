/** The chat as a file and on paper. */

import words from "words:panel";
import { element, fill } from "./dom";
import type { Line } from "./transcript";

export function saveAsFile(lines: readonly Line[], clinic: string): void {
  const address = URL.createObjectURL(new Blob([asText(lines, clinic)], { type: "text/plain;charset=utf-8" }));
  const link = element("a", { href: address, download: words.file.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Prints the chat alone: for as long as it prints, the page around it is not shown on paper. */
export function printChat(host: HTMLElement): void {
  const alone = new CSSStyleSheet();
  alone.replaceSync(`@media print {
    body > :not(${host.localName}) { display: none !important; }
    html, body { margin: 0 !important; padding: 0 !important; block-size: auto !important; overflow: visible !important; background: none !important; }
  }`);
  const before = document.adoptedStyleSheets;
  document.adoptedStyleSheets = [...before, alone];
  host.toggleAttribute("data-printing", true);
  addEventListener("afterprint", () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== alone);
    host.toggleAttribute("data-printing", false);
  }, { once: true });
  print();
}

function asText(lines: readonly Line[], clinic: string): string {
  const { file } = words;
  const said = lines.map(({ role, at, text }) => `${file[role]} (${new Date(at).toLocaleString()}):\n${text}\n`);
  // Notepad on older Windows needs both characters.
  return [fill(file.title, { clinic }), file.urgent, "", ...said].join("\n").replace(/\r?\n/g, "\r\n");
}
