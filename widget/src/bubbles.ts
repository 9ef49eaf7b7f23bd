/** What a message looks like. */

import words from "words:panel";
import type { Reply } from "./api";
import type { FactsBesideTheWidget } from "./clinic-facts";
import type { Delivery } from "./conversation";
import { button, element, fill, icon } from "./dom";
import { isSummary, progressOf, summaryOf } from "./forms";
import { nodesOf, withoutLabelled } from "./markdown";
import { actionsOf, type OnFeedback } from "./reply-actions";
import { sourceOf } from "./sources";

const URGENT = new Set(["emergency", "crisis"]);
const SIGN = "M12 3 2 20h20zM12 10v5M12 17.5v.5";

export function isUrgent({ outcomes }: Reply): boolean {
  return outcomes.some((outcome) => URGENT.has(outcome));
}

export function visitorBubble(text: string): HTMLElement {
  return element(
    "div",
    { class: "turn mine", tabindex: -1 },
    element("p", { class: "bubble", dir: "auto" }, element("span", { class: "unseen" }, `${words.you} `), text),
  );
}

export function replyBubble(reply: Reply, facts: FactsBesideTheWidget, onFeedback: OnFeedback): HTMLElement {
  const urgent = isUrgent(reply);
  const summary = isSummary(reply);
  const bubble = element(
    "div",
    { class: urgent ? "bubble urgent-card" : "bubble" },
    element("span", { class: "unseen" }, `${words.helper} `),
    urgent && element("p", { class: "urgent-title" }, icon(SIGN), words.urgentCard),
    progressOf(reply),
    element("div", { class: "words" }, nodesOf(summary ? withoutLabelled(reply.text) : reply.text)),
  );
  if (summary) bubble.querySelector(".words > :first-child")?.after(summaryOf(reply));
  if (reply.reference) {
    bubble.append(
      element("p", { class: "reference" }, `${words.reference} `, element("strong", { dir: "ltr" }, reply.reference)),
    );
  }
  bubble.append(...reply.sources.map((source) => sourceOf(source, facts)));
  return element("div", { class: "turn theirs" }, bubble, urgent ? null : actionsOf(reply, onFeedback));
}

/** A line under a message of the visitor's, with a way on where there is one. */
export function deliveryNote(
  delivery: Delivery,
  on: { retry: () => void; takeBack: () => void },
): { note: HTMLElement; aloud: string } {
  const { state } = delivery;
  if (state === "unanswered") {
    const text = delivery.text || words.unanswered;
    const note = element("div", { class: "delivery trouble" }, element("div", { class: "words" }, nodesOf(text)),
      button("quiet", words.tryAgain, on.retry));
    return { note, aloud: note.textContent ?? "" };
  }
  const text = "seconds" in delivery ? fill(words[delivery.state], { seconds: delivery.seconds }) : words[delivery.state];
  const calm = state === "sending" || state === "sent";
  const note = element("div", { class: calm ? "delivery" : "delivery trouble" }, element("span", {}, text));
  if (!calm) {
    note.append(element("span", { class: "row" },
      button("quiet", state === "notSent" ? words.tryAgain : words.tryNow, on.retry),
      button("quiet", words.takeBack, on.takeBack)));
  }
  return { note, aloud: calm ? "" : text };
}
