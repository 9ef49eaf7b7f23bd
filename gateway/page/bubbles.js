/** What a message looks like. */

import { element } from "./dom.js";
import { nodesOf } from "./markdown.js";
import { words } from "./words.js";

/**
 * @typedef {import("./api.js").Reply} Reply
 * @typedef {(replyId: string, helpful: boolean) => Promise<boolean>} OnFeedback resolves to whether it was kept
 */

const URGENT = new Set(["emergency", "crisis"]);
const THUMB = "M7 10v10H4V10zM7 11l4-7a2 2 0 0 1 2 2v4h5.5a1.8 1.8 0 0 1 1.8 2.2l-1.4 6.3A1.8 1.8 0 0 1 17.1 20H7";

/** @param {string} text */
export function noticeNote(text) {
  return element("div", { class: "notice" }, element("p", {}, text));
}

/** @param {string} text */
export function visitorBubble(text) {
  // Not announced: the visitor has just written it. It takes the focus when a button that was pressed goes away.
  return element(
    "div",
    { class: "bubble bubble-visitor", "aria-live": "off", tabindex: "-1" },
    element("p", { dir: "auto" }, element("span", { class: "unseen" }, `${words.you} `), text),
  );
}

/**
 * @param {Reply} reply
 * @param {OnFeedback} onFeedback
 */
export function replyBubble(reply, onFeedback) {
  const urgent = reply.outcomes.some((outcome) => URGENT.has(outcome));
  const bubble = element(
    "div",
    { class: urgent ? "bubble bubble-helper bubble-urgent" : "bubble bubble-helper" },
    element("span", { class: "unseen" }, `${words.helper} `),
    element("div", { class: "words", dir: "auto" }, nodesOf(reply.text)),
  );
  if (reply.reference) bubble.append(element("p", { class: "reference" }, words.reference(reply.reference)));
  if (reply.sources.length) {
    bubble.append(element("p", { class: "source" }, words.from(reply.sources.map(({ title }) => title))));
  }
  if (reply.outcomes.some(canHelp)) bubble.append(thumbs(reply.id, onFeedback));
  return bubble;
}

/**
 * Why a message has no answer, with a way on where there is one.
 * @param {Node} what
 * @param {(() => void) | null} onRetry
 */
export function failureNote(what, onRetry) {
  const note = element("div", { class: "failure" }, element("div", { class: "words" }, what));
  if (onRetry) {
    const button = element("button", { type: "button", class: "quiet" }, words.tryAgain);
    button.addEventListener("click", onRetry);
    note.append(button);
  }
  return note;
}

function canHelp(outcome) {
  return outcome.startsWith("answer:") || outcome === "not_covered";
}

function thumbs(replyId, onFeedback) {
  const status = element("span", { class: "thumbs-status", role: "status" });
  const buttons = [true, false].map((helpful) => {
    const title = helpful ? words.helpful : words.notHelpful;
    const button = element("button", { type: "button", class: "thumb", "aria-pressed": "false" }, thumb(helpful), title);
    button.addEventListener("click", async () => {
      const before = buttons.map((one) => one.getAttribute("aria-pressed"));
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
      const kept = await onFeedback(replyId, helpful);
      if (!kept) buttons.forEach((one, index) => one.setAttribute("aria-pressed", before[index]));
      status.textContent = kept ? words.thanks : words.feedbackFailed;
    });
    return button;
  });
  return element(
    "div",
    { class: "thumbs", role: "group", "aria-label": words.feedbackLabel, "aria-live": "off" },
    ...buttons,
    status,
  );
}

function thumb(up) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  if (!up) icon.setAttribute("class", "thumb-down");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", THUMB);
  icon.append(path);
  return icon;
}
