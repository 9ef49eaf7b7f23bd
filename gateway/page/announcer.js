import { byId } from "./dom.js";

const region = byId("announcer");

/** Has a screen reader say something that is not a message. @param {string} text */
export function announce(text) {
  region.textContent = text;
}
