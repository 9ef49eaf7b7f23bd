/**
 * What outlives a reload: the session, the outbox and the draft. Never an answer: those are read from the server.
 *
 * A saved chat is kept in localStorage, where every tab sees it, until its session ends. An unsaved one is kept in
 * sessionStorage and goes with its tab. The draft belongs to one tab. Where a browser keeps nothing, the chat works
 * until the page is left.
 */

import { CHAT_KEY, stores } from "./stored-chat";

const DRAFT_KEY = "ldn-chat-draft";

/** `waiting` goes out by itself; `unanswered` and `failed` wait for the visitor. */
export type OutboxState = "waiting" | "unanswered" | "failed";

/** A message that has no answer yet. `id` stays the same however often it is sent, so it is stored once. */
export interface Outgoing {
  readonly id: string;
  readonly text?: string;
  readonly choice?: string;
  /** What the pressed button said. */
  readonly title?: string;
  readonly state: OutboxState;
}

export interface Chat {
  readonly token: string;
  /** RFC 3339 */
  readonly expiresAt: string;
  readonly notice: string;
  readonly save: boolean;
  readonly outbox: readonly Outgoing[];
}

/** For browsers that keep nothing. */
let unkept: Chat | null = null;

export const memory = {
  /** The chat as it is now, also where another tab has changed it. */
  get chat(): Chat | null {
    const chat = read();
    if (chat && Date.parse(chat.expiresAt) <= Date.now()) {
      // The server would refuse it; what was not sent is still needed, so it is not forgotten here.
      return { ...chat, token: "" };
    }
    return chat;
  },

  begin(chat: Chat): void {
    this.forget();
    write(chat);
  },

  forget(): void {
    unkept = null;
    for (const store of stores()) store.removeItem(CHAT_KEY);
  },

  /** Adds a message to the outbox, or replaces the one with its id. */
  put(message: Outgoing): void {
    const chat = read();
    if (!chat) return;
    const known = chat.outbox.some(({ id }) => id === message.id);
    const outbox = known ? chat.outbox.map((one) => (one.id === message.id ? message : one)) : [...chat.outbox, message];
    write({ ...chat, outbox });
  },

  /** Takes a message out of the outbox. */
  settle(id: string): void {
    const chat = read();
    if (chat?.outbox.some((one) => one.id === id)) {
      write({ ...chat, outbox: chat.outbox.filter((one) => one.id !== id) });
    }
  },

  get draft(): string {
    return stores()[0]?.getItem(DRAFT_KEY) ?? "";
  },

  set draft(text: string) {
    attempt(() => (text ? stores()[0]?.setItem(DRAFT_KEY, text) : stores()[0]?.removeItem(DRAFT_KEY)));
  },

  /** Calls back when another tab has changed the chat. */
  onChange(changed: () => void): void {
    addEventListener("storage", ({ key }) => {
      if (key === CHAT_KEY || key === null) changed();
    });
  },
};

function read(): Chat | null {
  for (const store of stores()) {
    const text = store.getItem(CHAT_KEY);
    if (text === null) continue;
    try {
      const chat = JSON.parse(text) as Chat;
      if (typeof chat.token === "string" && Array.isArray(chat.outbox)) return chat;
    } catch {
      // Somebody else's, or half a chat: of no use.
    }
  }
  return unkept;
}

function write(chat: Chat): void {
  const [session, local] = stores();
  const store = chat.save ? local : session;
  unkept = chat;
  attempt(() => {
    store?.setItem(CHAT_KEY, JSON.stringify(chat));
    if (store) unkept = null;
  });
}

function attempt(keep: () => void): void {
  try {
    keep();
  } catch {
    // Private windows and full disks: the chat goes on without.
  }
}
