/** The section that an answer came from: a small line that opens to show the document's own words. */

import words from "words:panel";
import type { Source } from "./api";
import type { FactsBesideTheWidget } from "./clinic-facts";
import { element, fill } from "./dom";
import { nodesOf } from "./markdown";

export function sourceOf({ section, title }: Source, facts: FactsBesideTheWidget): HTMLElement {
  const text = element("div", { class: "words" });
  const made = element(
    "details",
    { class: "source" },
    element("summary", {}, fill(words.source, { title })),
    text,
  );
  made.addEventListener("toggle", async () => {
    if (!made.open || text.dataset.section === section) return;
    text.textContent = words.sourceLoading;
    try {
      const found = (await facts.sections())[section];
      if (!found) throw new Error(section);
      text.replaceChildren(nodesOf(found.text));
      text.dataset.section = section;
    } catch {
      text.textContent = words.sourceFailed;
    }
  });
  return made;
}
