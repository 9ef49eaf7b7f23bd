/** The panel's parts: loaded when the visitor reaches for the chat. Puts them into the shell and moves between them. */

import panelStyle from "style:panel";
import words from "words:panel";
import { Announcer } from "./announcer";
import { Api, type Button, Refused, type Reply } from "./api";
import { breath } from "./breath";
import type { ChatElement } from "./chat-element";
import type { FactsBesideTheWidget } from "./clinic-facts";
import { Composer } from "./composer";
import type { Config } from "./config";
import { Conversation, type End, type View } from "./conversation";
import { DeleteQuestion } from "./delete-question";
import { button, element, fill } from "./dom";
import { askedIn } from "./forms";
import { Menu } from "./menu";
import type { Shell } from "./shell";
import { adopt } from "./style-sheet";
import { printChat, saveAsFile } from "./taking-along";
import { Transcript } from "./transcript";
import { type Occasion, Welcome } from "./welcome";

export interface Panel {
  open(focus: boolean): void;
}

/**
 * Makes the panel's parts, laid out and ready to be shown by `open`. In steps with a breath between them: on a slow phone
 * no step keeps it from answering a finger.
 */
export async function makePanel(
  host: ChatElement,
  root: ShadowRoot,
  shell: Shell,
  facts: FactsBesideTheWidget,
  config: Config,
): Promise<Panel> {
  adopt(root, panelStyle, `${config.server}widget/panel.css`);
  root.append(element("slot", { name: "aloud" }));
  await breath();
  const panel = new ChatPanel(host, shell, facts, config.server);
  await breath();
  panel.furnish();
  await breath();
  return panel;
}

class ChatPanel implements Panel, View {
  private readonly banner = element("p", { class: "banner", role: "alert", hidden: true });
  private readonly transcript: Transcript;
  private readonly composer: Composer;
  private readonly welcome: Welcome;
  private readonly menu: Menu;
  private readonly deleting: DeleteQuestion;
  private readonly conversation: Conversation;
  private readonly announcer: Announcer;
  private opened = false;
  private saved = true;

  constructor(
    private readonly host: ChatElement,
    private readonly shell: Shell,
    facts: FactsBesideTheWidget,
    server: string,
  ) {
    const { clinic } = shell;
    this.announcer = new Announcer(host);
    this.conversation = new Conversation(new Api(server), this, navigator.language);
    this.transcript = new Transcript(this.announcer, facts, {
      onPress: (pressed) => this.press(pressed),
      onAsk: (question) => {
        this.conversation.say(question);
        this.composer.focus();
      },
      onRetry: (id) => this.conversation.retry(id),
      onTakeBack: (id) => this.conversation.takeBack(id),
      onFeedback: (id, helpful, comment) => this.conversation.giveFeedback(id, helpful, comment),
    });
    this.composer = new Composer(this.announcer, (text) => void this.say(text));
    this.welcome = new Welcome(clinic, (save) => void this.start(save));
    this.deleting = new DeleteQuestion(() => this.conversation.erase(), () => this.menu.focus());
    this.menu = new Menu([
      [words.save, () => saveAsFile(this.transcript.lines, clinic)],
      [words.print, () => printChat(host)],
      [words.delete, () => this.deleting.show()],
    ]);
    this.transcript.scroller.append(this.welcome.element);
    const wake = () => document.visibilityState === "visible" && this.conversation.wake();
    addEventListener("online", wake);
    addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", wake);
    void facts.clinic.then((known) => {
      if (!known) return;
      this.welcome.tell(known);
      this.transcript.offerQuestions(known.questions);
    });
  }

  /** Puts the parts into the shell, as they are shown first. */
  furnish(): void {
    if (this.conversation.exists) this.composer.show(true);
    else this.showWelcome("first");
    this.shell.furnish(this.menu.element, this.transcript.scroller, this.banner, this.composer.element, this.deleting.element);
  }

  open(focus: boolean): void {
    if (this.opened) this.conversation.wake();
    else if (this.conversation.exists) void this.resume();
    else if (this.welcome.element.hidden) this.showWelcome("first");
    this.opened = true;
    if (focus) this.focusSomewhere();
  }

  // What the conversation shows

  begin(notice: string): void {
    this.welcome.hide();
    this.transcript.begin(notice);
    this.composer.ask(null);
    this.composer.show(true);
    this.menu.element.hidden = false;
    this.tellInBanner("");
  }

  showMessage(message: { id: string; text: string; at: string }): void {
    this.tellInBanner("");
    this.transcript.showMessage(message);
  }

  showDelivery(...about: Parameters<View["showDelivery"]>): void {
    this.transcript.showDelivery(...about);
  }

  removeMessage(id: string): void {
    this.transcript.removeMessage(id);
  }

  showReplies(replies: readonly Reply[], about: Parameters<View["showReplies"]>[1]): void {
    this.transcript.showReplies(replies, about);
    const last = replies[replies.length - 1];
    const asked = last ? askedIn(last) : null;
    this.composer.ask(asked?.form === "handoff" ? asked.field : null);
    if (about.fresh && !this.shell.isOpen) this.host.hasUnread();
  }

  showTyping(typing: boolean): void {
    this.transcript.showTyping(typing);
  }

  giveBack(text: string): void {
    this.composer.giveBack(text);
  }

  tell(what: "tooLarge" | "goneButton"): void {
    this.tellInBanner(words[what]);
  }

  end(why: End): void {
    if (why === "asked") {
      this.transcript.clear();
      this.composer.clear();
    }
    this.menu.show(false);
    this.menu.element.hidden = true;
    // What was typed stays in sight, and sending it begins anew.
    this.composer.show(!this.composer.isEmpty);
    const said = this.showWelcome(why);
    if (why === "asked") this.welcome.focus();
    else this.announcer.say(said);
  }

  // What the visitor does

  private async say(text: string): Promise<void> {
    // The words stay in the box until there is a conversation that can take them.
    if (!this.conversation.isOpen && !(await this.ready())) return;
    this.composer.clear();
    this.conversation.say(text);
  }

  private ready(): Promise<boolean> {
    return this.conversation.exists ? this.resume() : this.start(this.saved);
  }

  private press(pressed: Button): void {
    this.transcript.focus(this.conversation.press(pressed));
  }

  private async start(save: boolean): Promise<boolean> {
    this.saved = save;
    this.welcome.busy(true);
    this.welcome.fail("");
    try {
      await this.conversation.start(save);
    } catch (wrong) {
      this.welcome.fail(inWords(wrong));
      return false;
    } finally {
      this.welcome.busy(false);
    }
    this.focusSomewhere();
    return true;
  }

  private async resume(): Promise<boolean> {
    this.welcome.hide();
    this.composer.show(true);
    this.tellInBanner("");
    this.transcript.showTyping(false);
    try {
      await this.conversation.resume();
      return this.conversation.isOpen;
    } catch {
      this.tellInBanner(words.notLoaded, () => void this.resume());
      return false;
    }
  }

  private showWelcome(why: Occasion): string {
    const said = this.welcome.show(why, !this.composer.isEmpty);
    if (why !== "first") this.welcome.element.scrollIntoView({ block: "nearest" });
    return said;
  }

  /** A finger would bring up the keyboard over what there is to read, so there the title gets the focus. */
  private focusSomewhere(): void {
    if (this.conversation.isOpen && matchMedia("(pointer: fine)").matches) this.composer.focus();
    else this.shell.focus();
  }

  private tellInBanner(text: string, again?: () => void): void {
    this.banner.hidden = !text;
    this.banner.replaceChildren(text);
    if (again) this.banner.append(" ", button("quiet", words.tryAgain, again));
  }
}

function inWords(wrong: unknown): string {
  if (!(wrong instanceof Refused) || !wrong.isForLater) return words.notStarted;
  const { status, retryAfterSeconds: seconds } = wrong;
  return fill(status === 429 ? words.startLater : words.startNotRecorded, { seconds });
}
