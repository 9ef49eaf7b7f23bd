/** What the screening and hand-off forms look like: where one is in them, and the summary to check at their end. */

import words from "words:panel";
import type { Button, Reply } from "./api";
import { button, element, fill } from "./dom";
import { labelled } from "./markdown";

const ASK = /^(screening|handoff):ask:(\w+)$/;
const SCREENING_QUESTIONS = [
  "opioid_use", "pregnant_or_breastfeeding", "liver_disease", "naltrexone_allergy", "condition",
];

/** The form and field that a reply asks for. */
export function askedIn({ outcomes }: Reply): { form: "screening" | "handoff"; field: string } | null {
  for (const outcome of outcomes) {
    const found = ASK.exec(outcome);
    if (found) return { form: found[1] as "screening" | "handoff", field: found[2]! };
  }
  return null;
}

/** Whether the reply is a summary to be checked: it becomes a card with a row for each answer. */
export function isSummary(reply: Reply): boolean {
  return askedIn(reply)?.field === "confirm" && labelled(reply.text).length > 0;
}

/** How far the screening questions have come, or null where the reply asks none. */
export function progressOf(reply: Reply): HTMLElement | null {
  const asked = askedIn(reply);
  const number = asked?.form === "screening" ? SCREENING_QUESTIONS.indexOf(asked.field) + 1 : 0;
  if (!number) return null;
  const said = fill(words.progress, { number, total: SCREENING_QUESTIONS.length });
  return element(
    "div",
    { class: "progress" },
    element("span", {}, said),
    element("progress", { max: SCREENING_QUESTIONS.length, value: number, "aria-label": said }),
  );
}

/** The summary's rows. A row whose answer can be changed has a place for its button. */
export function summaryOf(reply: Reply): HTMLElement {
  return element(
    "dl",
    { class: "summary" },
    ...labelled(reply.text).map(({ label, value }) =>
      element(
        "div",
        { "data-label": label },
        element("dt", { dir: "auto" }, label),
        element("dd", {}, element("span", { dir: "auto" }, value)),
      ),
    ),
  );
}

/**
 * Puts the buttons that change an answer into the rows of the summary. A button belongs to the row whose label its
 * title ends with, as in "Change: Pregnant". Returns the buttons that belong to no row.
 */
export function placeChanges(summary: Element, buttons: readonly Button[], onPress: (button: Button) => void): Button[] {
  const rows = [...summary.querySelectorAll<HTMLElement>("[data-label]")];
  return buttons.filter((one) => {
    const row = rows.find(({ dataset }) => one.title.endsWith(`: ${dataset.label}`));
    row?.querySelector("dd")?.append(button("change", words.change, () => onPress(one), { "aria-label": one.title }));
    return !row;
  });
}
