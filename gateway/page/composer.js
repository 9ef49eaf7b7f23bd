/** The box that a visitor types in. */

import { announce } from "./announcer.js";
import { byId } from "./dom.js";
import { words } from "./words.js";

const LIMIT = 1000;
const NEAR = 100;

const form = byId("composer");
const box = byId("message");
const counter = byId("counter");

/**
 * @param {(text: string) => void} onSend
 */
export function openComposer(onSend) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (box.value.trim()) onSend(box.value.trim());
    box.focus();
  });
  box.addEventListener("keydown", (event) => {
    // While a word is being composed (Japanese, dead keys), Enter belongs to the keyboard; Safari says so by 229 only.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  box.addEventListener("input", count);
  count();
}

export const composer = {
  clear() {
    put("");
  },

  /** Gives words back without losing those typed since. @param {string} text */
  giveBack(text) {
    put([text, box.value].filter((part) => part.trim()).join("\n"));
  },

  get isEmpty() {
    return !box.value.trim();
  },

  focus() {
    box.focus();
  },
};

/**
 * @param {string} text
 * @returns {boolean} whether it is longer than the helper reads
 */
export function isTooLong(text) {
  return [...text].length > LIMIT;
}

function put(text) {
  box.value = text;
  count();
}

// Too much text can still be sent: the server looks through a text of any length for signs of an emergency.
function count() {
  const left = LIMIT - [...box.value.trim()].length;
  const over = left < 0;
  const said = over ? words.over(-left) : left <= NEAR ? words.left(left) : "";
  // Read aloud when it appears and when it becomes too much, not at every key.
  if (said && (!counter.textContent || over !== counter.classList.contains("counter-over"))) announce(said);
  counter.textContent = said;
  counter.classList.toggle("counter-over", over);
  box.setAttribute("aria-invalid", String(over));
}
