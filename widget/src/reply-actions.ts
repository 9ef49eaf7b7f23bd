/** What can be done with an answer: say whether it helped, with a comment if one likes, and copy it. */

import words from "words:panel";
import type { Reply } from "./api";
import { button, element, icon } from "./dom";
import { plain } from "./markdown";

/** Resolves to whether it was kept. */
export type OnFeedback = (replyId: string, helpful: boolean, comment: string | null) => Promise<boolean>;

const THUMB = "M7 11v9H4v-9zM7 11l4-7a2 2 0 0 1 2 2v4h5.5a1.8 1.8 0 0 1 1.8 2.2l-1.4 6A1.8 1.8 0 0 1 17.1 20H7";
const SHEETS = "M9 9h10v11H9zM5 15V4h10";
const WORTH_KEEPING = /answer:|not_covered|handoff:requested|screening:done/;
const COMMENT_CHARACTERS = 1000;

/** Null where there is nothing to do with a reply, such as a greeting or a question of a form. */
export function actionsOf(reply: Reply, onFeedback: OnFeedback): HTMLElement | null {
  if (!WORTH_KEEPING.test(reply.outcomes.join(" "))) return null;
  const status = element("span", { class: "action-status", role: "status" });
  const copy = button("action", icon(SHEETS), () => void copyText(plain(reply.text), status), named(words.copy));
  const bar = element("div", { class: "actions" }, copy);
  if (canHelp(reply)) bar.prepend(...thumbs(reply, onFeedback, status, bar));
  bar.append(status);
  return bar;
}

function canHelp({ outcomes }: Reply): boolean {
  return outcomes.some((outcome) => outcome.startsWith("answer:") || outcome === "not_covered");
}

function thumbs(reply: Reply, onFeedback: OnFeedback, status: HTMLElement, bar: HTMLElement): HTMLButtonElement[] {
  let comment: HTMLElement | null = null;
  const both = [true, false].map((helpful) => {
    const made: HTMLButtonElement = button(
      "action",
      icon(THUMB, helpful ? "icon" : "icon down"),
      () => void press(made, helpful),
      { ...named(helpful ? words.helpful : words.notHelpful), "aria-pressed": "false" },
    );
    return made;
  });

  async function press(pressed: HTMLButtonElement, helpful: boolean): Promise<void> {
    const before = both.map((one) => one.getAttribute("aria-pressed") ?? "false");
    for (const one of both) one.setAttribute("aria-pressed", String(one === pressed));
    const kept = await onFeedback(reply.id, helpful, null);
    if (!kept) both.forEach((one, index) => one.setAttribute("aria-pressed", before[index] ?? "false"));
    status.textContent = kept ? words.thanks : words.feedbackFailed;
    comment?.remove();
    if (kept) bar.after((comment = commentForm((text) => onFeedback(reply.id, helpful, text), status)));
  }

  return both;
}

function commentForm(onComment: (text: string) => Promise<boolean>, status: HTMLElement): HTMLElement {
  const box = element("textarea", { rows: 2, maxlength: COMMENT_CHARACTERS });
  const form = element(
    "form",
    { class: "comment", method: "post" },
    element("label", {}, words.comment, box),
    element(
      "div",
      { class: "row" },
      element("button", { class: "quiet", type: "submit" }, words.commentSend),
      button("quiet", words.commentSkip, () => form.remove()),
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    const kept = !text || (await onComment(text));
    status.textContent = kept ? words.thanks : words.feedbackFailed;
    if (kept) form.remove();
  });
  return form;
}

function named(name: string): Record<string, string> {
  return { "aria-label": name, title: name };
}

async function copyText(text: string, status: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = words.copied;
  } catch {
    status.textContent = words.copyFailed;
  }
}
