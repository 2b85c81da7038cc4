// Sends the chosen or dropped files at once and goes on to the page of their job. Without it the form works as is.
(() => {
  "use strict";
  const form = document.getElementById("upload");
  if (!form || !window.FormData) return;
  const { sending, waiting, failed, large } = form.dataset;
  const most = { file: Number(form.dataset.limit) * 1e6, files: Number(form.dataset.mostFiles), bytes: Number(form.dataset.most) * 1e6 };
  const input = form.elements.files;
  const drop = form.querySelector(".drop");
  const list = document.getElementById("progress");
  const row = document.getElementById("row");

  const addRow = (words, className) => {
    const card = row.content.firstElementChild.cloneNode(true);
    const state = card.querySelector(".state");
    state.textContent = words;
    if (className) {
      state.className = `state ${className}`;
      card.querySelector("progress").remove();
    }
    list.append(card);
    return card;
  };

  // As many files together as one request may hold.
  const share = (files) => {
    const batches = [];
    let bytes = 0;
    for (const file of files) {
      const last = batches[batches.length - 1];
      if (!last || last.length === most.files || bytes + file.size > 0.95 * most.bytes) {
        batches.push([file]);
        bytes = file.size;
      } else {
        last.push(file);
        bytes += file.size;
      }
    }
    return batches;
  };

  // The page of the job that reads the files; null when they could not be sent.
  const send = (files, kind, card) => new Promise((done) => {
    const state = card.querySelector(".state");
    const bar = card.querySelector("progress");
    const fail = (words) => { state.className = "state refused"; state.textContent = words; bar.remove(); done(null); };
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const file of files) body.append("files", file, file.name);
    if (kind) body.append("kind", kind);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = 100 * event.loaded / event.total;
    };
    request.onload = () => {
      const answer = request.response || {};
      if (request.status === 202) done(answer.page);
      else fail(answer.detail || failed);
    };
    request.onerror = () => fail(failed);
    state.textContent = sending.replace("{count}", files.length);
    request.open("POST", "/api/v1/files?wait=false");
    request.send(body);
  });

  const take = async (files) => {
    const kind = form.elements.kind.value;
    list.replaceChildren();
    const small = files.filter((file) => file.size <= most.file);
    for (const file of files) if (file.size > most.file) addRow(`${file.name}: ${large}`, "refused");
    const batches = share(small);
    const cards = batches.map(() => addRow(waiting));
    const pages = [];
    for (const [at, batch] of batches.entries()) pages.push(await send(batch, kind, cards[at]));
    input.value = "";
    if (pages.length && !pages.includes(null) && small.length === files.length) {
      window.location.assign(pages.length === 1 ? pages[0] : "/viec");
    } else {
      for (const [at, page] of pages.entries()) {
        if (!page) continue;
        const anchor = document.createElement("a");
        anchor.href = page;
        anchor.textContent = document.querySelector('a[href="/viec"]').textContent;
        cards[at].replaceChildren(anchor);
      }
    }
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
