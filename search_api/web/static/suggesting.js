// Suggestions under the search box. Without this file the box works as it is.
"use strict";
(() => {
  const WAIT_MS = 150;
  for (const box of document.querySelectorAll("input[data-suggestions]")) {
    const list = document.getElementById(box.dataset.suggestions);
    let waiting = 0;
    let asked = "";
    const suggest = async () => {
      const typed = box.value.trim();
      if (typed.length < 2 || typed === asked) return;
      asked = typed;
      try {
        const answer = await fetch(`/api/v1/suggestions?q=${encodeURIComponent(typed.slice(0, 160))}`);
        if (!answer.ok || typed !== asked) return;
        const { suggestions } = await answer.json();
        list.replaceChildren(...suggestions.map(({ text }) => {
          const option = document.createElement("option");
          option.value = text;
          return option;
        }));
      } catch { /* no suggestions */ }
    };
    box.setAttribute("list", list.id);
    box.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(suggest, WAIT_MS);
    });
  }
})();
