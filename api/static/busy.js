// Says that an answer is being computed while the browser waits for it: after a link or a form within [data-slow].
(() => {
  "use strict";
  const sign = document.getElementById("busy");
  let timer = 0;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { sign.textContent = sign.dataset.words; }, 250);  // what is quick needs no sign
  };
  const stop = () => { clearTimeout(timer); sign.textContent = ""; };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-slow] a[href], a[data-slow]");
    const isElsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (link && !isElsewhere && !link.hasAttribute("download") && !event.defaultPrevented) start();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.closest("[data-slow]") && !event.defaultPrevented) start();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  window.addEventListener("pageshow", stop);  // a page that the browser kept
})();
