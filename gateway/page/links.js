import { element } from "./dom.js";
import { words } from "./words.js";

const SAFE = /^(https:\/\/|mailto:|tel:|sms:)[^\s]+$/;

/**
 * @param {string} href
 * @returns {boolean} whether an address may be followed at all
 */
export function isSafe(href) {
  return SAFE.test(href) && URL.canParse(href);
}

/**
 * A link. Websites open beside the chat, so that nobody loses it.
 * @param {string} title
 * @param {string} href must be safe
 * @param {string} [style] a class
 * @returns {HTMLElement}
 */
export function link(title, href, style) {
  const elsewhere = href.startsWith("https:");
  const made = element("a", {
    href,
    class: style ?? null,
    target: elsewhere ? "_blank" : null,
    rel: elsewhere ? "noopener noreferrer" : null,
  }, title);
  if (elsewhere) made.append(element("span", { class: "unseen" }, ` ${words.newTab}`));
  return made;
}
