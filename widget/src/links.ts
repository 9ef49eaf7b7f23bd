/** Links in answers. */

import words from "words:panel";
import { element } from "./dom";

const SAFE = /^(https:\/\/|mailto:|tel:|sms:)[^\s]+$/i;

/** Whether an address may be followed at all. */
export function isSafe(href: string): boolean {
  if (!SAFE.test(href)) return false;
  try {
    new URL(href);
    return true;
  } catch {
    return false;
  }
}

/**
 * A link. A website opens beside the chat, so that nobody loses it, and shows its host: a title can say anything.
 * `href` must be safe.
 */
export function link(title: string, href: string, style?: string): HTMLAnchorElement {
  const { protocol, host } = new URL(href);
  if (protocol !== "https:") return element("a", { href, class: style }, element("bdi", {}, title));
  return element(
    "a",
    { href, class: style, target: "_blank", rel: "noopener noreferrer nofollow" },
    element("bdi", {}, title),
    title.toLowerCase() === host ? null : element("span", { class: "host", dir: "ltr" }, ` (${host})`),
    element("span", { class: "unseen" }, ` ${words.newTab}`),
  );
}
