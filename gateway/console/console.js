// Single keys for people who work through many conversations. Every page works without this file.
// The switch in the footer turns the keys off, as WCAG 2.1.4 asks; the choice stays in this browser.
"use strict";

const SWITCH = document.getElementById("keys");
const OFF = "keys-off";

function isTyping(element) {
  return element.closest("input, select, textarea, [contenteditable]") !== null;
}

function steps() {
  const messages = [...document.querySelectorAll(".transcript .visitor")];
  return messages.length ? messages : [...document.querySelectorAll(".line .open")];
}

function move(by) {
  const all = steps();
  const here = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const inside = document.activeElement?.closest(".visitor");
  const found = (inside ?? document).querySelector(`[data-key="${key}"]`) ?? document.querySelector(`[data-key="${key}"]`);
  // Right and wrong are about one message: without one in focus nothing is guessed.
  if (!found || (found.closest(".visitor") && !inside)) return false;
  found.click();
  if (key === "w") inside?.querySelector(".wrongly select")?.focus();
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || !SWITCH.checked) return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "/") {
    const field = document.querySelector('input[type="search"]');
    if (field) field.focus();
    else location.assign("/conversations");
  } else if (!"rwdn".includes(event.key) || !press(event.key)) return;
  event.preventDefault();
}

if (SWITCH) {
  SWITCH.closest("p").hidden = false;
  SWITCH.checked = localStorage.getItem(OFF) === null;
  SWITCH.addEventListener("change", () => {
    if (SWITCH.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
  document.addEventListener("keydown", onKey);
}
