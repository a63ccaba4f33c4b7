// Files can be dropped on a form, and go one by one, each with its outcome as it comes.
// Without this file the form sends everything at once.
"use strict";
(() => {
  const form = document.querySelector("form[data-one-by-one]");
  const area = document.getElementById("sending");
  const said = document.getElementById("sent");
  const bar = area.querySelector("progress");
  const list = area.querySelector("ul");
  const texts = area.dataset;
  const files = form.querySelector("input[type=file]");
  const chosen = form.querySelector("[data-chosen]");
  const others = [...form.querySelectorAll("[data-input]")];  // addresses: each line is an input

  for (const part of form.querySelectorAll("[data-scripts]")) part.hidden = part.dataset.scripts === "off";

  // Dropping -------------------------------------------------------------------------------------
  const name = () => { chosen.textContent = [...files.files].map((file) => file.name).join(", "); };
  const carries = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
  files.addEventListener("change", name);
  form.addEventListener("reset", () => { chosen.textContent = ""; });
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();  // a file dropped beside the form must not replace the page
    form.classList.toggle("over", form.contains(event.target));
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    form.classList.remove("over");
    if (!form.contains(event.target)) return;
    const all = new DataTransfer();
    for (const file of [...files.files, ...event.dataTransfer.files]) all.items.add(file);
    files.files = all.files;
    name();
  });

  // Sending --------------------------------------------------------------------------------------
  const element = (tag, text, named) => Object.assign(document.createElement(tag), { textContent: text, className: named || "" });
  const counts = new Map();
  let total = 0, done = 0, waiting = Promise.resolve();

  const fill = (row, label, flag, reason, link, again) => {
    const inside = document.createElement("div"), first = document.createElement("p");
    const title = element(link ? "a" : "span", label);
    title.dir = "auto";
    if (link) title.href = link;
    first.append(title, " ", element("span", flag, "flag"));
    inside.append(first, element("p", reason, "hint"));
    row.replaceChildren(inside);
    if (!again) return;
    const button = element("button", texts.again, "quiet");
    button.type = "button";
    button.setAttribute("aria-label", `${texts.again}: ${label}`);
    button.addEventListener("click", () => {
      for (const key of row.counted) counts.set(key, counts.get(key) - 1);
      done -= 1;
      enqueue(again, row);
    });
    row.append(button);
  };
  const count = (row, flags) => {
    row.counted = flags;
    for (const flag of flags) counts.set(flag, (counts.get(flag) || 0) + 1);
  };
  const tell = () => {
    const outcomes = [...counts].filter(([, n]) => n).map(([flag, n]) => `${n} ${flag}`).join(", ");
    said.textContent = `${done} / ${total}${outcomes ? ` – ${outcomes}` : ""}`;
    bar.max = total;
    bar.value = done;
  };

  const bodyOf = (input) => {
    const body = new FormData(form);
    for (const field of [files, ...others]) body.delete(field.name);
    body.set("of", total);
    body.append(input.field, input.value);
    return body;
  };
  const send = async (input, row) => {
    fill(row, input.label, texts.sending, "");
    const fail = (reason) => { fill(row, input.label, texts.failed, reason, "", input); count(row, [texts.failed]); };
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: bodyOf(input) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const outcomes = [...page.querySelectorAll("[data-outcome]")].map((found) => found.dataset);
      if (!answer.ok || !outcomes.length) {
        const problem = page.querySelector("main .message, main .error h1 + p");
        fail(problem ? problem.textContent : String(answer.status));
      } else {
        outcomes.forEach((outcome, n) => {
          const line = n ? list.appendChild(document.createElement("li")) : row;
          const label = outcomes.length > 1 ? outcome.label : input.label;
          const again = ["rejected", "failed"].includes(outcome.outcome) && outcomes.length === 1 ? input : null;
          fill(line, label, outcome.flag, outcome.reason, outcome.link, again);
        });
        count(row, outcomes.map((outcome) => outcome.flag));
        for (const part of document.querySelectorAll("[data-follow]")) {
          const now = page.getElementById(part.id);
          if (now) part.replaceChildren(...document.importNode(now, true).childNodes);
        }
      }
    } catch { fail(texts.unsent); }
    done += 1;
    tell();
  };
  const enqueue = (input, row) => {
    fill(row, input.label, texts.waiting, "");
    tell();
    waiting = waiting.then(() => send(input, row));
  };
  form.addEventListener("submit", (event) => {
    const inputs = [...files.files].map((file) => ({ field: files.name, value: file, label: file.name }));
    for (const field of others) {
      for (const line of new Set(field.value.split("\n").map((text) => text.trim()).filter(Boolean))) {
        inputs.push({ field: field.name, value: line, label: line });
      }
    }
    if (inputs.length < Number(form.dataset.oneByOne)) return;  // the form goes as it is
    event.preventDefault();
    area.hidden = false;
    total += inputs.length;
    for (const input of inputs) enqueue(input, list.appendChild(document.createElement("li")));
    area.querySelector("h2").focus();
    for (const field of [files, ...others]) field.value = "";
    name();
  });
  window.addEventListener("beforeunload", (event) => { if (done < total) event.preventDefault(); });
})();
