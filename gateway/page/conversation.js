/**
 * One conversation with the helper: started when it is needed, said once, answered once, picked up after a reload.
 * A message keeps its id until it has its answer, so sending it again never says it twice.
 */

import * as api from "./api.js";
import { composer, isTooLong } from "./composer.js";
import { byId, element } from "./dom.js";
import { nodesOf } from "./markdown.js";
import { memory } from "./memory.js";
import { newMessageId } from "./message-id.js";
import { transcript } from "./transcript.js";
import { welcome } from "./welcome.js";
import { words } from "./words.js";

/**
 * @typedef {import("./api.js").Message} Message
 * @typedef {import("./api.js").Reply} Reply
 */

const banner = byId("banner");
const deleteButton = byId("delete");

/** Goes up when a conversation ends; an answer that comes for an earlier one is let go. */
let era = 0;
/** The `seq` up to which the transcript was read from the server. */
let readUpTo = 0;
/** @type {Set<string>} ids of the replies on the screen */
let shown = new Set();
/** @type {Promise<unknown>} messages go out one after another */
let line = Promise.resolve();
/** @type {Promise<boolean> | null} */
let gettingReady = null;
let loaded = false;

/** Shows the chat that this tab remembers, or the welcome card. */
export function open() {
  if (memory.token) ready();
  else welcome.show("first", memory.unsaved);
}

/** Starts a chat with nothing said yet. */
export async function start() {
  if (!(await ready())) return;
  if (matchMedia("(pointer: fine)").matches) composer.focus();
  else byId("scroller").focus();
}

/** @param {string} text */
export async function say(text) {
  // The words stay in the box until there is a conversation that can take them.
  if (!(loaded && memory.token) && !(await ready())) return;
  composer.clear();
  take({ id: newMessageId(), text }, text);
}

/** Erases the conversation everywhere. @returns {Promise<boolean>} whether it is gone */
export async function erase() {
  const { token } = memory;
  try {
    if (token) await api.eraseSession(token);
  } catch (wrong) {
    if (!isOver(wrong)) return false;
  }
  leave();
  transcript.clear();
  return true;
}

/** Says that the conversation is gone. */
export function showDeleted() {
  welcome.show("deleted", memory.unsaved);
}

/** Shows what was said in another tab, and answers that came late. */
export async function catchUp() {
  const { token } = memory;
  if (!token || !loaded) return;
  const now = era;
  try {
    const more = await api.readMessages(token, readUpTo);
    if (now !== era) return;
    readUpTo = more.seq;
    show(more.messages);
  } catch (wrong) {
    if (now === era && isOver(wrong)) end();
    // Otherwise nothing is said: nobody asked for this, and the next glance at the page tries again.
  }
}

function ready() {
  gettingReady ??= (memory.token ? load() : begin()).finally(() => {
    gettingReady = null;
  });
  return gettingReady;
}

async function begin() {
  const unsaved = welcome.unsaved;
  try {
    const session = await api.startSession(!unsaved);
    transcript.clear();
    welcome.hide();
    memory.begin(session.token, session.notice, unsaved);
    readUpTo = 0;
    loaded = true;
    deleteButton.hidden = false;
    transcript.notice(session.notice);
    showReplies(session.greeting);
    transcript.toStart();
    return true;
  } catch (wrong) {
    welcome.fail(inWords(wrong, words.notStarted));
    return false;
  }
}

async function load() {
  banner.replaceChildren();
  deleteButton.hidden = false;
  const now = era;
  try {
    const all = await api.readMessages(memory.token, 0);
    if (now !== era) return false;
    welcome.hide();
    readUpTo = all.seq;
    loaded = true;
    transcript.clear();
    shown = new Set();
    transcript.quietly(() => {
      transcript.notice(memory.notice);
      show(all.messages);
    });
  } catch (wrong) {
    if (isOver(wrong)) end();
    else showBanner(words.notLoaded, ready);
    return false;
  }
  for (const message of memory.waiting) take(message, message.text ?? message.title ?? "");
  return true;
}

/** @param {import("./api.js").Said[]} messages */
function show(messages) {
  for (const { role, id, text, replies } of messages) {
    if (role === "visitor" && !transcript.has(id)) transcript.visitor(id, text);
    if (role === "bot") settle(id, replies);
  }
}

/** @param {import("./api.js").Button} button */
function press(button) {
  const message = { id: newMessageId(), choice: button.id, title: button.title };
  take(message, button.title);
  // The button is gone now; from here the next Tab reaches what comes.
  transcript.focus(message.id);
}

/** @param {Message} message @param {string} text */
function take(message, text) {
  memory.wait(message);
  banner.replaceChildren();
  if (!transcript.has(message.id)) transcript.visitor(message.id, text);
  deliver(message);
}

/** @param {Message} message */
function deliver(message) {
  const now = era;
  transcript.typing(true);
  line = line.then(async () => {
    if (now !== era) return;
    try {
      const { replies } = await api.sendMessage(memory.token, message);
      if (now !== era) return;
      transcript.typing(false);
      receive(message, replies);
    } catch (wrong) {
      if (now !== era) return;
      transcript.typing(false);
      refuse(message, wrong);
    }
  });
}

/** @param {Message} message @param {Reply[]} replies */
function receive(message, replies) {
  if (replies.every(({ outcomes }) => outcomes.includes("unavailable"))) {
    const said = document.createDocumentFragment();
    for (const { text } of replies) said.append(nodesOf(text));
    transcript.fail(message.id, said, () => retry(message));
    return;
  }
  settle(message.id, replies);
  const unread = replies.some(({ outcomes }) => outcomes.includes("unreadable"));
  if (unread && message.text && isTooLong(message.text) && composer.isEmpty) composer.giveBack(message.text);
}

/** @param {string} id @param {Reply[]} replies */
function settle(id, replies) {
  memory.settle(id);
  transcript.clearFailure(id);
  // Another tab's answer, or a late one, may have been read from the transcript already.
  if (!shown.has(replies[0].id)) showReplies(replies, id);
}

/** @param {Message} message @param {unknown} wrong */
function refuse(message, wrong) {
  const card = wrong instanceof api.Refused ? wrong.replies : [];
  if (card.length) settle(message.id, card);
  if (isOver(wrong)) {
    end();
    return;
  }
  if (card.length) return;
  const status = wrong instanceof api.Refused ? wrong.status : 0;
  if (status === 413) {
    drop(message);
    composer.giveBack(message.text ?? "");
    showBanner(words.tooLarge);
  } else if (status === 404) {
    drop(message);
    showBanner(words.goneButton);
  } else if (status === 409) {
    // The id is taken by other words, which only a new id can mend.
    memory.settle(message.id);
    transcript.fail(message.id, words.failed, () => again(message));
  } else {
    transcript.fail(message.id, inWords(wrong, words.network), () => retry(message));
  }
}

function retry(message) {
  transcript.clearFailure(message.id);
  transcript.moveToEnd(message.id);
  transcript.focus(message.id);
  deliver(message);
}

function again(message) {
  drop(message);
  const next = { ...message, id: newMessageId() };
  take(next, next.text ?? next.title ?? "");
  transcript.focus(next.id);
}

function drop(message) {
  memory.settle(message.id);
  transcript.remove(message.id);
}

/** The session is over: nothing typed is lost, and a new one is offered. */
function end() {
  const { waiting, unsaved } = memory;
  leave();
  for (const { id } of waiting) transcript.remove(id);
  const unsent = waiting.map(({ text, title }) => text ?? title ?? "").join("\n");
  if (unsent) composer.giveBack(unsent);
  welcome.show(composer.isEmpty ? "ended" : "endedKept", unsaved);
}

function leave() {
  era += 1;
  loaded = false;
  line = Promise.resolve();
  shown = new Set();
  memory.forget();
  transcript.dropChoices();
  transcript.stopTyping();
  deleteButton.hidden = true;
  banner.replaceChildren();
}

/** @param {Reply[]} replies @param {string} [id] */
function showReplies(replies, id) {
  for (const reply of replies) shown.add(reply.id);
  transcript.replies(replies, feedback, id);
  transcript.offer(replies, press);
}

async function feedback(replyId, helpful) {
  try {
    await api.giveFeedback(memory.token, replyId, helpful);
    return true;
  } catch (wrong) {
    if (isOver(wrong)) end();
    return false;
  }
}

function showBanner(what, onRetry) {
  const said = element("p", {}, what);
  banner.replaceChildren(said);
  if (!onRetry) return;
  const button = element("button", { type: "button", class: "quiet" }, words.tryAgain);
  button.addEventListener("click", onRetry);
  banner.append(button);
}

function isOver(wrong) {
  return wrong instanceof api.Refused && wrong.status === 401;
}

/** @param {unknown} wrong @param {string} unreached what to say where no answer came at all */
function inWords(wrong, unreached) {
  if (!(wrong instanceof api.Refused)) return unreached;
  if (wrong.status === 429) return words.tooMany(words.wait(wrong.retryAfter));
  if (wrong.status === 503) return words.notRecorded(words.wait(wrong.retryAfter));
  return words.failed;
}
