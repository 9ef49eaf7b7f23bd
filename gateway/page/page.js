/** Puts the page together. */

import { openComposer } from "./composer.js";
import * as conversation from "./conversation.js";
import { openDeleteDialog } from "./delete-dialog.js";
import { followKeyboard } from "./viewport.js";
import { openWelcome } from "./welcome.js";

followKeyboard();
openComposer(conversation.say);
openWelcome(conversation.start);
openDeleteDialog(conversation.erase, conversation.showDeleted);
conversation.open();

addEventListener("online", conversation.catchUp);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") conversation.catchUp();
});
