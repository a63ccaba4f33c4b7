// Single keys for the review queue. Without this file everything works by its buttons and links.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const keysBox = byId("single-keys");
  const said = byId("said");

  // People who dictate or share a keyboard can switch single keys off (WCAG 2.2, 2.1.4).
  const remembered = () => {
    try { return localStorage.getItem("review-keys") !== "off"; } catch { return true; }
  };
  keysBox.closest("p").hidden = false;
  keysBox.checked = remembered();
  keysBox.addEventListener("change", () => {
    try { localStorage.setItem("review-keys", keysBox.checked ? "on" : "off"); } catch { /* not kept */ }
  });

  // A live region announces changes only: insert the message again after the page has loaded.
  const announce = (words) => {
    said.textContent = "";
    setTimeout(() => { said.textContent = words; }, 50);
  };
  const question = byId("question");
  if (said.textContent.trim()) announce(said.textContent);
  if (question && (location.search.includes("item=") || location.search.includes("done="))) {
    question.focus({ preventScroll: true });
  }

  let sent = false;
  const press = (id) => {
    const target = byId(id);
    if (!target || sent) return false;
    if ("needsNote" in target.dataset && !byId("note").value.trim()) {
      byId("note").focus();
      announce("To decline a contribution, give a reason first.");
      return true;
    }
    sent = true;  // a key kept pressed must not decide about the next item too
    target.click();
    return true;
  };
  const edit = () => {
    const field = document.querySelector("#edit input:not([type=hidden]), #edit select") || byId("note");
    if (field) field.focus();
    return Boolean(field);
  };
  const open = () => {
    const link = document.querySelector(".deciding figcaption a") || document.querySelector(".deciding .subject a");
    if (link) link.click();
    return Boolean(link);
  };
  const help = () => {
    const keys = byId("keys");
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
    return true;
  };
  const actions = {
    j: () => press("next"), k: () => press("previous"), c: () => press("confirm"),
    x: () => press("reject"), n: () => press("unknown"), s: () => press("skip"), u: () => press("undo"), e: edit, o: open, "?": help,
  };
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (event.key === "Escape" && writing) { writing.blur(); return; }
    const modified = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
    if (writing || modified || !keysBox.checked || !(event.key in actions)) return;
    if (actions[event.key]()) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { sent = false; });
})();
