/** The card before a chat: what this is, whether to keep the chat, and the button that starts it. */

import { announce } from "./announcer.js";
import { byId } from "./dom.js";
import { words } from "./words.js";

const card = byId("welcome");
const title = byId("welcome-title");
const text = byId("welcome-words");
const problem = byId("welcome-problem");
const unsaved = byId("unsaved");
const button = byId("start");

/** @param {() => void} onStart */
export function openWelcome(onStart) {
  button.addEventListener("click", onStart);
}

export const welcome = {
  /**
   * @param {"first" | "ended" | "endedKept" | "deleted"} why
   * @param {boolean} unsavedBefore
   */
  show(why, unsavedBefore) {
    title.textContent = { first: words.welcomeTitle, deleted: words.deletedTitle }[why] ?? words.endedTitle;
    text.textContent = { ...words, first: words.welcome }[why];
    button.textContent = why === "first" ? words.start : words.startAgain;
    unsaved.checked = unsavedBefore;
    problem.textContent = "";
    card.hidden = false;
    if (why === "first") return;
    card.scrollIntoView({ block: "nearest" });
    // An end that comes by itself must not take the focus from somebody who is typing.
    if (why === "deleted") title.focus();
    else announce(`${title.textContent}. ${text.textContent}`);
  },

  hide() {
    card.hidden = true;
  },

  /** @param {string} what */
  fail(what) {
    problem.textContent = what;
    problem.scrollIntoView({ block: "nearest" });
  },

  get unsaved() {
    return unsaved.checked;
  },
};
