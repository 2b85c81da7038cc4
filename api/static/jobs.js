// Shows how jobs go while the server tells it. Without it the page is asked for again every few seconds.
(() => {
  "use strict";
  if (!window.EventSource) return;

  // For screen readers, as the server marks what is stored.
  const vietnamese = /[ăđơưĂĐƠƯ\u1ea0-\u1ef9]/;

  const link = (href, words) => {
    const anchor = document.createElement("a");
    anchor.href = href;
    anchor.textContent = words;
    if (document.documentElement.lang !== "vi" && vietnamese.test(words)) anchor.lang = "vi";
    return anchor;
  };

  const item = (list, className, ...content) => {
    const line = document.createElement("li");
    if (className) line.className = className;
    line.append(...content);
    list.append(line);
  };

  const showState = (element, state, words) => {
    element.className = `job-state ${state}`;
    if (element.textContent !== words) element.textContent = words;
  };

  const showBar = (row, name, done, total, isRunning) => {
    let bar = row.querySelector(":scope > progress");
    if (!isRunning) { if (bar) bar.remove(); return; }
    if (!bar) {
      bar = document.createElement("progress");
      bar.setAttribute("aria-label", name);
      row.querySelector(".outcome").before(bar);
    }
    if (total) { bar.max = total; bar.value = done; } else bar.removeAttribute("value");
  };

  const showFile = (card, file) => {
    const row = document.getElementById(`tep-${file.number}`);
    if (!row) return;
    const changes = JSON.parse(card.dataset.changes);
    const named = Number(card.dataset.named);
    row.dataset.state = file.state;
    showState(row.querySelector(".job-state"), file.state, file.words);
    showBar(row, file.name, file.done, file.total, file.state === "running");
    const outcome = row.querySelector(".outcome");
    outcome.replaceChildren();
    for (const one of file.stored.slice(0, named)) {
      item(outcome, "stored", `${changes[one.change]}: `, link(`/ho-so/${encodeURIComponent(one.id)}`, one.title));
    }
    if (file.stored.length > named) {
      item(outcome, "", link(file.page, card.dataset.more.replace("{count}", file.stored.length - named)));
    }
    for (const problem of file.refused.slice(0, named)) item(outcome, "refused", problem.reason);
    for (const one of file.unrecognised.slice(0, named)) {
      item(outcome, "asked", link(file.page, card.dataset.unknown.replace("{label}", () => one.label)));
    }
  };

  const show = (card, job) => {
    showState(card.querySelector("[data-words]"), job.state, job.words);
    const progress = card.querySelector("[data-progress]");
    if (progress) progress.textContent = job.total ? `${job.done}/${job.total}` : "";
    const line = card.querySelector("[data-line]");
    if (line) line.textContent = job.line || "";
    const bar = card.querySelector(":scope > progress");
    if (bar && job.total) bar.value = job.done / job.total;
    if ("changes" in card.dataset) for (const file of job.files) showFile(card, file);
  };

  for (const form of document.querySelectorAll("form[data-ask]")) {
    form.addEventListener("submit", (event) => { if (!window.confirm(form.dataset.ask)) event.preventDefault(); });
  }

  for (const card of document.querySelectorAll("[data-events]")) {
    const events = new EventSource(card.dataset.events);
    const words = card.querySelector("[data-words]");
    // The browser tries again by itself; what was last known stays, but is no longer true for sure.
    if ("lost" in card.dataset) events.addEventListener("error", () => showState(words, "failed", card.dataset.lost));
    events.addEventListener("job", (event) => {
      const job = JSON.parse(event.data);
      show(card, job);
      if (job.finished_at) {
        events.close();
        // The whole of it, with what can be done now; a reader's place on the page is kept by the browser.
        window.location.reload();
      }
    });
  }
})();
