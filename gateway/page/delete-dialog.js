/** "Delete this chat", asked twice. */

import { byId } from "./dom.js";
import { words } from "./words.js";

const dialog = byId("delete-dialog");
const problem = byId("delete-problem");
const yes = byId("delete-yes");

/**
 * @param {() => Promise<boolean>} onDelete resolves to whether it is gone
 * @param {() => void} onGone called once the dialog is closed, when the focus may be placed
 */
export function openDeleteDialog(onDelete, onGone) {
  byId("delete").addEventListener("click", () => {
    problem.textContent = "";
    dialog.showModal();
    byId("delete-no").focus();
  });
  byId("delete-no").addEventListener("click", () => dialog.close());
  yes.addEventListener("click", async () => {
    if (yes.getAttribute("aria-disabled") === "true") return;
    yes.setAttribute("aria-disabled", "true");
    problem.textContent = "";
    const gone = await onDelete();
    yes.removeAttribute("aria-disabled");
    if (!gone) {
      problem.textContent = words.notDeleted;
      return;
    }
    dialog.close();
    onGone();
  });
}
