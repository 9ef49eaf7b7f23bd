/** The element in the clinic's page: a launcher that is a button, and the panel once it was asked for. */

import launcherStyle from "style:launcher";
import allWords from "words:launcher";
import type { Config } from "./config";
import { button, icon } from "./dom";
import type { Panel } from "./panel";
import { hasChat } from "./stored-chat";
import { adopt } from "./style-sheet";
import { followTheme } from "./theme";

const BUBBLE = "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM7.5 8.8h9M7.5 12.4h5.5";
const OPENED = "ldn-chat-opened";

export class ChatElement extends HTMLElement {
  private readonly root = this.attachShadow({ mode: "open" });
  private readonly label = document.createElement("span");
  private config!: Config;
  private launcher!: HTMLButtonElement;
  private panel: Panel | null = null;
  private loading: Promise<Panel> | null = null;
  private attempts = 0;

  /** Shows the launcher. */
  begin(config: Config): void {
    this.config = config;
    this.dir = document.dir || document.body.dir || "ltr";
    this.lang = config.language;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", this.words.region);
    adopt(this.root, launcherStyle, `${config.server}widget/launcher.css`);
    followTheme(this, config.theme);
    this.launcher = button("launcher", icon(BUBBLE), () => void this.open(), { "aria-haspopup": "dialog" });
    this.launcher.append(this.label);
    this.say(hasChat() ? this.words.again : this.words.label);
    // Whoever reaches for the button is likely to press it: the panel is on its way by then.
    for (const reaching of ["pointerenter", "focus", "touchstart"]) {
      this.launcher.addEventListener(reaching, () => void this.load().catch(() => undefined), { once: true, passive: true });
    }
    this.root.append(this.launcher);
    if (config.opensOnce && firstTime()) void this.open(false);
  }

  /** Opens the chat. Only a visitor's own press moves the focus into it. */
  async open(focus = true): Promise<void> {
    this.launcher.setAttribute("aria-busy", "true");
    // Only where it takes long enough to wonder.
    const slow = setTimeout(() => this.say(this.words.opening), 400);
    try {
      this.panel = await this.load();
      this.launcher.hidden = true;
      this.say(this.words.again);
      this.panel.open(focus);
    } catch {
      this.say(this.words.failed);
    } finally {
      clearTimeout(slow);
      this.launcher.removeAttribute("aria-busy");
    }
  }

  /** Called by the panel when it was closed. */
  closed(): void {
    this.launcher.hidden = false;
    this.say(hasChat() ? this.words.again : this.words.label);
    this.launcher.focus({ preventScroll: true });
  }

  /** Called by the panel when an answer came while it was closed. */
  hasUnread(): void {
    this.say(this.words.unread);
    this.launcher.classList.add("unread");
  }

  private get words() {
    return allWords[this.config.language] ?? allWords.en;
  }

  private load(): Promise<Panel> {
    this.loading ??= this.import().catch((wrong: unknown) => {
      this.loading = null;
      throw wrong;
    });
    return this.loading;
  }

  private async import(): Promise<Panel> {
    // Some browsers remember a module that did not load; another address asks again.
    const again = this.attempts++ ? `&again=${this.attempts}` : "";
    const { server, language } = this.config;
    const loaded = (await import(`${server}widget/panel.${language}.js?v=${VERSION}${again}`)) as typeof import("./panel");
    return loaded.makePanel(this, this.root, this.config);
  }

  private say(text: string): void {
    this.label.textContent = text;
    this.launcher.classList.remove("unread");
  }
}

function firstTime(): boolean {
  try {
    if (localStorage.getItem(OPENED)) return false;
    localStorage.setItem(OPENED, "1");
    return true;
  } catch {
    // Where nothing can be remembered it would open on every page: better never.
    return false;
  }
}
