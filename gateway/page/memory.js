/**
 * What this tab remembers over a reload: the session, and messages that have no answer yet. It is gone with the tab.
 *
 * @typedef {import("./api.js").Message} Message
 */

const KEY = "ldn-chat";
const NOTHING = { token: null, notice: "", unsaved: false, waiting: [] };

/** @type {{token: string | null, notice: string, unsaved: boolean, waiting: Message[]}} */
let kept = { ...NOTHING, ...read() };

export const memory = {
  get token() {
    return kept.token;
  },
  get notice() {
    return kept.notice;
  },
  get unsaved() {
    return kept.unsaved;
  },
  get waiting() {
    return kept.waiting;
  },

  /** @param {string} token @param {string} notice @param {boolean} unsaved */
  begin(token, notice, unsaved) {
    write({ token, notice, unsaved, waiting: [] });
  },

  /** @param {Message} message */
  wait(message) {
    write({ ...kept, waiting: [...kept.waiting.filter(({ id }) => id !== message.id), message] });
  },

  /** @param {string} id of a message that has its answer */
  settle(id) {
    write({ ...kept, waiting: kept.waiting.filter((message) => message.id !== id) });
  },

  forget() {
    write({ ...NOTHING, unsaved: kept.unsaved });
  },
};

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function write(next) {
  kept = next;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing still has a working chat until the page is reloaded.
  }
}
