// What answers a form is gone once one leads away from it: who comes back finds the page itself, not an error of the
// browser.
history.replaceState(null, "", location.href);
