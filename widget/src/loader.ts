/** `widget.js`: puts the launcher into the page. All else is loaded when the visitor opens the chat. */

import words from "words:launcher";
import { ChatElement } from "./chat-element";
import { readConfig } from "./config";

const NAME = "ldn-chat";
const script = document.currentScript;

// A page that has the line twice gets one chat.
if (script instanceof HTMLScriptElement && !customElements.get(NAME)) {
  const config = readConfig(script, Object.keys(words));
  customElements.define(NAME, ChatElement);
  const add = () => {
    const chat = document.createElement(NAME) as ChatElement;
    document.body.append(chat);
    chat.begin(config);
  };
  if (document.body) add();
  else document.addEventListener("DOMContentLoaded", add, { once: true });
}
