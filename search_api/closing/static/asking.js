// Reads the question and the filters from the address of the page, and shows what answers.
"use strict";

(function () {
  const STEP = 10;
  const MOST_PASSAGES = 3;
  const results = document.getElementById("frozen-results");
  const say = JSON.parse(results.dataset.messages);
  const search = new window.salexSearch.Search(window.salexFrozen);
  const asked = new URLSearchParams(location.search);
  const boxes = document.getElementById("frozen-filters");

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) if (value) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // Text with the words of the question marked: each word whose stem is one of them.
  function marked(text, stems) {
    const parts = [];
    let at = 0;
    for (const found of text.matchAll(window.salexWords.WORD)) {
      const [word] = window.salexWords.words(found[0]);
      if (!word || !stems.has(window.salexWords.stem(word))) continue;
      parts.push(text.slice(at, found.index), element("mark", {}, found[0]));
      at = found.index + found[0].length;
    }
    return [...parts, text.slice(at)];
  }

  function quote(passage, stems) {
    const language = passage.document.language;
    const caption = element("figcaption", {});
    if (passage.page) caption.append(element("span", { class: "page" }, passage.page), " ");
    caption.append(element("a", { href: passage.link }, say.read));
    const figure = element("figure", { class: "quote" });
    if (passage.heading) figure.append(element("p", { class: "heading", lang: language, dir: "auto" }, passage.heading));
    figure.append(
      element("blockquote", { lang: language, dir: "auto" }, ...marked(passage.text, stems)), caption,
    );
    return figure;
  }

  function hit(one, stems) {
    const found = one.document;
    const byline = element("p", { class: "byline" });
    found.byline.forEach((part, number) => {
      if (number) byline.append(element("span", { class: "dot", "aria-hidden": "true" }, " · "));
      byline.append(element("span", {}, part));
    });
    const article = element(
      "article", { class: "hit" },
      element("h2", {}, element("a", { href: found.page, lang: found.language, dir: "auto" }, found.title)),
      byline,
    );
    const [first, ...more] = one.passages.slice(0, MOST_PASSAGES);
    if (first) article.append(quote(first, stems));
    const foot = element("div", { class: "foot" });
    if (more.length) {
      foot.append(element("details", { class: "more" }, element("summary", {}, say.more),
        ...more.map((passage) => quote(passage, stems))));
    }
    if (found.original) {
      foot.append(element("p", { class: "actions" },
        element("a", { class: "out", href: found.original, rel: "noopener" }, say.original)));
    }
    foot.append(element("details", { class: "cite" }, element("summary", {}, say.cite),
      element("p", { class: "citation" }, found.citation)));
    article.append(foot);
    return element("li", {}, article);
  }

  function readFilters() {
    const values = {};
    for (const [name, value] of asked) {
      const box = [...boxes.elements].find((one) => one.name === name && one.value === value);
      if (box && box.type === "checkbox") box.checked = true;
      if (search.documents.some((one) => name in one.values)) (values[name] = values[name] || []).push(value);
    }
    const year = (name) => {
      const typed = asked.get(name) || "";
      boxes.elements[name].value = typed;
      return /^\d{4}$/.test(typed) ? Number(typed) : 0;
    };
    return { values, yearFrom: year("year_from"), yearTo: year("year_to") };
  }

  function filled(message, value) {
    return message.replace("%(asked)s", value).replace("%(word)s", value).replace("%(n)s", value);
  }

  // What is said of the results as a whole, in the words of the other pages.
  function verdict(text, found) {
    const quoted = `“${text.length > 80 ? `${text.slice(0, 79)}…` : text}”`;
    if (!found.hits.length) return [say.nothing, filled(say.none, quoted)];
    const missing = found.missing.slice(0, 5).map((word) => filled(say.missing, `“${word}”`)).join(" ");
    if (found.strength === "strong") return [say.results, say.strong];
    if (found.strength === "weak") return [say.nearest, [filled(say.weak, quoted), missing, say.judge].join(" ")];
    return [say.nearest, [filled(say.off, quoted), missing, say.elsewhere].join(" ")];
  }

  function show(hits, stems) {
    const list = document.getElementById("frozen-hits");
    const button = document.getElementById("frozen-more");
    let shown = 0;
    const next = () => {
      list.append(...hits.slice(shown, shown + STEP).map((one) => hit(one, stems)));
      shown += STEP;
      button.hidden = shown >= hits.length;
    };
    button.addEventListener("click", next);
    next();
  }

  const text = (asked.get("q") || "").trim();
  const filters = readFilters();
  const isFiltered = Object.keys(filters.values).length || filters.yearFrom || filters.yearTo;
  const title = document.getElementById("results-title");
  const status = document.getElementById("frozen-status");
  document.querySelector("form.search input[name=q]").value = text;
  if (text) {
    boxes.prepend(element("input", { type: "hidden", name: "q", value: text }));
    const found = search.search(text, filters);
    const [heading, message] = verdict(text, found);
    title.replaceChildren(heading, " ", element("q", { dir: "auto" }, text.slice(0, 120)));
    status.textContent = message;
    show(found.hits, new Set(search.termsOf(text).flatMap(window.salexWords.words).map(window.salexWords.stem)));
  } else if (isFiltered) {
    const hits = search.browse(filters);
    title.textContent = filled(hits.length === 1 ? say.one : say.many, String(hits.length));
    status.textContent = "";
    show(hits, new Set());
  }
})();
