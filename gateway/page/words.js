/** Every word that the page's code says. Grade 8 or easier; the words that never change are in index.html. */

const EMAIL = "info@bellowellness.ca";

export const words = {
  welcomeTitle: "What would you like to know?",
  welcome:
    "You get short answers from the clinic's page about Low Dose Naltrexone (LDN). They do not replace your own "
    + "clinician.",
  endedTitle: "This chat has ended",
  ended: "A chat ends one hour after your last message, or after one day. Start a new one to go on.",
  endedKept: "A chat ends one hour after your last message, or after one day. What you typed is still in the box below.",
  deletedTitle: "Your chat is deleted",
  deleted: "Nothing of it is left here. You can start a new one, or close this page.",
  start: "Start the chat",
  startAgain: "Start a new chat",

  you: "You said:",
  helper: "The helper said:",
  from: (titles) => `From our document: ${titles.join("; ")}`,
  reference: (code) => `Your reference: ${code}`,
  typing: "Writing an answer",
  newTab: "(opens a new tab)",
  buttonsFollow: (count) => (count === 1 ? "There is one button to press." : `There are ${count} buttons to press.`),

  helpful: "Helpful",
  notHelpful: "Not helpful",
  feedbackLabel: "Did this answer help?",
  thanks: "Thank you.",
  feedbackFailed: "That did not get through. Please press again.",

  tryAgain: "Try again",
  noAnswerYet: "This message has no answer yet.",
  left: (count) => (count === 1 ? "1 character left" : `${count} characters left`),
  over: (count) =>
    `${count === 1 ? "1 character" : `${count} characters`} too long. Please make it shorter, or I may not be able to read it.`,

  network: "Your message did not get through. Check your connection, then try again.",
  notStarted: "The chat could not start. Check your connection, then try again.",
  notLoaded: "Your chat could not be loaded. Your messages are not lost.",
  notDeleted: "The chat could not be deleted. Please try again.",
  tooMany: (wait) => `That was a lot at once. Please wait ${wait}, then try again.`,
  notRecorded: (wait) => `We could not write that down, so nothing was done with it. Please wait ${wait}, then try again.`,
  tooLarge: "That is too long to send. Please make it shorter.",
  goneButton: "That button no longer works. Please type your question.",
  failed: `Something went wrong here. Please try again, or write to ${EMAIL}.`,

  /** @param {number} seconds */
  wait: (seconds) => {
    if (seconds <= 1) return "a second";
    if (seconds <= 90) return `${seconds} seconds`;
    return `${Math.ceil(seconds / 60)} minutes`;
  },
};
