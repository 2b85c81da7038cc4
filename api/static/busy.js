// Says that an answer is being computed while the browser waits for it, wherever that takes long.
(() => {
  "use strict";
  const sign = document.getElementById("busy");
  let timer = 0;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { sign.textContent = sign.dataset.words; }, 400);  // what is quick needs no sign
  };
  const stop = () => { clearTimeout(timer); sign.textContent = ""; };

  // Whether another page comes in the place of this one: files that are saved, and data, leave it where it is.
  const leadsAway = (link) => link.origin === location.origin && !link.pathname.startsWith("/api/") &&
    !link.hasAttribute("download") && !link.target &&
    (link.pathname + link.search !== location.pathname + location.search || !link.hash);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]:not(svg *)");
    const isElsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (link && !isElsewhere && !event.defaultPrevented && leadsAway(link)) start();
  });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) start(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  window.addEventListener("pageshow", stop);  // a page that the browser kept
})();
