// Sends the chosen or dropped files one by one, with progress and a result for each. Without it the form works as is.
(() => {
  "use strict";
  const form = document.getElementById("upload");
  if (!form || !window.FormData) return;
  const { waiting, sending, reading, failed, large, limit } = form.dataset;
  const input = form.elements.files;
  const drop = form.querySelector(".drop");
  const list = document.getElementById("progress");
  const row = document.getElementById("row");
  const unknown = document.getElementById("unknown");
  let queue = Promise.resolve();

  const add = (outcome, words, href, className) => {
    const item = document.createElement("li");
    const text = document.createElement(href ? "a" : "span");
    if (href) text.href = href;
    text.textContent = words;
    if (className) item.className = className;
    item.append(text);
    outcome.append(item);
  };

  // A label that was not understood, with the choice of what it means.
  const ask = (outcome, found) => {
    const item = unknown.content.firstElementChild.cloneNode(true);
    const asked = item.querySelector("form");
    item.querySelector(".label").textContent = found.label;
    item.querySelector(".begins").textContent = found.begins;
    for (const choice of item.querySelectorAll("select")) {
      if (choice.dataset.kind !== found.kind) choice.remove();
    }
    asked.addEventListener("submit", async (event) => {
      event.preventDefault();
      const field = asked.elements.field.value;
      if (!field) return;
      const said = { label: found.label, kind: found.kind, field };
      const answer = await fetch("/api/v1/corrections", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(said),
      }).catch(() => null);
      item.textContent = answer && answer.ok ? `${found.label}: ${form.dataset.remembered}` : failed;
    });
    outcome.append(item);
  };

  const show = (card, answer) => {
    const outcome = card.querySelector(".outcome");
    const words = form.dataset;
    for (const [key, change] of [["stored", words.stored], ["unchanged", words.unchanged]]) {
      for (const record of answer[key] || []) {
        add(outcome, `${change}: ${record.title}`, `/ho-so/${encodeURIComponent(record.id)}`, "stored");
        for (const found of record.disagreements || []) add(outcome, found.summary, null, "refused");
      }
    }
    for (const problem of answer.refused || []) add(outcome, problem.reason, null, "refused");
    for (const found of answer.unrecognised || []) ask(outcome, found);
    if (!outcome.children.length) add(outcome, answer.detail || failed, null, "refused");
  };

  const send = (file, card, kind) => new Promise((done) => {
    const state = card.querySelector(".state");
    const bar = card.querySelector("progress");
    const finish = (answer) => { state.remove(); bar.remove(); show(card, answer); done(); };
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file, file.name);
    if (kind) body.append("kind", kind);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = 100 * event.loaded / event.total;
    };
    request.upload.onload = () => { state.textContent = reading; bar.removeAttribute("value"); };
    request.onload = () => finish(request.response || { detail: failed });
    request.onerror = () => finish({ detail: failed });
    state.textContent = sending;
    request.open("POST", "/api/v1/files");
    request.send(body);
  });

  const take = (files) => {
    const kind = form.elements.kind.value;
    for (const file of files) {
      const card = row.content.firstElementChild.cloneNode(true);
      card.querySelector("h3").textContent = file.name;
      card.querySelector(".state").textContent = waiting;
      list.append(card);
      if (file.size > Number(limit) * 1e6) {
        card.querySelector(".state").remove();
        card.querySelector("progress").remove();
        show(card, { detail: large });
      } else {
        queue = queue.then(() => send(file, card, kind));
      }
    }
    input.value = "";
  };

  // Choosing is enough here; the button is for those without scripts.
  document.getElementById("send").hidden = true;
  input.classList.add("aside");
  input.addEventListener("change", () => take([...input.files]));
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); take([...event.dataTransfer.files]); });
})();
