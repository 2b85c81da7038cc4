// Asks for guidance while a need is being written, and keeps what is typed until it is posted. Without it the button
// does the same.
(() => {
  "use strict";
  const form = document.getElementById("posting");
  const aside = document.getElementById("guidance");
  if (!form || !aside || !window.FormData) return;
  const kinds = JSON.parse(aside.dataset.kinds);
  const key = `banha-need-${form.elements.id ? form.elements.id.value : "new"}`;
  const noAnswers = new Set(["email", "password", "key", "da_xem", "lay"]);
  const part = (name) => aside.querySelector(`[data-part="${name}"]`);
  const make = (tag, text, className) => {
    const one = document.createElement(tag);
    one.textContent = text;
    if (className) one.className = className;
    return one;
  };

  // What is stored says to screen readers in which language it is, as the server marks it.
  const makeStored = (tag, text, className) => {
    const one = make(tag, text, className);
    if (document.documentElement.lang !== "vi" && /[ăđơưĂĐƠƯ\u1ea0-\u1ef9]/.test(text)) one.lang = "vi";
    return one;
  };

  const read = () => {
    const said = { hides: [] };
    for (const [name, value] of new FormData(form)) {
      if (name === "hides") said.hides.push(value);
      else if (!noAnswers.has(name)) said[name] = value;
    }
    return said;
  };

  const fill = (name, lines) => {
    const section = part(name);
    section.querySelector("ul").replaceChildren(...lines);
    section.hidden = !lines.length;
  };

  const show = (found) => {
    part("none").hidden = true;
    count(found);
    showOthers(found.others);
    fill("missing", found.missing.map((one) => {
      const line = make("li", `${one.text} `);
      line.append(make("small", one.because));
      return line;
    }));
    fill("similar", found.similar.map((one) => {
      const line = document.createElement("li");
      const link = makeStored("a", one.title);
      link.href = `/ho-so/${encodeURIComponent(one.id)}`;
      link.target = "_blank";
      line.append(link);
      return line;
    }));
    fill("candidates", found.candidates.map((one) => {
      const line = document.createElement("li");
      line.append(make("span", kinds[one.kind], `tag ${one.kind}`));
      if (!one.is_sure) line.append(" ", make("span", aside.dataset.unsure, "tag hush"));
      if (one.place) line.append(" ", makeStored("small", one.place));
      if (one.quote) line.append(makeStored("blockquote", one.quote, "quote"));
      return line;
    }));
  };

  // On a phone the guidance stands below the question in hand, closed to one line that counts what it holds.
  const brief = document.getElementById("brief");
  const phone = matchMedia("(max-width: 46rem)");
  const beside = aside.parentElement;
  const place = (question) => {
    if (!phone.matches) {
      brief.hidden = true;
      if (aside.parentElement !== beside) beside.append(aside);
    } else if (question && brief.parentElement !== question) {
      const before = question.getBoundingClientRect().top;
      brief.open = false;
      brief.hidden = false;
      question.append(brief);
      brief.append(aside);
      window.scrollBy(0, question.getBoundingClientRect().top - before);
    }
  };
  const count = (found) => {
    const words = { missing: found.missing.length, similar: found.similar.length, candidates: found.candidates.length };
    brief.querySelector("summary").textContent = brief.dataset.words.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  };

  const showOthers = (others) => {
    const section = part("others");
    section.hidden = !others;
    if (!others) return;
    section.querySelector("dl").replaceChildren(...others.answers.map((one) => {
      const line = document.createElement("div");
      line.append(make("dt", one.question), makeStored("dd", one.text));
      return line;
    }));
    section.querySelector("[data-nothing]").hidden = others.answers.length > 0;
    const doubtful = section.querySelector("[data-doubtful]");
    doubtful.hidden = !others.doubtful.length;
    doubtful.querySelector("span").textContent = others.doubtful.join("; ");
  };

  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const number = ++asked;
    try {
      const answer = await fetch("/api/v1/needs/guidance", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(read()),
      });
      if (answer.ok && number === asked) show(await answer.json());
    } catch { /* The next key asks again. */ }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 800);
    try { sessionStorage.setItem(key, JSON.stringify(read())); } catch { /* Then it is not kept. */ }
  };

  // What was typed before signing in on another page, or before the page was left.
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) || "null");
    const isEmpty = ["title", "problem"].every((name) => !form.elements[name].value);
    if (kept && isEmpty) {
      for (const [name, value] of Object.entries(kept)) {
        if (name !== "hides" && name !== "id" && form.elements[name]) form.elements[name].value = value;
      }
      for (const box of form.querySelectorAll('[name="hides"]')) box.checked = kept.hides.includes(box.value);
    }
  } catch { /* Nothing was kept. */ }
  const first = form.querySelector(".question");
  place(first);
  phone.addEventListener("change", () => place(first));
  form.addEventListener("focusin", (event) => place(event.target.closest(".question:has([aria-describedby])")));
  form.addEventListener("input", later);
  form.addEventListener("submit", () => { try { sessionStorage.removeItem(key); } catch { /* Nothing to forget. */ } });
  document.getElementById("preview").hidden = true;
  if (form.elements.title.value) ask();
})();
